package engine

import (
	"sort"

	"chainglass/app/engine/part"
	"chainglass/app/insight"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// index is the in-memory index of one chain: the columns of the leaves that it was read
// in. It is immutable; with returns a longer one.
type index struct {
	blocks []*indexBlock
	// firsts are the positions that the blocks begin at.
	firsts []int
	length int
	// strayNS is the first of the times that do not say where entries belong, 0 if there
	// are none.
	strayNS uint64
}

// indexBlock is a leaf with what the entries before it make of it.
type indexBlock struct {
	*part.Leaf
	// class are the numbers of the chain's classes, timeMS the leaf's times with those
	// filled in that are the ones of the last record before.
	class  []part.ClassID
	timeMS []uint64
	// strides are those of the leaf; before sums up all entries before it, which they do
	// not.
	strides []part.Stride
	before  part.Stride
	strayNS uint64
}

// hasStray reports whether times of the block do not count.
func (b *indexBlock) hasStray() bool {
	return b.strayNS > 0 && len(b.Years) > 0 && b.Years[len(b.Years)-1].LastNS >= b.strayNS
}

// orderNS returns what the time of a row says about its place: nothing, if it is
// stray and later than the others.
func (b *indexBlock) orderNS(i int) uint64 {
	if ns := b.placeNS(i); b.strayNS == 0 || ns < b.strayNS {
		return ns
	}
	return 0
}

// timed reports whether a row has a time of its own to be placed at.
func (b *indexBlock) timed(i int) bool { return b.State[i]&(part.HasTS|part.Decoded) != 0 }

// with returns the index with one more block, which begins where the last one ends. It
// sums the block up. Of two indexes made from one, only one may be made longer again.
func (x index) with(b *indexBlock) index {
	b.before, b.strayNS, b.strides = x.total(), x.strayNS, b.Strides
	if len(b.State) > 0 && &b.timeMS[0] != &b.TimeMS[0] || b.hasStray() {
		b.strides = b.SumUp(b.timeMS, b.strayNS)
	}
	return index{append(x.blocks, b), append(x.firsts, x.length), x.length + len(b.State), x.strayNS}
}

// without returns the index anew, with times from strayNS on that do not count.
func (x index) without(strayNS uint64) index {
	again := index{strayNS: strayNS}
	for _, b := range x.blocks {
		again = again.with(&indexBlock{Leaf: b.Leaf, class: b.class, timeMS: b.timeMS})
	}
	return again
}

// number returns the number of the block that holds a position.
func (x *index) number(position int) int {
	// Most leaves have the same length.
	if guess := position/part.LeafRows + 1; guess < len(x.firsts) && x.firsts[guess] <= position &&
		(guess+1 == len(x.firsts) || position < x.firsts[guess+1]) {
		return guess
	}
	return sort.SearchInts(x.firsts, position+1) - 1
}

// at returns the block of a position and the place in it.
func (x *index) at(position int) (*indexBlock, int) {
	n := x.number(position)
	return x.blocks[n], position - x.firsts[n]
}

// indexRow is one entry of the index.
type indexRow struct {
	seq     uint64
	ts      postcard.Option[uint64]
	timeMS  uint64
	id      uint64
	class   part.ClassID
	status  wire.EntryStatus
	decoded bool
}

// row returns the index entry of a position below length.
func (x *index) row(position int) indexRow {
	b, i := x.at(position)
	state := b.State[i]
	return indexRow{
		seq:     b.SeqAt(i),
		ts:      postcard.Option[uint64]{Value: b.TSNS[i], Some: state&part.HasTS != 0},
		timeMS:  b.timeMS[i],
		id:      b.ID[i],
		class:   b.class[i],
		status:  wire.EntryStatus(state & insight.RowStatusMask),
		decoded: state&part.Decoded != 0,
	}
}

// placeNS returns the time a row is placed at: its append time or, where the
// chain has none, the record's own time. Entries that have neither are placed
// where the entry before them is.
func (b *indexBlock) placeNS(i int) uint64 { return part.PlaceNS(b.TSNS[i], b.timeMS[i], b.State[i]) }

// timeNS returns the time an entry is placed at.
func (x *index) timeNS(position int) uint64 {
	b, i := x.at(position)
	return b.placeNS(i)
}

// walk calls visit for the rows from first up to end.
func (x *index) walk(first, end int, visit func(b *indexBlock, i int)) {
	x.runs(first, end, func(b *indexBlock, from, to int) bool {
		for i := from; i < to; i++ {
			visit(b, i)
		}
		return true
	})
}

// runs calls visit for the parts of blocks that make up the rows from first up to end,
// until it returns false.
func (x *index) runs(first, end int, visit func(b *indexBlock, from, to int) bool) {
	if first >= end {
		return
	}
	for n := x.number(first); first < end; n++ {
		b := x.blocks[n]
		from := first - x.firsts[n]
		to := min(len(b.State), end-x.firsts[n])
		if !visit(b, from, to) {
			return
		}
		first = x.firsts[n] + to
	}
}

// total sums up all entries.
func (x *index) total() part.Stride {
	if len(x.blocks) == 0 {
		return part.Stride{}
	}
	return x.blocks[len(x.blocks)-1].upTo(len(x.blocks[len(x.blocks)-1].State))
}

// upTo sums up all entries of the chain before row i of the block.
func (b *indexBlock) upTo(i int) part.Stride {
	s := b.before
	whole := i / part.StrideRows
	if whole > 0 {
		s = b.throughStride(whole - 1)
	}
	for k := whole * part.StrideRows; k < i; k++ {
		s.AppendedNS = max(s.AppendedNS, b.orderNS(k))
		s.RecordedMS = max(s.RecordedMS, b.timeMS[k])
		s.Counts[b.slot(k)]++
	}
	return s
}

// throughStride sums up all entries of the chain up to the end of a stride of the block.
func (b *indexBlock) throughStride(n int) part.Stride {
	s := b.strides[n]
	s.AppendedNS = max(s.AppendedNS, b.before.AppendedNS)
	s.RecordedMS = max(s.RecordedMS, b.before.RecordedMS)
	for i := range s.Counts {
		s.Counts[i] += b.before.Counts[i]
	}
	return s
}

// slot returns the slot of row i among the counts of a stride.
func (b *indexBlock) slot(i int) uint8 {
	if id := b.Class[i]; id >= part.FirstClass {
		return b.Classes[id].Outcome
	}
	return part.NotRecord
}

// positionOf returns the position of the first entry with a sequence number for which
// same is true.
func (x *index) positionOf(seq uint64, same func(position int) bool) (position int, found bool) {
	for n, b := range x.blocks {
		for i := range b.State {
			if b.SeqAt(i) == seq && same(x.firsts[n]+i) {
				return x.firsts[n] + i, true
			}
		}
	}
	return 0, false
}
