package query

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind says what a token is.
type tokenKind uint8

const (
	tokenTerm tokenKind = iota
	tokenOpen
	tokenClose
	tokenMinus
	tokenNot
	tokenAnd
	tokenOr
)

// keywords are the words that are not searched for.
func keyword(word string) (tokenKind, bool) {
	switch strings.ToLower(word) {
	case "or":
		return tokenOr, true
	case "and":
		return tokenAnd, true
	case "not":
		return tokenNot, true
	}
	return tokenTerm, false
}

// token is a part of a query and where it stands, in bytes.
type token struct {
	kind       tokenKind
	start, end int
	// field is the field of a term as written, empty for a word.
	field string
	// values are the alternatives of a field, or the one text of a word.
	values []value
	// problem is what is wrong with the spelling of the token.
	problem *Error
}

// form says how a value is written.
type form uint8

const (
	formBare form = iota
	formQuoted
	formRegexp
)

// value is one value and where it stands.
type value struct {
	start, end int
	form       form
	// text is the value without its quotes or slashes.
	text string
	// ignoreCase is the i flag of a regexp.
	ignoreCase bool
}

// scan splits text into tokens. It takes any text: what is misspelled is a token
// with a problem, so that a query can be completed and edited before it is right.
func scan(text string) []token {
	s := scanner{text: text}
	var tokens []token
	for s.skipSpace(); s.pos < len(text); s.skipSpace() {
		tokens = append(tokens, s.token())
	}
	return tokens
}

type scanner struct {
	text string
	pos  int
}

func (s *scanner) skipSpace() {
	rest := strings.TrimLeftFunc(s.text[s.pos:], unicode.IsSpace)
	s.pos = len(s.text) - len(rest)
}

// marks are the tokens of one character.
func mark(b byte) (tokenKind, bool) {
	switch b {
	case '(':
		return tokenOpen, true
	case ')':
		return tokenClose, true
	case '-':
		return tokenMinus, true
	}
	return tokenTerm, false
}

func (s *scanner) token() token {
	if kind, is := mark(s.text[s.pos]); is {
		s.pos++
		return token{kind: kind, start: s.pos - 1, end: s.pos}
	}
	t := token{start: s.pos}
	if t.field = fieldPrefix(s.text[s.pos:]); t.field != "" {
		s.pos += len(t.field) + len(":")
		s.list(&t)
	} else {
		t.values = []value{s.value(&t, false)}
		if v := t.values[0]; v.form == formBare {
			t.kind, _ = keyword(v.text)
		}
	}
	t.end = s.pos
	s.checkBoundary(&t)
	return t
}

// fieldPrefix returns the name before the colon that text begins with, or "".
func fieldPrefix(text string) string {
	for i := range len(text) {
		b := lower(text[i])
		switch {
		case b >= 'a' && b <= 'z' || b == '_':
		case i > 0 && (b >= '0' && b <= '9' || b == '-'):
		case i > 0 && b == ':':
			return text[:i]
		default:
			return ""
		}
	}
	return ""
}

// list reads the values of a field.
func (s *scanner) list(t *token) {
	for {
		t.values = append(t.values, s.value(t, true))
		if s.pos == len(s.text) || s.text[s.pos] != ',' {
			return
		}
		s.pos++
	}
}

// value reads one value; in a list it ends at a comma.
func (s *scanner) value(t *token, inList bool) value {
	v := value{start: s.pos}
	switch {
	case s.pos == len(s.text):
	case s.text[s.pos] == '"':
		v.form = formQuoted
		v.text = s.delimited(t, '"', "the quotes are not closed", "write \" at the end of the phrase")
	case s.text[s.pos] == '/':
		v.form = formRegexp
		v.text = s.delimited(t, '/', "the regexp is not closed", "write / at its end, or quote the text if it is none")
		v.ignoreCase = s.flag()
	default:
		v.text = s.bare(inList)
	}
	v.end = s.pos
	return v
}

// delimited reads a text up to the next mark that has no backslash before it. In
// quotes a backslash escapes itself too; in a regexp it belongs to the regexp.
func (s *scanner) delimited(t *token, mark byte, problem, hint string) string {
	start := s.pos
	var text strings.Builder
	for s.pos++; s.pos < len(s.text); s.pos++ {
		b := s.text[s.pos]
		if b == mark {
			s.pos++
			return text.String()
		}
		if b == '\\' && s.pos+1 < len(s.text) {
			next := s.text[s.pos+1]
			escapes := next == mark || next == '\\' && mark == '"'
			if !escapes {
				text.WriteByte(b)
			}
			if escapes || next == '\\' {
				text.WriteByte(next)
				s.pos++
			}
			continue
		}
		text.WriteByte(b)
	}
	t.problem = &Error{start, s.pos, problem, hint}
	return text.String()
}

// flag reads the i after a regexp.
func (s *scanner) flag() bool {
	if s.pos < len(s.text) && s.text[s.pos] == 'i' {
		s.pos++
		return true
	}
	return false
}

// bare reads a value without quotes.
func (s *scanner) bare(inList bool) string {
	start := s.pos
	for s.pos < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.pos:])
		if unicode.IsSpace(r) || r == '(' || r == ')' || r == '"' || inList && r == ',' {
			break
		}
		s.pos += size
	}
	return s.text[start:s.pos]
}

// checkBoundary notes a term that runs into the next one: it is not clear what
// was meant.
func (s *scanner) checkBoundary(t *token) {
	if s.pos == len(s.text) || t.problem != nil {
		return
	}
	r, size := utf8.DecodeRuneInString(s.text[s.pos:])
	if unicode.IsSpace(r) || r == ')' {
		return
	}
	if last := t.values[len(t.values)-1]; r == '(' && t.field != "" && last.start == last.end {
		t.problem = &Error{t.start, s.pos + size, "a field takes values, no parentheses", "write " + t.field + ":a,b for one of several"}
		return
	}
	t.problem = &Error{s.pos, s.pos + size, "a space is missing here", "separate terms by spaces, and quote a text that holds quotes, commas or parentheses"}
}
