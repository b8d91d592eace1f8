package insight

import (
	"bytes"
	"maps"
	"slices"
	"sort"
)

// What a reason names is behind the '#' of its template: a peer, a chain, a daemon. Of each
// text up to textNames values are looked at: first those that look like ids, in hexadecimal
// or of many digits, then a small number, unless a unit or the word before it says that it
// is none. Counts go by text and value, in steps of time, and are exact while a text names
// no more than maxNames values. Beyond that the rarest are forgotten, more of them each
// time, so that a value that comes often stays; a text that goes on naming ever new ones, as
// of a sequence number, is counted on by the values known then.
const (
	textNames    = 2
	maxNames     = 256
	maxForgotten = 32
	// maxNamingTexts bounds the texts followed of one chain.
	maxNamingTexts = 256
	// maxNameSteps bounds the steps of all values of a chain; beyond it steps are twice as
	// wide.
	maxNameSteps = 1 << 14
	// leastID is the smallest number that looks like an id by itself.
	leastID = 1 << 24
	// nameBytes is how much of a text is looked at, as for its template.
	nameBytes = 200
)

// Names are values that a text names, 0 for none.
type Names [textNames]uint64

// namesIn returns what a text names.
func namesIn(text []byte) (names Names) {
	text = text[:min(len(text), nameBytes)]
	found, small := 0, uint64(0)
	before := []byte(nil)
	for at := 0; at < len(text) && found < textNames; {
		if !isWordByte(text[at]) {
			at++
			continue
		}
		end := at + 1
		for end < len(text) && isWordByte(text[end]) {
			end++
		}
		word := text[at:end]
		at = end
		value, isID := valueOf(word)
		switch {
		case value == 0:
		case isID:
			names[found] = value
			found++
		case small == 0 && !measures(before) && !isUnit(text[end:]):
			small = value
		}
		before = word
	}
	if found < textNames {
		names[found] = small
	}
	return names
}

func isWordByte(b byte) bool {
	return b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z' || b == '_'
}

// valueOf returns the number that a word is, 0 for none, and whether it looks like an id.
func valueOf(word []byte) (value uint64, isID bool) {
	digits := word
	if len(word) > 2 && word[0] == '0' && word[1]|0x20 == 'x' {
		digits, isID = word[2:], true
	}
	decimals := 0
	for _, b := range digits {
		switch {
		case b >= '0' && b <= '9':
			decimals++
			value = value<<4 | uint64(b-'0')
		case b|0x20 >= 'a' && b|0x20 <= 'f':
			value = value<<4 | uint64(b|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	switch {
	case isID && len(digits) <= 16:
		return value, value >= leastID
	case !isID && decimals == len(digits) && !isHexID(digits):
		value, ok := decimal(digits)
		return value, ok && value >= leastID
	case decimals > 0 && len(digits) >= 6 && len(digits) <= 16:
		return value, true
	}
	return 0, false
}

// isHexID reports whether digits without a letter are an id in hexadecimal with all of its
// leading digits: sixteen that begin with zeros.
func isHexID(digits []byte) bool { return len(digits) == 16 && digits[0] == '0' }

// measures reports whether what follows a word is a measure or an ordinal.
func measures(word []byte) bool {
	switch lower := lowered(word); string(lower[:min(len(word), len(lower))]) {
	case "seq", "attempt", "after", "at", "than", "line", "offset", "code", "signal", "status", "errno", "port", "retry", "every", "within", "exceeded":
		return true
	}
	return false
}

// isUnit reports whether a text goes on with a unit of what is before it.
func isUnit(rest []byte) bool {
	if len(rest) > 0 && rest[0] == '%' {
		return true
	}
	rest = bytes.TrimLeft(rest, " ")
	end := 0
	for end < len(rest) && isWordByte(rest[end]) {
		end++
	}
	switch lower := lowered(rest[:end]); string(lower[:min(end, len(lower))]) {
	case "ms", "s", "sec", "second", "seconds", "min", "minutes", "times", "attempts", "retries", "bytes", "kb", "mb", "gb", "kib", "mib", "gib", "entries", "rows", "holders", "waiting", "percent", "of", "replicas", "nodes", "peers":
		return true
	}
	return false
}

// lowered returns the first letters of a word in lower case; no word that is asked for is
// longer.
func lowered(word []byte) (lower [10]byte) {
	for i, b := range word[:min(len(word), len(lower))] {
		if b >= 'A' && b <= 'Z' {
			b |= 0x20
		}
		lower[i] = b
	}
	return lower
}

// nameCache remembers what the texts seen last name.
type nameCache [128]struct {
	length uint8
	text   [95]byte
	names  Names
}

// of returns what a text names.
func (c *nameCache) of(text []byte) Names {
	if len(text) == 0 || len(text) > len(c[0].text) {
		return namesIn(text)
	}
	n := len(text)
	at := uint(n)*31 + uint(text[n-1])*7 + uint(text[n/2])*13 + uint(text[n/3])*17 + uint(text[n*2/3])*5
	e := &c[at%uint(len(c))]
	if int(e.length) != n || !bytes.Equal(e.text[:n], text) {
		e.names = namesIn(text)
		e.length = uint8(copy(e.text[:], text))
	}
	return e.names
}

// nameKey is a text and a value in it.
type nameKey struct {
	text  int32
	value uint64
}

// nameStep is how often a value came within a step of time.
type nameStep struct {
	startNS uint64
	count   int
}

// nameUse is what is known of a value in a text.
type nameUse struct {
	nameKey
	count           int
	first           int // position
	firstNS, lastNS uint64
	steps           []nameStep
}

// namingText is a text that names something.
type namingText struct {
	template string
	// rows counts its rows, whatever they name.
	rows int
	// uses are the numbers of its values, forgotten counts how often the rarest were
	// forgotten.
	uses      []int32
	forgotten int
}

// nameWatch counts what the failures of one chain name.
type nameWatch struct {
	widthNS uint64
	stepped int // steps of all values
	texts   []namingText
	byText  map[string]int32
	uses    []nameUse
	spare   []int32
	byKey   map[nameKey]int32
	// front finds the uses seen lately without a map: by text and value, plus 1.
	front [64]int32
}

// tooManyTexts stands for a text that came when there were too many.
const tooManyTexts int32 = -1

// text returns the number of a template.
func (x *nameWatch) text(template string) int32 {
	if n, known := x.byText[template]; known {
		return n
	}
	if len(x.texts) == maxNamingTexts {
		return tooManyTexts
	}
	n := int32(len(x.texts))
	x.byText[template] = n
	x.texts = append(x.texts, namingText{template: template})
	return n
}

// add counts a row of a text.
func (x *nameWatch) add(text int32, names *Names, position int, timeNS uint64) {
	x.texts[text].rows++
	for i, value := range names {
		if value == 0 || i > 0 && value == names[0] {
			break
		}
		if u := x.use(nameKey{text, value}, position, timeNS); u != nil {
			x.count(u, timeNS)
		}
	}
}

// use returns the use of a value in a text; nil if it is not followed.
func (x *nameWatch) use(k nameKey, position int, timeNS uint64) *nameUse {
	slot := &x.front[(uint64(k.text)*31+k.value*0x9e3779b97f4a7c15>>32)%uint64(len(x.front))]
	if n := *slot - 1; n >= 0 && x.uses[n].nameKey == k {
		return &x.uses[n]
	}
	n, known := x.byKey[k]
	if !known {
		t := &x.texts[k.text]
		if len(t.uses) >= maxNames && !x.forget(t) {
			return nil
		}
		n = int32(len(x.uses))
		if free := len(x.spare); free > 0 {
			n, x.spare = x.spare[free-1], x.spare[:free-1]
		} else {
			x.uses = append(x.uses, nameUse{})
		}
		x.uses[n] = nameUse{nameKey: k, first: position, firstNS: timeNS}
		t.uses = append(t.uses, n)
		x.byKey[k] = n
	}
	*slot = n + 1
	return &x.uses[n]
}

// forget makes room among the values of a text, unless it names ever new ones.
func (x *nameWatch) forget(t *namingText) bool {
	for len(t.uses) > maxNames*3/4 {
		if t.forgotten == maxForgotten {
			return false
		}
		t.forgotten++
		t.uses = slices.DeleteFunc(t.uses, func(n int32) bool {
			u := &x.uses[n]
			if u.count > t.forgotten {
				return false
			}
			delete(x.byKey, u.nameKey)
			x.stepped -= len(u.steps)
			*u = nameUse{}
			x.spare = append(x.spare, n)
			return true
		})
	}
	return true
}

// count counts a use at a time.
func (x *nameWatch) count(u *nameUse, timeNS uint64) {
	u.count++
	u.firstNS, u.lastNS = min(u.firstNS, timeNS), max(u.lastNS, timeNS)
	start := timeNS - timeNS%x.widthNS
	at := len(u.steps)
	if at > 0 && u.steps[at-1].startNS == start {
		u.steps[at-1].count++
		return
	}
	if at > 0 && u.steps[at-1].startNS > start {
		at = sort.Search(at, func(i int) bool { return u.steps[i].startNS >= start })
	}
	if at < len(u.steps) && u.steps[at].startNS == start {
		u.steps[at].count++
		return
	}
	if at < len(u.steps)-maxStepsBack {
		u.steps[max(at-1, 0)].count++
		return
	}
	u.steps = slices.Insert(u.steps, at, nameStep{start, 1})
	if x.stepped++; x.stepped > maxNameSteps {
		x.widen()
	}
}

// widen doubles the width of the steps until there is room.
func (x *nameWatch) widen() {
	for x.stepped > maxNameSteps/2 && x.widthNS < 1<<62 {
		x.widthNS *= 2
		x.stepped = 0
		for i := range x.uses {
			u := &x.uses[i]
			kept := u.steps[:0]
			for _, s := range u.steps {
				s.startNS -= s.startNS % x.widthNS
				if n := len(kept); n > 0 && kept[n-1].startNS == s.startNS {
					kept[n-1].count += s.count
				} else {
					kept = append(kept, s)
				}
			}
			u.steps = kept
			x.stepped += len(kept)
		}
	}
}

// rows counts what the failed rows of a run name.
func (x *nameWatch) rows(r *run, classes []Class) *nameWatch {
	told := r.told
	for _, i := range r.marked {
		class := r.class[i]
		note := &r.notes[class]
		if note.flags&classTells == 0 {
			continue
		}
		t := &told[0]
		told = told[1:]
		if t.Names[0] == 0 || note.flags&classFailed == 0 || note.names == tooManyTexts {
			continue
		}
		if x == nil {
			x = &nameWatch{widthNS: stepNS, byText: map[string]int32{}, byKey: map[nameKey]int32{}}
		}
		if note.names == 0 {
			note.names = tooManyTexts
			if n := x.text(classes[class].Template); n >= 0 {
				note.names = n + 1
			}
		}
		if note.names > 0 {
			x.add(note.names-1, &t.Names, r.first+int(i), r.timeNS[i])
		}
	}
	return x
}

func (x *nameWatch) clone() *nameWatch {
	if x == nil {
		return nil
	}
	c := *x
	c.texts, c.uses, c.spare = slices.Clone(x.texts), slices.Clone(x.uses), slices.Clone(x.spare)
	for i := range c.texts {
		c.texts[i].uses = slices.Clone(c.texts[i].uses)
	}
	for i := range c.uses {
		c.uses[i].steps = slices.Clone(c.uses[i].steps)
	}
	c.byText, c.byKey = maps.Clone(x.byText), maps.Clone(x.byKey)
	return &c
}

// between counts a use from one time to another, to the nearest step.
func (u *nameUse) between(widthNS, fromNS, toNS uint64) (count int) {
	if u.firstNS >= fromNS && u.lastNS <= toNS {
		return u.count
	}
	i := sort.Search(len(u.steps), func(i int) bool { return u.steps[i].startNS+widthNS/2 >= fromNS })
	for ; i < len(u.steps) && u.steps[i].startNS+widthNS/2 < toNS; i++ {
		count += u.steps[i].count
	}
	return count
}

// naming is how often a chain named a value in a text within a time.
type naming struct {
	template string
	value    uint64
	count    int
}

// namings returns what the failures of a chain name from one time to another.
func (s *subject) namings(fromNS, toNS uint64) (found []naming) {
	x := s.watch.names
	if x == nil {
		return nil
	}
	for i := range x.uses {
		u := &x.uses[i]
		if n := u.between(x.widthNS, fromNS, toNS); n > 0 {
			found = append(found, naming{x.texts[u.text].template, u.value, n})
		}
	}
	return found
}
