package serdejson

import (
	"fmt"
	"math"
	"strconv"
)

// number is a scanned JSON number.
type number struct {
	text     []byte
	u        uint64 // magnitude, when whole
	negative bool
	whole    bool // an integer within u64 or i64; everything else is a float
}

// String describes the number the way the reference does in its messages.
func (n number) String() string {
	if n.whole {
		return "integer `" + string(n.text) + "`"
	}
	f, _ := strconv.ParseFloat(string(n.text), 64)
	return "floating point `" + string(AppendF64(nil, f)) + "`"
}

// U64 reads a whole number from 0 to 18446744073709551615.
func (c *Cursor) U64() uint64 { return c.unsigned(math.MaxUint64, "u64") }

// U32 reads a whole number from 0 to 4294967295.
func (c *Cursor) U32() uint32 { return uint32(c.unsigned(math.MaxUint32, "u32")) }

// U8 reads a whole number from 0 to 255.
func (c *Cursor) U8() uint8 { return uint8(c.unsigned(math.MaxUint8, "u8")) }

func (c *Cursor) unsigned(most uint64, typeName string) uint64 {
	if c.lenient {
		if u, ok := c.wholeNumber(most); ok {
			return u
		}
	}
	n, start, ok := c.number(typeName)
	switch {
	case !ok:
		return 0
	case !n.whole:
		c.Fail(start, fmt.Sprintf("invalid type: %s, expected %s", n, typeName))
		return 0
	case n.negative || n.u > most:
		c.Fail(start, fmt.Sprintf("invalid value: %s, expected %s", n, typeName))
		return 0
	}
	return n.u
}

// F32 reads a number, whole or not, as the nearest single. One beyond the range
// of a single becomes an infinity, one beyond that of a double is refused.
func (c *Cursor) F32() float32 { return float32(c.float(32, "f32")) }

// F64 reads a number, whole or not, as the nearest double. One beyond the range
// of a double is refused.
func (c *Cursor) F64() float64 { return c.float(64, "f64") }

func (c *Cursor) float(bits int, typeName string) float64 {
	if c.lenient {
		if f, ok := c.notFinite(); ok {
			return f
		}
	}
	n, _, ok := c.number(typeName)
	if !ok {
		return 0
	}
	f, _ := strconv.ParseFloat(string(n.text), bits)
	return f
}

// number scans the next value, which must be a number, and returns the offset
// at which it begins.
func (c *Cursor) number(expected string) (n number, start int, ok bool) {
	b, ok := c.peekValue()
	if !ok {
		return number{}, c.off, false
	}
	start = c.off
	if b != '-' && !isDigit(b) {
		c.invalidType(expected)
		return number{}, start, false
	}
	n = c.scanNumber()
	return n, start, c.err == nil
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// scanNumber reads a number that begins at the cursor: an optional minus, an
// integer without leading zeros, then a fraction and an exponent if present.
func (c *Cursor) scanNumber() number {
	start := c.off
	var n number
	if c.buf[c.off] == '-' {
		n.negative = true
		c.off++
	}
	n.u, n.whole = c.digits()
	if c.err == nil && c.at('.', '.') {
		n.whole = false
		c.off++
		c.digitRun()
	}
	if c.err == nil && (c.at('e', 'e') || c.at('E', 'E')) {
		n.whole = false
		c.exponent()
	}
	n.text = c.buf[start:c.off]
	if n.negative && (n.u == 0 || n.u > 1<<63) {
		n.whole = false
	}
	if c.err == nil && !n.whole && outOfRange(n.text) {
		c.fail(ErrSyntax, msgNumberOutOfRange, start, c.off)
	}
	return n
}

func outOfRange(text []byte) bool {
	f, _ := strconv.ParseFloat(string(text), 64)
	return math.IsInf(f, 0)
}

// at reports whether the byte at the cursor is between lo and hi.
func (c *Cursor) at(lo, hi byte) bool {
	return c.off < len(c.buf) && c.buf[c.off] >= lo && c.buf[c.off] <= hi
}

// digits reads the integer part: a zero, or digits that do not begin with one.
// It reports false when the value does not fit 64 bits.
func (c *Cursor) digits() (u uint64, fits bool) {
	first := c.off
	if !c.needDigit() {
		return 0, false
	}
	if c.buf[first] == '0' {
		c.off++
		if c.at('0', '9') {
			c.failHere(msgInvalidNumber)
		}
		return 0, true
	}
	fits = true
	for ; c.at('0', '9'); c.off++ {
		d := uint64(c.buf[c.off] - '0')
		if u > (math.MaxUint64-d)/10 {
			fits = false
		}
		u = u*10 + d
	}
	return u, fits
}

func (c *Cursor) exponent() {
	c.off++
	if c.at('+', '+') || c.at('-', '-') {
		c.off++
	}
	c.digitRun()
}

// digitRun reads one digit or more.
func (c *Cursor) digitRun() {
	if !c.needDigit() {
		return
	}
	for c.at('0', '9') {
		c.off++
	}
}

func (c *Cursor) needDigit() bool {
	switch {
	case c.off == len(c.buf):
		c.failEOF(msgEOFValue)
	case !c.at('0', '9'):
		c.failHere(msgInvalidNumber)
	}
	return c.err == nil
}
