package redact

import (
	"cmp"
	"hash/fnv"
	"slices"
	"sort"
	"strings"
)

// An ordinary word may be a name: "Mark restarted it". A listed word that stands where
// another text, the same but for that word, has a name or a word that is not listed
// is shown to the sender, and so is one that is a part of a name.

// ReviewWord is a listed word that may be a name.
type ReviewWord struct {
	// Word is in lower case.
	Word string
	// Count is how many texts have it in such a place, Example one of them as it was,
	// for the sender alone.
	Count   int
	Example string
	// PartOfName is set if the word is a part of a name of a node, a daemon, a channel
	// or a person.
	PartOfName bool
}

// MaxReviewed bounds how many words are offered for review, reviewedWords how many
// words of a text are looked at.
const (
	MaxReviewed   = 100
	reviewedWords = 64
)

// spot is a word of a template.
type spot struct {
	span
	// listed is set if the word stays.
	listed bool
}

// spotsOf returns the first words of a template that are no values.
func (x *texts) spotsOf(text string) []spot {
	var all []spot
	add := func(from, to int, listed bool) {
		if len(all) < reviewedWords {
			all = append(all, spot{span{from, to}, listed})
		}
	}
	o := splitting{addresses: true, keeps: x.keeps,
		spell: func(text string, i int) int {
			_, end := x.secretAt(text, i)
			if end > i {
				add(i, end, false)
			}
			return end
		},
		visit: func(p piece, part string, at int) {
			switch {
			case p == pieceWord:
				add(at, at+len(part), false)
			case p == pieceKept && wordAt(part, 0):
				add(at, at+len(part), true)
			}
		}}
	o.split(text)
	return all
}

// around is a template without one of its words.
func around(text string, s span) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text[:s.from]))
	_, _ = h.Write([]byte{0})
	_, _ = h.Write([]byte(text[s.to:]))
	return h.Sum64()
}

// review returns the listed words that may be names, the most frequent first.
func (x *texts) review(names []*names) []ReviewWord {
	named := map[uint64]bool{}
	for _, t := range x.templates {
		spots := x.spotsOf(t.text)
		for _, s := range spots {
			if !s.listed && len(spots) > 1 {
				named[around(t.text, s.span)] = true
			}
		}
	}
	parts := partsOf(names)
	found := map[string]*ReviewWord{}
	for _, t := range x.templates {
		counted := map[string]bool{}
		for _, s := range x.spotsOf(t.text) {
			word := lowerASCII(t.text[s.from:s.to])
			if !s.listed || counted[word] || !parts[word] && !named[around(t.text, s.span)] {
				continue
			}
			counted[word] = true
			w := found[word]
			if w == nil {
				w = &ReviewWord{Word: word, PartOfName: parts[word]}
				found[word] = w
			}
			w.Count += t.count
			if example := cutText(t.example); w.Example == "" || example < w.Example {
				w.Example = example
			}
		}
	}
	var all []ReviewWord
	for _, w := range found {
		all = append(all, *w)
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := &all[i], &all[j]
		return cmp.Or(cmp.Compare(b2i(b.PartOfName), b2i(a.PartOfName)), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Word, b.Word)) < 0
	})
	return slices.Clip(all[:min(len(all), MaxReviewed)])
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// partsOf returns the words that names of several words are made of, in lower case.
// A name's first word of what it is, as in node-1, is none.
func partsOf(all []*names) map[string]bool {
	parts := map[string]bool{}
	for _, n := range all {
		for _, name := range n.order {
			name = lowerASCII(core(name))
			for _, word := range strings.FieldsFunc(name, func(r rune) bool { return !isWordRune(r) }) {
				if word != name && word != n.kind {
					parts[word] = true
				}
			}
		}
	}
	return parts
}
