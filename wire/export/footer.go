package export

import (
	"encoding/binary"

	"github.com/zeebo/xxh3"
)

// indexEntry is one line of the footer: an item, where it begins, and a copy
// of its index. The items follow each other without gaps, so that each ends
// where the next begins and the last where the footer begins.
type indexEntry struct {
	typ    ItemType
	offset int64
	index  []uint64
}

// minItemBytes is the size of an item without index and body.
const minItemBytes = 1 + 1 + 1 + 2*hashBytes + 1

// appendIndexEntry appends one line of the footer's body, which is a sequence
// of them: [type, offset, *index].
func appendIndexEntry(dst []byte, e indexEntry) []byte {
	dst = appendHead(dst, majorArray, uint64(2+len(e.index)))
	dst = appendUint(appendUint(dst, uint64(e.typ)), uint64(e.offset))
	for _, v := range e.index {
		dst = appendUint(dst, v)
	}
	return dst
}

// indexLine is a line of the footer that has been checked, with the length of
// its item.
type indexLine struct {
	itemRef
	// index is the index of a known item.
	index [4]uint64
}

// fits reports whether the index says nothing that the item could not hold.
func (l *indexLine) fits() bool {
	return !l.typ.known() || indexFits(l.typ, l.index[:itemShapes[l.typ].indexLen], l.length)
}

// parseIndex reads the body of a footer that begins at footerOffset. It returns
// false when the lines are not what a writer would have written about items
// before the footer.
func parseIndex(body []byte, footerOffset int64) ([]indexLine, bool) {
	var lines []indexLine
	var numbers [maxIndex]uint64
	c := cursor{b: body}
	for c.off < len(body) {
		e := c.indexEntry(numbers[:0], uint64(footerOffset))
		if c.fault != faultNone || !e.typ.itself() || e.typ == ItemFooter || !indexFits(e.typ, e.index, footerOffset-e.offset) {
			return nil, false
		}
		line := indexLine{itemRef: itemRef{typ: e.typ, offset: e.offset}}
		copy(line.index[:], e.index)
		if !endLine(lines, e.offset) {
			return nil, false
		}
		lines = append(lines, line)
	}
	return lines, endLine(lines, footerOffset)
}

// endLine ends the item of the last line where the next item begins.
func endLine(lines []indexLine, next int64) bool {
	if len(lines) == 0 {
		return true
	}
	last := &lines[len(lines)-1]
	last.length = next - last.offset
	return last.length >= minItemBytes
}

// indexEntry reads one line of the footer; its index is appended to numbers.
func (c *cursor) indexEntry(numbers []uint64, maxOffset uint64) indexEntry {
	n := c.head(majorArray, "index entry")
	if n < 2 || n > 2+maxIndex {
		c.fail(faultBad, "index entry")
		return indexEntry{}
	}
	e := indexEntry{typ: ItemType(c.head(majorUint, "type")), offset: int64(c.uint(maxOffset, "offset"))}
	for range n - 2 {
		numbers = append(numbers, c.head(majorUint, "index"))
	}
	e.index = numbers
	return e
}

// The last item of an export is a byte string of fixed size:
//
//	58 20 | "CGX-END\n" | footer_offset u64 | footer_length u64 | trailer_xxh3_64
//	 2        8           8                   8                   8
//
// Numbers are big-endian. The checksum covers the 26 bytes before it.
const (
	trailerMagic   = "\x58\x20CGX-END\n"
	trailerBytes   = len(trailerMagic) + 3*8
	trailerCovered = trailerBytes - 8
)

// trailer locates the footer.
type trailer struct {
	footerOffset int64
	footerLength int64
}

func appendTrailer(dst []byte, t trailer) []byte {
	start := len(dst)
	dst = append(dst, trailerMagic...)
	dst = binary.BigEndian.AppendUint64(dst, uint64(t.footerOffset))
	dst = binary.BigEndian.AppendUint64(dst, uint64(t.footerLength))
	return binary.BigEndian.AppendUint64(dst, xxh3.Hash(dst[start:]))
}

// parseTrailer reads the trailer that b begins with.
func parseTrailer(b []byte) (trailer, bool) {
	if len(b) < trailerBytes || string(b[:len(trailerMagic)]) != trailerMagic {
		return trailer{}, false
	}
	if xxh3.Hash(b[:trailerCovered]) != binary.BigEndian.Uint64(b[trailerCovered:]) {
		return trailer{}, false
	}
	words := b[len(trailerMagic):]
	return trailer{
		footerOffset: int64(binary.BigEndian.Uint64(words)),
		footerLength: int64(binary.BigEndian.Uint64(words[8:])),
	}, true
}
