package export

import (
	"math"

	"github.com/zeebo/xxh3"
)

// An item is an array of five. All of it up to the body is its frame:
//
//	85 | type | index      | 48 body_xxh3_64 | 48 frame_xxh3_64 | head  body
//	 1   1..9   1..73        9                 9                  1..5  ...
//	            [ * uint ]                                        bstr
//
// body_xxh3_64 covers the bytes of the body. frame_xxh3_64 covers the rest:
// the bytes before it, then the head of the body. So a frame is trusted, with
// the length it states, whatever became of the body; and after damage the next
// item can be recognised by its frame alone.
const (
	itemHead      = majorArray<<5 | 5
	maxIndex      = 8
	maxFrameBytes = 1 + 9 + 1 + 9*maxIndex + 2*hashBytes + 5
)

// frame is the decoded frame of an item.
type frame struct {
	typ      ItemType
	index    [maxIndex]uint64
	indexLen int
	bodyHash uint64
	bodyLen  int
	size     int // bytes before the first byte of the body
}

// appendFrame appends the frame of an item with the given body.
func appendFrame(dst []byte, typ ItemType, index []uint64, body []byte) []byte {
	start := len(dst)
	dst = appendUint(append(dst, itemHead), uint64(typ))
	dst = appendHead(dst, majorArray, uint64(len(index)))
	for _, v := range index {
		dst = appendUint(dst, v)
	}
	dst = appendHash(dst, xxh3.Hash(body))
	var scratch [maxFrameBytes]byte
	covered := appendHead(append(scratch[:0], dst[start:]...), majorBytes, uint64(len(body)))
	dst = appendHash(dst, xxh3.Hash(covered))
	return appendHead(dst, majorBytes, uint64(len(body)))
}

// parseFrame reads the frame that b begins with. faultShort means that b ends
// before the frame does, faultBad that no frame begins here.
func parseFrame(b []byte) (frame, fault) {
	var f frame
	if len(b) == 0 {
		return f, faultShort
	}
	if b[0] != itemHead {
		return f, faultBad
	}
	c := cursor{b: b, off: 1}
	f.typ = ItemType(c.head(majorUint, "type"))
	n := c.head(majorArray, "index")
	if n > maxIndex {
		return f, faultBad
	}
	for ; f.indexLen < int(n); f.indexLen++ {
		f.index[f.indexLen] = c.head(majorUint, "index")
	}
	f.bodyHash = c.hash("body_xxh3_64")
	covered := c.off
	sum := c.hash("frame_xxh3_64")
	bodyHead := c.off
	bodyLen := c.head(majorBytes, "body")
	if c.fault != faultNone {
		return f, c.fault
	}
	var scratch [maxFrameBytes]byte
	if xxh3.Hash(append(append(scratch[:0], b[:covered]...), b[bodyHead:c.off]...)) != sum {
		return f, faultBad
	}
	if bodyLen > MaxBodyBytes || !f.typ.itself() {
		return f, faultBad
	}
	f.bodyLen, f.size = int(bodyLen), c.off
	return f, faultNone
}

// itself reports whether t may be the type of an item.
func (t ItemType) itself() bool {
	return t != PartUnknown && t != PartHeader && t != PartTrailer
}

// length returns the size of the whole item.
func (f *frame) length() int { return f.size + f.bodyLen }

// indexed reports whether the index has the shape that the type calls for and,
// for a block, numbers that its body could hold.
func (f *frame) indexed() bool {
	return indexFits(f.typ, f.index[:f.indexLen], int64(f.bodyLen))
}

// indexFits is indexed for an item whose body has at most bodyLen bytes.
func indexFits(typ ItemType, index []uint64, bodyLen int64) bool {
	if !typ.known() {
		return true
	}
	if len(index) != itemShapes[typ].indexLen {
		return false
	}
	if typ == ItemRaw {
		return rawFits(index, bodyLen)
	}
	if typ != ItemBlock {
		return true
	}
	first, count := index[1], index[2]
	return count > 0 && count <= MaxBlockEntries && count <= uint64(bodyLen)/minEntryBytes &&
		first <= math.MaxInt64-MaxBlockEntries
}
