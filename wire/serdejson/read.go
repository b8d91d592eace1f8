package serdejson

import "fmt"

// Seq reads an array and calls read for each element, which must read it.
func (c *Cursor) Seq(read func(index int)) {
	b, ok := c.peekValue()
	if !ok {
		return
	}
	if b != '[' {
		c.invalidType("a sequence")
		return
	}
	if !c.enter() {
		return
	}
	for i := 0; c.nextElement(i == 0); i++ {
		c.push(step{key: uint64(i)})
		read(i)
		c.pop()
	}
	c.leave()
}

// Map reads an object whose keys are u64 numbers in quotes and calls read for
// each value, which must read it. A key may come twice; the reference keeps
// the last.
func (c *Cursor) Map(read func(key uint64)) {
	b, ok := c.peekValue()
	if !ok {
		return
	}
	if b != '{' {
		c.invalidType("a map")
		return
	}
	if !c.enter() {
		return
	}
	for first := true; c.nextKey(first); first = false {
		key := c.numericKey()
		c.colon()
		if c.err != nil {
			break
		}
		c.push(step{key: key})
		read(key)
		c.pop()
	}
	c.leave()
}

// numericKey reads a key that is a number in quotes, nothing else inside them.
func (c *Cursor) numericKey() uint64 {
	c.off++
	if !c.at('0', '9') && !c.at('-', '-') {
		c.fail(ErrSyntax, msgExpectedNumericKey, c.off, c.off)
		return 0
	}
	key := c.U64()
	if c.lenient && c.at('n', 'n') {
		c.off++
	}
	if c.err == nil && !c.at('"', '"') {
		c.failHere(msgExpectedQuote)
		return 0
	}
	c.off++
	return key
}

// Struct reads a struct, from an object or from an array in field order, and
// calls read for each field that is present, which must read its value. field
// is the name in the shape, whatever spelling the text has.
func (c *Cursor) Struct(s *Shape, read func(field string)) {
	b, ok := c.peekValue()
	if !ok {
		return
	}
	switch b {
	case '{':
		c.object(s, read)
	case '[':
		c.tuple(s, read)
	default:
		c.invalidType(s.expecting)
	}
}

func (c *Cursor) object(s *Shape, read func(field string)) {
	start := c.off
	if !c.enter() {
		return
	}
	var seen uint32
	for first := true; c.nextKey(first); first = false {
		i := c.fieldKey(s, seen)
		c.colon()
		switch {
		case c.err != nil:
		case i < 0:
			c.Skip()
		default:
			seen |= 1 << i
			c.field(s, i, read)
		}
	}
	c.leave()
	c.checkMissing(s, seen, start)
}

// fieldKey reads a key and returns the position of the field it names, or -1
// for a key to be skipped.
func (c *Cursor) fieldKey(s *Shape, seen uint32) int {
	start := c.off
	key := c.text()
	if c.err != nil {
		return -1
	}
	i := s.find(key)
	switch {
	case i < 0 && s.denyUnknown:
		c.Fail(start, fmt.Sprintf("unknown field `%s`, %s", key, oneOf(s.names())))
	case i >= 0 && seen&(1<<i) != 0:
		c.Fail(start, fmt.Sprintf("duplicate field `%s`", s.fields[i].name))
	}
	return i
}

func (s *Shape) names() []string {
	names := make([]string, len(s.fields))
	for i, f := range s.fields {
		names[i] = f.name
	}
	return names
}

func (c *Cursor) field(s *Shape, i int, read func(field string)) {
	c.push(step{name: s.fields[i].name})
	read(s.fields[i].name)
	c.pop()
}

// checkMissing refuses an object, begun at start, that lacks a required field.
func (c *Cursor) checkMissing(s *Shape, seen uint32, start int) {
	if c.err != nil {
		return
	}
	for i := range s.fields {
		if f := &s.fields[i]; f.presence == required && seen&(1<<i) == 0 {
			c.push(step{name: f.name})
			c.Fail(start, fmt.Sprintf("missing field `%s`", f.name))
			c.pop()
			return
		}
	}
}

// tuple reads the array form of a struct.
func (c *Cursor) tuple(s *Shape, read func(field string)) {
	start := c.off
	if !c.enter() {
		return
	}
	i := 0
	for ; i < len(s.fields) && c.nextElement(i == 0); i++ {
		c.field(s, i, read)
	}
	if c.err == nil && i < len(s.fields) && s.fields[i].presence != defaulted {
		c.off++
		c.Fail(start, fmt.Sprintf("invalid length %d, expected %s", i, s.arrayForm()))
	}
	if c.err == nil && i == len(s.fields) {
		c.endTuple()
	}
	c.leave()
}

// arrayForm names the array form of s in errors. The reference's reader for
// durations, the one type that denies unknown keys, leaves out the count.
func (s *Shape) arrayForm() string {
	switch {
	case s.denyUnknown:
		return s.expecting
	case len(s.fields) == 1:
		return s.expecting + " with 1 element"
	}
	return fmt.Sprintf("%s with %d elements", s.expecting, len(s.fields))
}

// endTuple checks that nothing follows the last field of an array.
func (c *Cursor) endTuple() {
	b, ok := c.peek()
	switch {
	case !ok:
		c.failEOF(msgEOFList)
	case b == ',':
		c.off++
		if b, ok := c.peek(); ok && b == ']' {
			c.failHere(msgTrailingComma)
		} else {
			c.failHere(msgTrailingCharacters)
		}
	case b != ']':
		c.failHere(msgTrailingCharacters)
	}
}

// Enum reads an externally tagged enum and returns the position of its variant
// (0 after a failure). For a struct variant it calls read for each field that
// is present, as [Cursor.Struct] does; an enum without struct variants may
// pass nil.
func (c *Cursor) Enum(e *Enum, read func(variant int, field string)) int {
	b, ok := c.peekValue()
	if !ok {
		return 0
	}
	switch b {
	case '"':
		return c.unitVariant(e)
	case '{':
		return c.taggedVariant(e, read)
	}
	c.failHere(msgExpectedValue)
	return 0
}

// unitVariant reads a variant given by its name alone.
func (c *Cursor) unitVariant(e *Enum) int {
	start := c.off
	v := c.variantName(e)
	if c.err == nil && len(e.variants[v].fields) > 0 {
		c.Fail(start, "invalid type: unit variant, expected struct variant")
		return 0
	}
	return v
}

// taggedVariant reads {"Name":value}.
func (c *Cursor) taggedVariant(e *Enum, read func(variant int, field string)) int {
	if !c.enter() {
		return 0
	}
	defer c.leave()
	b, ok := c.peek()
	switch {
	case !ok:
		c.failEOF(msgEOFValue)
		return 0
	case b != '"':
		c.invalidType("variant identifier")
		return 0
	}
	v := c.variantName(e)
	c.colon()
	if s := &e.variants[v]; len(s.fields) > 0 {
		c.Struct(s, func(field string) { read(v, field) })
	} else if b, ok := c.peekValue(); ok && b == 'n' {
		c.ident("null")
	} else if ok {
		c.invalidType("unit")
	}
	c.endVariant()
	return v
}

func (c *Cursor) endVariant() {
	if c.err != nil {
		return
	}
	if b, ok := c.peek(); !ok {
		c.failEOF(msgEOFObject)
	} else if b != '}' {
		c.fail(ErrSyntax, msgExpectedValue, c.off, c.off)
	}
}

// variantName reads the quoted name of a variant and returns its position.
func (c *Cursor) variantName(e *Enum) int {
	start := c.off
	name := c.text()
	if c.err != nil {
		return 0
	}
	v := e.find(name)
	if v < 0 {
		c.Fail(start, fmt.Sprintf("unknown variant `%s`, %s", name, oneOf(e.names)))
		return 0
	}
	return v
}

// nextElement moves to the next element of an array, or to its closing bracket
// and reports false.
func (c *Cursor) nextElement(first bool) bool {
	b, ok := c.peek()
	switch {
	case !ok:
		c.failEOF(msgEOFList)
		return false
	case b == ']':
		return false
	case first:
		return true
	case b != ',':
		c.failHere(msgListCommaOrEnd)
		return false
	}
	c.off++
	b, ok = c.peekValue()
	if ok && b == ']' {
		c.failHere(msgTrailingComma)
	}
	return c.err == nil
}

// nextKey moves to the opening quote of the next key of an object, or to its
// closing brace and reports false.
func (c *Cursor) nextKey(first bool) bool {
	b, ok := c.peek()
	switch {
	case !ok:
		c.failEOF(msgEOFObject)
		return false
	case b == '}':
		return false
	case first:
	case b != ',':
		c.failHere(msgObjectCommaOrEnd)
		return false
	default:
		c.off++
		if b, ok = c.peekValue(); ok && b == '}' {
			c.failHere(msgTrailingComma)
		}
	}
	if c.err == nil && b != '"' {
		c.failHere(msgKeyMustBeString)
	}
	return c.err == nil
}

func (c *Cursor) colon() {
	if c.err != nil {
		return
	}
	b, ok := c.peek()
	switch {
	case !ok:
		c.failEOF(msgEOFObject)
	case b != ':':
		c.failHere(msgExpectedColon)
	default:
		c.off++
	}
}
