package query

import (
	"chainglass/app/kind"
	"chainglass/wire/postcard"
)

// optionPredicate asks for a number that a record need not have and that is not
// in the index.
type optionPredicate struct {
	column column
	spans  []span // sorted and apart; may be empty
	// none: a record that could have the number and has none matches.
	none bool
}

// The words for having no number and having one.
const wordNone, wordAny = "none", "any"

func optionOf(c column, t *token, _ Context) (predicate, *Error) {
	p := &optionPredicate{column: c}
	for _, v := range t.values {
		switch {
		case v.form == formBare && fold(v.text) == wordNone:
			p.none = true
			continue
		case v.form == formBare && fold(v.text) == wordAny:
			p.spans = append(p.spans, everything)
			continue
		}
		s, err := spanOf(c, v)
		if err != nil {
			return nil, err
		}
		p.spans = append(p.spans, s)
	}
	if len(p.spans) > 0 {
		p.spans = merged(p.spans)
	}
	return p, nil
}

// roles are what the columns of such numbers stand for.
var roles = map[column]kind.Role{
	columnOperator: kind.RoleOperators,
	columnDaemon:   kind.RoleDaemon,
	columnRetry:    kind.RoleRetry,
	columnCooldown: kind.RoleCooldown,
}

func (p *optionPredicate) bind(t *Tables, c *Class) binding {
	switch t.kind().Presence(roles[p.column], c.Kind, c.Outcome) {
	case kind.MayHave:
		return onRecord(c, bindMaybe)
	case kind.HasNot:
		return onRecord(c, binding(verdictOf(p.none)))
	case kind.Has:
		return onRecord(c, p.bindNumber())
	}
	return onRecord(c, bindNo)
}

// bindNumber says what holds for all numbers.
func (p *optionPredicate) bindNumber() binding {
	switch {
	case len(p.spans) == 0:
		return bindNo
	case p.spans[0] == everything:
		return bindYes
	}
	return bindMaybe
}

func (p *optionPredicate) record(k *kind.Kind, r *Record) bool {
	role := roles[p.column]
	switch {
	case k.Presence(role, "", r.Outcome) == kind.NeverHas:
		return false
	case role == kind.RoleOperators:
		return p.matchesAny(r.Operators)
	case role == kind.RoleDaemon:
		return p.matches(r.DaemonID)
	}
	return p.matches(r.DelayMS)
}

func (p *optionPredicate) matches(n postcard.Option[uint64]) bool {
	if !n.Some {
		return p.none
	}
	return inSpans(p.spans, n.Value)
}

// matchesAny reports whether one of several numbers matches.
func (p *optionPredicate) matchesAny(list []uint64) bool {
	for _, n := range list {
		if inSpans(p.spans, n) {
			return true
		}
	}
	return len(list) == 0 && p.none
}

func (p *optionPredicate) readsPayload() bool { return true }

func (p *optionPredicate) appendTo(dst []byte) []byte {
	dst = appendSpans(dst, p.column, p.spans, appendOptionSpan)
	if !p.none {
		return dst
	}
	if len(p.spans) > 0 {
		dst = append(dst, ',')
	}
	return append(dst, wordNone...)
}

func appendOptionSpan(dst []byte, s span) []byte {
	if s == everything {
		return append(dst, wordAny...)
	}
	return appendSpan(dst, s)
}
