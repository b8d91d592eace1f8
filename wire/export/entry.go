package export

import (
	"math"

	"github.com/zeebo/xxh3"

	"chainglass/wire"
	"chainglass/wire/postcard"
)

// The body of a block is a sequence of entries, each an array:
//
//	84 | seq | ts_ns or null | flags_and_checksum | payload
//	85 | seq | ts_ns or null | flags_and_checksum | payload | status
//
// The status is stored only where it cannot be told from payload and checksum.
const (
	entryHead       = majorArray<<5 | 4
	entryStatusHead = majorArray<<5 | 5
	// minEntryBytes is the smallest entry: 84 00 f6 00 40.
	minEntryBytes = 5
	// maxEntryOverhead is the most that an entry takes beside its payload.
	maxEntryOverhead = 1 + 9 + 9 + 5 + 5 + 1
)

// checksumMask selects the checksum of flags_and_checksum: the low 28 bits of
// XXH3-64 of the payload.
const checksumMask = 1<<28 - 1

// payloadChecksum returns the 28-bit checksum of a payload.
func payloadChecksum(payload []byte) uint32 { return uint32(xxh3.Hash(payload)) & checksumMask }

// derivable reports whether a reader can tell s from payload and checksum.
func derivable(s wire.EntryStatus) bool {
	return s == wire.EntryOK || s == wire.EntryBadChecksum
}

// appendEntry appends one entry of a block in core deterministic encoding.
func appendEntry(dst []byte, e *wire.Entry) []byte {
	head := byte(entryHead)
	if !derivable(e.Status) {
		head = entryStatusHead
	}
	dst = appendUint(append(dst, head), e.Seq)
	if ts, ok := e.TSNS.Get(); ok {
		dst = appendUint(dst, ts)
	} else {
		dst = append(dst, cborNull)
	}
	dst = appendUint(dst, uint64(e.FlagsAndChecksum))
	dst = appendHead(dst, majorBytes, uint64(len(e.Payload)))
	dst = append(dst, e.Payload...)
	if head == entryStatusHead {
		dst = appendUint(dst, uint64(e.Status))
	}
	return dst
}

// entry reads the next entry without judging its payload: a status that is not
// stored is left at [wire.EntryOK]. The payload aliases the input.
func (c *cursor) entry(e *wire.Entry) {
	fields := c.head(majorArray, "entry")
	if fields != 4 && fields != 5 {
		c.fail(faultBad, "entry")
	}
	e.Seq = c.head(majorUint, "seq")
	e.TSNS = postcard.Option[uint64]{}
	if !c.null() {
		e.TSNS = postcard.Some(c.head(majorUint, "ts_ns"))
	}
	e.FlagsAndChecksum = uint32(c.uint(math.MaxUint32, "flags_and_checksum"))
	e.Payload = c.bytes("payload")
	e.Status = wire.EntryOK
	if fields == 5 {
		c.status(e)
	}
}

func (c *cursor) status(e *wire.Entry) {
	e.Status = wire.EntryStatus(c.uint(uint64(wire.EntryLost), "status"))
	if derivable(e.Status) {
		c.fail(faultBad, "status")
	}
}

// judge sets the status of an entry that came without one.
func judge(e *wire.Entry) {
	if e.Status == wire.EntryOK && payloadChecksum(e.Payload) != e.FlagsAndChecksum&checksumMask {
		e.Status = wire.EntryBadChecksum
	}
}

// lostEntry stands at a position whose entry the export no longer yields.
var lostEntry = wire.Entry{Status: wire.EntryLost}

// markEvery is the distance, in entries, of the marks that let a reader enter
// a block in its middle: 4 bytes a mark are 1/16 byte an entry.
const markEvery = 64

// span selects the entries of a block by their ordinals, counted from 0.
type span struct {
	next int // ordinal of the entry the cursor stands at
	from int // first one wanted
	to   int // first one no longer wanted
	end  int // where to stop decoding
}

// entries decodes up to s.end, appends the wanted entries to dst, and moves
// s.next to the first entry that was not decoded. marks, unless nil, receives
// the offset of every entry whose ordinal is a multiple of [markEvery].
func (c *cursor) entries(dst []wire.Entry, s *span, marks []uint32) []wire.Entry {
	var unwanted wire.Entry
	for ; s.next < s.end; s.next++ {
		if marks != nil && s.next%markEvery == 0 {
			marks[s.next/markEvery] = uint32(c.off)
		}
		if s.next < s.from || s.next >= s.to {
			if c.entry(&unwanted); c.fault != faultNone {
				return dst
			}
			continue
		}
		dst = append(dst, wire.Entry{})
		e := &dst[len(dst)-1]
		if c.entry(e); c.fault != faultNone {
			return dst[:len(dst)-1]
		}
		judge(e)
	}
	return dst
}

// blockFault says what is wrong with a block whose entries c has decoded, and
// returns nil if nothing is. sound is false when the body does not match its
// checksum, cut true when the file ends inside it.
func blockFault(f *frame, decoded int, c *cursor, sound, cut bool) *Error {
	e := &Error{Item: ItemBlock, Chain: someChain(f.index[0]), First: int(f.index[1]), Lost: int(f.index[2]) - decoded, Field: "entries"}
	switch {
	case cut:
		e.Err = ErrTruncated
	case !sound:
		e.Err = ErrChecksum
	case c.fault != faultNone:
		e.Err, e.Field = ErrMalformed, c.field
	case c.off != len(c.b):
		e.Err = ErrMalformed
	default:
		return nil
	}
	return e
}
