package postcard

import (
	"encoding/binary"
	"math"
	"unicode/utf8"
)

// Cursor reads values from a byte slice in order. The first failure sticks:
// every later read returns a zero value and leaves the cursor where it is, so
// a decoder can read all its fields and ask [Cursor.Err] once.
//
// The field names passed to the reads appear in the error only.
type Cursor struct {
	buf   []byte
	off   int
	class Class
	field string
	scope string
}

// NewCursor returns a cursor at the start of b. Byte slices that the cursor
// hands out alias b; strings are copies.
func NewCursor(b []byte) Cursor { return Cursor{buf: b} }

// Err returns nil or an *[Error] for the first failure.
func (c *Cursor) Err() error {
	if c.class == 0 {
		return nil
	}
	return &Error{Class: c.class, Field: c.field, Offset: c.off}
}

// Class returns the class of the first failure, or 0.
func (c *Cursor) Class() Class { return c.class }

// Field returns the path of the field that failed.
func (c *Cursor) Field() string { return c.field }

// Failed reports whether a read has failed.
func (c *Cursor) Failed() bool { return c.class != 0 }

// Offset returns how many bytes have been consumed, or after a failure the
// offset of the value that failed.
func (c *Cursor) Offset() int { return c.off }

// Remaining returns how many bytes are left.
func (c *Cursor) Remaining() int { return len(c.buf) - c.off }

// Rest returns the bytes not yet consumed. It aliases the input.
func (c *Cursor) Rest() []byte { return c.buf[c.off:] }

// Fail records a failure at the current offset unless one is already recorded.
func (c *Cursor) Fail(class Class, field string) {
	if c.class != 0 {
		return
	}
	c.class, c.field = class, field
	if c.scope != "" {
		c.field = c.scope + "." + field
	}
}

// failAt is Fail for a value that began before the current offset.
func (c *Cursor) failAt(off int, class Class, field string) {
	if c.class == 0 {
		c.off = off
		c.Fail(class, field)
	}
}

// Enter makes name the prefix of the field names that follow and returns the
// prefix it replaces, to be handed to [Cursor.Leave]. The outermost scope costs
// nothing; a nested one joins two strings.
func (c *Cursor) Enter(name string) (outer string) {
	outer = c.scope
	if outer == "" {
		c.scope = name
	} else if c.class == 0 {
		c.scope = outer + "." + name
	}
	return outer
}

// Leave restores the prefix that [Cursor.Enter] returned.
func (c *Cursor) Leave(outer string) { c.scope = outer }

// U8 reads one raw byte.
func (c *Cursor) U8(field string) uint8 {
	if c.class != 0 {
		return 0
	}
	if c.off >= len(c.buf) {
		c.Fail(ErrUnexpectedEnd, field)
		return 0
	}
	v := c.buf[c.off]
	c.off++
	return v
}

// Bool reads one byte that must be 00 or 01.
func (c *Cursor) Bool(field string) bool {
	return c.tag(ErrBadBool, field)
}

// Option reads an option tag and reports whether a value follows.
func (c *Cursor) Option(field string) bool {
	return c.tag(ErrBadOption, field)
}

func (c *Cursor) tag(bad Class, field string) bool {
	v := c.U8(field)
	if v > 1 {
		c.failAt(c.off-1, bad, field)
		return false
	}
	return v == 1
}

// U64 reads a varint of at most 10 bytes.
func (c *Cursor) U64(field string) uint64 {
	if c.off < len(c.buf) && c.class == 0 {
		if b := c.buf[c.off]; b < 0x80 {
			c.off++
			return uint64(b)
		}
	}
	return c.varint(field, 10, 0x01)
}

// U32 reads a varint of at most 5 bytes.
func (c *Cursor) U32(field string) uint32 { return uint32(c.varint(field, 5, 0x0f)) }

// U16 reads a varint of at most 3 bytes.
func (c *Cursor) U16(field string) uint16 { return uint16(c.varint(field, 3, 0x03)) }

// I64 reads a zig-zag varint of at most 10 bytes.
func (c *Cursor) I64(field string) int64 { return unzigzag(c.varint(field, 10, 0x01)) }

// I32 reads a zig-zag varint of at most 5 bytes.
func (c *Cursor) I32(field string) int32 { return int32(unzigzag(c.varint(field, 5, 0x0f))) }

// I16 reads a zig-zag varint of at most 3 bytes.
func (c *Cursor) I16(field string) int16 { return int16(unzigzag(c.varint(field, 3, 0x03))) }

func unzigzag(z uint64) int64 { return int64(z>>1) ^ -int64(z&1) }

// varint reads up to maxBytes groups; the last permitted byte may not exceed
// lastMax, which also refuses a continuation bit there.
func (c *Cursor) varint(field string, maxBytes int, lastMax byte) uint64 {
	if c.class != 0 {
		return 0
	}
	rest := c.buf[c.off:]
	var v uint64
	for i := 0; i < maxBytes; i++ {
		if i == len(rest) {
			c.Fail(ErrUnexpectedEnd, field)
			return 0
		}
		b := rest[i]
		if i == maxBytes-1 && b > lastMax {
			c.Fail(ErrBadVarint, field)
			return 0
		}
		v |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			c.off += i + 1
			return v
		}
	}
	c.Fail(ErrBadVarint, field)
	return 0
}

// F32 reads four bytes as an IEEE single, any bit pattern.
func (c *Cursor) F32(field string) float32 {
	b := c.take(4, field)
	if b == nil {
		return 0
	}
	return math.Float32frombits(binary.LittleEndian.Uint32(b))
}

// F64 reads eight bytes as an IEEE double, any bit pattern.
func (c *Cursor) F64(field string) float64 {
	b := c.take(8, field)
	if b == nil {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b))
}

func (c *Cursor) take(n int, field string) []byte {
	if c.class != 0 {
		return nil
	}
	if c.Remaining() < n {
		c.Fail(ErrUnexpectedEnd, field)
		return nil
	}
	b := c.buf[c.off : c.off+n]
	c.off += n
	return b
}

// Bytes reads a string without copying it: a varint length, then that many
// bytes of strict UTF-8. The result aliases the input and cannot grow into it.
// A failure leaves the offset at the length.
func (c *Cursor) Bytes(field string) []byte {
	start := c.off
	n := c.U64(field)
	if c.class != 0 {
		return nil
	}
	if n > uint64(len(c.buf)-c.off) {
		c.failAt(start, ErrUnexpectedEnd, field)
		return nil
	}
	end := c.off + int(n)
	b := c.buf[c.off:end:end]
	if !utf8.Valid(b) {
		c.failAt(start, ErrBadUTF8, field)
		return nil
	}
	c.off = end
	return b
}

// String reads a string into memory of its own.
func (c *Cursor) String(field string) string { return string(c.Bytes(field)) }

// Count reads the element count of a sequence or map. No count is believed
// before its elements have been seen: use [Cursor.Capacity] to allocate.
func (c *Cursor) Count(field string) uint64 { return c.U64(field) }

// Capacity bounds an allocation for count elements of which each takes at
// least minBytes of input: the input that is left cannot hold more.
func (c *Cursor) Capacity(count uint64, minBytes int) int {
	most := uint64(c.Remaining() / max(minBytes, 1))
	return int(min(count, most))
}

// Variant reads an enum variant and refuses one that is not below n.
func (c *Cursor) Variant(field string, n uint32) uint32 {
	start := c.off
	v := c.U32(field)
	if c.class == 0 && v >= n {
		c.failAt(start, ErrCustom, field)
		return 0
	}
	return v
}

// ReadOption reads an option tag and, when a value follows, the value.
func ReadOption[T any](c *Cursor, field string, read func(*Cursor, string) T) Option[T] {
	if !c.Option(field) {
		return Option[T]{}
	}
	return Option[T]{Value: read(c, field), Some: true}
}

// OptionU64 reads an optional varint.
func (c *Cursor) OptionU64(field string) Option[uint64] {
	if !c.Option(field) {
		return Option[uint64]{}
	}
	v := c.U64(field)
	return Option[uint64]{Value: v, Some: c.class == 0}
}
