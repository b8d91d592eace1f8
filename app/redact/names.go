package redact

import (
	"fmt"
	"strings"
)

// MaxNames bounds how many different names, words and values each get a pseudonym
// of their own. Names beyond it are an error; words and values beyond it all become
// "#".
const MaxNames = 1 << 17

// names gives pseudonyms to texts: names of one class, or words. Those whose
// template has no value in it become prefix-a, prefix-b; the others keep a value,
// so that texts that differ in them only still do so: prefix-0g, prefix-0h.
type names struct {
	// kind is what is named, prefix how pseudonyms begin: like that, if nothing has
	// such a name.
	kind, prefix string
	// order lists the originals as they were met.
	order []string
	known map[string]string
	full  bool
}

func newNames(prefix string) *names {
	return &names{kind: prefix, prefix: prefix, known: map[string]string{}}
}

// learn takes note of an original.
func (n *names) learn(name string) {
	if name == "" {
		return
	}
	if _, again := n.known[name]; again {
		return
	}
	if len(n.order) >= MaxNames {
		n.full = true
		return
	}
	n.known[name] = ""
	n.order = append(n.order, name)
}

// assign gives every original its pseudonym. taken says what must not be one. A name
// with an id in it, node-51b7e0c2, has the id's pseudonym in its own: numbered
// returns that, empty for a value that is no id.
func (n *names) assign(taken func(string) bool, numbered func(value string) string) {
	for taken(n.prefix) {
		n.prefix = "x" + n.prefix
	}
	letters, groups, given := 0, map[string]*group{}, map[string]struct{}{}
	next := func() (name string) {
		for {
			name = n.prefix + "-" + lettersOf(letters, alphabet)
			if letters++; !taken(name) {
				return name
			}
		}
	}
	for _, original := range n.order {
		template := string(appendTemplate(nil, original))
		if !strings.Contains(template, "#") {
			n.known[original] = next()
			continue
		}
		g := groups[template]
		if g == nil {
			g = &group{stem: n.prefix}
			if len(groups) > 0 {
				g.stem = next()
			}
			groups[template] = g
		}
		if holes := holesOf(original); len(holes) == 1 {
			name := g.stem + "-" + numbered(original[holes[0].from:holes[0].to])
			if _, again := given[name]; !again && name != g.stem+"-" && !taken(name) {
				given[name] = struct{}{}
				n.known[original] = name
				continue
			}
		}
		n.known[original] = g.next(taken)
	}
}

// group is the names that differ in values only.
type group struct {
	stem  string
	count int
}

func (g *group) next(taken func(string) bool) string {
	for {
		name := g.stem + "-" + valueOf(g.count)
		if g.count++; !taken(name) {
			return name
		}
	}
}

// pseudonym returns the pseudonym of a text that was learned.
func (n *names) pseudonym(name string) string {
	if name == "" {
		return ""
	}
	if p := n.known[name]; p != "" {
		return p
	}
	return beyond
}

// err reports that there were too many names.
func (n *names) err() error {
	if n.full {
		return fmt.Errorf("redact: more than %d different %s names", MaxNames, n.prefix)
	}
	return nil
}

const alphabet = "abcdefghijklmnopqrstuvwxyz"

// valueLetters are those that no hexadecimal number and no word is made of.
const valueLetters = "ghjkmnpqrstvwyz"

// valueOf returns the n-th pseudonym of a value: a zero, which makes it a value
// where texts are compared, and letters that make it no number.
func valueOf(n int) string { return "0" + lettersOf(n, valueLetters) }

// lettersOf counts in letters: a, b, ..., z, aa, ab, ...
func lettersOf(n int, letters string) string {
	var b []byte
	for n++; n > 0; n = (n - 1) / len(letters) {
		b = append(b, letters[(n-1)%len(letters)])
	}
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

// isPseudoValue reports whether word looks like a value's pseudonym.
func isPseudoValue(word string) bool {
	if len(word) < 2 || word[0] != '0' {
		return false
	}
	return strings.Trim(word[1:], valueLetters) == ""
}

// values gives pseudonyms to the values of texts, one to all notations of a value.
type values struct {
	// order lists the originals as they were met.
	order []string
	known map[string]string
	// measured are those that are measures somewhere.
	measured map[string]struct{}
}

func newValues() *values { return &values{known: map[string]string{}, measured: map[string]struct{}{}} }

func (x *values) learn(value string) {
	value = sameValue(value)
	if _, again := x.known[value]; again || len(x.order) >= MaxNames {
		return
	}
	x.known[value] = ""
	x.order = append(x.order, value)
}

// learnMeasure is learn for what is a measure and may stay one.
func (x *values) learnMeasure(value string) {
	x.learn(value)
	if value = sameValue(value); x.has(value) {
		x.measured[value] = struct{}{}
	}
}

// assign gives every original its pseudonym. Where they begin is left to chance.
func (x *values) assign(chance uint64) {
	x.assignFrom(firstValue + int(chance%uint64(firstValue*firstValue)))
}

// assignFrom gives them those from the n-th on that are no original.
func (x *values) assignFrom(n int) {
	for _, original := range x.order {
		p := valueOf(n)
		for n++; x.has(p); n++ {
			p = valueOf(n)
		}
		x.known[original] = p
	}
}

// firstValue is the first pseudonym of a value that has two letters.
const firstValue = len(valueLetters)

func (x *values) has(value string) bool { _, known := x.known[value]; return known }

// beyond stands for words and values past the limit.
const beyond = "#"

// pseudonym returns the pseudonym of a value.
func (x *values) pseudonym(value string) string {
	if p := x.known[sameValue(value)]; p != "" {
		return p
	}
	return beyond
}
