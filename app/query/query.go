package query

import (
	"math"
	"time"

	"chainglass/app/kind"
	"chainglass/app/zone"
)

// Context is what the text of a query leaves out.
type Context struct {
	// Day is any moment of the day that times of day are on; which day that is
	// depends on their zone. Without it, times need a date.
	Day time.Time
	// Zone is the time zone of times that name none.
	Zone zone.Zone
	// Kinds are the kinds of chain whose names and outcomes can be asked for.
	Kinds kind.Set

	// remarks collects what is said of the query.
	remarks *[]Remark
}

// Remark says how a part of a query is understood that could be meant otherwise.
type Remark struct {
	// Start and End are the byte offsets of the part.
	Start, End int
	Text       string
}

// Query is a parsed query. It is immutable.
type Query struct {
	root    *node
	remarks []Remark
}

// MaxBytes and maxDepth bound what is parsed: a query can come with a link.
const (
	MaxBytes = 16 << 10
	maxDepth = 100
)

// Parse reads the text of a query. A failure is a *[Error].
func Parse(text string, context Context) (*Query, error) {
	var remarks []Remark
	context.remarks = &remarks
	root, err := parse(text, context)
	if err != nil {
		return nil, err
	}
	return &Query{root, remarks}, nil
}

// Remarks returns what is to be said of how the query is understood, in the order
// of its parts.
func (q *Query) Remarks() []Remark { return q.remarks }

// Empty reports whether the query has no terms: it matches everything.
func (q *Query) Empty() bool { return q.root.op == opAnd && len(q.root.kids) == 0 }

// String returns the query in a spelling that does not depend on a [Context] and
// parses to the same query.
func (q *Query) String() string { return string(q.root.appendTo(nil, false)) }

// NeedsPayload reports whether the query has terms that an index may not be able
// to answer alone. [Matcher.NeedsPayload] says so for one chain.
func (q *Query) NeedsPayload() bool {
	return q.root.any(func(p predicate) bool { return p.readsPayload() })
}

// TimeRange returns the smallest and the largest Row.TimeNS, both included, that
// an entry can have and still match. If none can, first is larger than last; if
// the query does not bound time, they are 0 and the largest uint64.
func (q *Query) TimeRange() (firstNS, lastNS uint64) {
	s := q.root.times(false)
	return s.first, s.last
}

// node is a query or a part of it.
type node struct {
	op   op
	kids []*node
	// leaf is set if op is opLeaf.
	leaf predicate
}

type op uint8

const (
	opLeaf op = iota
	opAnd
	opOr
	opNot
)

// join combines kids by and or by or. Kids combined in the same way are taken
// in, so that a tree has one form.
func join(o op, kids []*node) *node {
	if len(kids) == 1 {
		return kids[0]
	}
	n := &node{op: o}
	for _, k := range kids {
		if k.op == o {
			n.kids = append(n.kids, k.kids...)
		} else {
			n.kids = append(n.kids, k)
		}
	}
	return n
}

// negate returns the opposite of n.
func negate(n *node) *node {
	if n.op == opNot {
		return n.kids[0]
	}
	return &node{op: opNot, kids: []*node{n}}
}

// any reports whether a predicate of the query is as asked.
func (n *node) any(is func(predicate) bool) bool {
	if n.op == opLeaf {
		return is(n.leaf)
	}
	for _, k := range n.kids {
		if k.any(is) {
			return true
		}
	}
	return false
}

// appendTo writes n, in parentheses if it is only a part of a query and has
// several terms.
func (n *node) appendTo(dst []byte, part bool) []byte {
	switch n.op {
	case opLeaf:
		return n.leaf.appendTo(dst)
	case opNot:
		return n.kids[0].appendTo(append(dst, '-'), true)
	}
	if part {
		dst = append(dst, '(')
	}
	separator := " "
	if n.op == opOr {
		separator = " or "
	}
	for i, k := range n.kids {
		if i > 0 {
			dst = append(dst, separator...)
		}
		dst = k.appendTo(dst, true)
	}
	if part {
		dst = append(dst, ')')
	}
	return dst
}

// times returns the times at which n, or its opposite, can be true.
func (n *node) times(negated bool) span {
	switch n.op {
	case opLeaf:
		if r, is := n.leaf.(*rangePredicate); is && r.column == columnTime {
			return hull(r.spans, negated)
		}
		return everything
	case opNot:
		return n.kids[0].times(!negated)
	}
	both := (n.op == opAnd) != negated
	if both {
		s := everything
		for _, k := range n.kids {
			s = s.intersect(k.times(negated))
		}
		return s
	}
	s := nothing
	for _, k := range n.kids {
		s = s.cover(k.times(negated))
	}
	return s
}

// span is a range of numbers, both ends included. It is empty if first is larger
// than last.
type span struct{ first, last uint64 }

var (
	everything = span{0, math.MaxUint64}
	nothing    = span{1, 0}
)

func (s span) empty() bool { return s.first > s.last }

func (s span) intersect(t span) span {
	return span{max(s.first, t.first), min(s.last, t.last)}
}

// cover returns the smallest span that holds both.
func (s span) cover(t span) span {
	switch {
	case s.empty():
		return t
	case t.empty():
		return s
	}
	return span{min(s.first, t.first), max(s.last, t.last)}
}

// hull returns the smallest span that holds all of the spans, which are sorted
// and apart, or all that they leave out.
func hull(spans []span, leftOut bool) span {
	first, last := spans[0], spans[len(spans)-1]
	if !leftOut {
		return span{first.first, last.last}
	}
	h := everything
	if first.first == 0 {
		if first.last == math.MaxUint64 {
			return nothing
		}
		h.first = first.last + 1
	}
	if last.last == math.MaxUint64 {
		h.last = last.first - 1
	}
	return h
}
