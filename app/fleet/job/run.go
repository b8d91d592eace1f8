package job

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"chainglass/app/fleet/bucket"
	"chainglass/app/source"
	"chainglass/snapshot"
)

// Options are how chains are folded.
type Options struct {
	// Runner is the name that a runner is registered by: prism, universal or dataflow.
	Runner string
	// Output is the URL below which the results are written.
	Output string
	// RangeEntries is how many entries are read at a time; 0 stands for
	// [DefaultRangeEntries].
	RangeEntries int
}

// DefaultRangeEntries is how many entries are read at a time: some 4 MB.
const DefaultRangeEntries = 1 << 16

// Place is what was found at a URL.
type Place struct {
	// URL is the place, and Set what was found there.
	URL string
	Set *source.Set
	// Display returns a path inside it, for people.
	Display func(name string) string
}

// Fold folds all chains of places that are live and returns the report. It folds those here
// that cannot be opened again elsewhere.
func Fold(ctx context.Context, places []Place, o Options) ([]Line, error) {
	if o.RangeEntries == 0 {
		o.RangeEntries = DefaultRangeEntries
	}
	to, err := bucket.Create(ctx, o.Output)
	if err != nil {
		return nil, err
	}
	defer to.Close()
	// Without it a job that fails would leave the report of the one before.
	if err := to.Remove(ctx, ReportFile); err != nil {
		return nil, err
	}
	tasks, err := tasksOf(ctx, places)
	if err != nil {
		return nil, err
	}
	if len(tasks) == 0 {
		return nil, errors.New("nothing that was named can be read as a chain")
	}
	p, s := beam.NewPipelineWithRoot()
	build(s, tasks, o)
	if _, err := beam.Run(ctx, o.Runner, p); err != nil {
		return nil, fmt.Errorf("the job failed; run the same command again: %w", err)
	}
	return readReport(ctx, to)
}

// tasksOf returns the encoded chainTasks of all chains.
func tasksOf(ctx context.Context, places []Place) (tasks [][]byte, err error) {
	listed := map[string]string{}
	for i := range places {
		p := &places[i]
		for k := range p.Set.Chains {
			c := &p.Set.Chains[k]
			if !c.Live {
				continue
			}
			t, err := newTask(ctx, p, c)
			if err != nil {
				return nil, err
			}
			if other, twice := listed[t.key()]; twice {
				return nil, fmt.Errorf("%s and %s are both the channel %s of a node called %q: name a place above both, which tells them apart", other, t.Origin, t.Channel, t.Node)
			}
			listed[t.key()] = t.Origin
			b, err := encode(t)
			if err != nil {
				return nil, err
			}
			tasks = append(tasks, b)
		}
	}
	return tasks, nil
}

// newTask describes a chain.
func newTask(ctx context.Context, p *Place, c *source.Chain) (*chainTask, error) {
	node := p.Set.BaseOf(&source.Chain{Node: c.Node})
	t := &chainTask{
		Node: c.Node, Channel: c.Channel, Origin: p.Display(c.Origin), Kind: c.Kind, Entries: c.Reader.Len(),
		Place: p.URL, Recipe: c.Recipe, NodeBase: node.AppendPostcard(nil),
	}
	base := p.Set.BaseOf(c)
	c.StartFromCut(base)
	t.Base, t.Limit = base.AppendPostcard(nil), ringLimit(c.Kind, base)
	if cut := c.Cut; cut != nil && cut.Run == nil {
		t.Incomplete = "entries of the source's chain were left out, so the state is not the source's"
		if cut.Lost {
			t.Incomplete = "what the fold starts from is lost to damage, so the state is not the source's"
		}
	}
	if c.Stored != nil && !c.Stored.File.ByFooter() {
		t.Whole = true
	}
	if c.Recipe.Form == source.RecipeNone {
		return t, t.foldHere(ctx, c, *base)
	}
	return t, nil
}

// foldHere reads a chain in this process.
func (t *chainTask) foldHere(ctx context.Context, c *source.Chain, base snapshot.MeshOsSnapshot) error {
	var x reader
	folded, err := x.read(ctx, c, 0, t.Entries, t.Limit)
	if err != nil {
		return fmt.Errorf("%s: %w", t.Origin, err)
	}
	t.Folded = &folded
	for m, n := range x.failures {
		t.Failures = append(t.Failures, failure{failureKey(m), int64(n)})
	}
	if !folded.Halts {
		return nil
	}
	state, errs, err := foldWhole(ctx, c, base)
	if err != nil {
		return fmt.Errorf("%s: %w", t.Origin, err)
	}
	t.State, t.Errs = state.AppendPostcard(nil), errs
	return nil
}

// readReport reads the report of a job that is done.
func readReport(ctx context.Context, to *bucket.Bucket) (lines []Line, err error) {
	content, err := fs.ReadFile(to.Files(ctx), ReportFile)
	if err != nil {
		return nil, fmt.Errorf("the job has ended without a report: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(content))
	for d.More() {
		var l Line
		if err := d.Decode(&l); err != nil {
			return nil, fmt.Errorf("%s: %w", ReportFile, err)
		}
		lines = append(lines, l)
	}
	return lines, nil
}
