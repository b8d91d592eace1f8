package postcard

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// ConsumeU64 reads a varint of at most 10 bytes from the front of b and returns
// how many bytes it took, or 0 if b does not begin with one. It is for hot
// paths, which leave it to a [Cursor] to say what is wrong.
func ConsumeU64(b []byte) (v uint64, n int) {
	if len(b) >= 8 {
		if v, n = Varint56(binary.LittleEndian.Uint64(b)); n <= 8 {
			return v, n
		}
	}
	return consumeU64Bytewise(b)
}

// Varint56 decodes the varint in the eight bytes of w, the first byte lowest,
// and returns how many of them it takes: 1 to 8, or 9 if it is longer than
// that, and v then means nothing. It is small enough to be inlined.
func Varint56(w uint64) (v uint64, n int) {
	// Keep the bytes up to the first without a continuation bit, then close the
	// gaps between groups: 7 to 14 to 28 to 56 bits.
	ends := ^w & 0x8080808080808080
	n = bits.TrailingZeros64(ends)/8 + 1
	w &= (ends ^ (ends - 1)) & 0x7f7f7f7f7f7f7f7f
	w = w&0x007f007f007f007f | w&0x7f007f007f007f00>>1
	w = w&0x00003fff00003fff | w&0x3fff00003fff0000>>2
	return w&0x0fffffff | w&0x0fffffff00000000>>4, n
}

func consumeU64Bytewise(b []byte) (v uint64, n int) {
	for i, c := range b[:min(len(b), 10)] {
		v |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			if i == 9 && c > 1 {
				return 0, 0
			}
			return v, i + 1
		}
	}
	return 0, 0
}

// ConsumeString reads a string from the front of b and returns it, aliasing b,
// with how many bytes it took, or 0 if b does not begin with one.
func ConsumeString(b []byte) (s []byte, n int) {
	var length uint64
	if len(b) > 0 && b[0] < 0x80 {
		length, n = uint64(b[0]), 1
	} else if length, n = ConsumeU64(b); n == 0 {
		return nil, 0
	}
	if length > uint64(len(b)-n) {
		return nil, 0
	}
	end := n + int(length)
	s = b[n:end:end]
	if !validUTF8(s) {
		return nil, 0
	}
	return s, end
}

// validUTF8 is utf8.Valid with a head start: the texts of records are short and
// nearly always ASCII.
func validUTF8(s []byte) bool {
	const high = 0x8080808080808080
	if len(s) < 8 {
		var all byte
		for _, c := range s {
			all |= c
		}
		return all < 0x80 || utf8.Valid(s)
	}
	// The last word overlaps the one before it, so no byte is left over.
	all := binary.LittleEndian.Uint64(s[len(s)-8:])
	for rest := s; len(rest) >= 8; rest = rest[8:] {
		all |= binary.LittleEndian.Uint64(rest)
	}
	return all&high == 0 || utf8.Valid(s)
}

// ConsumeOptionU64 reads an optional varint from the front of b and returns how
// many bytes it took, or 0 if b does not begin with one.
func ConsumeOptionU64(b []byte) (o Option[uint64], n int) {
	if len(b) == 0 || b[0] > 1 {
		return o, 0
	}
	if b[0] == 0 {
		return o, 1
	}
	if o.Value, n = ConsumeU64(b[1:]); n == 0 {
		return Option[uint64]{}, 0
	}
	o.Some = true
	return o, n + 1
}
