package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"time"

	"chainglass/app/source"
	"chainglass/wire/message"
)

// ChangeKind says what has become of a chain since it was read.
type ChangeKind uint8

// The kinds of change.
const (
	// ChangeAppended: entries were appended, or what its end lacked has come.
	ChangeAppended ChangeKind = iota + 1
	// ChangeAppeared: the chain was not there.
	ChangeAppeared
	// ChangeTrimmed: the node's retention removed entries from the front.
	ChangeTrimmed
	// ChangeGeneration: the channel has another generation in use, with other entries.
	ChangeGeneration
	// ChangeReplaced: what had been read is not there any more: the files were replaced, cut or
	// changed where they had been read.
	ChangeReplaced
	// ChangeGone: the chain is not there any more.
	ChangeGone
	// ChangeSalvaged: the chain is of records that no row led to, and those are others now. If
	// all have rows by now, it is closed.
	ChangeSalvaged

	changeKinds // count
)

var changeKindNames = [changeKinds]string{"unchanged", "appended", "appeared", "trimmed", "generation", "replaced", "gone", "salvaged"}

// String returns a one-word name.
func (k ChangeKind) String() string {
	if k < changeKinds {
		return changeKindNames[k]
	}
	return fmt.Sprintf("ChangeKind(%#02x)", uint8(k))
}

// Apart reports whether the chain does not begin with what was read of it: it has to be
// read again to be seen as it is.
func (k ChangeKind) Apart() bool {
	return k == ChangeTrimmed || k == ChangeGeneration || k == ChangeReplaced
}

// ChainChange is what has become of a chain.
type ChainChange struct {
	Kind ChangeKind
	// Added is how many entries were appended, Removed how many went from the front, as
	// far as that is known; AllRemoved is true if no entry that had been read is left.
	Added, Removed int
	AllRemoved     bool
	// Why says what was seen, in words, where the chain does not begin as it did.
	Why string
	// Read is true if Chain describes what is there now. A chain that does not begin
	// as it did, or is gone, stays as it was read unless it was to be read again.
	Read bool
	// Chain is the chain as it is open now, or was if it is Closed.
	Chain  ChainInfo
	Closed bool
}

// ReadOnSpec says how a source is read on.
type ReadOnSpec struct {
	Source SourceID
	// Again has chains read again that do not begin any more as they were read.
	Again bool
}

// Resumed is the answer to reading on.
type Resumed struct {
	// Changes are the chains that are not as they were.
	Changes []ChainChange
	// Problems are those that were not there before.
	Problems []Problem
	// Cancelled is true if it was stopped: all is as it was before.
	Cancelled bool
	Progress  Progress
}

// ReadOn looks at what was opened once more, and reads what was appended to its chains
// and what has appeared. What had been read is compared with what is there, by sizes, and
// by the rows, times and checksums of its end and of entries all over; only a chain that
// is small, or no channel folder, is read anew for it. The chain and its entries keep
// their numbers.
//
// files are what was opened, taken again; nil for a file system that shows its files as
// they are now. If ctx ends, all stays as it is.
func (e *Engine) ReadOn(ctx context.Context, spec ReadOnSpec, files fs.FS, report func(Progress)) (Resumed, error) {
	s, err := e.source(spec.Source)
	if err != nil {
		return Resumed{}, err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(s.open, stop)()
	select {
	case <-s.read:
	case <-ctx.Done():
		return Resumed{Cancelled: true}, nil
	}
	s.reading.Lock()
	defer s.reading.Unlock()
	if files == nil {
		files = s.openings[len(s.openings)-1].given
	}
	if files == nil {
		return Resumed{}, errPasted
	}
	x := readOn{engine: e, source: s, spec: spec, meter: newMeter(e.pace, report)}
	resumed, err := x.run(ctx, files)
	if ctx.Err() != nil {
		return Resumed{Cancelled: true, Progress: x.meter.done()}, nil
	}
	return resumed, err
}

var errPasted = errors.New("what was pasted does not change")

// source returns an open source.
func (e *Engine) source(id SourceID) (*openSource, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	for _, s := range e.sources {
		if s.id == id {
			return s, nil
		}
	}
	return nil, fmt.Errorf("source %d is not open", id)
}

// readOn is one reading on of a source.
type readOn struct {
	engine *Engine
	source *openSource
	spec   ReadOnSpec
	meter  *meter

	found *source.Set
	in    *opening
	// fresh are the chains that are read, old what they take the place of: nil for one that
	// has appeared.
	fresh []*chain
	old   map[*chain]*reading
	// was are the readings of the chains that are open.
	was     map[ChainID]*reading
	loads   []*chainLoad
	changes []ChainChange
	// problems are what stopped reading.
	problems []Problem
	// exports are those whose chains are read, and carried is what they say.
	exports []source.Export
	carried openSource
}

func (x *readOn) run(ctx context.Context, files fs.FS) (Resumed, error) {
	s, m := x.source, x.meter
	m.progress.Phase = "finding chains"
	stamp, err := source.Stamp(ctx, files)
	if err != nil {
		return Resumed{}, err
	}
	if stamp == s.stamp && !x.spec.Again {
		return Resumed{Progress: m.done()}, nil
	}
	for try := 0; ; try++ {
		if err := x.look(ctx, files); err != nil {
			return Resumed{}, err
		}
		if !x.torn() || try == lookTries {
			break
		}
		// A node that replaces a generation may have been in the middle of it.
		x.in.files.release()
		x.in.files.finish()
		time.Sleep(lookStep)
	}
	defer x.in.files.release()
	x.load(ctx)
	if ctx.Err() != nil {
		x.in.files.finish()
		return Resumed{}, ctx.Err()
	}
	s.stamp = stamp
	return x.commit(ctx)
}

// What does not begin any more as it was read is looked at again, lookTries times, lookStep
// apart.
const (
	lookTries = 2
	lookStep  = 20 * time.Millisecond
)

// look finds the chains once more, and compares them with those that are open. It holds the
// files.
func (x *readOn) look(ctx context.Context, files fs.FS) (err error) {
	m := x.meter
	x.found, err = source.Find(ctx, files, source.Options{Name: x.source.label, Progress: func(path string, bytes int64) {
		m.progress.Current, m.progress.BytesDone = path, bytes
		m.tick(nil)
	}})
	if err != nil {
		return err
	}
	x.in = &opening{given: files, files: openFiles{close: x.found.Close}}
	x.in.files.hold()
	x.fresh, x.loads, x.changes, x.exports, x.carried = nil, nil, nil, nil, openSource{}
	x.old, x.was = map[*chain]*reading{}, map[ChainID]*reading{}
	if err = x.match(ctx); err != nil {
		x.in.files.release()
		x.in.files.finish()
	}
	return err
}

// torn reports whether a chain looks as if it was looked at in the middle of something.
func (x *readOn) torn() bool {
	return slices.ContainsFunc(x.changes, func(c ChainChange) bool { return c.Kind.Apart() || c.Kind == ChangeGone })
}

// match compares the chains that were found with those that are open.
func (x *readOn) match(ctx context.Context) error {
	present := map[string]*reading{}
	for _, r := range readings(x.source.chains()) {
		present[r.found.Origin], x.was[r.id] = r, r
	}
	x.engine.nameLike(x.found, present)
	there := map[string]bool{}
	for i := range x.found.Chains {
		now := &x.found.Chains[i]
		if !now.Live {
			continue
		}
		there[now.Origin] = true
		was := present[now.Origin]
		if was == nil {
			x.begin(nil, *now)
			continue
		}
		if err := x.compare(ctx, was, now); err != nil {
			return err
		}
	}
	for _, was := range readings(x.source.chains()) {
		switch {
		case there[was.found.Origin]:
		case was.found.Salvaged:
			x.changes = append(x.changes, ChainChange{Kind: ChangeSalvaged, Closed: true, Read: true, Why: "no record is without a row any more", Chain: was.info()})
		default:
			x.changes = append(x.changes, ChainChange{Kind: ChangeGone, Why: "its files are not there any more", Chain: ChainInfo{ID: was.id}})
		}
	}
	x.takeExports()
	return nil
}

// nameLike gives chains that are found again the names that they have.
func (e *Engine) nameLike(found *source.Set, present map[string]*reading) {
	type name struct{ node, channel string }
	open := map[name]bool{}
	for _, c := range e.all() {
		open[name{c.found.Node, c.found.Channel}] = true
	}
	found.NameLike(
		func(origin string) (node, channel string, is bool) {
			if was := present[origin]; was != nil {
				return was.found.Node, was.found.Channel, true
			}
			return "", "", false
		},
		func(node, channel string) bool { return open[name{node, channel}] })
}

// compare decides what has become of a chain, and what of it is to be read.
func (x *readOn) compare(ctx context.Context, was *reading, now *source.Chain) error {
	whole := was.story != nil && was.index.length == was.source.Reader.Len()
	if whole && now.Watch.SameFiles(was.source.Watch) && was.generation() == generationOf(now) {
		return nil
	}
	if now.Redex == nil || was.source.Redex == nil {
		x.begin(was, *now) // and compared when it has been read
		return nil
	}
	change, err := was.compareFolder(ctx, now)
	if err != nil && !errors.Is(err, ErrChanged) {
		return err
	}
	if err != nil {
		change = ChainChange{Kind: ChangeReplaced, Why: err.Error()}
	}
	if change.Kind.Apart() {
		x.apart(was, *now, change)
		return nil
	}
	x.begin(was, *now)
	return nil
}

// apart takes a chain that does not begin as it was read.
func (x *readOn) apart(was *reading, now source.Chain, change ChainChange) {
	change.Added = max(now.Reader.Len()-(was.index.length-change.Removed), 0)
	change.Chain.ID = was.id
	x.changes = append(x.changes, change)
	if x.spec.Again {
		x.begin(was, now)
	}
}

// begin has a chain read: what was not read of it, if the rest is the same and was kept.
func (x *readOn) begin(was *reading, now source.Chain) {
	x.engine.mu.Lock()
	defer x.engine.mu.Unlock()
	id := x.engine.last.chain + 1
	if was != nil {
		id = was.id
	} else {
		x.engine.last.chain = id
	}
	c := newChain(id, x.source, x.in, now)
	kind, basis := now.Kind, now.KindBasis
	var b *builder
	if was != nil {
		c.filtered, c.carried = was.filtered, was.carried
		c.now.Store(was)
		if was.source.KindBasis == source.ByChoice {
			kind, basis = was.source.Kind, was.source.KindBasis
		}
		if was.kept != nil && !x.isApart(id) {
			b, _ = was.kept.goOn(c)
		}
	}
	if b == nil {
		b = newBuilder(c, kind, basis)
	}
	l := newChainLoad(b)
	l.quiet = true
	x.fresh, x.loads = append(x.fresh, c), append(x.loads, l)
	x.old[c] = was
}

func (x *readOn) isApart(id ChainID) bool {
	return slices.ContainsFunc(x.changes, func(c ChainChange) bool { return c.Chain.ID == id && c.Kind.Apart() })
}

// takeExports takes what exports say whose chains are read.
func (x *readOn) takeExports() {
	ids, chains := map[string]ChainID{}, map[ChainID]*chain{}
	for _, c := range x.fresh {
		if c.found.Stored != nil {
			ids[c.found.Origin], chains[c.id] = c.id, c
			c.filtered, c.carried = message.Message{}, nil
		}
	}
	for i := range x.found.Exports {
		export := &x.found.Exports[i]
		for n := range export.File.Chains() {
			if _, read := ids[export.ChainOrigin(n)]; read {
				x.exports = append(x.exports, *export)
				break
			}
		}
	}
	x.carried.takeFindings(&source.Set{Exports: x.exports}, ids, chains)
}

// load reads.
func (x *readOn) load(ctx context.Context) {
	for _, l := range x.loads {
		x.meter.progress.BytesTotal += l.source.Bytes
	}
	x.meter.progress.Phase, x.meter.progress.BytesDone = "reading", 0
	y := loader{engine: x.engine, files: x.in.given, meter: x.meter}
	y.grew = func(l *chainLoad, rows int, bytes int64) {
		x.meter.progress.Current = l.source.Origin
		x.meter.progress.BytesDone += bytes
		x.meter.progress.Records += int64(rows)
		x.meter.tick(nil)
	}
	y.ended = func(*chainLoad) {}
	y.load(ctx, x.loads)
}

// commit makes what was read the present chains of the source.
func (x *readOn) commit(ctx context.Context) (Resumed, error) {
	take := map[*chain]bool{}
	for i, c := range x.fresh {
		take[c] = x.judge(x.loads[i], x.old[c])
	}
	e := x.engine
	list := x.present(take)
	// They were only read: a failing close loses nothing.
	_ = x.found.CloseOthers(func(now *source.Chain) bool {
		return slices.ContainsFunc(list, func(c *chain) bool { return c.in == x.in && c.found.Origin == now.Origin })
	})
	e.mu.Lock()
	x.swap(list)
	problems := x.newProblems()
	e.mu.Unlock()
	e.noting.Lock()
	for _, c := range x.changes {
		if c.Kind.Apart() || c.Kind == ChangeSalvaged {
			delete(e.marksSought, c.Chain.ID)
		}
	}
	e.noting.Unlock()
	if err := x.chooseKinds(ctx, list); err != nil {
		return Resumed{}, err
	}
	names := map[string]NoteAnchor{}
	for _, c := range list {
		names[c.found.Origin] = NoteAnchor{Node: c.found.Node, Channel: c.found.Channel}
	}
	for i := range x.exports {
		e.takeNotes(&x.exports[i], names)
	}
	return Resumed{Changes: x.describe(list), Problems: append(x.problems, problems...), Progress: x.meter.done()}, nil
}

// chooseKinds reads chains as the kinds that were chosen while they were read on as others.
func (x *readOn) chooseKinds(ctx context.Context, list []*chain) error {
	for _, c := range list {
		was := x.old[c]
		if was == nil {
			continue
		}
		chosen := was.chain.read().source
		if now := c.read(); chosen.KindBasis == source.ByChoice && chosen.Kind != now.source.Kind {
			if _, err := x.engine.setKind(ctx, now, chosen.Kind); err != nil {
				return err
			}
		}
	}
	return nil
}

// judge decides whether what was read of a chain takes the place of what is open, and says
// what has become of it.
func (x *readOn) judge(l *chainLoad, was *reading) bool {
	if l.err != nil {
		x.problems = append(x.problems, Problem{
			Severity: SeverityDamage, Path: l.source.Origin, Title: "Reading on stopped", Detail: l.err.Error(),
			Advice: "What was read before is shown. If the file was being moved or replaced, read on again.",
		})
		return false
	}
	now := l.chain.read()
	switch {
	case was == nil:
		x.changes = append(x.changes, ChainChange{Kind: ChangeAppeared, Added: now.index.length, Chain: ChainInfo{ID: l.id}})
		return true
	case x.isApart(was.id):
		return true // as was wished
	case was.found.Salvaged:
		if !was.beginsLike(now) || now.index.length != was.index.length {
			x.changes = append(x.changes, ChainChange{Kind: ChangeSalvaged, Why: "other records are without a row", Chain: ChainInfo{ID: l.id}})
		}
		return true
	case l.from == 0 && !was.beginsLike(now):
		x.changes = append(x.changes, ChainChange{Kind: ChangeReplaced, Why: "its entries are not the ones that were read", Chain: ChainInfo{ID: l.id}})
		return x.spec.Again
	}
	if added := now.index.length - was.index.length; added != 0 || !was.saysAs(now) {
		x.changes = append(x.changes, ChainChange{Kind: ChangeAppended, Added: added, Chain: ChainInfo{ID: l.id}})
	}
	return true
}

// present lists the chains of the source as they are from now on, in the order in which they
// were found.
func (x *readOn) present(take map[*chain]bool) []*chain {
	now, there := map[string]*chain{}, map[string]bool{}
	was := x.source.chains()
	for _, c := range was {
		now[c.found.Origin] = c
	}
	for _, c := range x.fresh {
		if take[c] {
			now[c.found.Origin] = c
		}
	}
	var list []*chain
	for i := range x.found.Chains {
		origin := x.found.Chains[i].Origin
		if c := now[origin]; c != nil && !there[origin] {
			list = append(list, c)
			there[origin] = true
		}
	}
	for _, c := range was {
		if !there[c.found.Origin] && !c.found.Salvaged {
			list = append(list, c)
		}
	}
	return list
}

// swap makes a list the chains of the source. What is read of the chains before can be
// read until the next time: tables show it. The caller holds the lock.
func (x *readOn) swap(list []*chain) {
	s := x.source
	before := s.chains()
	s.present.Store(&list)
	if s.open.Err() == nil {
		for _, c := range list {
			x.engine.chains[c.id] = c
		}
	}
	for _, c := range x.changes {
		if c.Closed {
			delete(x.engine.chains, c.Chain.ID)
			x.engine.forgetTables(c.Chain.ID)
		}
	}
	s.openings = append(s.openings, x.in)
	s.openings = slices.DeleteFunc(s.openings, func(o *opening) bool {
		uses := func(c *chain) bool { return c.in == o }
		if s.open.Err() == nil && (slices.ContainsFunc(list, uses) || slices.ContainsFunc(before, uses) && o != x.in) {
			return false
		}
		o.files.finish()
		return true
	})
	s.findings = append(s.findings, x.carried.findings...)
	s.sender = append(s.sender, x.carried.sender...)
	for i := range x.exports {
		s.redactions = append(s.redactions, x.exports[i].File.Redactions()...)
	}
}

// newProblems takes the problems that were found, and returns those that were not known.
func (x *readOn) newProblems() (list []Problem) {
	s := x.source
	all := append(problems(x.found.Problems), x.carried.problems...)
	all = append(all, problems(x.found.LateProblems())...)
	for i := range all {
		if !slices.Contains(s.problems, all[i]) {
			list = append(list, all[i])
		}
	}
	kept := slices.DeleteFunc(s.problems, func(p Problem) bool { return !p.Carried })
	s.problems = append(kept, all...)
	s.findings = slices.DeleteFunc(s.findings, func(f sourceFinding) bool { return f.own })
	s.findings = append(s.findings, notRead(x.found.Problems)...)
	return list
}

// describe completes the changes, and reports the chains that they are about.
func (x *readOn) describe(list []*chain) []ChainChange {
	infos := map[ChainID]ChainInfo{}
	for i := range x.changes {
		if c := &x.changes[i]; c.Kind == ChangeGone || c.Kind.Apart() && !x.spec.Again {
			x.was[c.Chain.ID].tell(c)
		}
	}
	for _, c := range list {
		infos[c.id] = c.read().info()
	}
	var changed []ChainInfo
	for i := range x.changes {
		c := &x.changes[i]
		if c.Closed {
			continue
		}
		c.Chain = infos[c.Chain.ID]
		c.Read = slices.ContainsFunc(list, func(now *chain) bool { return now.id == c.Chain.ID && now.in == x.in })
		changed = append(changed, c.Chain)
	}
	x.meter.tell(func() []ChainInfo {
		some := changed[:min(len(changed), announcedAtOnce)]
		changed = changed[len(some):]
		return some
	})
	sort.SliceStable(x.changes, func(i, j int) bool { return x.changes[i].Chain.ID < x.changes[j].Chain.ID })
	return x.changes
}
