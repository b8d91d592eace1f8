package redex

import (
	"encoding/binary"

	"github.com/zeebo/xxh3"
)

// Sizes of the fixed parts of a generation, in bytes.
const (
	// RowSize is the size of a row of idx.
	RowSize = 20
	// TSSize is the size of a time in ts.
	TSSize = 8
	// InlinePayloadSize is the size of every payload that lives in its row.
	InlinePayloadSize = 8
)

// The flags of an entry, the top 4 bits of flags_and_checksum. Only FlagInline
// is ever set by a node; the others are reserved and change nothing.
const (
	FlagInline    uint32 = 0x8000_0000
	FlagTombstone uint32 = 0x4000_0000
	FlagCompacted uint32 = 0x2000_0000
	FlagUnnamed   uint32 = 0x1000_0000

	// FlagsMask and ChecksumMask divide flags_and_checksum.
	FlagsMask    uint32 = 0xF000_0000
	ChecksumMask uint32 = 0x0FFF_FFFF
)

// Checksum returns the checksum of a payload: the low 28 bits of its XXH3-64.
func Checksum(payload []byte) uint32 { return uint32(xxh3.Hash(payload)) & ChecksumMask }

// Row is a row of idx.
type Row struct {
	// Seq is the sequence number of the entry.
	Seq uint64
	// PayloadOffset is where the payload begins in dat, in bytes. Of an inline
	// entry it is the first half of the payload.
	PayloadOffset uint32
	// PayloadLen is the size of the payload in bytes. Of an inline entry it is
	// the second half of the payload.
	PayloadLen uint32
	// FlagsAndChecksum holds the flags above the checksum of the payload.
	FlagsAndChecksum uint32
}

// HeapRow returns the row of a payload that lies in dat at payloadOffset.
func HeapRow(seq uint64, payloadOffset uint32, payload []byte) Row {
	return Row{
		Seq:              seq,
		PayloadOffset:    payloadOffset,
		PayloadLen:       uint32(len(payload)),
		FlagsAndChecksum: Checksum(payload),
	}
}

// InlineRow returns the row that carries payload itself.
func InlineRow(seq uint64, payload [InlinePayloadSize]byte) Row {
	return Row{
		Seq:              seq,
		PayloadOffset:    binary.LittleEndian.Uint32(payload[:4]),
		PayloadLen:       binary.LittleEndian.Uint32(payload[4:]),
		FlagsAndChecksum: FlagInline | Checksum(payload[:]),
	}
}

// ParseRow reads the row at the start of b, which holds at least [RowSize]
// bytes. Every bit pattern is a row.
func ParseRow(b []byte) Row {
	_ = b[RowSize-1]
	return Row{
		Seq:              binary.LittleEndian.Uint64(b[0:]),
		PayloadOffset:    binary.LittleEndian.Uint32(b[8:]),
		PayloadLen:       binary.LittleEndian.Uint32(b[12:]),
		FlagsAndChecksum: binary.LittleEndian.Uint32(b[16:]),
	}
}

// AppendRow appends the [RowSize] bytes of r to dst.
func AppendRow(dst []byte, r Row) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, r.Seq)
	dst = binary.LittleEndian.AppendUint32(dst, r.PayloadOffset)
	dst = binary.LittleEndian.AppendUint32(dst, r.PayloadLen)
	return binary.LittleEndian.AppendUint32(dst, r.FlagsAndChecksum)
}

// AppendTS appends the [TSSize] bytes of a time in Unix nanoseconds to dst.
func AppendTS(dst []byte, tsNS uint64) []byte { return binary.LittleEndian.AppendUint64(dst, tsNS) }

// Inline reports whether the row carries the payload itself.
func (r Row) Inline() bool { return r.FlagsAndChecksum&FlagInline != 0 }

// Flags returns the flags in place, the top 4 bits.
func (r Row) Flags() uint32 { return r.FlagsAndChecksum & FlagsMask }

// Checksum returns the stored checksum of the payload, 28 bits.
func (r Row) Checksum() uint32 { return r.FlagsAndChecksum & ChecksumMask }

// PayloadEnd returns where the payload of a heap row ends in dat, in bytes.
func (r Row) PayloadEnd() uint64 { return uint64(r.PayloadOffset) + uint64(r.PayloadLen) }

// InlinePayload returns the payload of an inline row.
func (r Row) InlinePayload() (payload [InlinePayloadSize]byte) {
	binary.LittleEndian.PutUint32(payload[:4], r.PayloadOffset)
	binary.LittleEndian.PutUint32(payload[4:], r.PayloadLen)
	return payload
}
