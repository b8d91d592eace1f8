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
	if chains, err = e.ended(ctx, chains); err != nil {
		return nil, err
	}
	findings, err := insight.Analyse(ctx, views(chains), m.breathe)
	return withoutFiltered(findings, chains), err
}

// Directory tells what ids in chains are of, as far as the chains say it; none means all chains
// that are open.
func (e *Engine) Directory(ctx context.Context, ids []ChainID) (*insight.Directory, error) {
	chains, err := e.chosen(ids)
	if err != nil {
		return nil, err
	}
	if chains, err = e.ended(ctx, chains); err != nil {
		return nil, err
	}
	return insight.DirectoryOf(ctx, views(chains), newMeter(e.pace, nil).breathe)
}

// Processes returns the positions at which the second and later processes of its node begin
// on each of chains, ascending; none means all chains that are open. See
// [insight.Processes].
func (e *Engine) Processes(ctx context.Context, ids []ChainID) (map[ChainID][]int, error) {
	chains, err := e.chosen(ids)
	if err == nil {
		chains, err = e.ended(ctx, chains)
	}
	if err != nil {
		return nil, err
	}
	begins, err := insight.Processes(ctx, views(chains), e.pace)
	if err != nil {
		return nil, err
	}
	all := map[ChainID][]int{}
	for id, positions := range begins {
		all[ChainID(id)] = positions
	}
	return all, nil
}

// ended waits until the sources of chains have been read, as far as they will be, and
// returns the readings of the chains then.
func (e *Engine) ended(ctx context.Context, chains []*reading) ([]*reading, error) {
	last := make([]*reading, len(chains))
	for i, c := range chains {
		select {
		case <-c.of.read:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		last[i] = c.read()
	}
	return last, nil
}

// withoutFiltered leaves out what is said of the silences of a chain, and of what
// it has no record of, if entries of it were left out on purpose.
func withoutFiltered(findings []insight.Finding, chains []*reading) []insight.Finding {
	filtered := map[uint32]bool{}
	for _, c := range chains {
		filtered[uint32(c.id)] = !c.filtered.Empty()
	}
	return slices.DeleteFunc(findings, func(f insight.Finding) bool {
		return filtered[f.Chain] && (f.Rule == insight.RuleSilence || f.Rule == insight.RuleLive)
	})
}

// Reasons returns the reasons and messages that entries from fromNS up to toNS
// give, values masked, the most frequent first, with the node each began on.
func (e *Engine) Reasons(ctx context.Context, ids []ChainID, fromNS, toNS uint64) ([]insight.Group, error) {
	chains, err := e.chosen(ids)
	if err != nil {
		return nil, err
	}
	m := newMeter(e.pace, nil)
	return insight.GroupsBetween(ctx, insight.FailureChains(views(chains)), fromNS, toNS, m.breathe)
}

// ClockOffsets measures how far each node's record clock is from the clock that
// stamps its appends.
func (e *Engine) ClockOffsets() ([]insight.ClockOffset, error) {
	chains, err := e.chosen(nil)
	if err != nil {
		return nil, err
	}
	return insight.ClockOffsets(views(chains)), nil
}

func views(chains []*reading) []insight.Chain {
	all := make([]insight.Chain, len(chains))
	for i, c := range chains {
		all[i] = indexed{c}
	}
	return all
}

// indexed shows a reading to the rules of package insight.
type indexed struct{ chain *reading }

// ID implements [insight.Chain].
func (x indexed) ID() uint32 { return uint32(x.chain.id) }

// Node implements [insight.Chain].
func (x indexed) Node() string { return x.chain.source.Node }

// Channel implements [insight.Chain].
func (x indexed) Channel() string { return x.chain.source.Channel }

// Kind implements [insight.Chain].
func (x indexed) Kind() wire.ChainKind { return x.chain.source.Kind }

// Len implements [insight.Chain].
func (x indexed) Len() int { return x.chain.index.length }

// Watch implements [insight.Chain].
func (x indexed) Watch() *insight.Watch {
	if x.chain.story == nil {
		return insight.NewWatch(x.Kind())
	}
	return x.chain.story
}

// Row implements [insight.Chain].
func (x indexed) Row(position int) insight.Row {
	row := x.chain.index.row(position)
	class := &x.chain.told[row.class]
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
func (x indexed) Columns(position int) (insight.Rows, []insight.Class) {
	b, from := x.chain.index.at(position)
	return insight.Rows{
		First: position, TSNS: b.TSNS[from:], TimeMS: b.timeMS[from:], ID: b.ID[from:], Class: b.class[from:], State: b.State[from:],
	}, x.chain.told
}

// Payloads implements [insight.Chain].
func (x indexed) Payloads(positions []int, visit func(position int, payload []byte) error) error {
	return x.chain.fetch(context.Background(), positions, visit)
}
