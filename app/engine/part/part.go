package part

import (
	"fmt"
	"slices"
)

// LeafRows is how many entries are read in one pass at most.
const LeafRows = 1 << 15

// Part is what has been read of a run of entries: leaves of adjacent runs, in order.
type Part struct{ Leaves []*Leaf }

// First returns the position of the first entry of the part, which is not empty.
func (p *Part) First() int { return p.Leaves[0].First }

// End returns the position behind its last entry.
func (p *Part) End() int { return p.Leaves[len(p.Leaves)-1].End() }

// Join returns the part of two adjacent runs. An empty part joins with any. It is an error
// if the second does not begin where the first ends: entries would be missing, or counted
// twice.
func Join(a, b *Part) (*Part, error) {
	switch {
	case len(a.Leaves) == 0:
		return b, nil
	case len(b.Leaves) == 0:
		return a, nil
	case a.End() != b.First():
		return nil, fmt.Errorf("part: a part that ends at position %d and one that begins at %d are not adjacent", a.End(), b.First())
	}
	return &Part{slices.Concat(a.Leaves, b.Leaves)}, nil
}
