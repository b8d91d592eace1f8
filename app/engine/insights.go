package engine

import (
	"context"
	"slices"

	"chainglass/app/insight"
	"chainglass/wire"
)

// Insights reads the index of chains for the story in it: restarts, storms,
// bursts, what operators did. None means all chains that are open. The most
// telling come first.
func (e *Engine) Insights(ctx context.Context, ids []ChainID, report func(Progress)) ([]insight.Finding, error) {
	chains, err := e.chosen(ids)
	if err != nil {
		return nil, err
	}
	m := newMeter(e.pace, report)
	m.progress.Phase = "looking for the story"
	e.mu.RLock()
	defer e.mu.RUnlock()
	findings, err := insight.Analyse(ctx, views(chains), e.breathing(m))
	return e.withoutFiltered(findings), err
}

// withoutFiltered leaves out what is said of the silences of a chain, and of what
// it has no record of, if entries of it were left out on purpose.
func (e *Engine) withoutFiltered(findings []insight.Finding) []insight.Finding {
	return slices.DeleteFunc(findings, func(f insight.Finding) bool {
		c := e.chains[ChainID(f.Chain)]
		return c != nil && !c.filtered.Empty() && (f.Rule == insight.RuleSilence || f.Rule == insight.RuleLive)
	})
}

// Reasons returns the reasons and messages that entries from fromNS up to toNS
// give, values masked, the most frequent first, with the node each began on.
func (e *Engine) Reasons(ctx context.Context, ids []ChainID, fromNS, toNS uint64) ([]insight.Group, error) {
	chains, err := e.chosen(ids)
	if err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	m := newMeter(e.pace, nil)
	return insight.GroupsBetween(ctx, insight.FailureChains(views(chains)), fromNS, toNS, e.breathing(m))
}

// ClockOffsets measures how far each node's record clock is from the clock that
// stamps its appends.
func (e *Engine) ClockOffsets() ([]insight.ClockOffset, error) {
	chains, err := e.chosen(nil)
	if err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	return insight.ClockOffsets(views(chains)), nil
}

// breathing paces work that reads the index under the lock: it gives the lock up
// for a moment, so that chains can go on being read. What is being looked at
// stays: an index only grows.
func (e *Engine) breathing(m *meter) func() {
	return func() {
		e.mu.RUnlock()
		m.tick(nil)
		e.mu.RLock()
	}
}

func views(chains []*chain) []insight.Chain {
	var all []insight.Chain
	for _, c := range chains {
		all = append(all, indexed{c, c.index.length})
	}
	return all
}

// indexed shows a chain's index to the rules of package insight, as long as it
// was when they began.
type indexed struct {
	chain  *chain
	length int
}

// ID implements [insight.Chain].
func (x indexed) ID() uint32 { return uint32(x.chain.id) }

// Node implements [insight.Chain].
func (x indexed) Node() string { return x.chain.source.Node }

// Channel implements [insight.Chain].
func (x indexed) Channel() string { return x.chain.source.Channel }

// Kind implements [insight.Chain].
func (x indexed) Kind() wire.ChainKind { return x.chain.source.Kind }

// Len implements [insight.Chain].
func (x indexed) Len() int { return x.length }

// Row implements [insight.Chain].
func (x indexed) Row(position int) insight.Row {
	row := x.chain.index.row(position)
	class := x.chain.classes.table[row.class]
	return insight.Row{
		Seq:      row.seq,
		TSNS:     row.ts,
		TimeNS:   x.chain.index.timeNS(position),
		TimeMS:   row.timeMS,
		ID:       row.id,
		Kind:     x.chain.classes.kinds.names[class.kind],
		Outcome:  class.outcome,
		Template: x.chain.classes.templates.interner.names[class.template],
		Status:   row.status,
		Decoded:  row.decoded,
	}
}

// Payloads implements [insight.Chain].
func (x indexed) Payloads(positions []int, visit func(position int, payload []byte) error) error {
	return x.chain.fetch(positions, visit)
}
