package query

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// pattern is what a text is compared with.
type pattern interface {
	// match reports whether a whole text matches. It allocates nothing if the
	// pattern is ASCII.
	match(text []byte) bool
	// within says what is known of a text from its template, which is known and
	// not empty.
	within(t *Template) Verdict
	// appendTo writes the pattern as the value of a field.
	appendTo(dst []byte) []byte
}

// glob is a text with gaps: its parts have to come in order, the first at the
// beginning and the last at the end. A literal text is one part; a text that is
// to be contained stands between two empty ones.
type glob struct {
	parts []string // folded
	ascii bool
	// anywhere is true of a pattern that is written without the gaps at its ends.
	anywhere bool
}

func newGlob(parts []string) *glob {
	g := &glob{ascii: true}
	for i, p := range parts {
		if inner := i > 0 && i < len(parts)-1; inner && p == "" {
			continue
		}
		g.parts = append(g.parts, fold(p))
		g.ascii = g.ascii && isASCII(p)
	}
	return g
}

// parts splits a value at its stars; in quotes a star is only a star.
func parts(v value) []string {
	if v.form == formQuoted {
		return []string{v.text}
	}
	return strings.Split(v.text, "*")
}

func (g *glob) first() string { return g.parts[0] }

func (g *glob) last() string { return g.parts[len(g.parts)-1] }

// inner returns the parts between the first and the last.
func (g *glob) inner() []string { return g.parts[1 : len(g.parts)-1] }

func (g *glob) match(text []byte) bool {
	if !g.ascii {
		text = foldBytes(text)
	}
	if !hasPrefixFold(text, g.first()) {
		return false
	}
	if len(g.parts) == 1 {
		return len(text) == len(g.first())
	}
	text = text[len(g.first()):]
	end := len(text) - len(g.last())
	if end < 0 || !hasPrefixFold(text[end:], g.last()) {
		return false
	}
	return inOrder(text[:end], g.inner())
}

// inOrder reports whether text holds the parts one after the other.
func inOrder(text []byte, parts []string) bool {
	for _, p := range parts {
		at := indexFold(text, p)
		if at < 0 {
			return false
		}
		text = text[at+len(p):]
	}
	return true
}

// literal returns the one text that the pattern was written as, without gaps.
func (g *glob) literal() (text string, is bool) {
	switch {
	case len(g.parts) == 1:
		return g.first(), true
	case g.anywhere && len(g.parts) == 3:
		return g.parts[1], true
	}
	return "", false
}

func (g *glob) appendTo(dst []byte) []byte {
	if text, is := g.literal(); is {
		return appendValue(dst, text)
	}
	return append(dst, strings.Join(g.parts, "*")...)
}

// expression is a regexp; it may match anywhere in a text.
type expression struct {
	exp *regexp.Regexp
	// program follows the regexp over templates; nil if it is too long.
	program *syntax.Prog
	// source is what was written, without the slashes.
	source     string
	ignoreCase bool
}

func newExpression(v value) (*expression, *Error) {
	if v.text == "" {
		return nil, &Error{v.start, v.end, "the regexp is empty", ""}
	}
	source := v.text
	if v.ignoreCase {
		source = "(?i:" + source + ")"
	}
	exp, err := regexp.Compile(source)
	if err != nil {
		reason := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
		return nil, &Error{v.start, v.end, "this is no regexp: " + reason, "quote the text if it is none"}
	}
	return &expression{exp, programOf(source), v.text, v.ignoreCase}, nil
}

func (e *expression) match(text []byte) bool { return e.exp.Match(text) }

func (e *expression) within(t *Template) Verdict {
	if t.exact() {
		return verdictOf(e.exp.MatchString(t.Text))
	}
	if e.program == nil {
		return Maybe
	}
	return follow(e.program, t)
}

func (e *expression) appendTo(dst []byte) []byte {
	dst = append(dst, '/')
	for i := 0; i < len(e.source); i++ {
		switch b := e.source[i]; {
		case b == '\\' && i+1 < len(e.source):
			i++
			dst = append(dst, b, e.source[i])
		case b == '/':
			dst = append(dst, '\\', '/')
		default:
			dst = append(dst, b)
		}
	}
	dst = append(dst, '/')
	if e.ignoreCase {
		dst = append(dst, 'i')
	}
	return dst
}

// appendPatterns writes a term with patterns as values.
func appendPatterns(dst []byte, c column, patterns []pattern) []byte {
	dst = appendField(dst, c)
	for i, p := range patterns {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = p.appendTo(dst)
	}
	return dst
}

func matchAny(patterns []pattern, text []byte) bool {
	for _, p := range patterns {
		if p.match(text) {
			return true
		}
	}
	return false
}

// naming returns the pattern that a whole name has to match.
func naming(v value) (pattern, *Error) { return newGlob(parts(v)), nil }

// containing returns the pattern that looks for a value anywhere in a text.
func containing(v value) (pattern, *Error) {
	inner := parts(v)
	if len(inner) == 1 && inner[0] == "" {
		return nil, &Error{v.start, v.end, "there is no text in these quotes", "write * for any text"}
	}
	g := newGlob(append(append([]string{""}, inner...), ""))
	g.anywhere = true
	return g, nil
}

// patternsOf makes a pattern of every value of a term; make makes those that are
// no regexp.
func patternsOf(t *token, make func(value) (pattern, *Error)) ([]pattern, *Error) {
	var patterns []pattern
	for _, v := range t.values {
		p, err := patternOf(v, make)
		if err != nil {
			return nil, err
		}
		patterns = append(patterns, p)
		if other, differs := v.straight(); differs {
			if p, err = patternOf(other, make); err != nil {
				return nil, err
			}
			patterns = append(patterns, p)
		}
	}
	return patterns, nil
}

func patternOf(v value, make func(value) (pattern, *Error)) (pattern, *Error) {
	if v.form != formRegexp {
		return make(v)
	}
	p, err := newExpression(v)
	if err != nil {
		return nil, err
	}
	return p, nil
}
