package redex

import (
	"errors"
	"fmt"
	"io"

	"chainglass/wire"
)

// DropReason says why rules do not keep an entry.
type DropReason uint8

// The reasons.
const (
	// DropNotOpened: the rules open another generation and delete this one.
	DropNotOpened DropReason = iota
	// DropTorn: the entry is in the torn tail. Under the rules of a version
	// that includes inline entries there.
	DropTorn
	// DropOutOfRange: the payload lies outside dat.
	DropOutOfRange
	// DropBadChecksum: the payload does not match its checksum.
	DropBadChecksum
	// DropSeqOrder: the entry, or one before it, has a sequence number that is
	// not above that of the kept entry before it.
	DropSeqOrder

	dropReasons // count
)

var dropReasonNames = [dropReasons]string{"not-opened", "torn", "out-of-range", "bad-checksum", "seq-order"}

// String returns the name used in reports.
func (r DropReason) String() string {
	if r < dropReasons {
		return dropReasonNames[r]
	}
	return fmt.Sprintf("DropReason(%#02x)", uint8(r))
}

// Drop sums up the entries that were not kept for one reason.
type Drop struct {
	Reason DropReason
	// Count is the number of entries.
	Count int
	// First and Last are positions; not all between them need be dropped.
	First, Last int
}

// Report is the result of opening a generation under rules.
type Report struct {
	Rules Rules
	// Choice is the generation that the rules open.
	Choice Choice
	// Entries is the number of rows in the generation that was judged.
	Entries int
	// Kept is how many of them the rules keep.
	Kept int
	// NextSeq is the sequence number of the next append: one above that of the
	// last kept entry, 0 if none is kept.
	NextSeq uint64
	// DatLen is how many bytes of dat are kept. It is not reduced by entries
	// that are dropped for their checksum or order.
	DatLen int64
	// TSUsable reports whether entries keep their times. If not, a node gives
	// all of them the time of opening. Under [Readable] it is enough that there
	// are times at all.
	TSUsable bool
	// Dropped has at most one element for each reason, in the order of the
	// reasons.
	Dropped []Drop
	// Steps are what a node would do to the files, in its order. Empty means
	// that it changes nothing. Under [Readable] there are none.
	Steps []Step
}

// Recovery works out what rules keep of a generation, one entry after the
// other. It touches no file.
type Recovery struct {
	g       *Generation
	rules   Rules
	choice  Choice
	opened  bool // the rules open this very generation
	cut     bool // by the order of sequence numbers
	kept    int
	lastSeq uint64
	drops   [dropReasons]Drop
}

// NewRecovery begins to judge g under rules. If these open another generation
// of the channel, no entry of g is kept; the result is then that of an empty
// channel, which is the whole truth for [ChosenFresh] unless generation 1 is
// there. [Recover] judges the generation that the rules do open.
func (g *Generation) NewRecovery(rules Rules) *Recovery {
	choice := g.channel.Choose(rules)
	return &Recovery{g: g, rules: rules, choice: choice, opened: rules == Readable || choice.Generation == g.number}
}

// GoOn returns a recovery that goes on judging, from the first entry on that r has not
// judged, in g, which is the same generation opened again later, grown. It reports false
// if the rules would judge the entries before by other measures now.
func (r *Recovery) GoOn(g *Generation) (again *Recovery, same bool) {
	now := g.NewRecovery(r.rules)
	same = g.number == r.g.number && now.opened == r.opened && g.tornFrom >= r.judged()
	now.cut, now.kept, now.lastSeq, now.drops = r.cut, r.kept, r.lastSeq, r.drops
	return now, same
}

// judged is how many entries have been judged.
func (r *Recovery) judged() int {
	n := r.kept
	for i := range r.drops {
		n += r.drops[i].Count
	}
	return n
}

// TSUsable is [Report.TSUsable], known from the start.
func (r *Recovery) TSUsable() bool {
	if r.rules == Readable {
		return r.g.hasTS && (r.g.times > 0 || r.g.rows == 0)
	}
	return r.opened && r.g.timesUsable()
}

// Keep reports whether the entry at position pos is kept. It must be called
// for every position, in order.
func (r *Recovery) Keep(pos int, e *wire.Entry) bool {
	reason, keep := r.judge(pos, e)
	if keep {
		r.kept++
		r.lastSeq = e.Seq
		return true
	}
	d := &r.drops[reason]
	if d.Count == 0 {
		d.First = pos
	}
	d.Count++
	d.Last = pos
	return false
}

// KeepRun judges n entries from position first on as [Recovery.Keep] would one by one:
// sound ones whose sequence numbers count up from seq. It costs a call for all of them.
func (r *Recovery) KeepRun(first, n int, seq uint64) {
	sound := 0
	if r.opened && !r.cut && (seq > r.lastSeq || r.kept == 0) {
		sound = min(n, max(r.g.tornFrom-first, 0))
	}
	if sound > 0 {
		r.kept += sound
		r.lastSeq = seq + uint64(sound) - 1
	}
	e := wire.Entry{Status: wire.EntryOK}
	for i := sound; i < n; i++ {
		e.Seq = seq + uint64(i)
		r.Keep(first+i, &e)
	}
}

func (r *Recovery) judge(pos int, e *wire.Entry) (reason DropReason, keep bool) {
	switch {
	case !r.opened:
		return DropNotOpened, false
	case r.rules != Readable && pos >= r.g.tornFrom:
		return DropTorn, false
	case e.Status == wire.EntryTorn:
		return DropTorn, false
	case e.Status == wire.EntryOutOfRange:
		return DropOutOfRange, false
	case !e.Status.Readable():
		return DropBadChecksum, false
	case r.rules == V0_34_0 && (r.cut || r.kept > 0 && e.Seq <= r.lastSeq):
		r.cut = true
		return DropSeqOrder, false
	}
	return 0, true
}

// Finish returns the result once every entry has been judged. It reads the
// rows that no ReadBlock of the generation has touched, if there are any; that
// is its only error.
func (r *Recovery) Finish() (Report, error) {
	report := Report{
		Rules:    r.rules,
		Choice:   r.choice,
		Entries:  r.g.rows,
		Kept:     r.kept,
		TSUsable: r.TSUsable(),
	}
	if r.kept > 0 {
		report.NextSeq = r.lastSeq + 1
	}
	for reason, d := range r.drops {
		if d.Count > 0 {
			d.Reason = DropReason(reason)
			report.Dropped = append(report.Dropped, d)
		}
	}
	switch {
	case r.rules == Readable:
		report.DatLen = r.g.dat.size
	case r.opened:
		size, err := r.g.keptDatSize()
		if err != nil {
			return Report{}, err
		}
		report.DatLen = size
	}
	if r.rules != Readable {
		report.Steps = r.steps(report.DatLen)
	}
	return report, nil
}

// Positions is a set of positions in a chain.
type Positions []uint64

// Has reports whether pos is in the set.
func (p Positions) Has(pos int) bool {
	return pos >= 0 && pos>>6 < len(p) && p[pos>>6]>>(pos&63)&1 != 0
}

func (p Positions) add(pos int) { p[pos>>6] |= 1 << (pos & 63) }

// Recover opens the generation that rules open and judges all of it in one
// pass. The positions it keeps are positions in that generation, see
// [Channel.OpenLive].
func Recover(c *Channel, rules Rules) (kept Positions, report Report, err error) {
	g, err := c.OpenLive(rules)
	if err != nil {
		return nil, Report{}, err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	r := g.NewRecovery(rules)
	kept = make(Positions, (g.Len()+63)/64)
	var b wire.Block
	for pos := 0; ; pos += len(b.Entries) {
		if err := g.ReadBlock(pos, &b); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, Report{}, err
		}
		for i := range b.Entries {
			if r.Keep(pos+i, &b.Entries[i]) {
				kept.add(pos + i)
			}
		}
	}
	report, err = r.Finish()
	return kept, report, err
}
