package query

import (
	"slices"

	"chainglass/app/kind"
)

// Matcher is a query bound to the entries of one chain. It is immutable and
// safe for concurrent use.
type Matcher struct {
	kind *kind.Kind
	// programs are what is left of the query for the classes; byClass says which.
	programs []step
	byClass  []int32
	// unknown is the program of classes that are not in the tables.
	unknown int32
}

// Compile binds a query to a chain. Compile again when the chain has new classes:
// until then their entries are answered with Maybe and settled by their records.
func Compile(q *Query, t *Tables) *Matcher {
	c := compiler{tables: t, root: q.root, known: map[string]int32{}}
	c.collect(q.root)
	c.bindings = make([]byte, len(c.leaves))
	m := &Matcher{kind: t.kind(), byClass: make([]int32, len(t.Classes))}
	for i := range t.Classes {
		m.byClass[i] = c.program(&t.Classes[i])
	}
	m.unknown = c.program(&Class{})
	m.programs = c.programs
	return m
}

// compiler makes programs. Classes for which all predicates are bound alike have
// the same one, so there are few of them even for many classes.
type compiler struct {
	tables   *Tables
	root     *node
	leaves   []predicate
	bindings []byte // of the leaves, for the class at hand
	known    map[string]int32
	programs []step
}

// collect lists the leaves in the order build meets them.
func (c *compiler) collect(n *node) {
	if n.op == opLeaf {
		c.leaves = append(c.leaves, n.leaf)
	}
	for _, k := range n.kids {
		c.collect(k)
	}
}

// program returns the number of the program for a class.
func (c *compiler) program(class *Class) int32 {
	for i, leaf := range c.leaves {
		c.bindings[i] = byte(leaf.bind(c.tables, class))
	}
	if i, known := c.known[string(c.bindings)]; known {
		return i
	}
	next := 0
	i := int32(len(c.programs))
	c.programs = append(c.programs, c.build(c.root, false, &next))
	c.known[string(c.bindings)] = i
	return i
}

// build returns what is left of n, or of its opposite. next counts the leaves.
func (c *compiler) build(n *node, negated bool, next *int) step {
	switch n.op {
	case opLeaf:
		*next++
		return leafStep(n.leaf, binding(c.bindings[*next-1]), negated)
	case opNot:
		return c.build(n.kids[0], !negated, next)
	}
	op, absorbing := stepAnd, No
	if (n.op == opOr) != negated {
		op, absorbing = stepOr, Yes
	}
	var kids []step
	verdict := absorbing.not()
	for _, k := range n.kids {
		s := c.build(k, negated, next)
		switch {
		case s.op != stepVerdict:
			kids = append(kids, s)
		case s.verdict == absorbing:
			verdict = absorbing
		}
	}
	switch {
	case verdict == absorbing || len(kids) == 0:
		return step{op: stepVerdict, verdict: verdict}
	case len(kids) == 1:
		return kids[0]
	}
	return step{op: op, kids: cheapFirst(kids)}
}

// cheapFirst puts what the index answers before what takes a payload.
func cheapFirst(kids []step) []step {
	ordered := make([]step, 0, len(kids))
	for _, payload := range []bool{false, true} {
		for i := range kids {
			if kids[i].readsPayload() == payload {
				ordered = append(ordered, kids[i])
			}
		}
	}
	return ordered
}

// leafStep returns the step of one predicate.
func leafStep(p predicate, b binding, negated bool) step {
	switch b {
	case bindNo, bindYes:
		return step{op: stepVerdict, verdict: verdictOf((b == bindYes) != negated)}
	case bindMaybe:
		return step{op: stepPayload, leaf: p, negated: negated}
	}
	switch p := p.(type) {
	case *rangePredicate:
		if first := p.spans[0]; len(p.spans) == 1 {
			return step{op: stepSpan, negated: negated, column: p.column, first: first.first, width: first.last - first.first}
		}
		return step{op: stepSpans, negated: negated, column: p.column, spans: p.spans}
	case *setPredicate:
		return step{op: stepStatus, negated: negated, statuses: p.set}
	}
	panic("invariant: only numbers and statuses are in the index row")
}

// Row answers for an entry from its index row. It allocates nothing.
func (m *Matcher) Row(r *Row) Verdict { return m.program(r.Class).row(r) }

// Record answers for an entry that Row left open, from its record too. It
// allocates nothing if the texts of the query are ASCII. It keeps no part of r.
func (m *Matcher) Record(row *Row, r *Record) bool {
	return m.program(row.Class).record(m.kind, row, r)
}

// Class returns the verdict on all entries of a class, and whether there is one:
// if not, it depends on the entry. The entries of such classes can be counted
// without being looked at.
func (m *Matcher) Class(class uint16) (v Verdict, decided bool) {
	s := m.program(class)
	return s.verdict, s.op == stepVerdict
}

// Range is what one number of a row has to be.
type Range struct {
	Of           Number
	first, width uint64
	negated      bool
}

// Number names a number of a [Row].
type Number uint8

// The numbers of a row.
const (
	NumberTimeNS Number = iota
	NumberTimeMS
	NumberID
	NumberSeq
	NumberPosition
)

// Keeps reports whether a number is as it has to be.
func (r *Range) Keeps(number uint64) bool { return (number-r.first <= r.width) != r.negated }

// rowNumbers are the numbers of a row by the columns of a query.
var rowNumbers = map[column]Number{
	columnTime: NumberTimeNS, columnRecorded: NumberTimeMS, columnID: NumberID, columnSeq: NumberSeq, columnPosition: NumberPosition,
}

// Range returns the range that decides on the entries of a class, if nothing else does.
func (m *Matcher) Range(class uint16) (r Range, is bool) {
	s := m.program(class)
	if s.op != stepSpan {
		return r, false
	}
	return Range{rowNumbers[s.column], s.first, s.width, s.negated}, true
}

// ReadsPayload reports whether Row can answer Maybe for an entry of a class.
func (m *Matcher) ReadsPayload(class uint16) bool { return m.program(class).readsPayload() }

// NeedsTemplate reports whether Record may look at the template of a record.
func (m *Matcher) NeedsTemplate() bool {
	for i := range m.programs {
		if m.programs[i].readsTemplate() {
			return true
		}
	}
	return false
}

func (s *step) readsTemplate() bool {
	name, is := s.leaf.(*namePredicate)
	return s.op == stepPayload && is && name.column == columnTemplate || slices.ContainsFunc(s.kids, func(k step) bool { return k.readsTemplate() })
}

// Chain returns Yes or No if that is the answer for every entry of a class in the
// tables, and Maybe otherwise. Without any class it answers for all there can be.
func (m *Matcher) Chain() Verdict {
	v := m.programs[m.unknown].decided()
	for i, p := range m.byClass {
		class := m.programs[p].decided()
		if i > 0 && class != v {
			return Maybe
		}
		v = class
	}
	return v
}

// Window returns the smallest and the largest Row.TimeNS, both included, that
// entries match at, if their times are all that the query asks of this chain.
func (m *Matcher) Window() (firstNS, lastNS uint64, is bool) {
	w := everything
	for i := range m.programs {
		if !m.programs[i].narrow(&w) {
			return 0, 0, false
		}
	}
	return w.first, w.last, true
}

// narrow intersects a span with the times of a step that asks for nothing else.
func (s *step) narrow(w *span) bool {
	switch {
	case s.op == stepSpan && s.column == columnTime && !s.negated:
		*w = w.intersect(span{s.first, s.first + s.width})
		return true
	case s.op != stepAnd:
		return false
	}
	for i := range s.kids {
		if !s.kids[i].narrow(w) {
			return false
		}
	}
	return true
}

// NeedsPayload reports whether Row can answer Maybe for an entry of a class in
// the tables.
func (m *Matcher) NeedsPayload() bool {
	for _, p := range m.byClass {
		if m.programs[p].readsPayload() {
			return true
		}
	}
	return false
}

func (m *Matcher) program(class uint16) *step {
	if int(class) < len(m.byClass) {
		return &m.programs[m.byClass[class]]
	}
	return &m.programs[m.unknown]
}

// step is a part of a program.
type step struct {
	op      stepOp
	negated bool
	// verdict belongs to stepVerdict: No or Yes.
	verdict Verdict
	// column, first and width belong to stepSpan, column and spans to stepSpans.
	column       column
	first, width uint64
	spans        []span
	// statuses belongs to stepStatus.
	statuses set
	// leaf belongs to stepPayload.
	leaf predicate
	// kids belong to stepAnd and stepOr.
	kids []step
}

type stepOp uint8

const (
	stepVerdict stepOp = iota
	stepSpan
	stepSpans
	stepStatus
	stepPayload
	stepAnd
	stepOr
)

// decided returns the verdict of a program, Maybe if it depends on the entry.
func (s *step) decided() Verdict {
	if s.op == stepVerdict {
		return s.verdict
	}
	return Maybe
}

func (s *step) readsPayload() bool {
	if s.op == stepPayload {
		return true
	}
	for i := range s.kids {
		if s.kids[i].readsPayload() {
			return true
		}
	}
	return false
}

// number returns the number a column has in an index row.
func (r *Row) number(c column) uint64 {
	switch c {
	case columnTime:
		return r.TimeNS
	case columnID:
		return r.ID
	case columnSeq:
		return r.Seq
	case columnPosition:
		return r.Position
	}
	return r.TimeMS
}

func (s *step) row(r *Row) Verdict {
	switch s.op {
	case stepSpan:
		return verdictOf((r.number(s.column)-s.first <= s.width) != s.negated)
	case stepVerdict:
		return s.verdict
	case stepAnd:
		v := Yes
		for i := range s.kids {
			if v = min(v, s.kids[i].row(r)); v == No {
				break
			}
		}
		return v
	case stepOr:
		v := No
		for i := range s.kids {
			if v = max(v, s.kids[i].row(r)); v == Yes {
				break
			}
		}
		return v
	case stepPayload:
		return Maybe
	}
	return verdictOf(s.rare(r) != s.negated)
}

// rare answers the steps that few queries have.
func (s *step) rare(r *Row) bool {
	if s.op == stepSpans {
		return inSpans(s.spans, r.number(s.column))
	}
	return s.statuses.has(int(r.Status))
}

func (s *step) record(k *kind.Kind, row *Row, r *Record) bool {
	switch s.op {
	case stepPayload:
		return s.leaf.record(k, r) != s.negated
	case stepAnd, stepOr:
		for i := range s.kids {
			if s.kids[i].record(k, row, r) == (s.op == stepOr) {
				return s.op == stepOr
			}
		}
		return s.op == stepAnd
	}
	return s.row(row) == Yes
}
