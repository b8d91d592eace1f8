package postcard

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// AppendUvarint appends v in its shortest varint form. It serves every
// unsigned width: the form depends on the value alone.
func AppendUvarint(dst []byte, v uint64) []byte {
	return binary.AppendUvarint(dst, v)
}

// SizeUvarint returns how many bytes [AppendUvarint] writes for v: 1 to 10.
func SizeUvarint(v uint64) int {
	return (bits.Len64(v|1) + 6) / 7
}

// AppendBool appends v as one byte, 00 or 01.
func AppendBool(dst []byte, v bool) []byte {
	if v {
		return append(dst, 1)
	}
	return append(dst, 0)
}

// AppendF32 appends the four bytes of v, little-endian. Every bit pattern is kept.
func AppendF32(dst []byte, v float32) []byte {
	return binary.LittleEndian.AppendUint32(dst, math.Float32bits(v))
}

// AppendF64 appends the eight bytes of v, little-endian. Every bit pattern is kept.
func AppendF64(dst []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
}

// AppendString appends the byte length of s as a varint, then its bytes.
// The caller vouches that s is valid UTF-8: a reader refuses anything else.
func AppendString(dst []byte, s string) []byte {
	return append(AppendUvarint(dst, uint64(len(s))), s...)
}

// SizeString returns how many bytes [AppendString] writes for s.
func SizeString(s string) int {
	return SizeUvarint(uint64(len(s))) + len(s)
}

// AppendOption appends the option tag and, when o holds a value, the value as
// appendValue writes it.
func AppendOption[T any](dst []byte, o Option[T], appendValue func([]byte, T) []byte) []byte {
	if !o.Some {
		return append(dst, 0)
	}
	return appendValue(append(dst, 1), o.Value)
}

// AppendOptionU64 appends the option tag and, when o holds a value, its varint.
func AppendOptionU64(dst []byte, o Option[uint64]) []byte {
	if !o.Some {
		return append(dst, 0)
	}
	return AppendUvarint(append(dst, 1), o.Value)
}

// SizeOptionU64 returns how many bytes [AppendOptionU64] writes for o.
func SizeOptionU64(o Option[uint64]) int {
	if !o.Some {
		return 1
	}
	return 1 + SizeUvarint(o.Value)
}
