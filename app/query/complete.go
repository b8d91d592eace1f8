package query

import (
	"strings"

	"chainglass/app/kind"
)

// Vocabulary is what the loaded chains have to offer, by the name of the field:
// "kind", "node", "template" and so on, the most frequent first.
type Vocabulary map[string][]Word

// Word is a value that occurs.
type Word struct {
	Text string
	// Detail is shown beside it, for example how often it occurs.
	Detail string
}

// Suggestion is one way to go on.
type Suggestion struct {
	// Text replaces the bytes of the query from ReplaceStart up to, not
	// including, ReplaceEnd.
	Text                     string
	ReplaceStart, ReplaceEnd int
	// Label is what is listed, Detail what is said about it.
	Label, Detail string
}

// MaxSuggestions bounds what is suggested at once.
const MaxSuggestions = 40

// Complete suggests how the query can go on at cursor, a byte offset. The query
// need not be right.
func Complete(text string, cursor int, vocabulary Vocabulary) []Suggestion {
	cursor = max(0, min(cursor, len(text)))
	c := completion{vocabulary: vocabulary, start: cursor, end: cursor}
	t, inTerm := termAt(text, cursor)
	switch {
	case !inTerm:
		c.suggestFields("")
	case t.field == "":
		c.start, c.end = t.start, t.end
		c.suggestAnything(typed(text, t.values[0], cursor))
	case cursor <= t.start+len(t.field):
		c.start, c.end = t.start, t.values[0].start
		c.suggestFields(text[t.start:cursor])
	default:
		c.suggestAt(text, &t, cursor)
	}
	return c.ranked()
}

// termAt returns the term that the cursor is in or directly behind.
func termAt(text string, cursor int) (token, bool) {
	for _, t := range scan(text) {
		isText := t.kind == tokenTerm || t.kind >= tokenNot
		if isText && t.start <= cursor && cursor <= t.end && (t.start < cursor || t.field != "") {
			return t, true
		}
	}
	return token{}, false
}

// typed returns the part of a value before the cursor, without an opening quote.
func typed(text string, v value, cursor int) string {
	start := v.start
	if v.form != formBare {
		start++
	}
	if cursor < start {
		return ""
	}
	return strings.TrimSuffix(text[start:min(cursor, v.end)], `"`)
}

// completion collects suggestions. Those that begin with what was typed come
// before those that only contain it.
type completion struct {
	vocabulary Vocabulary
	start, end int
	begin      []Suggestion
	contain    []Suggestion
}

func (c *completion) ranked() []Suggestion {
	all := append(c.begin, c.contain...)
	return all[:min(len(all), MaxSuggestions)]
}

// offer adds a suggestion if name fits what was typed.
func (c *completion) offer(typed, name, text, detail string) {
	s := Suggestion{Text: text, ReplaceStart: c.start, ReplaceEnd: c.end, Label: name, Detail: detail}
	switch at := strings.Index(fold(name), fold(typed)); {
	case at == 0:
		c.begin = append(c.begin, s)
	case at > 0 && len(c.contain) < MaxSuggestions:
		c.contain = append(c.contain, s)
	}
}

// suggestFields offers the fields. Those whose alias was begun are offered under
// the alias.
func (c *completion) suggestFields(typed string) {
	for i := range fields {
		f := &fields[i]
		c.offer(typed, f.name+":", f.name+":", f.meaning)
		for _, alias := range f.aliases {
			if typed != "" && strings.HasPrefix(alias, fold(typed)) {
				c.offer(typed, alias+":", alias+":", f.meaning)
			}
		}
	}
}

// suggestAnything offers fields, and terms for the values that contain the word.
func (c *completion) suggestAnything(word string) {
	c.suggestFields(word)
	for i := range fields {
		if fields[i].takes != takesName && fields[i].takes != takesSet {
			continue
		}
		for _, w := range c.words(column(i)) {
			prefix := fields[i].name + ":"
			c.offerTerm(word, prefix, w)
		}
	}
}

// offerTerm offers a whole term for a word that is part of its value.
func (c *completion) offerTerm(word, prefix string, w Word) {
	if word == "" || !strings.Contains(fold(w.Text), fold(word)) || len(c.contain) >= MaxSuggestions {
		return
	}
	text := prefix + string(appendValue(nil, w.Text))
	c.contain = append(c.contain, Suggestion{text, c.start, c.end, prefix + w.Text, w.Detail})
}

// suggestAt offers values for the one of a term that the cursor is at.
func (c *completion) suggestAt(text string, t *token, cursor int) {
	at, known := fieldColumn(t.field)
	if !known {
		return
	}
	v := t.values[len(t.values)-1]
	for _, earlier := range t.values {
		if cursor <= earlier.end {
			v = earlier
			break
		}
	}
	c.start, c.end = v.start, v.end
	for _, w := range c.words(at) {
		c.offer(typed(text, v, cursor), w.Text, string(appendValue(nil, w.Text)), w.Detail)
	}
	if fields[at].takes == takesOption {
		c.offer(typed(text, v, cursor), wordNone, wordNone, "there is no number")
		c.offer(typed(text, v, cursor), wordAny, wordAny, "there is a number")
	}
}

// words returns the values of a field: those that occur, then those of an
// enumeration that do not.
func (c *completion) words(at column) []Word {
	var words []Word
	seen := map[string]bool{}
	add := func(w Word) {
		if fields[at].takes == takesSet {
			w.Text = fold(w.Text)
		}
		if !seen[w.Text] {
			seen[w.Text] = true
			words = append(words, w)
		}
	}
	for _, name := range append([]string{fields[at].name}, fields[at].aliases...) {
		for _, w := range c.vocabulary[name] {
			add(w)
		}
	}
	if fields[at].takes == takesSet {
		for _, name := range setNames(at, kind.Set{}) {
			add(Word{Text: name})
		}
	}
	return words
}
