package insight

import (
	"math/bits"
	"slices"

	"chainglass/wire"
)

// Watch gathers what the story of one chain needs while the chain is read. It is
// fed with every row once, in order; what it has gathered does not depend on how
// the rows were cut. It remembers a bounded amount, apart from about 13 bytes for
// each row that should have a counterpart on another chain: see keyLog.
//
// A Watch is fed by one goroutine. Once it is not fed any more, any number may
// look into it.
type Watch struct {
	kind wire.ChainKind
	// next is the position of the next row.
	next int
	// decoded counts the records, unreadable the rows that are none.
	decoded, unreadable int
	// lastNS is the largest placing time of a record.
	lastNS uint64
	// classes says what each class means here.
	classes []classNote

	clocks clockWatch
	falls  fallWatch
	// What not every kind of chain has is nil on the others.
	silence *silenceWatch
	novelty *novelty
	rates   *rates
	keys    *keyLog
	panics  *panicWatch
	actions *actionWatch
	// names is nil until a failure names something.
	names *nameWatch
	// commands are the positions of the first maxCommands records of an audit
	// chain.
	commands []int
}

// NewWatch returns the watch of a chain of a kind that has not been read yet.
func NewWatch(kind wire.ChainKind) *Watch {
	w := &Watch{kind: kind, clocks: newClockWatch(), falls: newFallWatch(kind)}
	if kind == wire.ChainAction || kind == wire.ChainLog {
		w.silence, w.novelty = &silenceWatch{}, &novelty{}
	}
	if kind == wire.ChainAction || kind == wire.ChainFailure {
		w.rates, w.keys = newRates(), &keyLog{}
	}
	if kind == wire.ChainAction {
		w.panics, w.actions = &panicWatch{}, &actionWatch{}
	}
	return w
}

// Clone returns a copy that can be looked into while the watch is fed on. It must
// be made between two calls of Rows.
func (w *Watch) Clone() *Watch {
	c := *w
	c.classes = slices.Clone(w.classes)
	c.falls = w.falls.clone()
	c.silence, c.novelty = w.silence.clone(), w.novelty.clone()
	c.rates, c.keys = w.rates.clone(), w.keys.clone()
	c.panics, c.actions, c.names = w.panics.clone(), w.actions.clone(), w.names.clone()
	return &c
}

// finish settles what waits for further rows: there are none.
func (w *Watch) finish() {
	w.falls.finish()
	if w.silence != nil {
		w.silence.finish()
	}
	if w.actions != nil {
		w.actions.finish(w)
	}
}

// The flags of a class.
const (
	classFailed uint8 = 1 << iota
	classGated
	classPanic
	classExhausted
	classDeferred
	// classDaemon: the kind is one that a daemon's backoff gates.
	classDaemon
	classStart

	classTells = classFailed | classGated
)

// classNote is what a class means to the watches.
type classNote struct {
	flags uint8
	// marked is 1 if the class has flags or a text.
	marked uint8
	// text is the number of the template in [novelty], or one of those below.
	text int32
	// names is one more than the number of the template in [nameWatch]; 0 before a row of
	// the class names something, [tooManyTexts] for one that is not followed.
	names int32
}

// What stands for the number of a text.
const (
	// noText: rows of the class have none.
	noText int32 = -iota - 1
	// newText: no row of the class has come yet.
	newText
)

// learn takes the classes that are new.
func (w *Watch) learn(classes []Class) {
	for i := len(w.classes); i < len(classes); i++ {
		n := w.note(&classes[i])
		if n.flags != 0 || n.text != noText {
			n.marked = 1
		}
		w.classes = append(w.classes, n)
	}
}

func (w *Watch) note(c *Class) classNote {
	n := classNote{text: noText}
	if c.Template != "" && w.novelty != nil {
		n.text = newText
	}
	if !c.Tells(w.kind) {
		return n
	}
	n.flags = classFailed
	if w.kind != wire.ChainAction {
		return n
	}
	if wire.Outcome(c.Outcome) == wire.OutcomeGated {
		n.flags = classGated
	}
	switch c.Template {
	case panicReason:
		n.flags |= classPanic
	case budgetReason:
		n.flags |= classExhausted
	case deferReason:
		n.flags |= classDeferred
	}
	switch c.Kind {
	case wire.KindStartDaemon:
		n.flags |= classDaemon | classStart
	case wire.KindStopDaemon, wire.KindApplyBackoff:
		n.flags |= classDaemon
	}
	return n
}

// run is rows that lie together and have the same facts: all are decoded. Few
// enough for the columns to stay in the processor's first cache.
type run struct {
	first int
	// timeNS is when the rows are placed. ascending: none before the one before it.
	timeNS, timeMS, id []uint64
	ascending          bool
	class              []uint16
	// told is what the rows tell whose class does.
	told []Told
	// notes are those of the classes.
	notes []classNote
	// marked are the numbers of the rows whose class has flags or a text: on an
	// action chain one in a few.
	marked []uint16
	// room is for what is written down of the rows, one thing after the other.
	room *[runRows]uint16
	// leastID is no larger than the smallest id.
	leastID uint64
	// On an action chain, open are the numbers of the rows that tell something or may
	// be of an action that is open.
	open []uint16
}

// runRows is a power of two.
const runRows = 512

// mark finds the marked rows. Which rows are is hard to foresee, so each is
// written down and the next one written over it unless it counts.
func (r *run) mark() {
	n := 0
	for i, class := range r.class {
		r.room[n%runRows] = uint16(i)
		n += int(r.notes[class].marked)
	}
	r.marked = r.room[:n]
}

// markActions finds the marked rows of an action chain, which are those that tell, and
// those that may be of an open action, given where the run begins in the rows that
// a digest is of. Rows before the fresh'th may be of actions from before them.
func (r *run) markActions(d *Digest, from, fresh int, open *[runRows]uint16) {
	marks, opens := 0, 0
	for first := 0; first < len(r.class); first += 64 {
		rows := ^uint64(0) >> max(0, 64-(len(r.class)-first))
		tells := wordAt(d.Tells, from+first) & rows
		for w := tells; w != 0; w &= w - 1 {
			r.room[marks%runRows] = uint16(first + bits.TrailingZeros64(w))
			marks++
		}
		may := tells | wordAt(d.Again, from+first)
		if old := fresh - (from + first); old > 0 {
			may |= ^uint64(0) >> max(0, 64-old)
		}
		for w := may & rows; w != 0; w &= w - 1 {
			open[opens%runRows] = uint16(first + bits.TrailingZeros64(w))
			opens++
		}
	}
	r.marked, r.open = r.room[:marks], open[:opens]
}

// Rows takes the next rows. classes covers every number used so far: a class
// never changes, and new ones come at the end. Nothing of rows is kept, of
// classes the texts.
func (w *Watch) Rows(rows *Rows, classes []Class) {
	if rows.First != w.next {
		panic("invariant: rows come in order")
	}
	w.learn(classes)
	told := rows.Told
	var placed [runRows]uint64
	var room, open [runRows]uint16
	d, fresh := rows.Digest, 0
	if d == nil {
		own := DigestOf(rows)
		own.Tells = rows.tells(w.classes)
		d = &own
	}
	if w.actions != nil {
		fresh = w.actions.fresh(rows.ID)
	}
	for from := 0; from < len(rows.State); {
		to := min(from+runRows, len(rows.State))
		if !d.Alike {
			to = rows.alike(from)
		}
		facts := rows.State[from]
		times := rows.TSNS[from:to]
		if facts&RowHasTS == 0 {
			times = placed[:to-from]
			for i, ms := range rows.TimeMS[from:to] {
				times[i] = placedNS(ms)
			}
		}
		ascending := facts&RowHasTS != 0 && d.Appends || facts&RowHasTS == 0 && d.Records || isAscending(times)
		if facts&RowHasTS != 0 {
			w.clocks.append.times(w.next, times, 1, ascending)
		}
		if facts&RowDecoded == 0 {
			w.unreadable += to - from
		} else {
			r := run{
				first: w.next, timeNS: times, timeMS: rows.TimeMS[from:to], id: rows.ID[from:to], ascending: ascending,
				class: rows.Class[from:to], told: told, notes: w.classes, room: &room, leastID: d.LeastID,
			}
			if w.actions != nil {
				r.markActions(d, from, fresh, &open)
			} else {
				r.mark()
			}
			w.run(&r, classes, d.Records)
			told = told[len(r.told):]
		}
		w.next += to - from
		from = to
	}
	if len(told) > 0 {
		panic("invariant: rows tell what their classes do")
	}
}

// alike returns the end of the rows that have the same facts as the one at from.
func (r *Rows) alike(from int) int {
	const facts = RowHasTS | RowDecoded
	states := r.State[from:min(len(r.State), from+runRows)]
	var unlike RowState
	for _, s := range states {
		unlike |= s ^ states[0]
	}
	if unlike&facts == 0 {
		return from + len(states)
	}
	to := 1
	for (states[to]^states[0])&facts == 0 {
		to++
	}
	return from + to
}

// run takes decoded rows, and is told if the times of their records ascend. It cuts
// what is told to what they tell.
func (w *Watch) run(r *run, classes []Class, ascending bool) {
	w.decoded += len(r.id)
	if r.ascending {
		w.lastNS = max(w.lastNS, r.timeNS[len(r.timeNS)-1])
	} else {
		w.lastNS = max(w.lastNS, slices.Max(r.timeNS))
	}
	w.clocks.record.times(r.first, r.timeMS, nanosPerMilli, ascending || isAscending(r.timeMS))
	w.falls.rows(r)
	if w.silence != nil {
		w.silence.times(r.first, r.timeNS)
		w.novelty.rows(r, classes)
	}
	if w.keys != nil {
		w.keys.rows(r)
		w.rates.rows(r)
		w.names = w.names.rows(r, classes)
	}
	if w.actions != nil {
		w.panics.rows(r)
		w.actions.rows(r, &w.falls)
	}
	if w.kind == wire.ChainAudit {
		for i := range r.id {
			if len(w.commands) == maxCommands {
				break
			}
			w.commands = append(w.commands, r.first+i)
		}
	}
}
