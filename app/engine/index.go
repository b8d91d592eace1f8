package engine

import (
	"math"

	"chainglass/app/insight"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// blockRows is how many entries share one block of columns. Blocks have a fixed
// size so that a growing index never copies what it holds.
const blockRows = 1 << 13

// indexBlock holds the columns of up to blockRows entries.
type indexBlock struct {
	tsNS    []uint64
	timeMS  []uint64
	id      []uint64
	seq     []uint32
	class   []classID
	state   []rowState
	baseSeq uint64
	// wideSeq replaces seq once a sequence number of the block is further from
	// baseSeq than 32 bits reach, which takes damage.
	wideSeq []uint64
}

func newIndexBlock(rows int, baseSeq uint64) *indexBlock {
	return &indexBlock{
		tsNS:    make([]uint64, rows),
		timeMS:  make([]uint64, rows),
		id:      make([]uint64, rows),
		seq:     make([]uint32, rows),
		class:   make([]classID, rows),
		state:   make([]rowState, rows),
		baseSeq: baseSeq,
	}
}

// rowState packs an entry's status and two facts into one byte.
type rowState = insight.RowState

const (
	rowStatusMask = insight.RowStatusMask
	rowHasTS      = insight.RowHasTS
	rowDecoded    = insight.RowDecoded
)

// index is the in-memory index of one chain.
type index struct {
	blocks []*indexBlock
	length int
	// expected is how many entries the chain has: the last block is no larger
	// than it must be, so that ten thousand small chains stay small.
	expected int
}

// indexRow is one entry of the index.
type indexRow struct {
	seq     uint64
	ts      postcard.Option[uint64]
	timeMS  uint64
	id      uint64
	class   classID
	status  wire.EntryStatus
	decoded bool
}

// at returns the block of a position and the place in it.
func (x *index) at(position int) (*indexBlock, int) {
	return x.blocks[position/blockRows], position % blockRows
}

// room returns the block that the next entry goes to and its place in it. seq is
// the entry's. The caller fills the columns and adds to length. No more entries
// may be added than were expected.
func (x *index) room(seq uint64) (*indexBlock, int) {
	place := x.length % blockRows
	if place == 0 {
		rows := min(max(x.expected-x.length, 1), blockRows)
		x.blocks = append(x.blocks, newIndexBlock(rows, seq))
	}
	return x.blocks[len(x.blocks)-1], place
}

// setSeq stores a sequence number, if it must in 64 bits.
func (b *indexBlock) setSeq(place int, seq uint64) {
	if delta := seq - b.baseSeq; b.wideSeq == nil && delta <= math.MaxUint32 {
		b.seq[place] = uint32(delta)
		return
	}
	if b.wideSeq == nil {
		b.wideSeq = make([]uint64, len(b.seq))
		for i := range place {
			b.wideSeq[i] = b.baseSeq + uint64(b.seq[i])
		}
	}
	b.wideSeq[place] = seq
}

func (b *indexBlock) seqAt(place int) uint64 {
	if b.wideSeq != nil {
		return b.wideSeq[place]
	}
	return b.baseSeq + uint64(b.seq[place])
}

// row returns the index entry of a position below length.
func (x *index) row(position int) indexRow {
	b, i := x.at(position)
	state := b.state[i]
	return indexRow{
		seq:     b.seqAt(i),
		ts:      postcard.Option[uint64]{Value: b.tsNS[i], Some: state&rowHasTS != 0},
		timeMS:  b.timeMS[i],
		id:      b.id[i],
		class:   b.class[i],
		status:  wire.EntryStatus(state & rowStatusMask),
		decoded: state&rowDecoded != 0,
	}
}

// placeNS returns the time a row is placed at: its append time or, where the
// chain has none, the record's own time. Entries that have neither are placed
// where the entry before them is.
func (b *indexBlock) placeNS(i int) uint64 {
	if b.state[i]&rowHasTS != 0 {
		return b.tsNS[i]
	}
	return millisToNanos(b.timeMS[i])
}

// timed reports whether a row has a time of its own to be placed at.
func (b *indexBlock) timed(i int) bool { return b.state[i]&(rowHasTS|rowDecoded) != 0 }

// timeNS returns the time an entry is placed at.
func (x *index) timeNS(position int) uint64 {
	b, i := x.at(position)
	return b.placeNS(i)
}

const nanosPerMilli = 1_000_000
