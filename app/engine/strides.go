package engine

import (
	"math"
	"sort"
)

// strideRows is how many entries a stride sums up: few enough to be walked
// through wherever a question ends inside one.
const strideRows = 64

// outcomeSlots is how many outcomes the counts of a stride tell apart: five
// levels are the most a kind of chain has, and one more for what is no record.
const outcomeSlots = 6

// notRecord is the slot of entries that are no records.
const notRecord = outcomeSlots - 1

// stride sums up the entries before its end. Both times are the latest so far,
// so they never go back, and a binary search over them is exact even where a
// clock did.
//
// A stray time later than the others does not count: all entries after it would be
// placed where it is.
type stride struct {
	appendedNS uint64
	recordedMS uint64
	counts     [outcomeSlots]uint32
}

// strides returns the strides of all whole groups of strideRows entries, made
// for those that are new. The index must not grow meanwhile.
func (c *chain) strides() []stride {
	c.strideMu.Lock()
	defer c.strideMu.Unlock()
	if c.strideStrayNS != c.times.strayNS {
		// Which times are stray can change while the chain grows.
		c.strideSums, c.strideStrayNS = nil, c.times.strayNS
	}
	var s stride
	if n := len(c.strideSums); n > 0 {
		s = c.strideSums[n-1]
	}
	for first := len(c.strideSums) * strideRows; first+strideRows <= c.index.length; first += strideRows {
		c.walk(first, first+strideRows, func(b *indexBlock, i int) {
			s.appendedNS = max(s.appendedNS, c.orderNS(b, i))
			s.recordedMS = max(s.recordedMS, b.timeMS[i])
			s.counts[c.slot(b.class[i])]++
		})
		c.strideSums = append(c.strideSums, s)
	}
	return c.strideSums
}

// walk calls visit for the index rows from first up to end.
func (c *chain) walk(first, end int, visit func(b *indexBlock, i int)) {
	for position := first; position < end; position++ {
		b, i := c.index.at(position)
		visit(b, i)
	}
}

// slot returns the slot of a class.
func (c *chain) slot(id classID) int {
	if id < classOther {
		return notRecord
	}
	return int(c.classes.table[id].outcome)
}

// countsBefore returns how many of the first position entries have each outcome.
func (c *chain) countsBefore(position int) [outcomeSlots]uint32 {
	var counts [outcomeSlots]uint32
	whole := position / strideRows
	if whole > 0 {
		counts = c.strides()[whole-1].counts
	}
	c.walk(whole*strideRows, position, func(b *indexBlock, i int) {
		counts[c.slot(b.class[i])]++
	})
	return counts
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
	chain *chain
	order Order
	// shiftNS is added to every time, to make up for a clock that is off.
	shiftNS int64
}

// orderNS returns what the time of a row says about its place: nothing, if it is
// stray and later than the others.
func (c *chain) orderNS(b *indexBlock, i int) uint64 {
	if ns := b.placeNS(i); c.times.strayNS == 0 || ns < c.times.strayNS {
		return ns
	}
	return 0
}

// raw returns an entry's time as it is, shifted.
func (k clock) raw(b *indexBlock, i int) uint64 {
	if k.order == OrderRecorded {
		return k.shift(millisToNanos(b.timeMS[i]))
	}
	return k.shift(k.chain.orderNS(b, i))
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

// strideTime returns the latest time up to the end of a stride.
func (k clock) strideTime(s *stride) uint64 {
	if k.order == OrderRecorded {
		return k.shift(millisToNanos(s.recordedMS))
	}
	return k.shift(s.appendedNS)
}

// at returns the time of an entry: the latest of its own and all before it.
func (k clock) at(position int) uint64 {
	var latest uint64
	whole := position / strideRows
	if whole > 0 {
		latest = k.strideTime(&k.chain.strides()[whole-1])
	}
	k.chain.walk(whole*strideRows, position+1, func(b *indexBlock, i int) {
		latest = max(latest, k.raw(b, i))
	})
	return latest
}

// before returns how many entries are earlier than ns.
func (k clock) before(ns uint64) int {
	strides := k.chain.strides()
	whole := sort.Search(len(strides), func(i int) bool { return k.strideTime(&strides[i]) >= ns })
	position := whole * strideRows
	for end := min(position+strideRows, k.chain.index.length); position < end; position++ {
		if b, i := k.chain.index.at(position); k.raw(b, i) >= ns {
			break
		}
	}
	return position
}

// through returns how many entries are not later than ns.
func (k clock) through(ns uint64) int {
	if ns == math.MaxUint64 {
		return k.chain.index.length
	}
	return k.before(ns + 1)
}

func millisToNanos(ms uint64) uint64 {
	return min(ms, math.MaxUint64/nanosPerMilli) * nanosPerMilli
}
