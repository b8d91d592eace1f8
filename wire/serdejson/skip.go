package serdejson

// Skip reads one value of any kind and forgets it. Strings inside are checked
// for their escapes only, not for UTF-8, as the reference does.
func (c *Cursor) Skip() {
	b, ok := c.peekValue()
	if !ok {
		return
	}
	switch b {
	case '"':
		c.skipText()
	case '[':
		c.skipSeq()
	case '{':
		c.skipObject()
	case 'n':
		c.ident("null")
	case 't':
		c.ident("true")
	case 'f':
		c.ident("false")
	default:
		if c.lenient {
			if _, ok := c.notFinite(); ok {
				return
			}
		}
		if b != '-' && !isDigit(b) {
			c.failHere(msgExpectedValue)
			return
		}
		c.skipNumber()
	}
}

func (c *Cursor) skipSeq() {
	if !c.enter() {
		return
	}
	for first := true; c.nextElement(first); first = false {
		c.Skip()
	}
	c.leave()
}

func (c *Cursor) skipObject() {
	if !c.enter() {
		return
	}
	for first := true; c.nextKey(first); first = false {
		c.skipText()
		c.colon()
		c.Skip()
	}
	c.leave()
}

// skipNumber checks the form of a number, not its range.
func (c *Cursor) skipNumber() {
	if c.at('-', '-') {
		c.off++
	}
	c.digits()
	if c.err == nil && c.at('.', '.') {
		c.off++
		c.digitRun()
	}
	if c.err == nil && (c.at('e', 'e') || c.at('E', 'E')) {
		c.exponent()
	}
}

func (c *Cursor) skipText() {
	c.off++
	for c.off < len(c.buf) {
		switch b := c.buf[c.off]; {
		case b == '"':
			c.off++
			return
		case b == '\\':
			c.skipEscape()
			if c.err != nil {
				return
			}
		case b < 0x20:
			c.failHere(msgControlCharacter)
			return
		default:
			c.off++
		}
	}
	c.failEOF(msgEOFString)
}

func (c *Cursor) skipEscape() {
	start := c.off
	letter, ok := c.escapeLetter()
	switch {
	case !ok || escapes[letter] != 0:
	case letter == 'u':
		c.hex4(start)
	default:
		c.fail(ErrSyntax, msgInvalidEscape, start, c.off)
	}
}
