package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"time"

	"chainglass/app/insight"
	"chainglass/app/source"
	"chainglass/app/zone"
	"chainglass/wire"
	"chainglass/wire/export"
)

// Engine holds what has been opened. It is safe for concurrent use: questions
// are answered while chains are still being read.
type Engine struct {
	pace  func()
	zones func(name string) (zone.Zone, error)

	mu      sync.RWMutex
	sources []*openSource
	chains  map[ChainID]*chain
	tables  []*table // the one used last at the end
	notes   []Note
	// marksSought says how far each chain was searched for the marks of notes.
	marksSought map[ChainID]int
	last        struct {
		source SourceID
		chain  ChainID
		table  TableID
	}
}

// openSource is one thing that was opened.
type openSource struct {
	id     SourceID
	chains []*chain
	// bases are the snapshots found, by node; the empty node stands for all.
	bases map[string]source.Base
	// found are all snapshots found, in the order of their paths.
	found []source.Base
	// chosen are the snapshots of other sources that were chosen instead.
	chosen map[string]source.Base
	// findings are what is known to be wrong with it, and redactions what it went
	// through, for an export of it.
	findings []sourceFinding
	// problems is what is about no chain of it, and sender what the program that
	// wrote an export concluded.
	problems   []Problem
	sender     []insight.Finding
	redactions []export.Redaction
	// close closes the files.
	close func() error
}

// Options of an engine. The zero value is for native use.
type Options struct {
	// Pace, if set, is called about every [PaceEvery] during long work, on the
	// goroutine that does it. In a browser's worker it lets messages in.
	Pace func()
	// Zones, if set, returns a time zone by its name. It may be called from any
	// goroutine. Without it the zones are those of [zone.Load].
	Zones func(name string) (zone.Zone, error)
}

// PaceEvery is how long work goes on between two calls of Options.Pace. It is
// what a question waits at most while a chain is being read.
const PaceEvery = 5 * time.Millisecond

// progressEvery is how often long work reports.
const progressEvery = 100 * time.Millisecond

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
	return &Engine{pace: pace, zones: zones, chains: map[ChainID]*chain{}}
}

// Fresh returns an engine with nothing open that gives way as e does.
func (e *Engine) Fresh() *Engine { return New(Options{Pace: e.pace, Zones: e.zones}) }

// Open finds the chains in files and reads them all into the index. Chains can
// be looked at as soon as the first progress report names them. When ctx ends,
// what has been read so far stays open and Cancelled is set.
//
// label names what lies in no folder of its own, such as the folder that was opened;
// empty, files are called after themselves.
func (e *Engine) Open(ctx context.Context, label string, files fs.FS, report func(Progress)) (Opened, error) {
	m := newMeter(e.pace, report)
	m.progress.Phase = "finding chains"
	found, err := source.Find(ctx, files, source.Options{Name: label, Progress: func(path string, bytes int64) {
		m.progress.Current, m.progress.BytesDone = path, bytes
		m.tick(nil)
	}})
	if err != nil {
		if errors.Is(err, context.Canceled) {
			return Opened{Cancelled: true, Progress: m.progress}, nil
		}
		return Opened{}, err
	}
	return e.read(ctx, found, m)
}

// Paste reads a pasted text: hex, base64 or JSON.
func (e *Engine) Paste(ctx context.Context, text string) (Opened, error) {
	found, err := source.Paste(text)
	if err != nil {
		return Opened{}, err
	}
	return e.read(ctx, found, newMeter(e.pace, func(Progress) {}))
}

// read registers what was found and indexes it, chain after chain.
func (e *Engine) read(ctx context.Context, found *source.Set, m *meter) (Opened, error) {
	s := e.register(found)
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
	m.begin(s.chains)
	announced := e.newAnnouncer(s.chains)
	for _, c := range s.chains {
		m.progress.Current = c.source.Origin
		before := c.index.length
		err := e.scan(ctx, c, func(sourceBytes int64) {
			m.progress.BytesDone += sourceBytes
			m.progress.Records += int64(c.index.length - before)
			before = c.index.length
			announced.grown(c)
			m.tick(announced.next)
		})
		announced.grown(c) // by what was found at its end
		if ctx.Err() != nil {
			opened.Cancelled = true
			break
		}
		if err != nil {
			opened.Problems = append(opened.Problems, Problem{
				Severity: SeverityDamage,
				Path:     c.source.Origin,
				Chain:    c.id,
				Title:    "Reading stopped",
				Detail:   fmt.Sprintf("After %d of %d entries: %v", c.index.length, c.source.Reader.Len(), err),
				Advice:   "What was read is shown. If the file was being written or was moved, open it again.",
			})
		}
	}
	late := found.LateProblems()
	opened.Problems = append(opened.Problems, problems(late)...)
	e.mu.Lock()
	opened.Problems = append(opened.Problems, s.problems...)
	s.problems = opened.Problems
	s.findings = append(s.findings, notRead(late)...)
	e.mu.Unlock()
	opened.Problems = append(opened.Problems, e.changedProblems(s)...)
	m.tell(announced.next)
	opened.Chains = e.infos(s)
	opened.Progress = m.done()
	return opened, nil
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

// register makes the chains of a set known.
func (e *Engine) register(found *source.Set) *openSource {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.nameApart(found)
	e.last.source++
	s := &openSource{id: e.last.source, bases: map[string]source.Base{}, chosen: map[string]source.Base{}, close: found.Close}
	s.found = found.Bases
	for _, b := range found.Bases {
		s.bases[b.Node] = b
	}
	origins, names := map[string]ChainID{}, map[string]NoteAnchor{}
	for _, found := range found.Chains {
		if !found.Live {
			continue
		}
		e.last.chain++
		c := newChain(e.last.chain, s, found)
		s.chains = append(s.chains, c)
		e.chains[c.id] = c
		origins[found.Origin] = c.id
		names[found.Origin] = NoteAnchor{Node: found.Node, Channel: found.Channel}
	}
	e.takeFindings(s, found, origins)
	e.sources = append(e.sources, s)
	for i := range found.Exports {
		x := &found.Exports[i]
		e.takeNotes(x, names)
		s.redactions = append(s.redactions, x.File.Redactions()...)
	}
	return s
}

// Close forgets a source and its chains. Closing one that is not open does
// nothing.
func (e *Engine) Close(id SourceID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sources = slices.DeleteFunc(e.sources, func(s *openSource) bool {
		if s.id != id {
			return false
		}
		for _, c := range s.chains {
			delete(e.chains, c.id)
			e.forgetTables(c)
		}
		// The files were only read: a failing close loses nothing.
		_ = s.close()
		return true
	})
}

// Chains describes all open chains.
func (e *Engine) Chains() []ChainInfo {
	e.mu.RLock()
	defer e.mu.RUnlock()
	var all []ChainInfo
	for _, s := range e.sources {
		for _, c := range s.chains {
			all = append(all, c.info())
		}
	}
	return all
}

func (e *Engine) infos(s *openSource) []ChainInfo {
	e.mu.RLock()
	defer e.mu.RUnlock()
	list := make([]ChainInfo, 0, len(s.chains))
	for _, c := range s.chains {
		list = append(list, c.info())
	}
	return list
}

// chain returns an open chain.
func (e *Engine) chain(id ChainID) (*chain, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	c, open := e.chains[id]
	if !open {
		return nil, fmt.Errorf("chain %d is not open", id)
	}
	return c, nil
}

// Findings returns what was noticed about a chain, worst first.
func (e *Engine) Findings(id ChainID) ([]Finding, error) {
	c, err := e.chain(id)
	if err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	return c.checks.sorted(c.locate), nil
}

// SetKind reads a chain again as another kind.
func (e *Engine) SetKind(ctx context.Context, id ChainID, kind wire.ChainKind) (ChainInfo, error) {
	c, err := e.chain(id)
	if err != nil {
		return ChainInfo{}, err
	}
	e.mu.Lock()
	c.source.Kind, c.source.KindBasis = kind, source.ByChoice
	c.reset()
	e.mu.Unlock()
	m := newMeter(e.pace, func(Progress) {})
	if err := e.scan(ctx, c, func(int64) { m.tick(nil) }); err != nil {
		return ChainInfo{}, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	return c.info(), nil
}
