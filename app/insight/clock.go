package insight

import (
	"slices"
	"sort"

	"chainglass/wire/message"
)

// A clock has stepped back where two rows in a row are earlier than each of the
// two before them, by more than rows appended by several hands can be. One row
// alone is damage or disorder. A step that the rows' own pace makes up for
// before the second row comes is not seen. Times of which more than one in
// unorderedShare go back, beyond a few, are no clock's, and nothing is said.
const (
	unorderedShare = 50
	unorderedFew   = 2
	// appendStepNS is for append times, which a store hands out one by one.
	appendStepNS = timeSlackNS
	// recordStepNS is for the records' times, which are taken before the append
	// and may come in another order.
	recordStepNS = nanosPerSec
)

// clockStep is one step back.
type clockStep struct {
	position     int
	fromNS, toNS uint64
}

// stepWatch finds the steps of one clock.
type stepWatch struct {
	leastNS uint64
	// last are the times of the last two rows, the older first.
	last [2]uint64
	rows int
	// back counts the rows that are earlier than the one before.
	back int
	// pending is a row that is earlier than the two before it, and level the
	// earlier of the two.
	pending clockStep
	level   uint64
	steps   []clockStep // the first maxPerRule
	count   int
}

// times looks at the times of rows that lie together, in a unit of so many
// nanoseconds, and is told whether they ascend. Times that no 64 bits of nanoseconds
// hold are passed over. Nearly all rows are no earlier than the one before, and
// nothing is pending.
func (x *stepWatch) times(first int, values []uint64, unitNS uint64, ascending bool) {
	most, calm := ^uint64(0)/unitNS, (^uint64(0)-x.leastNS)/unitNS
	if n := len(values); ascending && n >= 2 && x.level == 0 && values[0] >= x.last[1]/unitNS && values[n-1] <= calm {
		x.rows += n
		x.last = [2]uint64{values[n-2] * unitNS, values[n-1] * unitNS}
		return
	}
	for i := 0; i < len(values); i++ {
		if x.level == 0 {
			older, newer := x.last[0]/unitNS, x.last[1]/unitNS
			from := i
			for i < len(values) && values[i] >= newer && values[i] <= calm {
				older, newer = newer, values[i]
				i++
			}
			x.rows += i - from
			x.last = [2]uint64{older * unitNS, newer * unitNS}
			if i == len(values) {
				return
			}
		}
		if v := values[i]; v <= most {
			x.time(first+i, v*unitNS)
		}
	}
}

func (x *stepWatch) time(position int, ns uint64) {
	if x.rows > 0 && later(ns, x.leastNS) <= x.last[1] {
		x.back++
	}
	if x.level > 0 {
		if later(ns, x.leastNS) <= x.level {
			x.count++
			if len(x.steps) < maxPerRule {
				x.steps = append(x.steps, x.pending)
			}
		}
		x.level = 0
	} else if earlier := min(x.last[0], x.last[1]); x.rows >= 2 && later(ns, x.leastNS) <= earlier {
		x.pending, x.level = clockStep{position, x.last[1], ns}, earlier
	}
	x.last = [2]uint64{x.last[1], ns}
	x.rows++
}

// clockWatch watches both clocks of a chain.
type clockWatch struct {
	append, record stepWatch
}

func newClockWatch() clockWatch {
	return clockWatch{stepWatch{leastNS: appendStepNS}, stepWatch{leastNS: recordStepNS}}
}

// clockTrouble is a clock of a node that stepped back, or ran off for a while.
type clockTrouble struct {
	subject     *subject
	first, last int
	// firstNS and lastNS are placing times; beforeNS is that of the row before a step.
	firstNS, lastNS, beforeNS uint64
	// byNS is by how much it stepped back, or how far it was off: ahead if ahead.
	byNS       uint64
	off, ahead bool
	// jump is the wait of a step forward before the step back, both of all clocks of the node.
	jump         wait
	fromNS, toNS uint64 // what the clock said before a step and after it
	// append and record say which of the clocks stepped; chains are those that tell of it,
	// more is how many steps follow that are not listed.
	append, record bool
	chains         []*subject
	more           int
}

const (
	// A step that several chains or both clocks of a node tell of is one: its length may
	// differ by the waits between rows, and by sameStepShare of itself.
	sameStepNS    = 60 * nanosPerSec
	sameStepShare = 10
	// A record clock that is off from the append times by offNS, and steadily so, in offRows
	// of the rows looked at and for offForNS, while it is right in one of onShare of them,
	// ran off for a while.
	offNS    = nanosPerSec
	offRows  = 8
	offForNS = 10 * nanosPerSec
	onShare  = 10
	// clockBeforeNS is how long before a clock goes wrong a spell may begin that came of it.
	clockBeforeNS = 30 * nanosPerSec
	// jumpWaitNS is how much longer than a step the wait may be with which it began.
	jumpWaitNS = 10 * nanosPerSec
)

// clockTroubles returns what was wrong with the clocks of a node, in order of time.
func (n *node) clockTroubles() (found []clockTrouble) {
	for _, s := range n.subjects {
		for _, t := range s.offTimes() {
			found = merged(found, t)
		}
	}
	var steps []clockTrouble
	for _, s := range n.subjects {
		steps = append(steps, s.steps(&s.watch.clocks.append, true)...)
		steps = append(steps, s.steps(&s.watch.clocks.record, false)...)
	}
	sort.SliceStable(steps, func(i, j int) bool { return steps[j].byNS < steps[i].byNS })
	for _, t := range steps {
		found = merged(found, t)
	}
	for i := range found {
		t := &found[i]
		if w, ahead := t.jumped(n); ahead {
			t.jump, t.ahead, t.firstNS, t.lastNS = w, true, w.fromNS, t.beforeNS
			t.subject, t.first, t.last = n.steady()[0], w.before, w.after
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].firstNS < found[j].firstNS })
	return found
}

// steps returns the steps back of a clock of a chain.
func (s *subject) steps(x *stepWatch, isAppend bool) (found []clockTrouble) {
	if x.back > unorderedFew+x.rows/unorderedShare {
		return nil
	}
	for i, step := range x.steps {
		row, before := s.chain.Row(step.position), s.chain.Row(step.position-1)
		t := clockTrouble{
			subject: s, first: step.position, last: step.position, firstNS: row.TimeNS, lastNS: row.TimeNS, beforeNS: before.TimeNS, byNS: step.fromNS - step.toNS,
			fromNS: step.fromNS, toNS: step.toNS, append: isAppend, record: !isAppend, chains: []*subject{s},
		}
		if i == len(x.steps)-1 {
			t.more = x.count - len(x.steps)
		}
		found = append(found, t)
	}
	return found
}

// jumped finds the wait with which a clock that stepped back had stepped forward before: it
// is as long as the step, but for the waits between rows, and on all chains of the node that
// rows come to all the time.
func (t *clockTrouble) jumped(n *node) (w wait, found bool) {
	if !t.append || t.off {
		return w, false
	}
	steady := n.steady()
	for _, s := range steady {
		at := slices.IndexFunc(s.watch.silence.longest, func(w wait) bool {
			return w.toNS <= later(t.beforeNS, timeSlackNS) && w.lengthNS() >= t.byNS-t.byNS/sameStepShare && w.lengthNS() <= later(t.byNS, t.byNS/sameStepShare+jumpWaitNS)
		})
		if at < 0 {
			return w, false
		}
		if s == steady[0] {
			w = s.watch.silence.longest[at]
		}
	}
	return w, len(steady) > 0
}

// merged adds a trouble to those that are known, or to the one that is the same.
func merged(known []clockTrouble, t clockTrouble) []clockTrouble {
	for i := range known {
		k := &known[i]
		if !k.isSame(&t) {
			continue
		}
		k.append, k.record = k.append || t.append, k.record || t.record
		k.more = max(k.more, t.more)
		if !slices.Contains(k.chains, t.subject) {
			k.chains = append(k.chains, t.subject)
		}
		return known
	}
	return append(known, t)
}

// isSame reports whether a step that is no longer than those before it is the same as one of
// them, or whether two times in which a clock was off are one. On a chain whose rows are far
// apart a step is shorter by the wait. The end of a time in which the record clock ran ahead,
// and the beginning of one in which it was behind, are steps back.
func (t *clockTrouble) isSame(u *clockTrouble) bool {
	near := func(a, b uint64) bool { return max(a, b)-min(a, b) <= sameStepNS }
	alike := max(t.byNS, u.byNS)-min(t.byNS, u.byNS) <= max(t.byNS, u.byNS)/sameStepShare+nanosPerSec
	switch {
	case t.off && u.off:
		return t.ahead == u.ahead && alike && near(t.firstNS, u.firstNS)
	case t.off:
		at := t.firstNS
		if t.ahead {
			at = t.lastNS
		}
		return u.record && (alike && near(at, u.firstNS) || later(at, sameStepNS) >= u.beforeNS && at <= later(u.firstNS, sameStepNS))
	case t.subject == u.subject && t.append == u.append && t.record == u.record:
		return false // a clock that steps twice
	}
	within := u.beforeNS <= later(t.beforeNS, sameStepNS) && later(u.firstNS, sameStepNS) >= t.firstNS
	return alike && near(t.firstNS, u.firstNS) || within
}

// offTimes returns when the record clock of a chain was off for a while.
func (s *subject) offTimes() (found []clockTrouble) {
	type sample struct {
		position int
		timeNS   uint64
		offNS    int64
	}
	var samples []sample
	right := 0
	stride := max(1, s.chain.Len()/skewSamples)
	for position := 0; position < s.chain.Len(); position += stride {
		r := s.chain.Row(position)
		if off, both := r.clockOffset(); both {
			samples = append(samples, sample{position, r.TimeNS, off})
			if abs(off) < offNS {
				right++
			}
		}
	}
	if right*onShare < len(samples) {
		return nil
	}
	for i := 0; i < len(samples); {
		end := i + 1
		for end < len(samples) && abs(samples[end].offNS-samples[i].offNS) <= abs(samples[i].offNS)/sameStepShare {
			end++
		}
		first, last := &samples[i], &samples[end-1]
		if abs(first.offNS) >= offNS && end-i >= offRows && last.timeNS >= later(first.timeNS, offForNS) {
			found = append(found, clockTrouble{
				subject: s, first: first.position, last: last.position, firstNS: first.timeNS, lastNS: last.timeNS,
				byNS: abs(first.offNS), off: true, ahead: first.offNS > 0, record: true, chains: []*subject{s},
			})
		}
		i = end
	}
	return found[:min(len(found), maxPerRule)]
}

func abs(v int64) uint64 { return uint64(max(v, -v)) }

// reportClocks lists what was wrong with the clocks of the node.
func (n *node) reportClocks(out *report) {
	for i := range n.troubles[:min(len(n.troubles), maxPerRule)] {
		out.add(n.clockFinding(&n.troubles[i]))
	}
}

func (n *node) clockFinding(t *clockTrouble) Finding {
	f := about(RuleClockStep, t.subject, t.first, t.last)
	f.Severity, f.Confidence, f.Count = Warning, Likely, 1+t.more
	f.FirstTimeNS, f.LastTimeNS = t.firstNS, t.lastNS
	which := message.New("The append time")
	switch {
	case t.append && t.record:
		which, f.Confidence = message.New("The append time and the record's own time"), Certain
	case t.record:
		which = message.New("The record's own time")
	}
	switch {
	case t.jump.toNS > 0:
		f.Title = message.New("The clock stepped ahead by {} and {} later back", message.Duration(t.byNS), span(t.jump.toNS, t.lastNS))
	case t.off && t.ahead:
		f.Title = message.New("The record clock ran {} ahead for {}", message.Duration(t.byNS), span(t.firstNS, t.lastNS))
	case t.off:
		f.Title = message.New("The record clock ran {} behind for {}", message.Duration(t.byNS), span(t.firstNS, t.lastNS))
	default:
		f.Title = message.New("The clock stepped back by {}", message.Duration(t.byNS))
	}
	if t.off {
		f.Confidence = Certain
		f.Detail = message.New("The records' own times are {} off from the append times {}, and right before or after. Order by append time around here.", message.Duration(t.byNS), between(t.firstNS, t.lastNS))
	} else {
		f.Detail = message.New("{} goes from {clock} to {clock}. Order by position, not by time, around here.", message.List(which), message.Time(t.fromNS), message.Time(t.toNS))
	}
	if len(t.chains) > 1 {
		f.Detail.Add(" {chain|chains} of the node tell of it.", message.Count(len(t.chains)))
	}
	if t.more > 0 {
		f.Detail.Add(" {more step follows|more steps follow}.", message.Count(t.more))
	}
	for _, s := range n.cluster.spells {
		if t.explains(n, s) {
			s.clock = true
			f.Severity, f.Role = Serious, RoleCause
			f.Title.Add(", then {failure|failures} that name {}", message.Count(s.named[0].count), message.Node(n.name))
		}
	}
	return f
}

// explains reports whether a spell came of a clock of a node: its failures name the node.
func (t *clockTrouble) explains(n *node, s *spell) bool {
	id, known := n.cluster.directory.NodeID(n.name)
	if !known || s.sick != id || s.clock || t.byNS < nanosPerSec {
		return false
	}
	from, to := t.firstNS, t.firstNS
	if !t.off && t.jump.toNS == 0 { // the times of the rows behind a step are set back
		from = ago(from, t.byNS)
		to = later(to, t.byNS)
	}
	return s.firstNS >= ago(from, clockBeforeNS) && s.firstNS <= later(to, afterNS)
}
