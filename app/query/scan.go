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
	// sign is "=" or a comparison if the field was written with that for a colon.
	sign string
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

// straight returns the value with straight marks for typographic ones, and whether
// it has any. What is searched may be written either way.
func (v value) straight() (other value, differs bool) {
	other = v
	other.text = straight(v.text)
	return other, v.form != formRegexp && other.text != v.text
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
	rest := strings.TrimLeftFunc(s.text[s.pos:], func(r rune) bool { return unicode.IsSpace(r) || unseen(r) })
	s.pos = len(s.text) - len(rest)
}

// mark returns the token that a text of one character is.
func mark(r rune) (tokenKind, bool) {
	switch {
	case r == '(' || r == '（':
		return tokenOpen, true
	case r == ')' || r == '）':
		return tokenClose, true
	case isDash(r):
		return tokenMinus, true
	}
	return tokenTerm, false
}

func (s *scanner) token() token {
	r, size := utf8.DecodeRuneInString(s.text[s.pos:])
	if kind, is := mark(r); is {
		s.pos += size
		return token{kind: kind, start: s.pos - size, end: s.pos}
	}
	t := token{start: s.pos}
	field, colon := fieldPrefix(s.text[s.pos:])
	if t.field = field; t.field != "" {
		s.pos += len(t.field) + colon
		s.list(&t)
	} else if t.field, t.sign = signedField(s.text[s.pos:]); t.field != "" {
		s.signed(&t)
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

// fieldPrefix returns the name before the colon that text begins with, and the
// length of the colon, or "".
func fieldPrefix(text string) (name string, colon int) {
	end := nameLength(text)
	r, size := utf8.DecodeRuneInString(text[end:])
	if end > 0 && (r == ':' || r == '：') {
		return text[:end], size
	}
	return "", 0
}

// nameLength returns the length of the name that text begins with.
func nameLength(text string) int {
	for i := range len(text) {
		b := lower(text[i])
		if !(b >= 'a' && b <= 'z' || b == '_' || i > 0 && (b >= '0' && b <= '9' || b == '-')) {
			return i
		}
	}
	return len(text)
}

// signedField returns the name of a field that text begins with, and the sign
// that other languages have where ours has a colon.
func signedField(text string) (name, sign string) {
	end := nameLength(text)
	c, known := fieldColumn(text[:end])
	if !known {
		return "", ""
	}
	for _, sign := range []string{"!=", "==", "=", ">=", "<=", "≥", "≤", ">", "<"} {
		compares := sign[0] != '=' && sign[0] != '!'
		if strings.HasPrefix(text[end:], sign) && (!compares || fields[c].takes != takesName && fields[c].takes != takesText) {
			return text[:end], sign
		}
	}
	return "", ""
}

// signed reads the values of a field that has a sign for a colon. A comparison is
// part of the value, as it is behind a colon.
func (s *scanner) signed(t *token) {
	s.pos += len(t.field)
	if t.sign[0] == '=' || t.sign[0] == '!' {
		s.pos += len(t.sign)
	}
	s.list(t)
	if t.sign == "!=" && t.problem == nil {
		written := t.field + ":" + s.text[t.values[0].start:s.pos]
		t.problem = &Error{t.start, s.pos, "!= is not part of the filter language", "write -" + written + " for all but these, or quote it to search for the text"}
	}
}

// list reads the values of a field.
func (s *scanner) list(t *token) {
	for {
		t.values = append(t.values, s.value(t, true))
		r, size := utf8.DecodeRuneInString(s.text[s.pos:])
		if size == 0 || !isComma(r) {
			return
		}
		s.pos += size
	}
}

// value reads one value; in a list it ends at a comma.
func (s *scanner) value(t *token, inList bool) value {
	v := value{start: s.pos}
	r, _ := utf8.DecodeRuneInString(s.text[s.pos:])
	switch {
	case s.pos == len(s.text):
	case isCurlyQuote(r):
		v.form = formQuoted
		v.text = s.curly(t)
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
	if end := strings.IndexFunc(s.text[start+1:], isCurlyQuote); mark == '"' && end >= 0 {
		// The quotes became curly after the first one was typed.
		_, size := utf8.DecodeRuneInString(s.text[start+1+end:])
		s.pos = start + 1 + end + size
		return s.text[start+1 : start+1+end]
	}
	t.problem = &Error{start, s.pos, problem, hint}
	return text.String()
}

// curly reads a text in curly quotes, up to the next curly quote or, without
// one, the next straight one.
func (s *scanner) curly(t *token) string {
	start := s.pos
	_, size := utf8.DecodeRuneInString(s.text[start:])
	rest := s.text[start+size:]
	end := strings.IndexFunc(rest, isCurlyQuote)
	if end < 0 {
		end = strings.IndexByte(rest, '"')
	}
	if end < 0 {
		s.pos = len(s.text)
		t.problem = &Error{start, s.pos, "the quotes are not closed", "write \" at the end of the phrase"}
		return rest
	}
	_, closing := utf8.DecodeRuneInString(rest[end:])
	s.pos = start + size + end + closing
	return rest[:end]
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
		if unicode.IsSpace(r) || r == '(' || r == ')' || r == '（' || r == '）' || r == '"' || isCurlyQuote(r) || inList && isComma(r) {
			break
		}
		s.pos += size
	}
	return strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, s.text[start:s.pos])
}

// checkBoundary notes a term that runs into the next one: it is not clear what
// was meant.
func (s *scanner) checkBoundary(t *token) {
	if s.pos == len(s.text) || t.problem != nil {
		return
	}
	r, size := utf8.DecodeRuneInString(s.text[s.pos:])
	if unicode.IsSpace(r) || r == ')' || r == '）' {
		return
	}
	if last := t.values[len(t.values)-1]; r == '(' && t.field != "" && last.start == last.end {
		t.problem = &Error{t.start, s.pos + size, "a field takes values, no parentheses", "write " + t.field + ":a,b for one of several"}
		return
	}
	t.problem = &Error{s.pos, s.pos + size, "a space is missing here", "separate terms by spaces, and quote a text that holds quotes, commas or parentheses"}
}
