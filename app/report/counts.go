package report

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"strings"

	"chainglass/app/engine"
	"chainglass/app/view"
	"chainglass/wire"
)

// countTable counts records by what they are and how they ended.
type countTable struct {
	caption string
	// rowName says what the rows are; outcomes head the columns.
	rowName  string
	outcomes []string
	rows     []countRow
}

// countRow is one line: a number for every outcome.
type countRow struct {
	name   string
	counts []int
}

func (row *countRow) sum() (n int) {
	for _, count := range row.counts {
		n += count
	}
	return n
}

// otherKinds names the row of what has none of its own.
const otherKinds = "others"

// count makes the tables of the kinds of chain that are there.
func (r *Report) count(ctx context.Context, e *engine.Engine) error {
	for _, of := range [...]struct {
		kind             wire.ChainKind
		caption, rowName string
	}{
		{wire.ChainAction, "Actions by kind and disposition", "kind"},
		{wire.ChainAudit, "Operators' commands by event and outcome", "event"},
	} {
		t := countTable{caption: of.caption, rowName: of.rowName, outcomes: r.outcomesOf(of.kind)}
		for i, outcome := range t.outcomes {
			spec := engine.TableSpec{Chains: r.ofKind(of.kind), Query: "outcome:" + strings.ToLower(outcome)}
			table, err := search(ctx, e, spec)
			if err != nil {
				return err
			}
			t.add(i, &table)
		}
		r.addCounts(t)
	}
	r.addCounts(r.logCounts())
	return nil
}

// addCounts keeps a table that counts anything, the largest rows first.
func (r *Report) addCounts(t countTable) {
	if len(t.rows) == 0 {
		return
	}
	sort.SliceStable(t.rows, func(i, j int) bool {
		return cmp.Or(cmp.Compare(t.rows[j].sum(), t.rows[i].sum()), cmp.Compare(t.rows[i].name, t.rows[j].name)) < 0
	})
	r.counts = append(r.counts, t)
}

// outcomesOf lists the outcomes that chains of a kind have, in their own order.
func (r *Report) outcomesOf(kind wire.ChainKind) (names []string) {
	for _, c := range r.chains {
		if c.Kind != kind {
			continue
		}
		for _, outcome := range c.Counts.Outcomes {
			if !slices.Contains(names, outcome.Name) {
				names = append(names, outcome.Name)
			}
		}
	}
	return names
}

// add counts the rows of a search into a column.
func (t *countTable) add(column int, found *engine.Table) {
	for _, facet := range found.Facets {
		if facet.Field != "kind" {
			continue
		}
		for _, value := range facet.Values {
			t.row(value.Name).counts[column] += value.Count
		}
		if facet.Others > 0 {
			t.row(otherKinds).counts[column] += facet.Others
		}
	}
}

// row returns the row of a name, a new one if need be.
func (t *countTable) row(name string) *countRow {
	for i := range t.rows {
		if t.rows[i].name == name {
			return &t.rows[i]
		}
	}
	t.rows = append(t.rows, countRow{name, make([]int, len(t.outcomes))})
	return &t.rows[len(t.rows)-1]
}

// logCounts counts the log lines of every node by level.
func (r *Report) logCounts() countTable {
	t := countTable{caption: "Log lines by node and level", rowName: "node", outcomes: r.outcomesOf(wire.ChainLog)}
	for _, c := range r.chains {
		if c.Kind != wire.ChainLog {
			continue
		}
		for _, outcome := range c.Counts.Outcomes {
			t.row(nodeName(c)).counts[slices.Index(t.outcomes, outcome.Name)] += outcome.Count
		}
	}
	return t
}

// nodeName is the name of a chain's node, or of the chain where there is none.
func nodeName(c *engine.ChainInfo) string {
	if c.Node == "" {
		return c.Channel
	}
	return c.Node
}

// outcomeLine is the outcomes of a chain in one line.
func outcomeLine(c *engine.ChainInfo) string {
	var parts []string
	for _, outcome := range c.Counts.Outcomes {
		parts = append(parts, view.VisibleText(outcome.Name)+" "+view.Count(outcome.Count))
	}
	if n := c.Counts.Undecodable; n > 0 {
		parts = append(parts, "undecodable "+view.Count(n))
	}
	return strings.Join(parts, " · ")
}
