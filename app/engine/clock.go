package engine

import (
	"math"
	"sort"

	"chainglass/app/engine/part"
)

// countsBefore returns how many of the first position entries have each outcome.
func (x *index) countsBefore(position int) [part.OutcomeSlots]uint32 {
	if position >= x.length {
		return x.total().Counts
	}
	b, i := x.at(position)
	return b.upTo(i).Counts
}

// Order is what entries of several chains are put in order by.
type Order uint8

const (
	// OrderAppended orders by append time, or the record's own where there is
	// none.
	OrderAppended Order = iota
	// OrderRecorded orders by the records' own times.
	OrderRecorded
)

// clock places the entries of a chain in time for one order. Entries of a chain
// keep their order: an entry's time is the latest so far.
type clock struct {
	chain *reading
	order Order
	// shiftNS is added to every time, to make up for a clock that is off.
	shiftNS int64
}

// raw returns an entry's time as it is, shifted.
func (k clock) raw(b *indexBlock, i int) uint64 {
	if k.order == OrderRecorded {
		return k.shift(part.MillisToNanos(b.timeMS[i]))
	}
	return k.shift(b.orderNS(i))
}

// shift adds the shift and stays within what 64 bits hold.
func (k clock) shift(ns uint64) uint64 {
	switch shifted := ns + uint64(k.shiftNS); {
	case k.shiftNS < 0 && ns < uint64(-k.shiftNS):
		return 0
	case k.shiftNS > 0 && shifted < ns:
		return math.MaxUint64
	default:
		return shifted
	}
}

// latest returns the latest time of a sum.
func (k clock) latest(s part.Stride) uint64 {
	if k.order == OrderRecorded {
		return k.shift(part.MillisToNanos(s.RecordedMS))
	}
	return k.shift(s.AppendedNS)
}

// at returns the time of an entry: the latest of its own and all before it.
func (k clock) at(position int) uint64 {
	b, i := k.chain.index.at(position)
	return max(k.latest(b.upTo(i)), k.raw(b, i))
}

// before returns how many entries are earlier than ns.
func (k clock) before(ns uint64) int {
	x := &k.chain.index
	// The last block before which all are earlier, and in it the last such stride.
	n := sort.Search(len(x.blocks), func(n int) bool { return n > 0 && k.latest(x.blocks[n].before) >= ns }) - 1
	if n < 0 {
		return 0
	}
	b := x.blocks[n]
	whole := sort.Search(len(b.strides), func(i int) bool { return k.latest(b.throughStride(i)) >= ns })
	i := whole * part.StrideRows
	for end := min(i+part.StrideRows, len(b.State)); i < end && k.raw(b, i) < ns; i++ {
	}
	return x.firsts[n] + i
}

// through returns how many entries are not later than ns.
func (k clock) through(ns uint64) int {
	if ns == math.MaxUint64 {
		return k.chain.index.length
	}
	return k.before(ns + 1)
}
