package source

import (
	"bytes"
	"strings"
)

// valueEnd finds the end of a value by its brackets and quotes. It goes on
// where it stopped, so a value may come in pieces.
type valueEnd struct {
	depth     int
	begun     bool
	inString  bool
	escaped   bool
	isLiteral bool
}

// scan returns how many bytes of b belong to the value and whether it ends
// there.
func (v *valueEnd) scan(b []byte) (n int, done bool) {
	for i := 0; i < len(b); i++ {
		if v.inString {
			if i += v.skipString(b[i:]); i == len(b) {
				break
			}
			if v.inString = false; v.depth == 0 {
				return i + 1, true
			}
			continue
		}
		switch c := b[i]; {
		case v.isLiteral:
			if isSpace(c) || strings.IndexByte(`,]}{["`, c) >= 0 {
				return i, true
			}
		case c == '"':
			v.inString = true
		case c == '{' || c == '[':
			v.depth++
		case c == '}' || c == ']':
			if v.depth--; v.depth <= 0 {
				return i + 1, true
			}
		case !v.begun:
			v.isLiteral = true
		}
		v.begun = true
	}
	return len(b), false
}

// skipString returns where in b the string it begins in ends: the index of its
// closing quote, or len(b).
func (v *valueEnd) skipString(b []byte) int {
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case v.escaped:
			v.escaped = false
		case c == '"':
			return i
		case c == '\\':
			v.escaped = true
		}
	}
	return len(b)
}

func isSpace(b byte) bool { return b == ' ' || b == '\n' || b == '\r' || b == '\t' }

// isWhole reports whether text is one value from its first byte to its last,
// going by brackets and quotes.
func isWhole(text []byte) bool {
	var v valueEnd
	n, done := v.scan(text)
	return done && n == len(text)
}

// members calls yield with the key, its quotes removed, and the value of each
// member of the object text, as far as that goes by brackets and quotes. Keys
// with escapes are passed as they are.
func members(text []byte, yield func(key, value []byte)) {
	text, ok := bytes.CutPrefix(bytes.TrimSpace(text), []byte("{"))
	for ok {
		text = bytes.TrimLeft(text, " \n\r\t,")
		if len(text) == 0 || text[0] != '"' {
			return
		}
		var key, value []byte
		if key, text = cutValue(text); len(key) < 2 {
			return
		}
		if text, ok = bytes.CutPrefix(bytes.TrimLeft(text, " \n\r\t"), []byte(":")); !ok {
			return
		}
		value, text = cutValue(bytes.TrimLeft(text, " \n\r\t"))
		if len(value) == 0 {
			return
		}
		yield(bytes.Trim(key, `"`), value)
	}
}

// cutValue divides text behind the value it begins with.
func cutValue(text []byte) (value, rest []byte) {
	var v valueEnd
	n, _ := v.scan(text)
	return text[:n], text[n:]
}
