package query

import (
	"chainglass/wire"
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

// The outcomes that come with a delay, and the kind of a log record without a
// daemon_id.
const (
	outcomeFailed = "Failed"
	outcomeGated  = "Gated"
	kindOfNode    = "node"
)

// presence says whether records have a number.
type presence uint8

const (
	neverHas presence = iota // and have no place for it
	mayHave
	has
	hasNot
)

// presenceIn says whether the records of a class have the number of a column.
func presenceIn(column column, t *Tables, c *Class) presence {
	switch {
	case column == columnOperator && t.Chain == wire.ChainAudit,
		column == columnDaemon && t.Chain == wire.ChainAudit,
		column == columnRetry && t.Chain == wire.ChainAction && c.Outcome == outcomeFailed,
		column == columnCooldown && t.Chain == wire.ChainAction && c.Outcome == outcomeGated:
		return mayHave
	case column == columnDaemon && t.Chain == wire.ChainLog && c.Kind == kindOfNode:
		return hasNot
	case column == columnDaemon && t.Chain == wire.ChainLog:
		return has
	}
	return neverHas
}

func (p *optionPredicate) bind(t *Tables, c *Class) binding {
	switch presenceIn(p.column, t, c) {
	case mayHave:
		return onRecord(c, bindMaybe)
	case hasNot:
		return onRecord(c, binding(verdictOf(p.none)))
	case has:
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

func (p *optionPredicate) record(chain wire.ChainKind, r *Record) bool {
	switch p.column {
	case columnRetry:
		return chain == wire.ChainAction && r.Outcome == outcomeFailed && p.matches(r.DelayMS)
	case columnCooldown:
		return chain == wire.ChainAction && r.Outcome == outcomeGated && p.matches(r.DelayMS)
	case columnDaemon:
		return (chain == wire.ChainLog || chain == wire.ChainAudit) && p.matches(r.DaemonID)
	}
	return chain == wire.ChainAudit && p.matchesAny(r.Operators)
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
