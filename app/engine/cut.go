package engine

import (
	"chainglass/app/source"
	"chainglass/snapshot"
	"chainglass/wire/message"
	"chainglass/wire/postcard"
	"context"
)

// Cut says what part of its source's chain a chain is.
type Cut struct {
	Kind CutKind
	// Position is how many entries of the source's chain come before the first one
	// here, for a run.
	Position int
	// Entries is how many entries the source's chain has; 0 if that is not known.
	Entries int
}

// CutKind says how a chain was cut.
type CutKind uint8

// The kinds of cuts.
const (
	// CutNone: the chain is whole, as far as is known.
	CutNone CutKind = iota
	// CutRun: the chain is one run of its source's entries, and what they start from
	// is known: its states are the source's.
	CutRun
	// CutSome: entries in between were left out; no state is the source's.
	CutSome
	// CutLost: what the chain starts from is not known, because damage has taken it;
	// no state is known to be the source's.
	CutLost
)

// Exact reports whether the states of the chain are those of its source.
func (c *Cut) Exact() bool { return c.Kind == CutNone || c.Kind == CutRun }

// cut describes the chain as part of its source's.
func (c *reading) cut() Cut {
	found := c.source.Cut
	if found == nil {
		return Cut{}
	}
	cut := Cut{Kind: CutSome, Entries: found.Entries}
	switch run := c.run(); {
	case found.Lost:
		cut.Kind = CutLost
	case run != nil:
		cut.Kind, cut.Position = CutRun, run.Position
	}
	return cut
}

// run returns where in its source's chain the chain lies, nil if that is not known.
// A base is what a chain of one kind folds to and tells nothing of another.
func (c *reading) run() *source.Run {
	if c.source.Cut == nil || c.source.Kind != c.found.Kind {
		return nil
	}
	return c.source.Cut.Run
}

// startRings returns what the chain's own fold starts from in place of what the
// node has, nil if it starts from that.
func (c *reading) startRings() *snapshot.MeshOsSnapshot {
	if run := c.run(); run != nil {
		return run.Base
	}
	return nil
}

// recordedBefore is the time in the last record before the first entry: entries
// that have none of their own are placed there.
func (c *reading) recordedBefore() uint64 {
	if run := c.run(); run != nil {
		return run.Before.Value.RecordedMS
	}
	return 0
}

// positionAt returns how many entries the chain has up to a time, none of them if
// there is no time. elsewhere is true if its source was at a position then that
// lies before or behind what is here.
func (c *reading) positionAt(at postcard.Option[uint64]) (position int, elsewhere bool) {
	run := c.run()
	if !at.Some {
		return 0, run != nil && run.Position > 0
	}
	if run != nil && run.Before.Some && at.Value < run.Before.Value.LatestNS {
		return 0, true
	}
	return clock{chain: c}.through(at.Value), run != nil && run.NextNS.Some && at.Value >= run.NextNS.Value
}

// folded returns what the first position entries of the chain fold to, and nothing
// else.
func (c *reading) folded(ctx context.Context, position int) (*snapshot.MeshOsSnapshot, error) {
	var state State
	if b := c.of.baseOf(c.source.Node); b.Snapshot != nil {
		state.Snapshot = *b.Snapshot
	}
	if part := c.fold(ctx, &state, position); part.Error != "" {
		return nil, errorText(part.Error)
	}
	var own snapshot.MeshOsSnapshot
	if f := c.kind().Fold; f != nil {
		f.Own(&own, &state.State)
	}
	return &own, nil
}

type errorText string

func (e errorText) Error() string { return string(e) }

// excuseGaps keeps what was left out on purpose from being taken for damage: of a
// run, what lies before it; else, gaps anywhere.
func (c *builder) excuseGaps() {
	run := c.run()
	c.checks.cut = run != nil && run.Position > 0
	c.checks.filtered = run == nil && c.source.Cut != nil
}

// The rules that are about this file and not about its source.
const (
	ruleCut       = "cut"
	ruleChainBase = "chain-base"
)

// cutFinding says that the chain is a part of its source's.
func (c *builder) cutFinding() {
	n := c.source.Reader.Len()
	switch cut := c.cut(); cut.Kind {
	case CutRun:
		c.note(SeverityNote, ruleCut, message.New("{} of {entry|entries} of the source's chain, one run", message.Count(n), message.Count(cut.Entries)),
			message.New("The first one here is at position {} of the source. What the entries before it fold to came along, so every state is the source's.", message.Number(cut.Position)))
	case CutSome:
		text := c.filtered
		if cut.Entries > 0 {
			text = message.New("{} of {entry|entries} are here; the others were left out on purpose", message.Count(n), message.Count(cut.Entries))
		}
		c.note(SeverityNote, "filtered", message.New("Entries of this chain were left out on purpose"),
			message.New("{}. Gaps between the others are no damage, and are not reported. States are folded from these entries alone and are not the source's.", message.List(text)))
	case CutLost:
		c.note(SeverityDamage, ruleChainBase, message.New("What the chain starts from is lost"),
			message.New("The chain is a part of its source's, and what the entries before it fold to is damaged. States are folded from these entries alone and are not the source's."))
	}
}
