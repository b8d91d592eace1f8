package engine

import (
	"context"
	"errors"
	"io/fs"
	"sync"
	"sync/atomic"

	"chainglass/app/engine/part"
	"chainglass/app/source"
)

// Pool reads parts of chains and answers questions elsewhere: in the workers of a page. An
// error that wraps [ErrNoHelp] means that nobody can, and leaves it to the engine.
type Pool interface {
	// Prepare starts what works on files, which are those that Open was given, if it does not
	// run.
	Prepare(files fs.FS)
	// Size is how much it does at the same time.
	Size() int
	// Read has a part read by somebody who has files, which are those that Open was given.
	Read(ctx context.Context, files fs.FS, t part.Task) (*part.Part, error)
	// Search has a question answered as [Answerer.Answer] does.
	Search(ctx context.Context, files fs.FS, q *Question) ([]byte, error)
}

// ErrNoHelp says that a part cannot be read elsewhere.
var ErrNoHelp = errors.New("nobody else can read this")

const (
	// firstRows is how many entries of a chain are read first, so that rows appear at once.
	firstRows = 1 << 12
	// leafBytes is about how much of its files a leaf is made from at most, and leastRows
	// how many entries it has at least.
	leafBytes = 16 << 20
	leastRows = 1 << 8
	// queued is how many parts may be read ahead, for each reader.
	queued = 2
)

// chainLoad is the reading of one chain.
type chainLoad struct {
	*builder
	// from is the position that reading begins at, whole where the entries end that are not
	// in flight.
	from, whole int
	// quiet is true if nothing is shown before all of it has been read.
	quiet bool
	// ended is true once nothing more of it is wanted.
	ended atomic.Bool
	err   error
}

// newChainLoad reads what a builder does not have yet.
func newChainLoad(b *builder) *chainLoad {
	l := &chainLoad{builder: b, from: b.index.length, whole: b.source.Reader.Len()}
	if b.source.Redex != nil {
		l.whole = b.firstIncomplete()
	}
	return l
}

// run is a run of entries that is being read.
type run struct {
	load *chainLoad
	task part.Task
	// first is true for the first run of a chain, last for the last.
	first, last bool

	leaves []*part.Leaf
	// checked is what had become of the files of a chain when all of it had been read, if
	// that is known: of tens of thousands it is better asked for by several.
	checked *source.Verdict
	err     error
	done    chan struct{}
}

// cutRows is how many entries of a chain are read at once, of those from first on.
func cutRows(l *chainLoad, first int) int {
	n := l.source.Reader.Len()
	if first == 0 && n > 2*firstRows {
		return firstRows
	}
	if n > 0 && l.source.Bytes/int64(n) > leafBytes/part.LeafRows {
		return max(int(leafBytes/(l.source.Bytes/int64(n))), leastRows)
	}
	return part.LeafRows
}

// tasks cuts a chain into runs.
func (l *chainLoad) tasks(cut func(l *chainLoad, first int) int, visit func(*run) bool) {
	n := l.source.Reader.Len()
	for first := l.from; ; {
		count := min(cut(l, first), n-first)
		if first < l.whole {
			count = min(count, l.whole-first)
		}
		r := &run{load: l, first: first == l.from, last: first+count == n, task: part.Task{
			Recipe: l.source.Recipe, Kind: l.source.Kind, First: first, Count: count,
		}, done: make(chan struct{})}
		if !visit(r) || r.last {
			return
		}
		first += count
	}
}

// loader reads chains: their runs are read by several at the same time, and taken in order.
type loader struct {
	engine *Engine
	files  fs.FS
	meter  *meter
	// grew is called when a chain has become longer.
	grew func(l *chainLoad, rows int, sourceBytes int64)
	// ended is called when the reading of a chain has ended.
	ended func(l *chainLoad)
}

// load reads chains, until ctx ends.
func (x *loader) load(ctx context.Context, loads []*chainLoad) {
	if n := x.engine.readers(); n > 1 {
		x.together(ctx, loads, n)
		return
	}
	r := part.Reader{Kinds: x.engine.kinds}
	for _, l := range loads {
		l.tasks(x.engine.cut, func(t *run) bool {
			x.read(ctx, &r, t, x.meter.breathe)
			return x.take(ctx, t)
		})
		if ctx.Err() != nil {
			return
		}
	}
}

// together reads chains with several readers.
func (x *loader) together(ctx context.Context, loads []*chainLoad, readers int) {
	ctx, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	ahead := make(chan *run, queued*readers)
	work := make(chan *run)
	all.Go(func() {
		defer close(ahead)
		defer close(work)
		for _, l := range loads {
			l.tasks(x.engine.cut, func(t *run) bool {
				if l.ended.Load() {
					return false
				}
				select {
				case ahead <- t:
				case <-ctx.Done():
					return false
				}
				select {
				case work <- t:
				case <-ctx.Done():
					close(t.done)
					return false
				}
				return true
			})
		}
	})
	for range readers {
		all.Go(func() {
			r := part.Reader{Kinds: x.engine.kinds}
			pace := newMeter(x.engine.pace, nil).breathe
			for t := range work {
				if !t.load.ended.Load() {
					x.readAnywhere(ctx, &r, t, pace)
				}
				if t.first && t.last && t.err == nil {
					v := t.load.source.Watch.Check()
					t.checked = &v
				}
				close(t.done)
			}
		})
	}
	for t := range ahead {
		<-t.done
		if ctx.Err() != nil {
			return
		}
		x.take(ctx, t)
	}
}

// readAnywhere reads a run, in the pool if that is worth it.
func (x *loader) readAnywhere(ctx context.Context, r *part.Reader, t *run, pace func()) {
	if pool := x.engine.pool; pool != nil && !t.first && t.load.source.Recipe.Form != 0 {
		p, err := pool.Read(ctx, x.files, t.task)
		if !errors.Is(err, ErrNoHelp) {
			if t.err = err; p != nil {
				t.leaves = p.Leaves
			}
			return
		}
	}
	x.read(ctx, r, t, pace)
}

// read reads a run here.
func (x *loader) read(ctx context.Context, r *part.Reader, t *run, pace func()) {
	leaf, err := r.Read(ctx, &t.load.source, t.task, pace)
	t.leaves, t.err = []*part.Leaf{leaf}, err
}

// take has the builder take a run. It reports whether more of the chain is wanted.
func (x *loader) take(ctx context.Context, t *run) bool {
	l := t.load
	if l.ended.Load() {
		return false
	}
	before, bytes := l.index.length, int64(0)
	for _, leaf := range t.leaves {
		l.take(leaf)
		bytes += leaf.SourceBytes
	}
	if l.index.length == l.whole && t.err == nil {
		l.keep(x.engine.leastKept)
	}
	short := l.index.length < t.task.First+t.task.Count
	switch {
	case t.err != nil && ctx.Err() != nil:
		l.ended.Store(true)
	case t.err != nil:
		l.err = t.err
		l.stop(t.err)
		l.ended.Store(true)
	case t.last || short:
		l.checked = t.checked
		l.finish()
		l.ended.Store(true)
	}
	ended := l.ended.Load()
	if (!l.quiet || ended && ctx.Err() == nil) && !l.show(ended) {
		l.ended.Store(true)
		return false
	}
	x.grew(l, l.index.length-before, bytes)
	if ended {
		x.ended(l)
	}
	return !ended
}
