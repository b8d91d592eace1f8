package salvage

import "github.com/zeebo/xxh3"

// vocabulary counts the words and numbers of all records, so that a rare one can be
// told from a usual one. It is of a fixed size: what it counts may be too high, never
// too low, so that in a chain with more different words than it has room for nothing
// is rare.
type vocabulary struct {
	counts    [vocabularyRows][]uint8
	templates int // tried so far
}

const (
	vocabularyRows  = 2
	vocabularyWidth = 1 << 20
	// seldom is how often a word may occur and be taken for a turned bit: the same bit of
	// the same word is rarely turned more often. A word that it was before is usual:
	// it occurs as many times as often, at least, as usually says.
	seldom  = 3
	usually = 8
	// maxTemplate is the longest text, in bytes, that is tried as a whole, and
	// maxTemplates how many are.
	maxTemplate  = 256
	maxTemplates = 1 << 16
)

func newVocabulary() *vocabulary {
	var v vocabulary
	for i := range v.counts {
		v.counts[i] = make([]uint8, vocabularyWidth)
	}
	return &v
}

func (v *vocabulary) add(h uint64) {
	for i := range v.counts {
		if c := &v.counts[i][h>>(i*24)%vocabularyWidth]; *c < 255 {
			*c++
		}
	}
}

func (v *vocabulary) count(h uint64) uint8 {
	least := uint8(255)
	for i := range v.counts {
		least = min(least, v.counts[i][h>>(i*24)%vocabularyWidth])
	}
	return least
}

// addRecord counts all that a record holds.
func (v *vocabulary) addRecord(r *record) {
	for _, n := range r.numbers {
		v.add(n.hash())
	}
	for _, t := range r.texts {
		for from, to := range words(t.bytes) {
			v.add(wordHash(t.slot, t.bytes[from:to]))
		}
		v.add(templateHash(t.slot, t.bytes))
	}
	if h, pairs := pairOf(r); pairs {
		v.add(h)
	}
}

// rule is one of the comparisons that a record can fail: of a field, in a way.
type rule struct {
	slot slot
	way  way
}

// way is how a value is compared with the others of its field.
type way uint8

const (
	byValue way = iota
	byNumber
	byWord
	byTemplate
	byPair
	byForm
)

// turned calls yield with the rules by which one bit tells a value of the record, which
// is rare, from one that is usual.
func (v *vocabulary) turned(r *record, yield func(rule)) {
	for _, n := range r.numbers {
		if v.turnedNumber(n) {
			yield(rule{n.slot, byValue})
		}
	}
	for _, t := range r.texts {
		v.turnedWords(t, yield)
		if v.turnedTemplate(t) {
			yield(rule{t.slot, byTemplate})
		}
	}
	if v.turnedPair(r) {
		yield(rule{slotPair, byPair})
	}
}

// seldom returns how often a hash must have been counted at least for one that was
// counted as often as h to be a mistake for it; false if h is no rare one.
func (v *vocabulary) seldom(h uint64) (least uint8, rare bool) {
	n := v.count(h)
	return n * usually, n <= seldom
}

func (v *vocabulary) turnedNumber(n number) bool {
	least, rare := v.seldom(n.hash())
	for bit := 0; rare && bit < 64; bit++ {
		if v.count(number{n.slot, n.value ^ 1<<bit}.hash()) >= least {
			return true
		}
	}
	return false
}

// turnedWords looks at the rare words of a text and the bytes beside them.
func (v *vocabulary) turnedWords(t text, yield func(rule)) {
	for from, to := range words(t.bytes) {
		least, rare := v.seldom(wordHash(t.slot, t.bytes[from:to]))
		if rare && eachTurn(t.bytes, max(from-1, 0), min(to+1, len(t.bytes)), func(b []byte, i int) bool {
			start, end := wordAt(b, i)
			return end > start && v.count(wordHash(t.slot, b[start:end])) >= least
		}) {
			by := byWord
			if class(t.bytes[from]) == 1 {
				by = byNumber
			}
			yield(rule{t.slot, by})
		}
	}
}

// turnedTemplate looks at a text as a whole, whatever numbers are in it.
func (v *vocabulary) turnedTemplate(t text) bool {
	least, rare := v.seldom(templateHash(t.slot, t.bytes))
	if !rare || len(t.bytes) > maxTemplate || v.templates >= maxTemplates {
		return false
	}
	v.templates++
	return eachTurn(t.bytes, 0, len(t.bytes), func(b []byte, _ int) bool {
		return v.count(templateHash(t.slot, b)) >= least
	})
}

// eachTurn calls usual with b for each bit between two places, with that bit turned at
// place i, until it returns true.
func eachTurn(b []byte, from, to int, usual func(b []byte, i int) bool) bool {
	turned := append([]byte(nil), b...)
	for i := from; i < to; i++ {
		for bit := range 8 {
			turned[i] ^= 1 << bit
			if usual(turned, i) {
				return true
			}
			turned[i] ^= 1 << bit
		}
	}
	return false
}

// turnedPair looks at a pair of values that are usual by themselves.
func (v *vocabulary) turnedPair(r *record) bool {
	h, pairs := pairOf(r)
	if !pairs {
		return false
	}
	least, rare := v.seldom(h)
	for bit := 0; rare && bit < 3; bit++ {
		r.numbers[0].value ^= 1 << bit
		h, _ := pairOf(r)
		r.numbers[0].value ^= 1 << bit
		if v.count(h) >= least {
			return true
		}
	}
	return false
}

// pairOf returns the level of a log record with the words of its message.
func pairOf(r *record) (h uint64, pairs bool) {
	if len(r.numbers) == 0 || r.numbers[0].slot != slotLevel {
		return 0, false
	}
	h = number{slotPair, r.numbers[0].value}.hash()
	for _, t := range r.texts {
		for from, to := range words(t.bytes) {
			if c := t.bytes[from]; c < '0' || c > '9' {
				h = h*0x9E3779B97F4A7C15 + wordHash(slotPair, t.bytes[from:to])
			}
		}
	}
	return h, true
}

func (n number) hash() uint64 {
	h := (n.value ^ uint64(n.slot)<<56) * 0x9E3779B97F4A7C15
	h ^= h >> 29
	h *= 0xBF58476D1CE4E5B9
	return h ^ h>>32
}

func wordHash(s slot, word []byte) uint64 { return xxh3.HashSeed(word, uint64(s)) }

// templateHash is the hash of a text with its numbers left out.
func templateHash(s slot, b []byte) uint64 {
	h := uint64(s)<<8 | 1
	for i, c := range b {
		if class(c) != 1 {
			h = (h ^ uint64(c)) * 0x100000001B3
		} else if i == 0 || class(b[i-1]) != 1 {
			h = (h ^ 0x1FF) * 0x100000001B3
		}
	}
	return number{s, h}.hash()
}

// class divides text into words: letters, digits, and all other bytes, which are words
// of their own.
func class(c byte) uint8 {
	switch {
	case c >= '0' && c <= '9':
		return 1
	case c|0x20 >= 'a' && c|0x20 <= 'z', c == '_', c >= 0x80:
		return 2
	}
	return 0
}

// words calls yield with where each word begins and ends, spaces left out.
func words(b []byte) func(yield func(from, to int) bool) {
	return func(yield func(from, to int) bool) {
		for from := 0; from < len(b); {
			to := from + 1
			for c := class(b[from]); c != 0 && to < len(b) && class(b[to]) == c; to++ {
			}
			if b[from] != ' ' && !yield(from, to) {
				return
			}
			from = to
		}
	}
}

// wordAt returns where the word around a place begins and ends.
func wordAt(b []byte, i int) (from, to int) {
	c := class(b[i])
	if c == 0 {
		return i, i
	}
	for from = i; from > 0 && class(b[from-1]) == c; from-- {
	}
	for to = i + 1; to < len(b) && class(b[to]) == c; to++ {
	}
	return from, to
}
