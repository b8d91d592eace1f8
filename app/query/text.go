package query

import "chainglass/app/kind"

// namePredicate compares a name, whole.
type namePredicate struct {
	column   column
	patterns []pattern
}

func nameOf(c column, t *token, _ Context) (predicate, *Error) {
	patterns, err := patternsOf(t, naming)
	if err != nil {
		return nil, err
	}
	return &namePredicate{c, patterns}, nil
}

func (p *namePredicate) match(text string) binding {
	return binding(verdictOf(matchAny(p.patterns, []byte(text))))
}

func (p *namePredicate) bind(t *Tables, c *Class) binding {
	switch p.column {
	case columnNode:
		return p.match(t.Node)
	case columnChannel:
		return p.match(t.Channel)
	case columnKind:
		return onRecord(c, p.match(c.Kind))
	case columnTemplate:
		return onRecord(c, p.bindTemplate(&c.Text))
	}
	if !t.kind().HasSource() {
		return bindNo
	}
	return onRecord(c, binding(c.Source.verdict(p.patterns)))
}

// bindTemplate compares the masked text itself, so that it need not be whole.
func (p *namePredicate) bindTemplate(t *Template) binding {
	switch {
	case t.Text != "":
		return p.match(t.Text)
	case t.Whole:
		return bindNo
	}
	return bindMaybe
}

func (p *namePredicate) record(_ *kind.Kind, r *Record) bool {
	switch p.column {
	case columnKind:
		return matchAny(p.patterns, r.Kind)
	case columnTemplate:
		return matchText(p.patterns, r.Template)
	}
	return matchText(p.patterns, r.Source)
}

func (p *namePredicate) readsPayload() bool { return p.column == columnSource }

func (p *namePredicate) appendTo(dst []byte) []byte {
	return appendPatterns(dst, p.column, p.patterns)
}

// matchText reports whether there is a text and a pattern matches it.
func matchText(patterns []pattern, text []byte) bool {
	return len(text) > 0 && matchAny(patterns, text)
}

// textPredicate looks into the reason or message.
type textPredicate struct{ patterns []pattern }

func textOf(_ column, t *token, _ Context) (predicate, *Error) {
	patterns, err := patternsOf(t, containing)
	if err != nil {
		return nil, err
	}
	return &textPredicate{patterns}, nil
}

func (p *textPredicate) bind(t *Tables, c *Class) binding {
	return onRecord(c, binding(max(c.Text.verdict(p.patterns), detailVerdict(t))))
}

// detailVerdict is what is known of a text in the detail of a record: nothing
// where there are details.
func detailVerdict(t *Tables) Verdict {
	if t.kind().HasDetail {
		return Maybe
	}
	return No
}

func (p *textPredicate) record(_ *kind.Kind, r *Record) bool {
	return matchText(p.patterns, r.Text) || matchText(p.patterns, r.Detail)
}

func (p *textPredicate) readsPayload() bool { return true }

func (p *textPredicate) appendTo(dst []byte) []byte {
	return appendPatterns(dst, columnReason, p.patterns)
}

// wordPredicate looks into every text of an entry. Its one pattern is kept as a
// list because that is what texts are compared with.
type wordPredicate struct {
	patterns []pattern
	// outcomes are those of names that the pattern matches.
	names    []string
	outcomes set
}

func wordOf(v value, context Context) (predicate, *Error) {
	p, err := patternOf(v, containing)
	if err != nil {
		return nil, err
	}
	names := outcomeNames(context.Kinds)
	return &wordPredicate{[]pattern{p}, names, setMatching(names, p)}, nil
}

func (p *wordPredicate) bind(t *Tables, c *Class) binding {
	switch c.State {
	case ClassUnreadable:
		return bindNo
	case ClassRecord:
	default:
		return bindMaybe
	}
	if p.outcomes.has(indexOf(p.names, c.Outcome)) || t.kind().KindIsText && matchText(p.patterns, []byte(c.Kind)) {
		return bindYes
	}
	v := max(c.Text.verdict(p.patterns), detailVerdict(t))
	if t.kind().HasSource() {
		v = max(v, c.Source.verdict(p.patterns))
	}
	return binding(v)
}

func (p *wordPredicate) record(k *kind.Kind, r *Record) bool {
	return p.outcomes.has(indexOf(p.names, r.Outcome)) ||
		matchText(p.patterns, r.Text) ||
		k.KindIsText && matchText(p.patterns, r.Kind) ||
		matchText(p.patterns, r.Detail) ||
		matchText(p.patterns, r.Source) ||
		matchText(p.patterns, r.Error)
}

func (p *wordPredicate) readsPayload() bool { return true }

func (p *wordPredicate) appendTo(dst []byte) []byte {
	if g, is := p.patterns[0].(*glob); is {
		if text, is := g.literal(); is {
			return appendWord(dst, text)
		}
	}
	return p.patterns[0].appendTo(dst)
}

// appendWord writes a text to search for, in quotes if it would be read as a
// keyword or a field.
func appendWord(dst []byte, text string) []byte {
	field, _ := fieldPrefix(text)
	if _, is := keyword(text); is || field != "" {
		return appendQuoted(dst, text)
	}
	return appendValue(dst, text)
}
