package engine

import "encoding/binary"

// classID names a combination of kind, outcome and reason template. Chains have
// few of them, so two bytes an entry stand for three columns, and the counts
// of every facet are sums over classes.
type classID = uint16

// The classes every chain has.
const (
	// classUnreadable: the entry's payload is damaged or missing.
	classUnreadable classID = iota
	// classUndecodable: the payload is no record.
	classUndecodable
	// classOther and the classes after it, one for each outcome, take what comes
	// after the table is full.
	classOther

	firstClass = classOther + outcomeSlots
)

// maxClasses, maxKinds and maxTemplates bound what a hostile chain can make us
// remember; what exceeds them is counted as "(other)".
const (
	maxClasses   = 1 << 16
	maxKinds     = 1 << 12
	maxTemplates = 1 << 14
)

// class is one combination.
type class struct {
	kind, template uint32
	outcome        uint8
}

// classes interns the combinations of one chain and counts their entries.
type classes struct {
	kinds     interner
	templates templates
	ids       map[class]classID
	table     []class
	counts    []int
	// front finds the classes seen lately without a map. It is there only while
	// the chain is being read.
	front []seenClass
}

// seenClass is a class and its id, 0 for none.
type seenClass struct {
	class class
	id    classID
}

const classCacheSize = 1 << 10

func newClasses() *classes {
	c := &classes{
		kinds:     newInterner(maxKinds),
		templates: newTemplates(),
		ids:       map[class]classID{},
		table:     make([]class, firstClass),
		counts:    make([]int, firstClass),
	}
	for outcome := range outcomeSlots {
		c.table[int(classOther)+outcome].outcome = uint8(outcome)
	}
	return c
}

// of returns the class of a decoded record.
func (c *classes) of(s *summary) classID {
	k := class{kind: c.kinds.id(s.Kind), outcome: uint8(s.Outcome)}
	if len(s.Reason) > 0 {
		k.template = c.templates.id(s.Reason)
	}
	if c.front == nil {
		c.front = make([]seenClass, classCacheSize)
	}
	slot := &c.front[(k.kind*8+uint32(k.outcome)+k.template*97)%classCacheSize]
	if slot.id == 0 || slot.class != k {
		slot.class, slot.id = k, c.intern(k)
	}
	return slot.id
}

// forgetCaches frees what only speeds up reading. Reading on makes them anew.
func (c *classes) forgetCaches() {
	c.front, c.templates.cache = nil, nil
}

func (c *classes) intern(k class) classID {
	if id, known := c.ids[k]; known {
		return id
	}
	if len(c.table) >= maxClasses {
		return classOther + classID(k.outcome)
	}
	id := classID(len(c.table))
	c.ids[k] = id
	c.table = append(c.table, k)
	c.counts = append(c.counts, 0)
	return id
}

// The numbers every interner has.
const (
	// noName stands for no text at all.
	noName = iota
	// otherName stands for all texts that come after the table is full.
	otherName
)

// interner gives texts small numbers.
type interner struct {
	ids   map[string]uint32
	names []string
	limit int
	// front finds the names of 8 to 24 bytes seen lately, which three words
	// hold: their first, second and last eight bytes, overlapping if need be.
	front [256]seenName
}

// seenName is a name of 8 to 24 bytes and its number, 0 for none.
type seenName struct {
	head, middle, tail uint64
	length, n          uint32
}

// internedBytes bounds the text kept of one name.
const internedBytes = 256

func newInterner(limit int) interner {
	return interner{ids: map[string]uint32{}, names: []string{"", "(other)"}, limit: limit}
}

// id returns the number of text. It allocates only for a text it has not seen.
func (t *interner) id(text []byte) uint32 {
	if len(text) < 8 || len(text) > 24 {
		return t.find(text)
	}
	name := seenName{
		head:   binary.LittleEndian.Uint64(text),
		middle: binary.LittleEndian.Uint64(text[min(8, len(text)-8):]),
		tail:   binary.LittleEndian.Uint64(text[len(text)-8:]),
		length: uint32(len(text)),
	}
	slot := &t.front[mix(name.head, name.tail, len(text))%uint32(len(t.front))]
	if slot.head != name.head || slot.middle != name.middle || slot.tail != name.tail || slot.length != name.length || slot.n == 0 {
		name.n = t.find(text)
		*slot = name
	}
	return slot.n
}

func (t *interner) find(text []byte) uint32 {
	if len(text) > internedBytes {
		text = text[:internedBytes]
	}
	if n, known := t.ids[string(text)]; known {
		return n
	}
	return t.add(text)
}

func (t *interner) add(text []byte) uint32 {
	if len(t.names) >= t.limit {
		return otherName
	}
	n := uint32(len(t.names))
	name := string(text)
	t.names = append(t.names, name)
	t.ids[name] = n
	return n
}

// quickHash spreads short texts well enough for a direct-mapped cache: it looks
// at the length and at up to eight bytes of either end.
func quickHash(text []byte) uint32 {
	var head, tail uint64
	if len(text) >= 8 {
		head = binary.LittleEndian.Uint64(text)
		tail = binary.LittleEndian.Uint64(text[len(text)-8:])
	} else {
		for _, b := range text {
			head = head<<8 | uint64(b)
		}
	}
	return mix(head, tail, len(text))
}

func mix(head, tail uint64, length int) uint32 {
	h := (head ^ tail<<1 ^ uint64(length)<<56) * 0x9e3779b97f4a7c15
	return uint32(h >> 40)
}
