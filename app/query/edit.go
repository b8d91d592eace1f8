package query

import (
	"slices"
	"strings"
)

// The functions of this file edit the text of a query as a click on a facet
// does. They change the terms that the whole query depends on, those outside
// parentheses, and leave everything else as it was typed. A field may be given by
// any of its names, a value is taken literally. An unknown field changes nothing.

// TermState says how a value stands in a query.
type TermState uint8

// The states of a value.
const (
	// TermNone: the query has no term that names the value.
	TermNone TermState = iota
	// TermAdded: the value is one of those asked for.
	TermAdded
	// TermExcluded: the value is excluded.
	TermExcluded
)

// HasTerm says whether a term of the query names the value.
func HasTerm(text, field, value string) TermState {
	e, known := newEditor(text, field)
	if !known {
		return TermNone
	}
	for i := range e.terms {
		if t := &e.terms[i]; e.find(t, value) >= 0 {
			if t.excluded {
				return TermExcluded
			}
			return TermAdded
		}
	}
	return TermNone
}

// AddTerm returns the query with the value asked for. If the query asks for other
// values of the field, the value becomes one more alternative; if it excludes the
// value, it no longer does.
func AddTerm(text, field, value string) string {
	return withTerm(text, field, value, TermAdded)
}

// ExcludeTerm returns the query with the value excluded and no longer asked for.
func ExcludeTerm(text, field, value string) string {
	return withTerm(text, field, value, TermExcluded)
}

// RemoveTerm returns the query without the value, asked for or excluded.
func RemoveTerm(text, field, value string) string {
	e, known := newEditor(text, field)
	if !known {
		return text
	}
	return e.without(value, func(*term) bool { return true })
}

// SetTerm returns the query with the value as the only one asked for in that
// field, for example a range of times. What the query excludes stays.
func SetTerm(text, field, value string) string {
	e, known := newEditor(text, field)
	if !known {
		return text
	}
	for i := len(e.terms) - 1; i >= 0; i-- {
		if t := &e.terms[i]; !t.excluded {
			e.cut(t)
		}
	}
	return withTerm(e.text, field, value, TermAdded)
}

func withTerm(text, field, value string, state TermState) string {
	if HasTerm(text, field, value) == state {
		return text
	}
	e, known := newEditor(text, field)
	if !known {
		return text
	}
	excluded := state == TermExcluded
	text = e.without(value, func(t *term) bool { return t.excluded != excluded })
	e, _ = newEditor(text, field)
	return e.with(value, excluded)
}

// editor is a query being edited, seen from one field.
type editor struct {
	text   string
	tokens []token
	column column
	// terms are the terms of the field, in order.
	terms []term
	// alternatives is true if the whole query is made of alternatives.
	alternatives bool
	// wrong is true if the text is not finished; it is then only added to.
	wrong bool
}

// term is a term that the whole query depends on.
type term struct {
	// first is the token it begins with, token the one with the values: between
	// them is what negates it.
	first, token int
	excluded     bool
}

func newEditor(text, field string) (e editor, known bool) {
	c, known := fieldColumn(field)
	if !known {
		return e, false
	}
	e = editor{text: text, tokens: scan(text), column: c}
	depth := 0
	for i := range e.tokens {
		t := &e.tokens[i]
		e.wrong = e.wrong || t.problem != nil || t.lacksValue()
		switch t.kind {
		case tokenOpen:
			depth++
		case tokenClose:
			depth--
		case tokenOr:
			e.alternatives = e.alternatives || depth == 0
		case tokenTerm:
			if at, is := fieldColumn(t.field); depth == 0 && is && at == c {
				e.terms = append(e.terms, e.term(i))
			}
		}
		e.wrong = e.wrong || depth < 0
	}
	e.wrong = e.wrong || depth != 0
	if e.wrong || e.alternatives {
		e.terms = nil
	}
	return e, true
}

// lacksValue reports whether a value of a term has not been written yet.
func (t *token) lacksValue() bool {
	return slices.ContainsFunc(t.values, func(v value) bool { return v.start == v.end })
}

// term describes the term at token i.
func (e *editor) term(i int) term {
	t := term{first: i, token: i}
	for t.first > 0 && (e.tokens[t.first-1].kind == tokenMinus || e.tokens[t.first-1].kind == tokenNot) {
		t.first--
		t.excluded = !t.excluded
	}
	return t
}

// find returns which of a term's values is value, or -1.
func (e *editor) find(t *term, literal string) int {
	return slices.IndexFunc(e.tokens[t.token].values, func(v value) bool {
		return sameValue(e.column, v, literal)
	})
}

// sameValue reports whether a value as written stands for exactly a literal one.
func sameValue(c column, v value, literal string) bool {
	switch {
	case v.form == formRegexp, v.form == formBare && strings.Contains(v.text, "*"):
		return false
	case fields[c].takes == takesNumber || fields[c].takes == takesOption:
		a, problemA := numbers(c)(v.text)
		b, problemB := numbers(c)(literal)
		if problemA == "" && problemB == "" {
			return a == b
		}
	}
	return fold(v.text) == fold(literal)
}

// without returns the text without value in the terms that are meant.
func (e *editor) without(value string, meant func(*term) bool) string {
	for i := len(e.terms) - 1; i >= 0; i-- {
		t := &e.terms[i]
		if e.find(t, value) < 0 || !meant(t) {
			continue
		}
		values := e.tokens[t.token].values
		var kept []string
		for _, v := range values {
			if !sameValue(e.column, v, value) {
				kept = append(kept, e.text[v.start:v.end])
			}
		}
		if len(kept) == 0 {
			e.cut(t)
		} else {
			e.splice(values[0].start, values[len(values)-1].end, strings.Join(kept, ","))
		}
	}
	return e.text
}

// with returns the text with value as one more of those asked for or excluded.
func (e *editor) with(value string, excluded bool) string {
	added := false
	for i := len(e.terms) - 1; i >= 0; i-- {
		if t := &e.terms[i]; t.excluded == excluded {
			end := e.tokens[t.token].end
			e.splice(end, end, ","+e.literal(value))
			added = true
		}
	}
	if added {
		return e.text
	}
	written := string(appendField(nil, e.column)) + e.literal(value)
	if excluded {
		written = "-" + written
	}
	switch {
	case len(e.tokens) == 0:
		return written
	case e.wrong:
		// In front, where an open quote does not swallow it.
		return written + " " + e.text
	case e.alternatives:
		return "(" + strings.TrimSpace(e.text) + ") " + written
	}
	return strings.TrimRight(e.text, " ") + " " + written
}

// literal writes a value.
func (e *editor) literal(value string) string {
	if fields[e.column].takes == takesSet {
		value = fold(value)
	}
	return string(appendValue(nil, value))
}

// splice replaces a part of the text.
func (e *editor) splice(start, end int, text string) {
	e.text = e.text[:start] + text + e.text[end:]
}

// cut removes a term, the "and" that joined it, and the space it leaves behind.
// Terms are cut from the last to the first, so that offsets stay right.
func (e *editor) cut(t *term) {
	start, end := e.tokens[t.first].start, e.tokens[t.token].end
	switch {
	case t.token+1 < len(e.tokens) && e.tokens[t.token+1].kind == tokenAnd:
		end = e.tokens[t.token+1].end
	case t.first > 0 && e.tokens[t.first-1].kind == tokenAnd:
		start = e.tokens[t.first-1].start
	}
	for end < len(e.text) && e.text[end] == ' ' {
		end++
	}
	if end == len(e.text) {
		for start > 0 && e.text[start-1] == ' ' {
			start--
		}
	}
	e.splice(start, end, "")
}
