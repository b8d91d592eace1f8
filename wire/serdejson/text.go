package serdejson

import (
	"unicode/utf16"
	"unicode/utf8"
)

// String reads a string into memory of its own.
func (c *Cursor) String() string {
	b, ok := c.peekValue()
	if !ok {
		return ""
	}
	if b != '"' {
		c.invalidType("a string")
		return ""
	}
	return string(c.text())
}

// text reads a string whose opening quote is at the cursor. The result is
// strict UTF-8; it aliases the input, or scratch memory when there were
// escapes, and is valid until the next read.
func (c *Cursor) text() []byte {
	start := c.off
	c.off++
	c.scratch = c.scratch[:0]
	clean := c.off
	for c.off < len(c.buf) {
		switch b := c.buf[c.off]; {
		case b == '"':
			return c.endText(start, clean)
		case b == '\\':
			c.scratch = append(c.scratch, c.buf[clean:c.off]...)
			c.escape()
			if c.err != nil {
				return nil
			}
			clean = c.off
		case b < 0x20:
			c.failHere(msgControlCharacter)
			return nil
		default:
			c.off++
		}
	}
	c.failEOF(msgEOFString)
	return nil
}

func (c *Cursor) endText(start, clean int) []byte {
	s := c.buf[clean:c.off]
	c.off++
	if clean > start+1 {
		c.scratch = append(c.scratch, s...)
		s = c.scratch
	}
	if !utf8.Valid(s) {
		c.fail(ErrSyntax, msgInvalidUnicode, start, c.off)
		return nil
	}
	return s
}

// escapes maps the letter of a two-byte escape to what it stands for.
var escapes = [256]byte{
	'"': '"', '\\': '\\', '/': '/',
	'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

// escape reads one escape sequence, or two that form a surrogate pair, and
// appends the character to the scratch memory.
func (c *Cursor) escape() {
	start := c.off
	letter, ok := c.escapeLetter()
	switch {
	case !ok:
	case escapes[letter] != 0:
		c.scratch = append(c.scratch, escapes[letter])
	case letter == 'u':
		r := rune(c.hex4(start))
		if utf16.IsSurrogate(r) && c.err == nil {
			r = c.lowSurrogate(start, r)
		}
		c.scratch = utf8.AppendRune(c.scratch, r)
	default:
		c.fail(ErrSyntax, msgInvalidEscape, start, c.off)
	}
}

// escapeLetter reads a backslash and the byte after it.
func (c *Cursor) escapeLetter() (byte, bool) {
	c.off++
	if c.off == len(c.buf) {
		c.failEOF(msgEOFString)
		return 0, false
	}
	c.off++
	return c.buf[c.off-1], true
}

// hex4 reads the four digits of an escape that began at start.
func (c *Cursor) hex4(start int) uint16 {
	if len(c.buf)-c.off < 4 {
		c.failEOF(msgEOFString)
		return 0
	}
	var v uint16
	valid := true
	for _, b := range c.buf[c.off : c.off+4] {
		d, ok := hexValue(b)
		v, valid = v<<4|d, valid && ok
	}
	c.off += 4
	if !valid {
		c.fail(ErrSyntax, msgInvalidEscape, start, c.off)
	}
	return v
}

func hexValue(b byte) (uint16, bool) {
	switch {
	case b >= '0' && b <= '9':
		return uint16(b - '0'), true
	case b >= 'a' && b <= 'f':
		return uint16(b - 'a' + 10), true
	case b >= 'A' && b <= 'F':
		return uint16(b - 'A' + 10), true
	}
	return 0, false
}

// lowSurrogate reads the second half of a pair whose first half, high, came
// from the escape that began at start, and returns the character.
func (c *Cursor) lowSurrogate(start int, high rune) rune {
	if high >= 0xdc00 {
		c.fail(ErrSyntax, msgLoneSurrogate, start, c.off)
		return utf8.RuneError
	}
	for _, want := range []byte{'\\', 'u'} {
		if c.off == len(c.buf) {
			c.failEOF(msgEOFString)
			return utf8.RuneError
		}
		if c.buf[c.off] != want {
			c.fail(ErrSyntax, msgEndOfHexEscape, start, c.off+1)
			return utf8.RuneError
		}
		c.off++
	}
	r := utf16.DecodeRune(high, rune(c.hex4(start)))
	if r == utf8.RuneError {
		c.fail(ErrSyntax, msgLoneSurrogate, start, c.off)
	}
	return r
}
