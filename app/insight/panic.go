package insight

import (
	"slices"

	"chainglass/wire/message"
)

// panicReason is what the executor writes when a dispatcher panics.
const panicReason = "dispatcher panicked"

// panicWatch finds the panics of an action chain.
type panicWatch struct {
	positions []int // the first maxPerRule
	last      int
	count     int
}

// rows looks for panics among the rows of a run.
func (x *panicWatch) rows(r *run) {
	for _, i := range r.marked {
		if r.notes[r.class[i]].flags&(classFailed|classPanic) != classFailed|classPanic {
			continue
		}
		x.last = r.first + int(i)
		if len(x.positions) < maxPerRule {
			x.positions = append(x.positions, x.last)
		}
		x.count++
	}
}

func (x *panicWatch) clone() *panicWatch {
	if x == nil {
		return nil
	}
	c := *x
	c.positions = slices.Clone(x.positions)
	return &c
}

// reportPanics lists the panics; those past the limit count with the last one.
func (s *subject) reportPanics(out *report) {
	x := s.watch.panics
	if x == nil {
		return
	}
	for i, position := range x.positions {
		r := s.chain.Row(position)
		f := about(RulePanic, s, position, position)
		f.Severity, f.Confidence = Serious, Certain
		f.Title = message.New("A dispatcher panicked")
		f.Detail = message.New("Action {}, {}, at {clock}. The panic was caught: the action failed for good and the executor went on.",
			message.ID(message.ClassAction, r.ID), message.Kind(r.Kind), message.Time(r.TimeNS))
		if more := x.count - len(x.positions); more > 0 && i == len(x.positions)-1 {
			f.Last, f.Count = x.last, 1+more
			f.LastTimeNS = s.chain.Row(f.Last).TimeNS
			f.Detail.Add(" {more panic follows|more panics follow}.", message.Count(more))
		}
		out.add(f)
	}
}
