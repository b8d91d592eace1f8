package query

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"chainglass/app/kind"
	"chainglass/wire"
)

// set is a set of the values of an enumeration, by their number.
type set uint64

func (s set) has(i int) bool { return i >= 0 && i < 64 && s&(1<<i) != 0 }

// answers are the values of decoded.
var answers = [...]string{"no", "yes"}

// setNames returns the values of an enumeration.
func setNames(c column, kinds kind.Set) []string {
	switch c {
	case columnOutcome:
		return outcomeNames(kinds)
	case columnDecoded:
		return answers[:]
	case columnChain:
		return chainNames(kinds)
	}
	return statusNames()
}

// outcomeNames returns the outcomes, all kinds of chain in one list; those that have an
// order come in it.
func outcomeNames(kinds kind.Set) []string {
	var names []string
	for _, k := range kinds.All() {
		for _, o := range k.Outcomes {
			if name := strings.ToLower(o.Name); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

func chainNames(kinds kind.Set) []string {
	names := []string{kind.Unknown().Name}
	for _, k := range kinds.All() {
		names = append(names, k.Name)
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

// indexOf returns the number of a value, without regard to case, or -1 for one that is
// unknown.
func indexOf(names []string, name string) int {
	for i, known := range names {
		if len(name) == len(known) && lower(name[0]) == known[0] && strings.EqualFold(name, known) {
			return i
		}
	}
	return -1
}

// setMatching returns the values whose name a pattern matches.
func setMatching(names []string, p pattern) set {
	var s set
	for i, name := range names {
		if p.match([]byte(name)) {
			s |= 1 << i
		}
	}
	return s
}

// setPredicate asks for one of the values of an enumeration, which are named.
type setPredicate struct {
	column column
	names  []string
	set    set
}

func setOf(c column, t *token, context Context) (predicate, *Error) {
	p := &setPredicate{column: c, names: setNames(c, context.Kinds)}
	for _, v := range t.values {
		s, err := p.value(v, context.Kinds)
		if err != nil {
			return nil, err
		}
		p.set |= s
	}
	return p, nil
}

func (p *setPredicate) value(v value, kinds kind.Set) (set, *Error) {
	order, name := comparison(v.text)
	if v.form != formRegexp && order != equal {
		return p.levelsFrom(v, order, name, kinds)
	}
	pattern, err := patternOf(v, naming)
	if err != nil {
		return 0, err
	}
	s := setMatching(p.names, pattern)
	if s == 0 {
		return 0, unknownValue(p.column, p.names, v)
	}
	return s, nil
}

// levelsFrom returns the levels that compare to the named one as asked.
func (p *setPredicate) levelsFrom(v value, o order, name string, kinds kind.Set) (set, *Error) {
	if p.column != columnOutcome {
		return 0, &Error{v.start, v.end, fields[p.column].name + " has no order", "name the values, for example " + fields[p.column].example}
	}
	levels := levelsWith(name, kinds)
	if levels == nil {
		return 0, &Error{v.start, v.end, "only levels have an order", "one of trace, debug, info, warn, error: level:>=warn"}
	}
	level := uint64(indexOf(levels, name))
	numbers, isEmpty := o.span(level, level, 0, uint64(len(levels)-1))
	if isEmpty {
		return 0, &Error{v.start, v.end, "there is no such level", levels[0] + " is the lowest, " + levels[len(levels)-1] + " the highest"}
	}
	var s set
	for _, name := range levels[numbers.first : numbers.last+1] {
		s |= 1 << indexOf(p.names, name)
	}
	return s, nil
}

// levelsWith returns the outcomes of which one has a name, in their order; nil if it is of
// none that have one.
func levelsWith(name string, kinds kind.Set) []string {
	for _, k := range kinds.All() {
		if names := k.OutcomeNames(); k.Ordered {
			for i := range names {
				names[i] = strings.ToLower(names[i])
			}
			if indexOf(names, name) >= 0 {
				return names
			}
		}
	}
	return nil
}

func unknownValue(c column, names []string, v value) *Error {
	hint := "one of " + strings.Join(names, ", ")
	if name := nearest(v.text, names); name != "" {
		hint = "did you mean " + name + "?"
	}
	return &Error{v.start, v.end, fmt.Sprintf("%s is never %q", fields[c].name, v.text), hint}
}

func (p *setPredicate) has(i int) binding { return binding(verdictOf(p.set.has(i))) }

func (p *setPredicate) bind(t *Tables, c *Class) binding {
	switch p.column {
	case columnOutcome:
		return onRecord(c, p.has(indexOf(p.names, c.Outcome)))
	case columnChain:
		return p.has(indexOf(p.names, t.kind().Name))
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
func (p *setPredicate) record(_ *kind.Kind, r *Record) bool {
	return p.set.has(indexOf(p.names, r.Outcome))
}

func (p *setPredicate) readsPayload() bool { return false }

func (p *setPredicate) appendTo(dst []byte) []byte {
	dst = appendField(dst, p.column)
	for s := uint64(p.set); s != 0; s &= s - 1 {
		dst = append(append(dst, p.names[bits.TrailingZeros64(s)]...), ',')
	}
	return dst[:len(dst)-1]
}
