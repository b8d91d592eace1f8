package redact

import (
	"slices"
	"strconv"
	"strings"

	"chainglass/wire/postcard"
)

// texts redacts free texts.
type texts struct {
	mode   TextMode
	ids    *ids
	words  *names
	values *values
	// replace are the words that the sender wants replaced, in lower case; hide and
	// keep the templates of which numbers go or stay.
	replace, hide, keep map[string]bool
	// met are those templates of hide and keep that some text has.
	met map[string]bool
	// secrets are the names that texts may speak of and their pseudonyms, in lower
	// case; lengths are how long those are that begin with a word, longest first.
	secrets map[string]string
	lengths map[string][]int
	// numberNames are the names that are numbers.
	numberNames map[uint64]struct{}
	// given are all pseudonyms of names and words.
	given map[string]struct{}
	// templates are those of all texts, by their text; kept are the values that stay
	// because the sender wants it, keptSame the same in one notation.
	templates      map[string]*template
	kept, keptSame map[string]struct{}
	mask           []byte // scratch
	// memo holds what became of short texts, by place. seen are those learned, judged
	// those judged.
	memo         [places]map[string]*redacted
	seen, judged [places]map[string]struct{}
	// good are short texts that may leave, by place.
	good [places]map[string]struct{}
	tell func(r *redacted)
}

// redacted is what became of a text.
type redacted struct {
	text, masked string
	changed      bool
	times        int
	// template is the original's, nil for one that is not known; stays counts the
	// numbers that stayed.
	template *template
	stays    int
	fixed    bool
}

// memoTexts bounds how many texts are remembered, memoBytes how long they are.
const (
	memoTexts = 1 << 13
	memoBytes = 512
)

func newTexts(o *Options, ids *ids) *texts {
	x := &texts{
		mode: o.Texts, ids: ids, words: newNames("word"), values: newValues(),
		replace: map[string]bool{}, hide: map[string]bool{}, keep: map[string]bool{}, met: map[string]bool{},
		secrets: map[string]string{}, lengths: map[string][]int{}, numberNames: map[uint64]struct{}{}, given: map[string]struct{}{},
		templates: map[string]*template{}, kept: map[string]struct{}{}, keptSame: map[string]struct{}{},
		tell: func(*redacted) {},
	}
	for p := range places {
		x.memo[p], x.seen[p], x.judged[p], x.good[p] = map[string]*redacted{}, map[string]struct{}{}, map[string]struct{}{}, map[string]struct{}{}
	}
	for _, word := range o.Replace {
		x.replace[strings.ToLower(word)] = true
	}
	for _, t := range o.Hide {
		x.hide[t] = true
	}
	for _, t := range o.Keep {
		x.keep[t] = true
	}
	return x
}

// keeps reports whether a word may stay.
func (x *texts) keeps(word string, begins bool) bool {
	return listed().has(word, begins) && !x.replace[lowerASCII(word)]
}

// learn takes note of what is to be replaced in a text.
func (x *texts) learn(text string, p place) error {
	if _, again := x.seen[p][text]; again || text == "" {
		return nil
	}
	remember(x.seen[p], text)
	return x.learnPart(text, 0, p, false, x.measures(text, p))
}

// learnPart learns a part of a text, which begins at the byte given.
func (x *texts) learnPart(text string, base int, p place, nested bool, measures []quantity) error {
	s, known := recognise(text, p, nested)
	if !known {
		grouped := func(text string, i int) int {
			if n, end := groupedAt(text, i); end > i && n.joinsAlways() && x.ids.learnNumber(n.value) {
				return end
			}
			return i
		}
		o := splitting{addresses: true, spell: grouped, keeps: x.keeps, visit: func(p piece, part string, at int) {
			switch {
			case p == pieceValue && isWithin(base+at, measures):
				x.values.learnMeasure(part)
			case p == pieceValue:
				x.learnValue(part)
			case p == pieceWord:
				x.words.learn(part)
			}
		}}
		o.split(text)
		return nil
	}
	for i, slot := range s.wording.slots {
		var err error
		id, _ := number(s.slots[i])
		switch slot {
		case slotText:
			err = x.learnPart(s.slots[i], base+s.at[i], p, true, measures)
		case slotCount:
			x.values.learnMeasure(s.slots[i])
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

// isWithin reports whether a byte is in one of the measures.
func isWithin(at int, measures []quantity) bool {
	return slices.ContainsFunc(measures, func(m quantity) bool { return at >= m.from && at < m.to })
}

// learnValue learns a value: a number from 2^32 on as an id is.
func (x *texts) learnValue(value string) {
	if all, count := readings(value); count == 0 || !x.ids.learnNumber(all[0].value) {
		x.values.learn(value)
	}
}

// learnName takes note of the numbers in a name.
func (x *texts) learnName(name string) {
	for _, hole := range holesOf(name) {
		if all, count := readings(name[hole.from:hole.to]); count > 0 {
			x.ids.learnNumber(all[0].value)
		}
	}
	all, count := readings(core(name))
	for _, n := range all[:count] {
		x.numberNames[n.value] = struct{}{}
	}
}

// numbered returns the pseudonym of the id that a value is, in its notation; empty
// if it is none.
func (x *texts) numbered(value string) string {
	all, count := readings(value)
	for _, n := range all[:count] {
		if p, known := x.ids.inText(n.value, postcard.None[Class]()); known {
			return string(n.append(nil, p))
		}
	}
	return ""
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
	r := x.made(text, p)
	if len(text) > memoBytes {
		x.tell(r)
		return r
	}
	if len(x.memo[p]) >= memoTexts {
		x.forget(p)
	}
	x.memo[p][text] = r
	return r
}

// made makes what is left of a text. A number stays only where it is a measure in
// what is left as well.
func (x *texts) made(text string, p place) *redacted {
	t := x.templateOf(text)
	m := making{texts: x, place: p, whole: text, stays: x.stays(text, p, t)}
	out := string(m.append(make([]byte, 0, len(text)+16), text, 0, false))
	if len(m.stays) > 0 && !x.checkText(out, p) {
		m.stays, m.stayed = nil, 0
		out = string(m.append(nil, text, 0, false))
	}
	return &redacted{text: out, masked: string(appendTemplate(nil, out)), changed: out != text, times: 1, template: t, stays: m.stayed, fixed: m.fixed}
}

// forget tells of the texts that are remembered and forgets them.
func (x *texts) forget(p place) {
	for _, r := range x.memo[p] {
		x.tell(r)
	}
	clear(x.memo[p])
}

// making redacts one text.
type making struct {
	*texts
	place place
	whole string
	// stays are the parts whose numbers stay, stayed counts those that did.
	stays  []span
	stayed int
	// fixed is set if a number stays because a field of the format has it as well.
	fixed bool
}

// append appends what is left of a part of the text, which begins at base.
func (m *making) append(dst []byte, text string, base int, nested bool) []byte {
	s, known := recognise(text, m.place, nested)
	switch {
	case known:
		return m.appendWording(dst, &s, base)
	case m.mode == TextDrop:
		return dst
	}
	spell := func(text string, i int) int {
		pseudonym, end := m.secretAt(text, i)
		if end > i {
			dst = append(dst, pseudonym...)
			return end
		}
		if n, end := groupedAt(text, i); end > i && !m.isStaying(base+i) {
			if p, known := m.ids.inText(n.value, m.said(base+i)); known {
				dst = n.append(dst, p)
				return end
			}
		}
		return i
	}
	o := splitting{addresses: true, spell: spell, keeps: m.keeps, visit: func(p piece, part string, at int) {
		switch p {
		case pieceKept:
			dst = append(dst, part...)
		case pieceOdd:
			dst = append(dst, '?')
		case pieceGlue:
			dst = append(dst, '.')
		case pieceValue:
			dst = m.appendValue(dst, part, base+at)
		case pieceWord:
			if m.staysAt(base + at) {
				dst = append(dst, part...)
			} else {
				dst = append(dst, m.words.pseudonym(part)...)
			}
		}
	}}
	o.split(text)
	return dst
}

func (m *making) isStaying(at int) bool {
	return slices.ContainsFunc(m.stays, func(s span) bool { return at >= s.from && at < s.to })
}

// staysAt reports whether what begins at a byte of the text stays, and counts it.
func (m *making) staysAt(at int) bool {
	stays := m.isStaying(at)
	if stays {
		m.stayed++
	}
	return stays
}

// appendValue appends what stands for a value: the pseudonym of an id in the same
// notation, or that of the value.
func (m *making) appendValue(dst []byte, value string, at int) []byte {
	if m.staysAt(at) {
		return append(dst, value...)
	}
	all, count := readings(value)
	for _, n := range all[:count] {
		if p, known := m.ids.inText(n.value, m.said(at)); known {
			return n.append(dst, p)
		}
	}
	return append(dst, m.values.pseudonym(value)...)
}

// said returns of what the number at a byte of the text is the id, if the text says
// so right before it.
func (m *making) said(at int) (class postcard.Option[Class]) {
	before := strings.TrimRight(m.whole[:at], " =:#-")
	start := len(before)
	for start > 0 && isWordByte(before[start-1]) {
		start--
	}
	if c, known := saidClasses[lowerASCII(before[start:])]; known && len(before) < at {
		return postcard.Some(c)
	}
	return class
}

// saidClasses are the words in front of ids.
var saidClasses = map[string]Class{
	"node": ClassNode, "peer": ClassNode, "holder": ClassNode, "leader": ClassNode, "daemon": ClassDaemon, "chain": ClassChain,
	"operator": ClassOperator, "migration": ClassMigration, "epoch": ClassEpoch,
}

func (m *making) appendWording(dst []byte, s *spoken, base int) []byte {
	dst = append(dst, s.wording.literals[0]...)
	for i, slot := range s.wording.slots {
		id, _ := number(s.slots[i])
		switch slot {
		case slotText:
			dst = m.append(dst, s.slots[i], base+s.at[i], true)
		case slotCount:
			dst = m.appendCount(dst, s.slots[i], base+s.at[i])
		case slotOperator:
			dst = strconv.AppendUint(dst, m.ids.pseudonym(ClassOperator, id), 10)
		case slotMigration:
			dst = strconv.AppendUint(dst, m.ids.pseudonym(ClassMigration, id), 10)
		default:
			dst = append(dst, s.slots[i]...)
			m.fixed = m.fixed || slot != slotKind
		}
		dst = append(dst, s.wording.literals[i+1]...)
	}
	return dst
}

// appendCount appends a count of a wording: never an id's pseudonym, it counts.
func (m *making) appendCount(dst []byte, count string, at int) []byte {
	switch {
	case m.mode == TextDrop:
		return append(dst, beyond...)
	case m.staysAt(at):
		return append(dst, count...)
	}
	return append(dst, m.values.pseudonym(count)...)
}

// check reports whether a text may leave: every word in it is listed or a
// pseudonym, and none is a name.
func (x *texts) check(text string, p place) bool {
	if _, good := x.good[p][text]; good {
		return true
	}
	good := x.checkText(text, p)
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

// checkText is check without a memory.
func (x *texts) checkText(text string, p place) bool {
	return x.checkPart(text, 0, p, false, x.measures(text, p))
}

func (x *texts) checkPart(text string, base int, p place, nested bool, measures []quantity) bool {
	if s, known := recognise(text, p, nested); known {
		return x.checkWording(&s, base, p, measures)
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
		if n, end := groupedAt(text, i); end > i && n.value >= spokenID && x.ids.isGiven(n.value) {
			return end
		}
		return i
	}
	o := splitting{unquoted: true, spell: spell, keeps: x.keeps, visit: func(p piece, part string, at int) {
		switch p {
		case pieceOdd, pieceGlue:
			good = false
		case pieceWord, pieceValue:
			good = good && (p == pieceValue && x.checkValue(part) || x.mayStayAt(base+at, measures))
		}
	}}
	o.split(text)
	return good
}

// mayStayAt reports whether what is at a byte belongs to a measure that is no id.
func (x *texts) mayStayAt(at int, measures []quantity) bool {
	i := slices.IndexFunc(measures, func(m quantity) bool { return at >= m.from && at < m.to })
	return i >= 0 && !x.isSecretMeasure(&measures[i])
}

func (x *texts) checkWording(s *spoken, base int, p place, measures []quantity) bool {
	for i, slot := range s.wording.slots {
		text := s.slots[i]
		id, _ := number(text)
		good := true
		switch slot {
		case slotText:
			good = x.checkPart(text, base+s.at[i], p, true, measures)
		case slotCount:
			good = text == beyond || isPseudoValue(text) && !x.values.has(text) || x.mode != TextDrop && x.mayStayAt(base+s.at[i], measures)
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
	if _, kept := x.kept[value]; kept {
		return true
	}
	all, count := readings(value)
	for _, n := range all[:count] {
		if n.value >= spokenID && x.ids.isGiven(n.value) {
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
