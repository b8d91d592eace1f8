package redact

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// texts redacts free texts.
type texts struct {
	mode   TextMode
	ids    *ids
	words  *names
	values *values
	// secrets are the names that texts may speak of and their pseudonyms, in lower
	// case; lengths are how long those are that begin with a word, longest first.
	secrets map[string]string
	lengths map[string][]int
	// given are all pseudonyms of names and words.
	given map[string]struct{}
	// memo holds what became of short texts, by place. seen are those learned.
	memo [places]map[string]*redacted
	seen [places]map[string]struct{}
	// good are short texts that may leave, by place.
	good [places]map[string]struct{}
	tell func(masked string, times int)
}

// redacted is what became of a text.
type redacted struct {
	text, masked string
	changed      bool
	times        int
}

// memoTexts bounds how many texts are remembered, memoBytes how long they are.
const (
	memoTexts = 1 << 13
	memoBytes = 512
)

func newTexts(mode TextMode, ids *ids) *texts {
	x := &texts{mode: mode, ids: ids, words: newNames("word"), values: newValues(), secrets: map[string]string{}, lengths: map[string][]int{}, given: map[string]struct{}{}}
	for p := range places {
		x.memo[p], x.seen[p], x.good[p] = map[string]*redacted{}, map[string]struct{}{}, map[string]struct{}{}
	}
	return x
}

// learn takes note of what is to be replaced in a text.
func (x *texts) learn(text string, p place) error {
	if _, again := x.seen[p][text]; again || text == "" {
		return nil
	}
	remember(x.seen[p], text)
	return x.learnPart(text, p, false)
}

func (x *texts) learnPart(text string, p place, nested bool) error {
	s, known := recognise(text, p, nested)
	if !known {
		split(text, false, nothing, func(p piece, part string) {
			switch p {
			case pieceValue:
				x.values.learn(part)
			case pieceWord:
				x.words.learn(part)
			}
		})
		return nil
	}
	for i, slot := range s.wording.slots {
		var err error
		id, _ := number(s.slots[i])
		switch slot {
		case slotText:
			err = x.learnPart(s.slots[i], p, true)
		case slotCount:
			x.values.learn(s.slots[i])
		case slotOperator:
			err = x.ids.learn(ClassOperator, id)
		case slotMigration:
			err = x.ids.learn(ClassMigration, id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// nothing is the speller that recognises nothing.
func nothing(_ string, i int) int { return i }

// speakOf makes texts replace the names of n.
func (x *texts) speakOf(n *names) {
	for _, name := range n.order {
		x.given[n.known[name]] = struct{}{}
		lower := lowerASCII(core(name))
		if lower == "" || string(appendTemplate(nil, lower)) == "#" {
			continue // a number is a value wherever it stands
		}
		if _, again := x.secrets[lower]; again {
			continue
		}
		x.secrets[lower] = n.known[name]
		first := lower[:wordEnd(lower, 0)]
		if !slices.Contains(x.lengths[first], len(lower)) {
			x.lengths[first] = append(x.lengths[first], len(lower))
		}
	}
}

// secretBytes bounds what of a name is looked for; what follows is text.
const secretBytes = 128

// core returns what of a name is looked for: its first words, whole. A word that is
// longer than that is on no list.
func core(name string) string {
	name = strings.TrimFunc(name, func(r rune) bool { return !isWordRune(r) })
	if len(name) <= secretBytes {
		return name
	}
	end := 0
	for next := wordEnd(name, 0); next <= secretBytes; next = wordEnd(name, next) {
		end = next
		for next < len(name) && !wordAt(name, next) {
			next++
		}
	}
	return name[:end]
}

// lowerASCII returns s with its ASCII letters in lower case.
func lowerASCII(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' }) {
		return s
	}
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return string(b)
}

// ready is called once all names are known and have pseudonyms.
func (x *texts) ready(all []*names) {
	for _, n := range all {
		x.speakOf(n)
	}
	for _, lengths := range x.lengths {
		slices.SortFunc(lengths, func(a, b int) int { return b - a })
	}
	for _, word := range x.words.order {
		x.given[x.words.known[word]] = struct{}{}
	}
}

// secretAt returns the pseudonym of the name that begins at i, and where that ends.
func (x *texts) secretAt(text string, i int) (pseudonym string, end int) {
	if len(x.secrets) == 0 || !wordAt(text, i) {
		return "", i
	}
	for _, n := range x.lengths[lowerASCII(text[i:wordEnd(text, i)])] {
		if n > len(text)-i {
			continue
		}
		if p, is := x.secrets[lowerASCII(text[i:i+n])]; is && !wordAt(text, i+n) {
			return p, i + n
		}
	}
	return "", i
}

// redact returns what is left of a text.
func (x *texts) redact(text string, p place) *redacted {
	if r := x.memo[p][text]; r != nil {
		r.times++
		return r
	}
	out := string(x.appendText(make([]byte, 0, len(text)+16), text, p, false))
	r := &redacted{text: out, masked: string(appendTemplate(nil, out)), changed: out != text, times: 1}
	if len(text) > memoBytes {
		x.tell(r.masked, 1)
		return r
	}
	if len(x.memo[p]) >= memoTexts {
		x.forget(p)
	}
	x.memo[p][text] = r
	return r
}

// forget tells of the texts that are remembered and forgets them.
func (x *texts) forget(p place) {
	for _, r := range x.memo[p] {
		x.tell(r.masked, r.times)
	}
	clear(x.memo[p])
}

func (x *texts) appendText(dst []byte, text string, p place, nested bool) []byte {
	s, known := recognise(text, p, nested)
	switch {
	case known:
		return x.appendWording(dst, &s, p)
	case x.mode == TextDrop:
		return dst
	}
	spell := func(text string, i int) int {
		pseudonym, end := x.secretAt(text, i)
		dst = append(dst, pseudonym...)
		return end
	}
	split(text, false, spell, func(p piece, part string) {
		switch p {
		case pieceKept:
			dst = append(dst, part...)
		case pieceOdd:
			dst = append(dst, '?')
		case pieceGlue:
			dst = append(dst, '.')
		case pieceValue:
			dst = x.appendValue(dst, part)
		case pieceWord:
			dst = append(dst, x.words.pseudonym(part)...)
		}
	})
	return dst
}

// appendValue appends what stands for a value: the pseudonym of an id in the same
// notation, or that of the value.
func (x *texts) appendValue(dst []byte, value string) []byte {
	for _, read := range notations {
		if n, fits := read(value); fits {
			if p, known := x.ids.inText(n.value); known {
				return fmt.Appendf(dst, n.format, p)
			}
		}
	}
	return append(dst, x.values.pseudonym(value)...)
}

func (x *texts) appendWording(dst []byte, s *spoken, p place) []byte {
	dst = append(dst, s.wording.literals[0]...)
	for i, slot := range s.wording.slots {
		id, _ := number(s.slots[i])
		switch slot {
		case slotText:
			dst = x.appendText(dst, s.slots[i], p, true)
		case slotCount:
			if x.mode == TextDrop {
				dst = append(dst, beyond...)
			} else {
				dst = append(dst, x.values.pseudonym(s.slots[i])...)
			}
		case slotOperator:
			dst = strconv.AppendUint(dst, x.ids.pseudonym(ClassOperator, id), 10)
		case slotMigration:
			dst = strconv.AppendUint(dst, x.ids.pseudonym(ClassMigration, id), 10)
		default:
			dst = append(dst, s.slots[i]...)
		}
		dst = append(dst, s.wording.literals[i+1]...)
	}
	return dst
}

// notation is a number as a text writes it.
type notation struct {
	value uint64
	// format is how to write another one so.
	format string
}

// notations read a value of a text as a number.
var notations = [...]func(value string) (notation, bool){decimal, hexadecimal}

func decimal(value string) (notation, bool) {
	v, err := strconv.ParseUint(value, 10, 64)
	return notation{v, "%d"}, err == nil
}

func hexadecimal(value string) (notation, bool) {
	digits, prefix := value, ""
	if len(value) > 2 && value[0] == '0' && value[1]|0x20 == 'x' {
		digits, prefix = value[2:], value[:2]
	}
	v, err := strconv.ParseUint(digits, 16, 64)
	if strings.ContainsAny(digits, "ABCDEF") {
		return notation{v, prefix + "%016X"}, err == nil
	}
	return notation{v, prefix + "%016x"}, err == nil
}

// check reports whether a text may leave: every word in it is listed or a
// pseudonym, and none is a name.
func (x *texts) check(text string, p place) bool {
	if _, good := x.good[p][text]; good {
		return true
	}
	good := x.checkPart(text, p, false)
	if good {
		remember(x.good[p], text)
	}
	return good
}

// remember adds a short text to a set, which it empties first if that is full.
func remember(set map[string]struct{}, text string) {
	if len(text) > memoBytes {
		return
	}
	if len(set) >= memoTexts {
		clear(set)
	}
	set[text] = struct{}{}
}

func (x *texts) checkPart(text string, p place, nested bool) bool {
	if s, known := recognise(text, p, nested); known {
		return x.checkWording(&s, p)
	}
	if x.mode == TextDrop {
		return text == ""
	}
	good := true
	spell := func(text string, i int) int {
		if end := x.givenAt(text, i); end > i {
			return end
		}
		if _, end := x.secretAt(text, i); end > i {
			good = false
		}
		return i
	}
	split(text, true, spell, func(p piece, part string) {
		switch p {
		case pieceOdd, pieceWord, pieceGlue:
			good = false
		case pieceValue:
			good = good && x.checkValue(part)
		}
	})
	return good
}

func (x *texts) checkWording(s *spoken, p place) bool {
	for i, slot := range s.wording.slots {
		text := s.slots[i]
		id, _ := number(text)
		good := true
		switch slot {
		case slotText:
			good = x.checkPart(text, p, true)
		case slotCount:
			good = text == beyond || isPseudoValue(text) && !x.values.has(text)
		case slotOperator, slotMigration:
			good = x.ids.isGiven(id)
		}
		if !good {
			return false
		}
	}
	return true
}

func (x *texts) checkValue(value string) bool {
	if isPseudoValue(value) {
		return !x.values.has(value)
	}
	for _, read := range notations {
		if n, fits := read(value); fits && n.value >= largeID && x.ids.isGiven(n.value) {
			return true
		}
	}
	return false
}

// givenAt returns where the pseudonym ends that begins at i.
func (x *texts) givenAt(text string, i int) int {
	if !wordAt(text, i) {
		return i
	}
	end, longest := wordEnd(text, i), i
	for range 3 {
		if _, is := x.given[text[i:end]]; is {
			longest = end
		}
		if end >= len(text) || text[end] != '-' {
			break
		}
		end = wordEnd(text, end+1)
	}
	return longest
}
