package report

import (
	"context"
	"fmt"
	"strings"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/view"
	"chainglass/wire"
)

// Options of a report. The zero value is usable.
type Options struct {
	// Title is the headline; empty takes one from the nodes and the day.
	Title string
	// Remarks are lines below it: what was left out, where it is from.
	Remarks []string
}

// Report is what there is to say about the chains of an engine. It holds values
// only: the engine may go on, or be closed.
type Report struct {
	title   string
	remarks []string
	chains  []*engine.ChainInfo
	names   map[engine.ChainID]string
	counts  []countTable
	story   []insight.Finding
	// sender is what the senders of exports concluded, problems what is wrong with
	// what is open and about no chain.
	sender   []insight.Finding
	problems []engine.Problem
	damage   []chainFindings
	notes    []engine.Note
	failures []failure
	more     int // failures before the ones listed
	axis     axis
	ids      [][]string // rows of a table
}

// chainFindings is what was noticed about the bytes of one chain.
type chainFindings struct {
	chain engine.ChainID
	name  string
	list  []engine.Finding
}

// failure is an action that failed.
type failure struct {
	node string
	row  engine.Row
}

// maxFailures bounds the failures listed: the newest.
const maxFailures = 20

// New looks at everything that is open in an engine.
func New(ctx context.Context, e *engine.Engine, o Options) (*Report, error) {
	r := &Report{title: o.Title, remarks: o.Remarks, names: map[engine.ChainID]string{}}
	infos := e.Chains()
	for i := range infos {
		r.chains = append(r.chains, &infos[i])
		r.names[infos[i].ID] = view.VisibleText(infos[i].Name())
	}
	if r.title == "" {
		r.title = defaultTitle(r.chains)
	}
	r.notes = e.Notes()
	for _, look := range []func(context.Context, *engine.Engine) error{r.lookForStory, r.lookForIDs, r.lookForDamage, r.count, r.lookForFailures, r.draw} {
		if err := look(ctx, e); err != nil {
			return nil, err
		}
	}
	return r, ctx.Err()
}

// Title returns the headline.
func (r *Report) Title() string { return r.title }

// defaultTitle names the nodes and the day.
func defaultTitle(chains []*engine.ChainInfo) string {
	const most = 3
	var names []string
	nodes := view.ByNode(chains)
	for _, n := range nodes {
		if n.Name != "" {
			names = append(names, view.VisibleText(n.Name))
		}
	}
	title := "Chains"
	switch {
	case len(names) > most:
		title += " of " + view.Plural(len(names), "node", "nodes")
	case len(names) > 0:
		title += " of " + strings.Join(names, ", ")
	}
	if whole := view.MixRange(chains); whole.FirstMS.Some {
		title += ", " + view.UTC.Day(whole.FirstMS.Value)
		if !whole.SameDay(view.UTC) {
			title += " – " + view.UTC.Day(whole.LastMS.Value)
		}
	}
	return title
}

func (r *Report) lookForStory(ctx context.Context, e *engine.Engine) (err error) {
	if r.story, err = e.Insights(ctx, nil, nil); err != nil {
		return err
	}
	r.sender, err = e.SenderInsights(nil)
	return err
}

func (r *Report) lookForDamage(_ context.Context, e *engine.Engine) error {
	for _, p := range e.Problems() {
		if p.Severity >= engine.SeverityWarning {
			r.problems = append(r.problems, p)
		}
	}
	for _, c := range r.chains {
		list, err := e.Findings(c.ID)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			r.damage = append(r.damage, chainFindings{c.ID, r.names[c.ID], list})
		}
	}
	return nil
}

// findings returns what was noticed about the bytes of a chain.
func (r *Report) findings(id engine.ChainID) []engine.Finding {
	for i := range r.damage {
		if r.damage[i].chain == id {
			return r.damage[i].list
		}
	}
	return nil
}

// lookForFailures takes the newest failed actions, or the newest records of
// failures where there is no action chain.
func (r *Report) lookForFailures(ctx context.Context, e *engine.Engine) error {
	chains, query := r.ofKind(wire.ChainAction), "outcome:failed"
	if len(chains) == 0 {
		chains, query = r.ofKind(wire.ChainFailure), "outcome:failure"
	}
	if len(chains) == 0 {
		return nil
	}
	table, err := search(ctx, e, engine.TableSpec{Chains: chains, Query: query})
	if err != nil {
		return err
	}
	first := max(table.Rows-maxFailures, 0)
	page, err := e.TableRows(ctx, table.ID, first, maxFailures)
	if err != nil {
		return err
	}
	r.more = first
	for i := len(page.Rows) - 1; i >= 0; i-- {
		r.failures = append(r.failures, failure{r.chain(page.Rows[i].Chain).Node, page.Rows[i]})
	}
	return nil
}

// search is a search by one of our own queries, to its end.
func search(ctx context.Context, e *engine.Engine, spec engine.TableSpec) (engine.Table, error) {
	table, err := e.Search(ctx, spec, nil)
	switch {
	case err != nil:
		return engine.Table{}, err
	case table.Fault != nil:
		return engine.Table{}, fmt.Errorf("%s: %w", spec.Query, table.Fault)
	}
	return table, ctx.Err()
}

// ofKind returns the chains of one kind.
func (r *Report) ofKind(kind wire.ChainKind) (ids []engine.ChainID) {
	for _, c := range r.chains {
		if c.Kind == kind {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func (r *Report) chain(id engine.ChainID) *engine.ChainInfo {
	for _, c := range r.chains {
		if c.ID == id {
			return c
		}
	}
	return &engine.ChainInfo{}
}
