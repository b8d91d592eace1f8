package query

import (
	"fmt"
	"math/bits"
	"strings"

	"chainglass/wire"
)

// set is a set of the values of an enumeration, by their number.
type set uint32

func (s set) has(i int) bool { return i >= 0 && i < 32 && s&(1<<i) != 0 }

// The outcomes, all kinds of chain in one list; levels come in their order.
var outcomes = [...]string{
	"dispatched", "failed", "gated",
	"accepted", "rejected", "unverified",
	"trace", "debug", "info", "warn", "error",
	"failure",
}

// The first and last level among the outcomes.
const firstLevel, lastLevel = 6, 10

// answers are the values of decoded.
var answers = [...]string{"no", "yes"}

// setNames returns the values of an enumeration.
func setNames(c column) []string {
	switch c {
	case columnOutcome:
		return outcomes[:]
	case columnDecoded:
		return answers[:]
	case columnChain:
		return chainNames()
	}
	return statusNames()
}

func chainNames() []string {
	var names []string
	for k := wire.ChainUnknown; k <= wire.ChainFailure; k++ {
		names = append(names, k.String())
	}
	return names
}

func statusNames() []string {
	var names []string
	for s := range wire.EntryStatus(wire.EntryStatusCount) {
		names = append(names, s.String())
	}
	return names
}

// outcomeIndex returns the number of an outcome, or -1 for one that is unknown.
func outcomeIndex(name string) int {
	for i, known := range outcomes {
		if len(name) == len(known) && lower(name[0]) == known[0] && strings.EqualFold(name, known) {
			return i
		}
	}
	return -1
}

// setMatching returns the values whose name a pattern matches.
func setMatching(c column, p pattern) set {
	var s set
	for i, name := range setNames(c) {
		if p.match([]byte(name)) {
			s |= 1 << i
		}
	}
	return s
}

// setPredicate asks for one of the values of an enumeration.
type setPredicate struct {
	column column
	set    set
}

func setOf(c column, t *token, _ Context) (predicate, *Error) {
	p := &setPredicate{column: c}
	for _, v := range t.values {
		s, err := setValue(c, v)
		if err != nil {
			return nil, err
		}
		p.set |= s
	}
	return p, nil
}

func setValue(c column, v value) (set, *Error) {
	order, name := comparison(v.text)
	if v.form != formRegexp && order != equal {
		return levelsFrom(c, v, order, name)
	}
	p, err := patternOf(v, naming)
	if err != nil {
		return 0, err
	}
	s := setMatching(c, p)
	if s == 0 {
		return 0, unknownValue(c, v, v.text)
	}
	return s, nil
}

// levelsFrom returns the levels that compare to the named one as asked.
func levelsFrom(c column, v value, o order, name string) (set, *Error) {
	if c != columnOutcome {
		return 0, &Error{v.start, v.end, fields[c].name + " has no order", "name the values, for example " + fields[c].example}
	}
	level := outcomeIndex(name)
	if level < firstLevel || level > lastLevel {
		return 0, &Error{v.start, v.end, "only levels have an order", "one of trace, debug, info, warn, error: level:>=warn"}
	}
	numbers, isEmpty := o.span(uint64(level), uint64(level), firstLevel, lastLevel)
	if isEmpty {
		return 0, &Error{v.start, v.end, "there is no such level", "trace is the lowest, error the highest"}
	}
	var s set
	for i := numbers.first; i <= numbers.last; i++ {
		s |= 1 << i
	}
	return s, nil
}

func unknownValue(c column, v value, written string) *Error {
	names := setNames(c)
	hint := "one of " + strings.Join(names, ", ")
	if name := nearest(written, names); name != "" {
		hint = "did you mean " + name + "?"
	}
	return &Error{v.start, v.end, fmt.Sprintf("%s is never %q", fields[c].name, written), hint}
}

func (p *setPredicate) has(i int) binding { return binding(verdictOf(p.set.has(i))) }

func (p *setPredicate) bind(t *Tables, c *Class) binding {
	switch p.column {
	case columnOutcome:
		return onRecord(c, p.has(outcomeIndex(c.Outcome)))
	case columnChain:
		return p.has(int(t.Chain))
	case columnDecoded:
		return p.has(answer(c.State == ClassRecord || c.State == ClassUnknown))
	}
	return bindRow
}

// answer returns the number of yes or no.
func answer(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// record is asked for the outcome only: the rest is in the index.
func (p *setPredicate) record(_ wire.ChainKind, r *Record) bool {
	return p.set.has(outcomeIndex(r.Outcome))
}

func (p *setPredicate) readsPayload() bool { return false }

func (p *setPredicate) appendTo(dst []byte) []byte {
	dst = appendField(dst, p.column)
	names := setNames(p.column)
	for s := uint32(p.set); s != 0; s &= s - 1 {
		dst = append(append(dst, names[bits.TrailingZeros32(s)]...), ',')
	}
	return dst[:len(dst)-1]
}
