package export

import (
	"encoding/binary"
	"unicode/utf8"
)

// The major types of CBOR that the format uses.
const (
	majorUint  = 0
	majorBytes = 2
	majorText  = 3
	majorArray = 4
)

// cborNull is the one simple value of the format: a timestamp that is absent.
const cborNull = 0xf6

// headMin is the smallest argument that needs 1, 2, 4 or 8 bytes after the
// initial byte; a smaller one there is not the shortest form.
var headMin = [4]uint64{24, 1 << 8, 1 << 16, 1 << 32}

// appendHead appends the shortest head of a major type and its argument.
func appendHead(dst []byte, major byte, arg uint64) []byte {
	initial := major << 5
	switch {
	case arg < headMin[0]:
		return append(dst, initial|byte(arg))
	case arg < headMin[1]:
		return append(dst, initial|24, byte(arg))
	case arg < headMin[2]:
		return binary.BigEndian.AppendUint16(append(dst, initial|25), uint16(arg))
	case arg < headMin[3]:
		return binary.BigEndian.AppendUint32(append(dst, initial|26), uint32(arg))
	default:
		return binary.BigEndian.AppendUint64(append(dst, initial|27), arg)
	}
}

// appendUint appends an unsigned integer.
func appendUint(dst []byte, v uint64) []byte { return appendHead(dst, majorUint, v) }

// hashBytes is the size of a checksum as the format stores it: a byte string
// of eight bytes, big-endian like every number of CBOR, with its head.
const hashBytes = 9

// appendHash appends a checksum.
func appendHash(dst []byte, sum uint64) []byte {
	return binary.BigEndian.AppendUint64(append(dst, majorBytes<<5|8), sum)
}

// fault is how a cursor failed.
type fault uint8

const (
	faultNone  fault = iota
	faultShort       // the input ended first
	faultBad         // not what the format has here, whatever follows
)

// cursor reads heads from bytes. The first failure sticks and is named.
// It takes the shortest form of every head only, and no indefinite lengths.
type cursor struct {
	b     []byte
	off   int
	fault fault
	field string
}

func (c *cursor) fail(f fault, field string) uint64 {
	if c.fault == faultNone {
		c.fault, c.field = f, field
	}
	return 0
}

// head reads one head of the given major type and returns its argument.
func (c *cursor) head(major byte, field string) uint64 {
	if c.fault != faultNone {
		return 0
	}
	if c.off >= len(c.b) {
		return c.fail(faultShort, field)
	}
	initial := c.b[c.off]
	if initial>>5 != major {
		return c.fail(faultBad, field)
	}
	if low := initial & 31; low < 24 {
		c.off++
		return uint64(low)
	}
	return c.longHead(initial&31, field)
}

// longHead reads the argument of a head that does not fit its initial byte.
func (c *cursor) longHead(low byte, field string) uint64 {
	if low > 27 {
		return c.fail(faultBad, field)
	}
	class := low - 24
	rest := c.b[c.off+1:]
	if len(rest) < 1<<class {
		return c.fail(faultShort, field)
	}
	var arg uint64
	switch class {
	case 0:
		arg = uint64(rest[0])
	case 1:
		arg = uint64(binary.BigEndian.Uint16(rest))
	case 2:
		arg = uint64(binary.BigEndian.Uint32(rest))
	default:
		arg = binary.BigEndian.Uint64(rest)
	}
	if arg < headMin[class] {
		return c.fail(faultBad, field)
	}
	c.off += 1 + 1<<class
	return arg
}

// uint reads an unsigned integer that is at most limit.
func (c *cursor) uint(limit uint64, field string) uint64 {
	v := c.head(majorUint, field)
	if v > limit {
		return c.fail(faultBad, field)
	}
	return v
}

// null consumes a null if one is next and reports whether it was.
func (c *cursor) null() bool {
	if c.fault == faultNone && c.off < len(c.b) && c.b[c.off] == cborNull {
		c.off++
		return true
	}
	return false
}

// bytes reads a byte string. The result aliases the input.
func (c *cursor) bytes(field string) []byte {
	n := c.head(majorBytes, field)
	if c.fault != faultNone {
		return nil
	}
	if n > uint64(len(c.b)-c.off) {
		c.fail(faultShort, field)
		return nil
	}
	end := c.off + int(n)
	p := c.b[c.off:end:end]
	c.off = end
	return p
}

// hash reads a checksum.
func (c *cursor) hash(field string) uint64 {
	if c.head(majorBytes, field) != 8 {
		return c.fail(faultBad, field)
	}
	if len(c.b)-c.off < 8 {
		return c.fail(faultShort, field)
	}
	sum := binary.BigEndian.Uint64(c.b[c.off:])
	c.off += 8
	return sum
}

// text reads a text string into memory of its own.
func (c *cursor) text(field string) string {
	n := c.head(majorText, field)
	if c.fault != faultNone {
		return ""
	}
	if n > uint64(len(c.b)-c.off) {
		c.fail(faultShort, field)
		return ""
	}
	start := c.off
	c.off += int(n)
	s := string(c.b[start:c.off])
	if !utf8.ValidString(s) {
		c.fail(faultBad, field)
	}
	return s
}
