package insight

import (
	"encoding/binary"
	"slices"
)

// keyLog keeps, of every row that should have a counterpart on another chain, its
// key, its position and its placing time, packed one after the other:
//
//	key       8 bytes, little endian
//	position  uvarint, less the one before
//	time      varint, less the one before, in nanoseconds
//
// which is about 13 bytes where rows come some seconds apart.
type keyLog struct {
	// chunks hold the packed rows; a row does not straddle two.
	chunks [][]byte
	count  int
	// others counts the rows that tell of no counterpart.
	others int
	// position and timeNS are those of the newest row.
	position int
	timeNS   uint64
	// afterNS is the earliest placing time since then, the largest time if there
	// is none.
	afterNS uint64
}

const (
	keyChunk = 1 << 15
	// keyBytes is the most that a row takes.
	keyBytes = 8 + 2*binary.MaxVarintLen64
)

// rows takes the keys of a run and cuts what it is told to what it tells.
func (x *keyLog) rows(r *run) {
	told, after := 0, 0
	for _, i := range r.marked {
		if r.notes[r.class[i]].flags&classTells == 0 {
			continue
		}
		key := r.told[told].Live
		told++
		if key == 0 {
			x.others++
			continue
		}
		x.add(key, r.first+int(i), r.timeNS[i])
		after = int(i) + 1
	}
	if rest := r.timeNS[after:]; len(rest) > 0 && r.ascending {
		x.afterNS = min(x.afterNS, rest[0])
	} else if len(rest) > 0 {
		x.afterNS = min(x.afterNS, slices.Min(rest))
	}
	r.told = r.told[:told]
}

func (x *keyLog) add(key uint64, position int, timeNS uint64) {
	if n := len(x.chunks); n == 0 || len(x.chunks[n-1]) > keyChunk-keyBytes {
		x.chunks = append(x.chunks, nil)
		if n > 0 {
			x.chunks[n] = make([]byte, 0, keyChunk)
		}
	}
	last := &x.chunks[len(x.chunks)-1]
	*last = binary.LittleEndian.AppendUint64(*last, key)
	*last = binary.AppendUvarint(*last, uint64(position-x.position))
	*last = binary.AppendVarint(*last, int64(timeNS-x.timeNS))
	x.count++
	x.position, x.timeNS, x.afterNS = position, timeNS, ^uint64(0)
}

func (x *keyLog) clone() *keyLog {
	if x == nil {
		return nil
	}
	c := *x
	c.chunks = slices.Clone(x.chunks) // what is packed does not change
	if n := len(c.chunks); n > 0 {
		c.chunks[n-1] = slices.Clip(c.chunks[n-1]) // the room behind it is the other's
	}
	return &c
}

// keyed is a row that should have a counterpart.
type keyed struct {
	key      uint64
	position int
	// timeNS is the placing time, byNS when the row comes up for comparison: no
	// later than the rows behind it, so that one wild time stops nothing.
	timeNS, byNS uint64
}

// A row is compared with those behind it: the others of its batch, and a few
// more, so that the last of a batch has some too.
const (
	keyedBatch = 1 << 13
	keyedAhead = 8
)

// keyReader reads the rows of a keyLog one by one.
type keyReader struct {
	log *keyLog
	// rest is what is left of the chunk before the chunk'th.
	rest     []byte
	chunk    int
	position int
	timeNS   uint64
	// batch holds rows that were unpacked: up to whole they are ready, at is the
	// next one.
	batch     []keyed
	at, whole int
}

// peek returns the next row, nil at the end. It is valid until the call of next
// after this one.
func (x *keyReader) peek() *keyed {
	if x.at == x.whole && !x.fill() {
		return nil
	}
	return &x.batch[x.at]
}

// skip passes over the row that peek returned.
func (x *keyReader) skip() { x.at++ }

// fill unpacks the next batch.
func (x *keyReader) fill() bool {
	x.batch = append(x.batch[:0], x.batch[x.whole:]...)
	for len(x.batch) < keyedBatch+keyedAhead && x.unpack() {
	}
	x.at, x.whole = 0, min(len(x.batch), keyedBatch)
	byNS := ^uint64(0)
	if len(x.batch) < keyedBatch+keyedAhead {
		x.whole, byNS = len(x.batch), x.log.afterNS
	}
	for i := len(x.batch) - 1; i >= 0; i-- {
		byNS = min(byNS, x.batch[i].timeNS)
		x.batch[i].byNS = byNS
	}
	return x.whole > 0
}

func (x *keyReader) unpack() bool {
	if len(x.rest) == 0 {
		if x.chunk == len(x.log.chunks) {
			return false
		}
		x.rest = x.log.chunks[x.chunk]
		x.chunk++
	}
	key := binary.LittleEndian.Uint64(x.rest)
	delta, n := binary.Uvarint(x.rest[8:])
	elapsed, m := binary.Varint(x.rest[8+n:])
	x.rest = x.rest[8+n+m:]
	x.position += int(delta)
	x.timeNS += uint64(elapsed)
	x.batch = append(x.batch, keyed{key: key, position: x.position, timeNS: x.timeNS})
	return true
}
