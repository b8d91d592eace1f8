package insight

import (
	"slices"
	"sort"
)

// Failures are counted in steps of time. A chain that spans so long that there
// would be more than maxSteps gets steps twice as wide, as often as it takes.
const (
	stepNS   = 10 * nanosPerSec
	maxSteps = 1 << 16
	// maxStepsBack is how far behind the newest step a new one may be put in; an
	// entry further back counts with the step before it. Only damaged times are.
	maxStepsBack = 64
)

// step is what happened within one step of time. Steps without rows are not
// kept.
type step struct {
	startNS       uint64
	failed, gated int
	// first and last are the positions of failures, and when they were.
	first, last     int
	firstNS, lastNS uint64
}

// rates are the steps of one chain, in order of time.
type rates struct {
	widthNS uint64
	steps   []step
	now     int
}

func newRates() *rates { return &rates{widthNS: stepNS} }

// rows counts the rows of a run, step by step.
func (x *rates) rows(r *run) {
	marked := r.marked
	for i := 0; i < len(r.timeNS); {
		s := x.at(r.timeNS[i])
		startNS, spanNS := s.startNS, min(x.widthNS-1, ^s.startNS)
		for i++; i < len(r.timeNS) && r.timeNS[i]-startNS <= spanNS; i++ {
		}
		for ; len(marked) > 0 && int(marked[0]) < i; marked = marked[1:] {
			switch at := int(marked[0]); r.notes[r.class[at]].flags & classTells {
			case classFailed:
				s.fails(r.first+at, r.timeNS[at])
			case classGated:
				s.gated++
			}
		}
	}
}

func (x *rates) clone() *rates {
	if x == nil {
		return nil
	}
	c := *x
	c.steps = slices.Clone(x.steps)
	return &c
}

func (s *step) fails(position int, timeNS uint64) {
	if s.failed == 0 {
		s.first, s.firstNS = position, timeNS
	}
	s.failed++
	s.last, s.lastNS = position, timeNS
}

// at returns the step that a time falls into, or the nearest before it.
func (x *rates) at(timeNS uint64) *step {
	start := timeNS - timeNS%x.widthNS
	if len(x.steps) > 0 && x.steps[x.now].startNS == start {
		return &x.steps[x.now]
	}
	i := len(x.steps)
	if i > 0 && x.steps[i-1].startNS >= start {
		i = sort.Search(i, func(i int) bool { return x.steps[i].startNS >= start })
	}
	switch {
	case i < len(x.steps) && x.steps[i].startNS == start:
	case i < len(x.steps)-maxStepsBack:
		i = max(i-1, 0)
	default:
		x.steps = slices.Insert(x.steps, i, step{startNS: start})
		if len(x.steps) > maxSteps {
			x.widen()
			return x.at(timeNS)
		}
	}
	x.now = i
	return &x.steps[i]
}

// widen doubles the width until the steps are no more than half of what they
// may be.
func (x *rates) widen() {
	for len(x.steps) > maxSteps/2 && x.widthNS < 1<<62 {
		x.widthNS *= 2
		kept := x.steps[:0]
		for _, s := range x.steps {
			s.startNS -= s.startNS % x.widthNS
			if n := len(kept); n > 0 && kept[n-1].startNS == s.startNS {
				kept[n-1].merge(&s)
			} else {
				kept = append(kept, s)
			}
		}
		x.steps = kept
	}
	x.now = 0
}

func (s *step) merge(next *step) {
	if s.failed == 0 {
		s.first, s.firstNS = next.first, next.firstNS
	}
	if next.failed > 0 {
		s.last, s.lastNS = next.last, next.lastNS
	}
	s.failed += next.failed
	s.gated += next.gated
}

// between counts what happened from one time to another, to the nearest step.
func (x *rates) between(fromNS, toNS uint64) (failed, gated int) {
	i := sort.Search(len(x.steps), func(i int) bool { return x.steps[i].startNS+x.widthNS/2 >= fromNS })
	for ; i < len(x.steps) && x.steps[i].startNS+x.widthNS/2 < toNS; i++ {
		failed += x.steps[i].failed
		gated += x.steps[i].gated
	}
	return failed, gated
}
