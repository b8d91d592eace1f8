package rank

import (
	"slices"
	"sort"
)

// List is sets put end to end: positions of the second begin where the first ends. It
// is immutable, as are the sets in it: With returns a longer List, and the shorter one
// stays as it is. The zero List is empty.
type List struct {
	sets []*Set
	// ends and counts are how many positions and members there are up to the end of each
	// set.
	ends, counts []int
}

// With returns the list with one more set at its end. The set must not change any more.
// Of two lists made from one by With, only one may be made longer again.
func (l List) With(s *Set) List {
	if s.Len() == 0 {
		return l
	}
	return List{append(l.sets, s), append(l.ends, l.Len()+s.Len()), append(l.counts, l.Count()+s.Count())}
}

// Clip returns the same list, which may be made longer beside l.
func (l List) Clip() List {
	return List{slices.Clip(l.sets), slices.Clip(l.ends), slices.Clip(l.counts)}
}

// Len returns how many positions there are.
func (l List) Len() int { return last(l.ends) }

// Count returns how many members there are.
func (l List) Count() int { return last(l.counts) }

func last(sums []int) int {
	if len(sums) == 0 {
		return 0
	}
	return sums[len(sums)-1]
}

// start returns where set number i begins: its first position, and the members before.
func (l List) start(i int) (position, members int) {
	if i == 0 {
		return 0, 0
	}
	return l.ends[i-1], l.counts[i-1]
}

// Before returns how many members lie before position. Positions outside the list are
// taken as its ends.
func (l List) Before(position int) int {
	i := sort.SearchInts(l.ends, position+1)
	if i == len(l.sets) {
		return l.Count()
	}
	first, members := l.start(i)
	return members + l.sets[i].Before(position-first)
}

// Has reports whether position is a member.
func (l List) Has(position int) bool {
	i := sort.SearchInts(l.ends, position+1)
	if position < 0 || i == len(l.sets) {
		return false
	}
	first, _ := l.start(i)
	return l.sets[i].Has(position - first)
}

// Member returns the position of member number n, counted from 0, or Len if there are
// not that many.
func (l List) Member(n int) int {
	i := sort.SearchInts(l.counts, n+1)
	if n < 0 || i == len(l.sets) {
		return l.Len()
	}
	first, members := l.start(i)
	return first + l.sets[i].Member(n-members)
}
