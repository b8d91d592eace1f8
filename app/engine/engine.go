package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"chainglass/app/insight"
	"chainglass/app/kind"
	"chainglass/app/source"
	"chainglass/app/zone"
	"chainglass/wire"
	"chainglass/wire/export"
)

// Engine holds what has been opened. It is safe for concurrent use: questions
// are answered while chains are still being read. A question is asked of what had been
// read when it began, and holds no lock while it reads files.
type Engine struct {
	pace  func()
	zones func(name string) (zone.Zone, error)
	pool  Pool
	// cut is cutRows, and leastKept firstRows, but for tests.
	cut       func(l *chainLoad, first int) int
	leastKept int
	workers   int
	// searches counts the searches.
	searches atomic.Int64

	// noting is held while notes are asked for or changed; mu is not meanwhile, and not while
	// files are read.
	noting sync.Mutex
	notes  []Note
	// marksSought says how far each chain was searched for the marks of notes.
	marksSought map[ChainID]int

	kinds kind.Set

	mu      sync.RWMutex
	sources []*openSource
	chains  map[ChainID]*chain
	tables  []*table // the one used last at the end
	last    struct {
		source SourceID
		chain  ChainID
		table  TableID
	}
}

// openSource is one thing that was opened.
type openSource struct {
	id SourceID
	// kinds are those that are known.
	kinds kind.Set
	// label is what Open was given for what lies in no folder of its own.
	label string
	// present are its chains; see chains.
	present atomic.Pointer[[]*chain]
	// bases are the snapshots found, by node; the empty node stands for all.
	bases map[string]source.Base
	// found are all snapshots found, in the order of their paths.
	found []source.Base
	// chosen are the snapshots of other sources that were chosen instead.
	choosing sync.Mutex
	chosen   map[string]source.Base
	// findings are what is known to be wrong with it, and redactions what it went
	// through, for an export of it.
	findings []sourceFinding
	// problems is what is about no chain of it, and sender what the program that
	// wrote an export concluded.
	problems   []Problem
	sender     []insight.Finding
	redactions []export.Redaction
	// openings are what its chains are read from, the newest at the end.
	openings []*opening
	// stop ends the reading of the source, and read is closed when that has ended.
	stop context.CancelFunc
	read chan struct{}
	// reading is held while the source is read on. open ends when it is closed.
	reading sync.Mutex
	open    context.Context
	// stamp is that of the files when the source was last looked at; see
	// [source.Stamp].
	stamp uint64
}

// chains returns the present chains of the source. A chain that is read on is another
// one from then on, of the same id.
func (s *openSource) chains() []*chain { return *s.present.Load() }

// Options of an engine. The zero value is for native use.
type Options struct {
	// Pace, if set, is called about every [PaceEvery] during long work, on the
	// goroutine that does it. In a browser's worker it lets messages in.
	Pace func()
	// Readers is how many goroutines read chains at the same time; 0 stands for as many as
	// there are processors.
	Readers int
	// Pool, if set, reads chains elsewhere.
	Pool Pool
	// Kinds are the kinds of chain that are known. Whoever is behind Pool knows them too.
	Kinds kind.Set
	// Zones, if set, returns a time zone by its name. It may be called from any
	// goroutine. Without it the zones are those of [zone.Load].
	Zones func(name string) (zone.Zone, error)
}

// PaceEvery is how long work goes on between two calls of Options.Pace. It is
// what a question waits at most while a chain is being read.
const PaceEvery = 5 * time.Millisecond

// progressEvery is how often long work reports, and so how often the page draws again
// what has changed meanwhile: each time takes it some ten milliseconds.
const progressEvery = 250 * time.Millisecond

// New returns an engine with nothing open.
func New(o Options) *Engine {
	pace := o.Pace
	if pace == nil {
		pace = func() {}
	}
	zones := o.Zones
	if zones == nil {
		zones = zone.Load
	}
	return &Engine{pace: pace, zones: zones, cut: cutRows, leastKept: firstRows, kinds: o.Kinds, pool: o.Pool, workers: o.Readers, chains: map[ChainID]*chain{}}
}

// Kinds returns the kinds of chain that are known.
func (e *Engine) Kinds() kind.Set { return e.kinds }

// Fresh returns an engine with nothing open that works as e does.
func (e *Engine) Fresh() *Engine {
	return New(Options{Pace: e.pace, Kinds: e.kinds, Zones: e.zones, Pool: e.pool, Readers: e.workers})
}

// readers is how many runs of entries are read at the same time.
func (e *Engine) readers() int {
	if e.pool != nil && e.pool.Size() > 0 {
		return e.pool.Size()
	}
	if e.workers > 0 {
		return e.workers
	}
	return runtime.GOMAXPROCS(0)
}

// Open finds the chains in files and reads them all into the index. Chains can
// be looked at as soon as the first progress report names them. When ctx ends,
// what has been read so far stays open and Cancelled is set.
//
// label names what lies in no folder of its own, such as the folder that was opened;
// empty, files are called after themselves.
func (e *Engine) Open(ctx context.Context, label string, files fs.FS, report func(Progress)) (Opened, error) {
	m := newMeter(e.pace, report)
	m.progress.Phase = "finding chains"
	found, err := source.Find(ctx, files, source.Options{Name: label, Known: e.kinds, Progress: func(path string, bytes int64) {
		m.progress.Current, m.progress.BytesDone = path, bytes
		m.tick(nil)
	}})
	if err != nil {
		if errors.Is(err, context.Canceled) {
			return Opened{Cancelled: true, Progress: m.progress}, nil
		}
		return Opened{}, err
	}
	return e.read(ctx, label, files, found, m)
}

// Paste reads a pasted text: hex, base64 or JSON.
func (e *Engine) Paste(ctx context.Context, text string) (Opened, error) {
	found, err := source.Paste(text)
	if err != nil {
		return Opened{}, err
	}
	return e.read(ctx, "", nil, found, newMeter(e.pace, func(Progress) {}))
}

// read registers what was found and reads it.
func (e *Engine) read(ctx context.Context, label string, files fs.FS, found *source.Set, m *meter) (Opened, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s := e.register(found, &opening{given: files, files: openFiles{close: found.Close}}, stop)
	s.label = label
	defer close(s.read)
	opened := Opened{Source: s.id, Problems: problems(found.Problems), Unrecognised: found.Unrecognised(), Ignored: found.Ignored}
	if n := found.MoreProblems.Damaged(); n > 0 {
		opened.Problems = append(opened.Problems, Problem{Severity: SeverityDamage, Title: fmt.Sprintf("%d more files that could not be used, or not wholly", n)})
	}
	if n := found.MoreProblems.Others(); n > 0 {
		opened.Problems = append(opened.Problems, Problem{Severity: SeverityNote, Title: fmt.Sprintf("%d more files that are not recognised, or of which something is noted", n)})
	}
	for _, b := range found.Bases {
		opened.Bases = append(opened.Bases, b.Origin)
	}
	opened.Problems = append(opened.Problems, e.readChains(ctx, s.chains(), m)...)
	opened.Cancelled = ctx.Err() != nil
	late := found.LateProblems()
	opened.Problems = append(opened.Problems, problems(late)...)
	e.mu.Lock()
	opened.Problems = append(opened.Problems, s.problems...)
	s.problems = opened.Problems
	s.findings = append(s.findings, notRead(late)...)
	e.mu.Unlock()
	opened.Problems = append(opened.Problems, s.changedProblems()...)
	opened.Chains = s.infos()
	opened.Progress = m.done()
	return opened, nil
}

// readChains reads the chains of an opening, and returns what stopped it from reading one.
func (e *Engine) readChains(ctx context.Context, chains []*chain, m *meter) (stopped []Problem) {
	if len(chains) == 0 || !chains[0].in.files.hold() {
		return nil
	}
	defer chains[0].in.files.release()
	m.begin(chains)
	loads := make([]*chainLoad, len(chains))
	for i, c := range chains {
		loads[i] = newChainLoad(newBuilder(c, c.found.Kind, c.found.KindBasis))
	}
	announced := newAnnouncer(chains)
	x := loader{engine: e, files: chains[0].in.given, meter: m}
	x.grew = func(l *chainLoad, rows int, sourceBytes int64) {
		announced.grown(l.chain)
		m.progress.Current = l.source.Origin
		m.progress.BytesDone += sourceBytes
		m.progress.Records += int64(rows)
		m.tick(announced.next)
	}
	x.ended = func(l *chainLoad) {
		if l.err != nil {
			stopped = append(stopped, Problem{
				Severity: SeverityDamage,
				Path:     l.source.Origin,
				Chain:    l.id,
				Title:    "Reading stopped",
				Detail:   fmt.Sprintf("After %d of %d entries: %v", l.index.length, l.source.Reader.Len(), l.err),
				Advice:   "What was read is shown. If the file was being written or was moved, open it again.",
			})
		}
	}
	x.load(ctx, loads)
	for _, l := range loads {
		if !l.ended.Load() {
			l.show(true)
		}
	}
	m.tell(announced.next)
	return stopped
}

// problemSeverities ranks problems as findings are ranked.
var problemSeverities = map[source.Level]Severity{
	source.LevelNote:         SeverityNote,
	source.LevelUnrecognised: SeverityNote,
	source.LevelWarning:      SeverityWarning,
	source.LevelError:        SeverityDamage,
}

func problems(found []source.Problem) []Problem {
	var list []Problem
	for _, p := range found {
		list = append(list, Problem{Severity: problemSeverities[p.Level], Path: p.Path, Offset: p.Offset, Title: p.Title, Detail: p.Detail, Advice: p.Advice,
			Unrecognised: p.Level == source.LevelUnrecognised})
	}
	return list
}

// register makes the chains of a set known. stop ends their reading.
func (e *Engine) register(found *source.Set, in *opening, stop context.CancelFunc) *openSource {
	s, names := e.registerChains(found, in, stop)
	for i := range found.Exports {
		e.takeNotes(&found.Exports[i], names)
	}
	return s
}

// registerChains also returns what the chains are called here, by their origins.
func (e *Engine) registerChains(found *source.Set, in *opening, stop context.CancelFunc) (s *openSource, names map[string]NoteAnchor) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.nameApart(found)
	e.last.source++
	open, ended := context.WithCancel(context.Background())
	s = &openSource{
		id: e.last.source, kinds: e.kinds, bases: map[string]source.Base{}, chosen: map[string]source.Base{}, openings: []*opening{in},
		stop: func() { stop(); ended() }, read: make(chan struct{}), open: open,
	}
	s.found = found.Bases
	for _, b := range found.Bases {
		s.bases[b.Node] = b
	}
	origins, names := map[string]ChainID{}, map[string]NoteAnchor{}
	var chains []*chain
	for _, found := range found.Chains {
		if !found.Live {
			continue
		}
		e.last.chain++
		c := newChain(e.last.chain, s, in, found)
		chains = append(chains, c)
		e.chains[c.id] = c
		origins[found.Origin] = c.id
		names[found.Origin] = NoteAnchor{Node: found.Node, Channel: found.Channel}
	}
	s.present.Store(&chains)
	s.takeFindings(found, origins, e.chains)
	e.sources = append(e.sources, s)
	for _, x := range found.Exports {
		s.redactions = append(s.redactions, x.File.Redactions()...)
	}
	return s, names
}

// Close forgets a source and its chains, and ends the reading of it. Closing one that is
// not open does nothing. Questions that have begun may end with an error.
func (e *Engine) Close(id SourceID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sources = slices.DeleteFunc(e.sources, func(s *openSource) bool {
		if s.id != id {
			return false
		}
		for _, c := range s.chains() {
			delete(e.chains, c.id)
			e.forgetTables(c.id)
		}
		s.stop()
		for _, o := range s.openings {
			o.files.finish()
		}
		return true
	})
}

// Chains describes all open chains.
func (e *Engine) Chains() []ChainInfo {
	var all []ChainInfo
	for _, c := range e.all() {
		all = append(all, c.info())
	}
	return all
}

// all returns the present readings of all open chains.
func (e *Engine) all() []*reading {
	e.mu.RLock()
	defer e.mu.RUnlock()
	var all []*reading
	for _, s := range e.sources {
		all = append(all, readings(s.chains())...)
	}
	return all
}

func (s *openSource) infos() []ChainInfo {
	chains := s.chains()
	list := make([]ChainInfo, 0, len(chains))
	for _, c := range chains {
		list = append(list, c.read().info())
	}
	return list
}

// chain returns the present reading of an open chain.
func (e *Engine) chain(id ChainID) (*reading, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	c, open := e.chains[id]
	if !open {
		return nil, fmt.Errorf("chain %d is not open", id)
	}
	return c.read(), nil
}

// Findings returns what was noticed about a chain, worst first.
func (e *Engine) Findings(id ChainID) ([]Finding, error) {
	c, err := e.chain(id)
	if err != nil {
		return nil, err
	}
	return c.sorted(), nil
}

// SetKind reads a chain again, as another kind. Until all of it has been read so, and if
// ctx ends before, the chain stays as it is; of several who ask, the last one has their
// way.
func (e *Engine) SetKind(ctx context.Context, id ChainID, kind wire.ChainKind) (ChainInfo, error) {
	for {
		was, err := e.chain(id)
		if err != nil {
			return ChainInfo{}, err
		}
		info, err := e.setKind(ctx, was, kind)
		if now, gone := e.chain(id); err != nil || gone != nil || now.chain == was.chain {
			return info, err
		}
		// It was read on meanwhile.
	}
}

// setKind reads a chain, as it was found last, as another kind.
func (e *Engine) setKind(ctx context.Context, was *reading, kind wire.ChainKind) (ChainInfo, error) {
	if !was.in.files.hold() {
		return ChainInfo{}, errClosed
	}
	defer was.in.files.release()
	// Who asked before and ends may begin after who asked last: it takes no turn then.
	if err := ctx.Err(); err != nil {
		return ChainInfo{}, err
	}
	l := newChainLoad(newBuilder(was.chain, kind, source.ByChoice))
	l.quiet = true
	m := newMeter(e.pace, nil)
	x := loader{engine: e, meter: m, files: was.in.given}
	x.grew = func(*chainLoad, int, int64) { m.tick(nil) }
	x.ended = func(*chainLoad) {}
	x.load(ctx, []*chainLoad{l})
	if err := ctx.Err(); err != nil {
		return ChainInfo{}, err
	}
	if l.err != nil {
		return ChainInfo{}, l.err
	}
	return was.read().info(), nil
}
