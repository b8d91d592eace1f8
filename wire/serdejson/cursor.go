package serdejson

import "strconv"

// maxDepth bounds the nesting of arrays and objects. Like the reference's
// counter it reaches its end one level early: 127 levels are accepted.
const maxDepth = 128

// Cursor reads values from a JSON text in order. The first failure sticks:
// every later read returns a zero value, so a decoder can read all it wants
// and ask [Cursor.Err] or [Cursor.End] once. Strings it hands out are copies.
type Cursor struct {
	buf     []byte
	off     int
	depth   int
	path    []step
	scratch []byte
	err     *Error
	lenient bool
}

// step is one step of the path to the value being read: a field name, or the
// key or index of an element when the name is empty.
type step struct {
	name string
	key  uint64
}

// NewCursor returns a cursor at the start of text, which must not change while
// the cursor is in use.
func NewCursor(text []byte) Cursor { return Cursor{buf: text} }

// Err returns nil or an *[Error] for the first failure.
func (c *Cursor) Err() error {
	if c.err == nil {
		return nil
	}
	return c.err
}

// Failed reports whether a read has failed.
func (c *Cursor) Failed() bool { return c.err != nil }

// Offset returns how many bytes have been read, white space before the next
// value not included.
func (c *Cursor) Offset() int { return c.off }

// End checks that nothing but white space is left and returns the first
// failure.
func (c *Cursor) End() error {
	if _, ok := c.peek(); ok {
		c.failHere(msgTrailingCharacters)
	}
	return c.Err()
}

// Fail records a failure of the value that began at offset start and has just
// been read: JSON, but not a value of the type.
func (c *Cursor) Fail(start int, message string) {
	c.fail(ErrData, message, start, c.off)
}

// fail records a failure unless one is recorded already. looked is the number
// of bytes the reference would have looked at when it noticed.
func (c *Cursor) fail(class Class, message string, start, looked int) {
	if c.err != nil {
		return
	}
	e := &Error{Class: class, Message: message, Field: c.fieldPath(), Offset: start}
	e.Line, e.Column = lineColumn(c.buf, looked)
	c.err = e
}

// failHere blames the byte at the cursor for not being what the syntax wants.
func (c *Cursor) failHere(message string) { c.failAt(c.off, message) }

func (c *Cursor) failAt(off int, message string) {
	c.fail(ErrSyntax, message, off, off+1)
}

func (c *Cursor) failEOF(message string) {
	c.fail(ErrEOF, message, len(c.buf), len(c.buf))
}

func (c *Cursor) fieldPath() string {
	var p []byte
	for _, s := range c.path {
		switch {
		case s.name == "":
			p = append(strconv.AppendUint(append(p, '['), s.key, 10), ']')
		case len(p) == 0:
			p = append(p, s.name...)
		default:
			p = append(append(p, '.'), s.name...)
		}
	}
	return string(p)
}

func (c *Cursor) push(s step) {
	if c.path == nil {
		c.path = make([]step, 0, 8) // deeper than any record of the format
	}
	c.path = append(c.path, s)
}

func (c *Cursor) pop() { c.path = c.path[:len(c.path)-1] }

// peek skips white space and returns the next byte without reading it. It
// reports false at the end of the text and after a failure.
func (c *Cursor) peek() (byte, bool) {
	if c.err != nil {
		return 0, false
	}
	for c.off < len(c.buf) {
		switch b := c.buf[c.off]; b {
		case ' ', '\n', '\t', '\r':
			c.off++
		default:
			return b, true
		}
	}
	return 0, false
}

// peekValue is peek where a value must follow.
func (c *Cursor) peekValue() (byte, bool) {
	b, ok := c.peek()
	if !ok {
		c.failEOF(msgEOFValue)
	}
	return b, ok
}

// enter reads the opening byte of an array or object.
func (c *Cursor) enter() bool {
	if c.depth+1 >= maxDepth {
		c.failHere(msgRecursionLimit)
		return false
	}
	c.depth++
	c.off++
	return true
}

// leave reads the closing byte that the caller has seen.
func (c *Cursor) leave() {
	if c.err == nil {
		c.off++
	}
	c.depth--
}

// ident reads the rest of true, false or null.
func (c *Cursor) ident(word string) bool {
	for i := range len(word) {
		if c.off == len(c.buf) {
			c.failEOF(msgEOFValue)
			return false
		}
		if c.buf[c.off] != word[i] {
			c.failHere(msgExpectedIdent)
			return false
		}
		c.off++
	}
	return true
}

// Null reads null if it is the next value and reports whether it was, the way
// options are read: the value of an option follows when Null reports false and
// the cursor has not failed.
func (c *Cursor) Null() bool {
	b, ok := c.peekValue()
	return ok && b == 'n' && c.ident("null")
}

// Bool reads true or false.
func (c *Cursor) Bool() bool {
	b, ok := c.peekValue()
	if !ok {
		return false
	}
	switch b {
	case 't':
		return c.ident("true")
	case 'f':
		c.ident("false")
	default:
		c.invalidType("a boolean")
	}
	return false
}

// invalidType reads the next value as far as the reference does and blames it
// for not being what was expected.
func (c *Cursor) invalidType(expected string) {
	start := c.off
	found := c.unexpected()
	if c.err != nil {
		return
	}
	c.Fail(start, "invalid type: "+found+", expected "+expected)
}

func (c *Cursor) unexpected() string {
	switch b := c.buf[c.off]; b {
	case 'n':
		c.ident("null")
		return "null"
	case 't':
		c.ident("true")
		return "boolean `true`"
	case 'f':
		c.ident("false")
		return "boolean `false`"
	case '"':
		return "string " + strconv.Quote(string(c.text()))
	case '[':
		return "sequence"
	case '{':
		return "map"
	default:
		if b != '-' && (b < '0' || b > '9') {
			c.failHere(msgExpectedValue)
			return ""
		}
		return c.scanNumber().String()
	}
}
