package engine

import (
	"slices"

	"chainglass/app/engine/part"
)

// The classes every chain has, besides those of package part.
const (
	// classOther and the classes after it, one for each outcome, take what comes
	// after the table is full.
	classOther = part.FirstClass

	firstClass = classOther + part.OutcomeSlots
)

// maxClasses, maxKinds and maxTemplates bound what a hostile chain can make us
// remember; what exceeds them is counted as "(other)".
const (
	maxClasses   = 1 << 16
	maxKinds     = 1 << 12
	maxTemplates = 1 << 14
)

// The numbers that kinds and templates always have.
const (
	// noName stands for no text at all.
	noName = iota
	// otherName stands for all texts that come after the table is full.
	otherName
)

// classes are what the entries of a chain are, and how many there are of each. They are
// immutable.
type classes struct {
	kinds     []string
	templates []part.Template
	table     []part.Class
	counts    []int
}

// namer numbers the classes of the leaves of a chain. Leaves come in order, so numbers do not
// depend on where a chain is cut.
type namer struct {
	classes
	kindIDs, templateIDs map[string]uint32
	ids                  map[part.Class]part.ClassID
}

func newNamer() namer {
	n := namer{
		classes: classes{
			kinds: []string{"", "(other)"}, templates: []part.Template{{}, {Text: "(other)"}},
			table: make([]part.Class, firstClass), counts: make([]int, firstClass),
		},
		kindIDs: map[string]uint32{}, templateIDs: map[string]uint32{}, ids: map[part.Class]part.ClassID{},
	}
	for outcome := range part.OutcomeSlots {
		n.table[int(classOther)+outcome].Outcome = uint8(outcome)
	}
	return n
}

// take adds the classes of a leaf and returns its column in the chain's numbers.
func (n *namer) take(l *part.Leaf) []part.ClassID {
	kinds, templates := n.takeNames(l)
	numbers := make([]part.ClassID, len(l.Classes))
	same := true
	counts := slices.Clone(n.counts)
	for id, k := range l.Classes {
		numbers[id] = part.ClassID(id)
		if id >= int(part.FirstClass) {
			numbers[id] = n.number(part.Class{Kind: kinds[k.Kind], Template: templates[k.Template], Outcome: k.Outcome})
		}
		same = same && numbers[id] == part.ClassID(id)
		if int(numbers[id]) >= len(counts) {
			counts = append(counts, 0)
		}
		counts[numbers[id]] += l.Counts[id]
	}
	n.counts = counts
	if same {
		return l.Class
	}
	column := make([]part.ClassID, len(l.Class))
	for i, id := range l.Class {
		column[i] = numbers[id]
	}
	return column
}

// takeNames numbers the kinds and templates of a leaf.
func (n *namer) takeNames(l *part.Leaf) (kinds, templates []uint32) {
	kinds, templates = make([]uint32, len(l.Kinds)), make([]uint32, len(l.Templates))
	for i, name := range l.Kinds[1:] {
		id, known := n.kindIDs[name]
		switch {
		case known:
		case len(n.kinds) >= maxKinds:
			id = otherName
		default:
			id = uint32(len(n.kinds))
			n.kindIDs[name] = id
			n.kinds = append(n.kinds, name)
		}
		kinds[i+1] = id
	}
	shared := true
	for i, t := range l.Templates[1:] {
		id, known := n.templateIDs[t.Text]
		switch {
		case known:
			was := n.templates[id]
			t.Masked, t.Cut = t.Masked|was.Masked, t.Cut || was.Cut
			if t == was {
				break
			}
			if shared {
				// Readings have the table as it was.
				n.templates, shared = slices.Clone(n.templates), false
			}
			n.templates[id] = t
		case len(n.templates) >= maxTemplates:
			id = otherName
		default:
			id = uint32(len(n.templates))
			n.templateIDs[t.Text] = id
			n.templates = append(n.templates, t)
		}
		templates[i+1] = id
	}
	return kinds, templates
}

// number returns the number of a class.
func (n *namer) number(k part.Class) part.ClassID {
	if id, known := n.ids[k]; known {
		return id
	}
	if len(n.table) >= maxClasses {
		return classOther + part.ClassID(k.Outcome)
	}
	id := part.ClassID(len(n.table))
	n.ids[k] = id
	n.table = append(n.table, k)
	return id
}
