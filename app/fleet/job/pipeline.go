package job

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"

	"chainglass/app/fleet/bucket"
	"chainglass/app/source"
	"chainglass/snapshot"
	"chainglass/wire"
)

// Register makes the functions of the job known to Beam. It is called once, before Beam is
// initialised, in the process that starts the job and in all workers.
func Register() {
	register.DoFn3x1[context.Context, []byte, func(string, []byte), error](&splitFn{})
	register.DoFn3x1[context.Context, []byte, func(string, int64), error](&hereFn{})
	register.Function2x2(failureText)
	register.DoFn4x1[context.Context, []byte, func(string, Partial), func(string, int64), error](&readFn{})
	register.DoFn5x1[context.Context, string, func(*[]byte) bool, func(*Partial) bool, func(string, []byte), error](&chainFn{})
	register.DoFn4x1[context.Context, string, func(*[]byte) bool, func(string, []byte), error](&nodeFn{})
	register.DoFn4x1[context.Context, string, func(*[]byte) bool, func(*[]byte) bool, error](&reportFn{})
	register.Combiner1[Partial](&combineFn{})
	register.Combiner1[int64](&sumFn{})
	register.Emitter2[string, []byte]()
	register.Emitter2[string, Partial]()
	register.Emitter2[string, int64]()
	register.Iter1[[]byte]()
	register.Iter1[Partial]()
	beam.RegisterCoder(reflect.TypeFor[Partial](), encodePartial, decodePartial)
}

func encodePartial(p Partial) ([]byte, error) { return encode(&p) }

func decodePartial(b []byte) (p Partial, err error) { return p, decode(b, &p) }

// chainTask is a chain that is to be folded.
type chainTask struct {
	// Node, Channel and Kind are what it is called, Origin is where it is.
	Node, Channel, Origin string
	Kind                  wire.ChainKind
	// Entries is how many it has.
	Entries int
	// Place and Recipe say how to open it again; Recipe is empty if Folded has all of it.
	Place  string
	Recipe source.Recipe
	Folded *Partial
	// Whole is true if it is to be read in one piece.
	Whole bool
	// NodeBase is the snapshot of the node, as postcard, Base what the fold of the chain
	// starts from, and Limit how many records its ring holds.
	NodeBase, Base []byte
	Limit          int
	// Incomplete says what part of its source's chain is missing, if any is.
	Incomplete string
	// Failures are those of a chain that is Folded; State is what it folds to, and Errs how
	// many entries are no record, if it halts.
	Failures []failure
	State    []byte
	Errs     int
}

// failure counts the failures of a key; see failureKey.
type failure struct {
	Key   string
	Count int64
}

// key is what a chain is combined by.
func (t *chainTask) key() string { return t.Node + "\x00" + t.Channel }

// rangeTask is a range of the entries of a chain.
type rangeTask struct {
	Key        string
	Kind       wire.ChainKind
	Place      string
	Recipe     source.Recipe
	First, End int
	Limit      int
}

// build puts the pipeline together. tasks are encoded chainTasks.
func build(s beam.Scope, tasks [][]byte, o Options) {
	chains := beam.CreateList(s, tasks)
	keyed := beam.ParDo(s.Scope("Split"), &splitFn{RangeEntries: o.RangeEntries}, chains)
	ranges := beam.Reshuffle(s.Scope("Spread"), beam.DropKey(s, keyed))
	partials, failures := beam.ParDo2(s.Scope("Read"), &readFn{}, ranges)
	combined := beam.CombinePerKey(s.Scope("Combine"), &combineFn{}, partials)
	known := beam.ParDo(s.Scope("Key"), &splitFn{Chains: true}, chains)
	results := beam.ParDo(s.Scope("Chain"), &chainFn{Out: o.Output}, beam.CoGroupByKey(s, known, combined))
	reports := beam.ParDo(s.Scope("Node"), &nodeFn{Out: o.Output}, beam.GroupByKey(s, results))
	failures = beam.Flatten(s, failures, beam.ParDo(s.Scope("Here"), &hereFn{}, chains))
	sums := beam.ParDo(s.Scope("Failures"), failureText, beam.CombinePerKey(s, &sumFn{}, failures))
	beam.ParDo0(s.Scope("Report"), &reportFn{Out: o.Output}, beam.CoGroupByKey(s, reports, sums))
}

// splitFn hands out the ranges of a chain, or the chain by its key.
type splitFn struct {
	RangeEntries int
	Chains       bool
}

// ProcessElement takes one chain.
func (f *splitFn) ProcessElement(_ context.Context, task []byte, emit func(string, []byte)) error {
	var t chainTask
	if err := decode(task, &t); err != nil {
		return err
	}
	if f.Chains {
		emit(t.key(), task)
		return nil
	}
	if t.Folded != nil {
		return nil
	}
	size := f.RangeEntries
	if t.Whole {
		size = max(t.Entries, 1)
	}
	for first := 0; first < t.Entries; first += size {
		b, err := encode(rangeTask{Key: t.key(), Kind: t.Kind, Place: t.Place, Recipe: t.Recipe, First: first, End: min(first+size, t.Entries), Limit: t.Limit})
		if err != nil {
			return err
		}
		emit(t.key(), b)
	}
	return nil
}

// hereFn hands out the failures of the chains that were read before the job.
type hereFn struct{}

// ProcessElement takes one chain.
func (*hereFn) ProcessElement(_ context.Context, task []byte, failed func(string, int64)) error {
	var t chainTask
	if err := decode(task, &t); err != nil {
		return err
	}
	for _, f := range t.Failures {
		failed(f.Key, f.Count)
	}
	return nil
}

// readFn reads ranges.
type readFn struct {
	opened opener
	reader reader
}

// Teardown closes what is open.
func (f *readFn) Teardown() error { return f.opened.close() }

// ProcessElement reads one range.
func (f *readFn) ProcessElement(ctx context.Context, task []byte, emit func(string, Partial), failed func(string, int64)) error {
	var t rangeTask
	if err := decode(task, &t); err != nil {
		return err
	}
	c, err := f.opened.chain(ctx, t.Place, t.Recipe)
	if err != nil {
		return err
	}
	p, err := f.reader.read(ctx, c, t.First, t.End, t.Limit)
	if err != nil {
		return fmt.Errorf("%s, %s: %w", t.Place, t.Recipe.Path, err)
	}
	emit(t.Key, p)
	for m, n := range f.reader.failures {
		failed(failureKey(m), int64(n))
	}
	return nil
}

// opener opens chains again and keeps the last one open.
type opener struct {
	buckets map[string]*openBucket
	place   string
	recipe  source.Recipe
	last    *source.Chain
}

type openBucket struct {
	bucket *bucket.Bucket
	files  *bucket.Files
}

// chain opens a chain. It is closed by the next call.
func (o *opener) chain(ctx context.Context, place string, recipe source.Recipe) (*source.Chain, error) {
	if o.last != nil && o.place == place && o.recipe == recipe {
		return o.last, nil
	}
	if err := o.closeLast(); err != nil {
		return nil, err
	}
	b := o.buckets[place]
	if b == nil {
		opened, err := bucket.Open(context.WithoutCancel(ctx), place)
		if err != nil {
			return nil, err
		}
		// The context of the bundle ends with it; the files are used by the next one too.
		b = &openBucket{opened, opened.Files(context.WithoutCancel(ctx))}
		if o.buckets == nil {
			o.buckets = map[string]*openBucket{}
		}
		o.buckets[place] = b
	}
	c, err := source.Reopen(b.files, recipe)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", place, err)
	}
	o.last, o.place, o.recipe = &c, place, recipe
	return o.last, nil
}

func (o *opener) closeLast() error {
	if o.last == nil {
		return nil
	}
	c := o.last
	o.last = nil
	return c.Close()
}

func (o *opener) close() error {
	err := o.closeLast()
	for _, b := range o.buckets {
		err = errors.Join(err, b.bucket.Close())
	}
	o.buckets = nil
	return err
}

// combineFn combines the partials of a chain.
type combineFn struct{}

// MergeAccumulators combines two.
func (*combineFn) MergeAccumulators(a, b Partial) (Partial, error) { return Combine(a, b) }

// sumFn sums.
type sumFn struct{}

// MergeAccumulators adds two.
func (*sumFn) MergeAccumulators(a, b int64) int64 { return a + b }

// chainFn finishes a chain.
type chainFn struct {
	Out    string
	opened opener
	to     *bucket.Bucket
}

// Teardown closes what is open.
func (f *chainFn) Teardown() error {
	err := f.opened.close()
	if f.to != nil {
		err = errors.Join(err, f.to.Close())
	}
	return err
}

// ProcessElement folds one chain from what was read of it and writes its file.
func (f *chainFn) ProcessElement(ctx context.Context, _ string, tasks func(*[]byte) bool, partials func(*Partial) bool, emit func(string, []byte)) error {
	var task []byte
	if !tasks(&task) {
		return errors.New("invariant: entries of a chain that was not asked for")
	}
	var t chainTask
	if err := decode(task, &t); err != nil {
		return err
	}
	if tasks(&task) {
		return fmt.Errorf("%s: the channel %s of node %q is listed twice", t.Origin, t.Channel, t.Node)
	}
	p := Partial{Limit: t.Limit}
	if t.Folded != nil {
		p = *t.Folded
	}
	for part := (Partial{}); partials(&part); part = (Partial{}) {
		var err error
		if p, err = Combine(p, part); err != nil {
			return fmt.Errorf("%s: %w", t.Origin, err)
		}
	}
	r, err := f.finish(ctx, &t, &p)
	if err != nil {
		return fmt.Errorf("%s: %w", t.Origin, err)
	}
	if err := writeTo(ctx, &f.to, f.Out, r.file(), r.appendJSON(nil)); err != nil {
		return err
	}
	b, err := encode(r)
	if err != nil {
		return err
	}
	emit(t.Node, b)
	return nil
}

func (f *chainFn) finish(ctx context.Context, t *chainTask, p *Partial) (*chainResult, error) {
	base, err := snapshot.DecodeMeshOsSnapshot(t.Base)
	if err != nil {
		return nil, err
	}
	r := &chainResult{Task: *t, Partial: *p, Errors: p.Undecodable + p.Statuses[wire.EntryTooLarge]}
	r.Task.Folded = nil
	state := &base
	switch {
	case p.Halts && t.State != nil:
		// It was folded where it was found.
		var folded snapshot.MeshOsSnapshot
		if folded, err = snapshot.DecodeMeshOsSnapshot(t.State); err == nil {
			state, r.Errors = &folded, t.Errs
		}
	case p.Halts:
		var c *source.Chain
		if c, err = f.opened.chain(ctx, t.Place, t.Recipe); err == nil {
			state, r.Errors, err = foldWhole(ctx, c, base)
		}
	default:
		state, err = p.fold(t.Kind, base)
	}
	if err != nil {
		return nil, err
	}
	r.State = state.AppendPostcard(nil)
	r.Partial.Pushed = nil
	return r, nil
}

// nodeFn puts the states of the chains of a node together.
type nodeFn struct {
	Out string
	to  *bucket.Bucket
}

// Teardown closes what is open.
func (f *nodeFn) Teardown() error {
	if f.to != nil {
		return f.to.Close()
	}
	return nil
}

// ProcessElement writes the snapshot of one node.
func (f *nodeFn) ProcessElement(ctx context.Context, node string, chains func(*[]byte) bool, emit func(string, []byte)) error {
	var results []*chainResult
	for b := []byte(nil); chains(&b); b = nil {
		r := new(chainResult)
		if err := decode(b, r); err != nil {
			return err
		}
		results = append(results, r)
	}
	slices.SortFunc(results, func(a, b *chainResult) int { return strings.Compare(a.Task.Channel, b.Task.Channel) })
	n, err := newNodeResult(node, results)
	if err != nil {
		return err
	}
	if err := writeTo(ctx, &f.to, f.Out, n.file(), n.appendJSON(nil)); err != nil {
		return err
	}
	for _, r := range results {
		b, err := encode(r.line())
		if err != nil {
			return err
		}
		emit(reportKey, b)
	}
	return nil
}

// reportKey is the one key of all that the report is made of.
const reportKey = "report"

// reportFn writes the failures of the fleet and, last, the report.
type reportFn struct {
	Out string
	to  *bucket.Bucket
}

// Teardown closes what is open.
func (f *reportFn) Teardown() error {
	if f.to != nil {
		return f.to.Close()
	}
	return nil
}

// ProcessElement writes both.
func (f *reportFn) ProcessElement(ctx context.Context, _ string, lines, failures func(*[]byte) bool) error {
	report, counts, err := collect(lines, failures)
	if err != nil {
		return err
	}
	if err := writeTo(ctx, &f.to, f.Out, FailuresFile, counts); err != nil {
		return err
	}
	return writeTo(ctx, &f.to, f.Out, ReportFile, report)
}

// writeTo writes a file below a place, which is opened the first time.
func writeTo(ctx context.Context, to **bucket.Bucket, place, name string, content []byte) error {
	if *to == nil {
		b, err := bucket.Create(context.WithoutCancel(ctx), place)
		if err != nil {
			return err
		}
		*to = b
	}
	return (*to).Write(ctx, name, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}
