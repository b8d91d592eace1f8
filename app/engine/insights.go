package engine

import (
	"context"
	"slices"

	"chainglass/app/insight"
	"chainglass/snapshot"
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
	all := views(chains)
	for _, c := range all {
		if err := c.(*indexed).look(ctx, e.breathing(m)); err != nil {
			return nil, err
		}
	}
	findings, err := insight.Analyse(ctx, all, e.breathing(m))
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
		all = append(all, &indexed{chain: c, length: c.index.length, classes: c.classes.told()})
	}
	return all
}

// told returns the classes as the story takes them.
func (c *classes) told() []insight.Class {
	all := make([]insight.Class, len(c.table))
	for i, k := range c.table {
		all[i] = insight.Class{Kind: c.kinds.names[k.kind], Template: c.templates.interner.names[k.template], Outcome: k.outcome}
	}
	return all
}

// indexed shows a chain's index to the rules of package insight, as long as it
// was when they began.
type indexed struct {
	chain   *chain
	length  int
	classes []insight.Class
	watch   *insight.Watch
}

// look feeds the watch with the index, block by block.
func (x *indexed) look(ctx context.Context, pace func()) error {
	x.watch = insight.NewWatch(x.Kind())
	for position := 0; position < x.length; {
		if pace(); ctx.Err() != nil {
			return ctx.Err()
		}
		rows, classes := x.Columns(position)
		if err := x.tell(&rows); err != nil {
			return err
		}
		x.watch.Rows(&rows, classes)
		position += len(rows.State)
	}
	return nil
}

// tell reads the payloads of the rows whose classes tell.
func (x *indexed) tell(rows *insight.Rows) error {
	var positions []int
	for i, state := range rows.State {
		if state&rowDecoded != 0 && x.classes[rows.Class[i]].Tells(x.Kind()) {
			positions = append(positions, rows.First+i)
		}
	}
	if len(positions) == 0 {
		return nil
	}
	var teller insight.Teller
	return x.Payloads(positions, func(_ int, payload []byte) error {
		var told insight.Told
		if x.Kind() == wire.ChainFailure {
			var v snapshot.FailureView
			if _, err := snapshot.DecodeFailureView(payload, &v); err == nil {
				told = teller.Failure(&v)
			}
		} else {
			var v wire.View
			if _, err := wire.DecodeView(payload, &v); err == nil {
				told = teller.Action(&v)
			}
		}
		rows.Told = append(rows.Told, told)
		return nil
	})
}

// ID implements [insight.Chain].
func (x *indexed) ID() uint32 { return uint32(x.chain.id) }

// Node implements [insight.Chain].
func (x *indexed) Node() string { return x.chain.source.Node }

// Channel implements [insight.Chain].
func (x *indexed) Channel() string { return x.chain.source.Channel }

// Kind implements [insight.Chain].
func (x *indexed) Kind() wire.ChainKind { return x.chain.source.Kind }

// Len implements [insight.Chain].
func (x *indexed) Len() int { return x.length }

// Watch implements [insight.Chain].
func (x *indexed) Watch() *insight.Watch { return x.watch }

// Row implements [insight.Chain].
func (x *indexed) Row(position int) insight.Row {
	row := x.chain.index.row(position)
	class := &x.classes[row.class]
	return insight.Row{
		Seq:      row.seq,
		TSNS:     row.ts,
		TimeNS:   x.chain.index.timeNS(position),
		TimeMS:   row.timeMS,
		ID:       row.id,
		Kind:     class.Kind,
		Outcome:  class.Outcome,
		Template: class.Template,
		Status:   row.status,
		Decoded:  row.decoded,
	}
}

// Columns implements [insight.Chain]: the rest of the block that a position is in.
func (x *indexed) Columns(position int) (insight.Rows, []insight.Class) {
	b, from := x.chain.index.at(position)
	to := min(len(b.state), from+x.length-position)
	return insight.Rows{
		First: position, TSNS: b.tsNS[from:to], TimeMS: b.timeMS[from:to], ID: b.id[from:to], Class: b.class[from:to], State: b.state[from:to],
	}, x.classes
}

// Payloads implements [insight.Chain].
func (x *indexed) Payloads(positions []int, visit func(position int, payload []byte) error) error {
	return x.chain.fetch(positions, visit)
}
