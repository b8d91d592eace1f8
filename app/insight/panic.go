package insight

import "chainglass/wire/message"

// panicReason is what the executor writes when a dispatcher panics.
const panicReason = "dispatcher panicked"

// panicWatch finds the panics of an action chain.
type panicWatch struct {
	positions []int // the first maxPerRule
	last      int
	count     int
}

func (x *panicWatch) row(position int, r *Row) {
	if r.Template != panicReason || !r.failed() {
		return
	}
	if len(x.positions) < maxPerRule {
		x.positions = append(x.positions, position)
	}
	x.count++
	x.last = position
}

// reportPanics lists the panics; those past the limit count with the last one.
func (s *subject) reportPanics(out *report) {
	for i, position := range s.panics.positions {
		r := s.chain.Row(position)
		f := about(RulePanic, s, position, position)
		f.Severity, f.Confidence = Serious, Certain
		f.Title = message.New("A dispatcher panicked")
		f.Detail = message.New("Action {}, {}, at {}. The panic was caught: the action failed for good and the executor went on.",
			message.ID(message.ClassAction, r.ID), message.Kind(r.Kind), message.Time(r.TimeNS))
		if more := s.panics.count - len(s.panics.positions); more > 0 && i == len(s.panics.positions)-1 {
			f.Last, f.Count = s.panics.last, 1+more
			f.LastTimeNS = s.chain.Row(f.Last).TimeNS
			f.Detail.Add(" {more panic follows|more panics follow}.", message.Count(more))
		}
		out.add(f)
	}
}
