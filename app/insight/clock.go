package insight

import "chainglass/wire/message"

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

// reportClockSteps lists the steps back of the chain's clocks.
func (s *subject) reportClockSteps(out *report) {
	s.reportSteps(out, &s.watch.clocks.append, "append time", message.New("append time"))
	s.reportSteps(out, &s.watch.clocks.record, "record's own time", message.New("record's own time"))
}

func (s *subject) reportSteps(out *report, x *stepWatch, key string, which message.Message) {
	if x.back > unorderedFew+x.rows/unorderedShare {
		return
	}
	for i, step := range x.steps {
		f := about(RuleClockStep, s, step.position, step.position)
		f.Severity, f.Confidence = Warning, Likely
		f.Title = message.New("The clock stepped back by {}", span(step.toNS, step.fromNS))
		f.Detail = message.New("The {} goes from {} to {}. Order by position, not by time, around here.", message.List(which), message.Time(step.fromNS), message.Time(step.toNS))
		f.Key += "/" + key
		if more := x.count - len(x.steps); more > 0 && i == len(x.steps)-1 {
			f.Count = 1 + more
			f.Detail.Add(" {more step follows|more steps follow}.", message.Count(more))
		}
		out.add(f)
	}
}
