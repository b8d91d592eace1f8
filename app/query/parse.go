package query

import "unicode/utf8"

// parser turns tokens into a tree, by recursive descent.
type parser struct {
	tokens  []token
	next    int
	depth   int
	context Context
}

func parse(text string, context Context) (*node, error) {
	if len(text) > MaxBytes {
		return nil, &Error{MaxBytes, len(text), "the query is too long", ""}
	}
	if at := invalidUTF8(text); at >= 0 {
		return nil, &Error{at, at + 1, "this is no character", ""}
	}
	p := parser{tokens: scan(text), context: context}
	if len(p.tokens) == 0 {
		return join(opAnd, nil), nil
	}
	n, err := p.or()
	if err == nil && p.next < len(p.tokens) {
		// or stops early only at a parenthesis that nothing opened.
		err = p.problem("nothing was opened that this closes", "")
	}
	if err != nil {
		return nil, err
	}
	return n, nil
}

// invalidUTF8 returns the offset of the first byte that is not part of a
// character, or -1.
func invalidUTF8(text string) int {
	for i, r := range text {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				return i
			}
		}
	}
	return -1
}

// peek returns the kind of the next token; at the end there is none.
func (p *parser) peek() (kind tokenKind, more bool) {
	if p.next == len(p.tokens) {
		return tokenTerm, false
	}
	return p.tokens[p.next].kind, true
}

// take skips the next token if it is of a kind.
func (p *parser) take(kind tokenKind) bool {
	if k, more := p.peek(); !more || k != kind {
		return false
	}
	p.next++
	return true
}

// problem returns an error about the next token, or the last one at the end.
func (p *parser) problem(text, hint string) *Error {
	t := &p.tokens[min(p.next, len(p.tokens)-1)]
	return &Error{t.start, t.end, text, hint}
}

func (p *parser) or() (*node, *Error) {
	var kids []*node
	for {
		k, err := p.and()
		if err != nil {
			return nil, err
		}
		kids = append(kids, k)
		if !p.take(tokenOr) {
			return join(opOr, kids), nil
		}
	}
}

func (p *parser) and() (*node, *Error) {
	var kids []*node
	for {
		k, err := p.not()
		if err != nil {
			return nil, err
		}
		kids = append(kids, k)
		if p.take(tokenAnd) {
			continue
		}
		if kind, more := p.peek(); !more || kind == tokenClose || kind == tokenOr {
			return join(opAnd, kids), nil
		}
	}
}

func (p *parser) not() (*node, *Error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.problem("this is nested too deeply", "")
	}
	defer func() { p.depth-- }()
	start := p.next
	switch {
	case p.take(tokenMinus):
		if p.next < len(p.tokens) && p.tokens[p.next].start > p.tokens[start].end {
			p.next = start
			return nil, p.problem("- has nothing to exclude", `write -word without a space, or "-" to search for it`)
		}
		return p.negated(start)
	case p.take(tokenNot):
		return p.negated(start)
	}
	return p.term()
}

// negated reads what the token at start excludes.
func (p *parser) negated(start int) (*node, *Error) {
	if kind, more := p.peek(); !more || kind == tokenClose || kind == tokenOr || kind == tokenAnd {
		p.next = start
		return nil, p.problem("nothing follows that could be excluded", "quote it to search for it")
	}
	n, err := p.not()
	if err != nil {
		return nil, err
	}
	return negate(n), nil
}

func (p *parser) term() (*node, *Error) {
	kind, more := p.peek()
	switch {
	case !more:
		return nil, p.problem("a term is missing after this", "")
	case kind == tokenOpen:
		return p.group()
	case kind == tokenClose:
		if p.next > 0 && p.tokens[p.next-1].kind == tokenOpen {
			p.next--
			return nil, p.problem("there is nothing in these parentheses", "")
		}
		return nil, p.problem("a term is missing before this", "")
	case kind != tokenTerm:
		return nil, p.problem("a term is missing before this", "quote it to search for it")
	}
	t := &p.tokens[p.next]
	p.next++
	leaf, err := termPredicate(t, p.context)
	if err != nil {
		return nil, err
	}
	n := &node{leaf: leaf}
	if other, differs := t.values[0].straight(); t.field == "" && differs {
		if leaf, err = wordOf(other, p.context); err != nil {
			return nil, err
		}
		n = join(opOr, []*node{n, {leaf: leaf}})
	}
	p.remark(t)
	return n, nil
}

// remark says of a term that it is read in the filter language although it may be
// a text.
func (p *parser) remark(t *token) {
	if t.sign == "" || p.context.remarks == nil {
		return
	}
	sign := t.sign
	if sign[0] == '=' {
		sign = ""
	}
	text := t.field + t.sign + "… is read as " + t.field + ":" + sign + "…; quote it to search for the text"
	*p.context.remarks = append(*p.context.remarks, Remark{t.start, t.end, text})
}

func (p *parser) group() (*node, *Error) {
	open := p.next
	p.next++
	if _, more := p.peek(); !more {
		return nil, p.unclosed(open)
	}
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	if !p.take(tokenClose) {
		return nil, p.unclosed(open)
	}
	return n, nil
}

func (p *parser) unclosed(open int) *Error {
	p.next = open
	return p.problem("this parenthesis is not closed", "write ) at its end")
}

// termPredicate returns what a term asks.
func termPredicate(t *token, context Context) (predicate, *Error) {
	c, known := fieldColumn(t.field)
	switch {
	case t.field != "" && !known:
		return nil, unknownField(t)
	case t.problem != nil:
		return nil, t.problem
	case t.field == "":
		return wordOf(t.values[0], context)
	}
	for i, v := range t.values {
		if v.form == formBare && v.start == v.end {
			return nil, missingValue(t, i, c)
		}
	}
	return builders[fields[c].takes](c, t, context)
}

func unknownField(t *token) *Error {
	hint := `to search for the text, write it in quotes`
	if name := nearest(t.field, fieldNames()); name != "" {
		hint = "did you mean " + name + ": ? Or " + hint
	}
	return &Error{t.start, t.values[0].start, "there is no field " + t.field, hint}
}

// missingValue says that value i of t is missing; the span is the colon or comma
// it should follow, with the field's name if it is the first.
func missingValue(t *token, i int, c column) *Error {
	start := t.start
	if i > 0 {
		start = t.values[i-1].end
	}
	return &Error{start, t.values[i].start, "a value is missing", "for example " + fields[c].example}
}
