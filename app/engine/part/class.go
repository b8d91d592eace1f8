package part

import (
	"encoding/binary"

	"chainglass/app/kind"
)

// ClassID names a combination of kind, outcome and reason template. Chains have
// few of them, so two bytes an entry stand for three columns, and the counts
// of every facet are sums over classes.
type ClassID = uint16

// The classes every chain has.
const (
	// ClassUnreadable: the entry's payload is damaged or missing.
	ClassUnreadable ClassID = iota
	// ClassUndecodable: the payload is no record.
	ClassUndecodable
	// FirstClass and those after it are records.
	FirstClass
)

// Class is one combination.
type Class struct {
	// Kind and Template are numbers of names.
	Kind, Template uint32
	Outcome        uint8
}

// classes interns the combinations of the leaves that a reader reads, one after the
// other. Numbers stay from leaf to leaf, so that what comes again is found at once; a leaf
// gets its own, in the order of their first entries.
type classes struct {
	kinds     interner
	templates templates
	ids       map[Class]ClassID
	table     []Class
	// front finds the classes seen lately without a map.
	front []seenClass

	// counts are the entries of each class in the leaf, seen are the classes it has in the
	// order of their first entries.
	counts []int
	seen   []ClassID
}

// seenClass is a class and its id, 0 for none.
type seenClass struct {
	class Class
	id    ClassID
}

const classCacheSize = 1 << 10

// maxKeptClasses is how many classes, kinds or templates are kept for the next leaf. With
// those of one leaf they fit a ClassID.
const maxKeptClasses = 1 << 14

func newClasses() *classes {
	return &classes{
		kinds:     newInterner(),
		templates: newTemplates(),
		ids:       map[Class]ClassID{},
		table:     make([]Class, FirstClass),
		counts:    make([]int, FirstClass),
	}
}

// begin makes the classes ready for the next leaf.
func (c *classes) begin() {
	if max(len(c.table), len(c.kinds.names), len(c.templates.interner.names)) > maxKeptClasses {
		*c = *newClasses()
	}
	clear(c.counts)
	c.seen = c.seen[:0]
}

// of returns the class of a decoded record.
func (c *classes) of(s *kind.Indexed) ClassID {
	name := c.kinds.seen(s.Kind)
	plain := name != nil && len(s.Reason) == 0 && int(s.Outcome) < len(name.plain)
	if plain && name.plain[s.Outcome] != 0 {
		return name.plain[s.Outcome]
	}
	k := Class{Outcome: uint8(s.Outcome)}
	if name != nil {
		k.Kind = name.n
	} else {
		k.Kind = c.kinds.find(s.Kind)
	}
	if len(s.Reason) > 0 {
		k.Template = c.templates.id(s.Reason)
	}
	if c.front == nil {
		c.front = make([]seenClass, classCacheSize)
	}
	slot := &c.front[(k.Kind*8+uint32(k.Outcome)+k.Template*97)%classCacheSize]
	if slot.id == 0 || slot.class != k {
		slot.class, slot.id = k, c.intern(k)
	}
	if plain {
		name.plain[s.Outcome] = slot.id
	}
	return slot.id
}

func (c *classes) intern(k Class) ClassID {
	if id, known := c.ids[k]; known {
		return id
	}
	id := ClassID(len(c.table))
	c.ids[k] = id
	c.table = append(c.table, k)
	c.counts = append(c.counts, 0)
	return id
}

// count counts entries by their classes.
func (c *classes) count(ids []ClassID) {
	counts := c.counts
	for _, id := range ids {
		if counts[id] == 0 {
			c.seen = append(c.seen, id)
		}
		counts[id]++
	}
}

// finish gives the leaf its names, counts and numbers.
func (c *classes) finish(l *Leaf) {
	own := make([]ClassID, len(c.table))
	own[ClassUndecodable] = ClassUndecodable
	l.Names = Names{Kinds: []string{""}, Templates: []Template{{}}, Classes: make([]Class, FirstClass, int(FirstClass)+len(c.seen))}
	l.Counts = make([]int, FirstClass, int(FirstClass)+len(c.seen))
	kinds, templates := map[uint32]uint32{0: 0}, map[uint32]uint32{0: 0}
	for _, id := range c.seen {
		if id < FirstClass {
			l.Counts[id] = c.counts[id]
			continue
		}
		k := c.table[id]
		if _, known := kinds[k.Kind]; !known {
			kinds[k.Kind] = uint32(len(l.Kinds))
			l.Kinds = append(l.Kinds, c.kinds.names[k.Kind])
		}
		if _, known := templates[k.Template]; !known {
			templates[k.Template] = uint32(len(l.Templates))
			l.Templates = append(l.Templates, c.templates.describe(k.Template))
		}
		own[id] = ClassID(len(l.Classes))
		l.Classes = append(l.Classes, Class{Kind: kinds[k.Kind], Template: templates[k.Template], Outcome: k.Outcome})
		l.Counts = append(l.Counts, c.counts[id])
	}
	for i, id := range l.Class {
		l.Class[i] = own[id]
	}
}

// interner gives texts small numbers, from 1 on.
type interner struct {
	ids   map[string]uint32
	names []string
	// front finds the names of 8 to 24 bytes seen lately, which three words
	// hold: their first, second and last eight bytes, overlapping if need be.
	front [256]seenName
}

// seenName is a name of 8 to 24 bytes and its number, 0 for none.
type seenName struct {
	head, middle, tail uint64
	length, n          uint32
	// plain are the classes of the records of this kind without a text, by their
	// outcomes; 0 where none has come.
	plain [4]ClassID
}

// MaxNameBytes bounds the text kept of one name; a longer one is cut.
const MaxNameBytes = 256

func newInterner() interner {
	return interner{ids: map[string]uint32{}, names: []string{""}}
}

// id returns the number of text. It allocates only for a text it has not seen.
func (t *interner) id(text []byte) uint32 {
	if name := t.seen(text); name != nil {
		return name.n
	}
	return t.find(text)
}

// seen returns a name, nil unless it has 8 to 24 bytes. It holds until the next call.
func (t *interner) seen(text []byte) *seenName {
	if len(text) < 8 || len(text) > 24 {
		return nil
	}
	head, tail := binary.LittleEndian.Uint64(text), binary.LittleEndian.Uint64(text[len(text)-8:])
	middle := binary.LittleEndian.Uint64(text[min(8, len(text)-8):])
	slot := &t.front[mix(head, tail, len(text))%uint32(len(t.front))]
	if slot.head != head || slot.middle != middle || slot.tail != tail || slot.length != uint32(len(text)) || slot.n == 0 {
		*slot = seenName{head: head, middle: middle, tail: tail, length: uint32(len(text)), n: t.find(text)}
	}
	return slot
}

func (t *interner) find(text []byte) uint32 {
	if len(text) > MaxNameBytes {
		text = text[:MaxNameBytes]
	}
	if n, known := t.ids[string(text)]; known {
		return n
	}
	return t.add(text)
}

func (t *interner) add(text []byte) uint32 {
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
