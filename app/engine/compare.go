package engine

import (
	"chainglass/app/engine/part"
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"chainglass/app/kind"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// At names a position of a chain: how many of its entries have been applied.
type At struct {
	Chain    ChainID
	Position int
}

// StatePoint is where and of when a state is.
type StatePoint struct {
	At
	// AtTSNS is the append time of the last entry applied.
	AtTSNS postcard.Option[uint64]
}

func (s *State) point() StatePoint { return StatePoint{At{s.Chain, s.Position}, s.AtTSNS} }

// StateDiff is what changed between two states.
type StateDiff struct {
	A, B    StatePoint
	Changes Changes
	// Live are the changes of [State.LiveFailures], whose paths begin with
	// [LiveFailuresPath].
	Live Changes
	// Elsewhere is what changed on the other nodes of the source, by name, between
	// the same two times. It is nil unless it was asked for.
	Elsewhere []StateDiff
	// NotSource are the chains whose part in A or in B is not the source's.
	NotSource []StatePart
}

// LiveFailuresPath stands for the failures recorded live, which are no field of a
// snapshot, in the paths of changes.
const LiveFailuresPath = "live_failures"

func diffOf(a, b State) StateDiff {
	d := StateDiff{A: a.point(), B: b.point(), Changes: snapshot.Diff(&a.Snapshot, &b.Snapshot)}
	d.Changes = append(d.Changes, kind.DiffOthers(&a.State, &b.State)...)
	d.Live = snapshot.Diff(
		&snapshot.MeshOsSnapshot{RecentFailures: a.LiveFailures},
		&snapshot.MeshOsSnapshot{RecentFailures: b.LiveFailures})
	for _, part := range append(a.Parts[:len(a.Parts):len(a.Parts)], b.Parts...) {
		known := slices.ContainsFunc(d.NotSource, func(p StatePart) bool { return p.Chain == part.Chain })
		if !known && (part.Elsewhere || !part.Cut.Exact()) {
			d.NotSource = append(d.NotSource, part)
		}
	}
	for i := range d.Live {
		d.Live[i].Path = LiveFailuresPath + strings.TrimPrefix(d.Live[i].Path, "recent_failures")
	}
	return d
}

// DiffStates compares the snapshots at two positions, of one chain or of two.
// With everywhere set it compares the other nodes of a's source as well, as of
// the times of these positions.
func (e *Engine) DiffStates(ctx context.Context, a, b At, everywhere bool) (StateDiff, error) {
	stateA, err := e.State(ctx, a.Chain, a.Position)
	if err != nil {
		return StateDiff{}, err
	}
	stateB, err := e.State(ctx, b.Chain, b.Position)
	if err != nil {
		return StateDiff{}, err
	}
	d := diffOf(stateA, stateB)
	if !everywhere {
		return d, nil
	}
	c, err := e.chain(a.Chain)
	if err != nil {
		return d, err
	}
	d.Elsewhere = []StateDiff{}
	for _, other := range c.others() {
		// Before the first entry of a chain there was nothing anywhere.
		d.Elsewhere = append(d.Elsewhere, diffOf(
			other.stateAt(ctx, stateA.AtTSNS.Value), other.stateAt(ctx, stateB.AtTSNS.Value)))
	}
	return d, ctx.Err()
}

// others returns one chain of each node but that of c, by the nodes' names: the
// action chain of those that have one.
func (c *reading) others() []*reading {
	byNode := map[string]*reading{}
	for _, other := range c.peers() {
		known := byNode[other.source.Node]
		if other.source.Kind == wire.ChainUnknown || other.source.Node == c.source.Node ||
			known != nil && (known.source.Kind == wire.ChainAction || other.source.Kind != wire.ChainAction) {
			continue
		}
		byNode[other.source.Node] = other
	}
	return slices.SortedFunc(maps.Values(byNode), func(a, b *reading) int { return cmp.Compare(a.source.Node, b.source.Node) })
}

// Comparison is how two chains differ.
type Comparison struct {
	A, B ChainID
	// Common is how many entries both begin with: same seq, same checksum, same
	// length.
	Common int
	// Spans are the runs of entries that follow, in order, at most [maxSpans].
	Spans []Span
	// Same, Different, OnlyA and OnlyB count all entries after the common ones.
	Same, Different, OnlyA, OnlyB int
	// Complete is false if the comparison was cancelled.
	Complete bool
}

// SpanKind says how a run of entries compares.
type SpanKind uint8

// The kinds of runs.
const (
	// SpanSame: both chains have the entries.
	SpanSame SpanKind = iota
	// SpanDifferent: both have entries with these numbers, with other payloads.
	SpanDifferent
	// SpanOnlyA and SpanOnlyB: one chain has entries that the other lacks.
	SpanOnlyA
	SpanOnlyB
)

// String returns the kind in words.
func (k SpanKind) String() string {
	return [...]string{"same", "different", "only in A", "only in B"}[min(k, SpanOnlyB)]
}

// Span is a run of entries that compare alike.
type Span struct {
	Kind SpanKind
	// FirstA and FirstB are the positions the run begins at in each chain.
	FirstA, FirstB int
	Count          int
	// FirstSeq and LastSeq are the numbers of its entries.
	FirstSeq, LastSeq uint64
}

// maxSpans bounds the runs listed.
const maxSpans = 2000

// Compare holds two chains against each other, entry by entry in the order of
// their sequence numbers: two replicas, or yesterday's copy and today's.
func (e *Engine) Compare(ctx context.Context, a, b ChainID, report func(Progress)) (Comparison, error) {
	left, err := e.chain(a)
	if err != nil {
		return Comparison{}, err
	}
	right, err := e.chain(b)
	if err != nil {
		return Comparison{}, err
	}
	m := newMeter(e.pace, report)
	m.progress = Progress{Phase: "comparing", BytesTotal: left.source.Bytes + right.source.Bytes}
	x := comparer{
		result: Comparison{A: a, B: b},
		a:      cursor{reader: left.source.Reader, length: left.index.length},
		b:      cursor{reader: right.source.Reader, length: right.index.length},
		common: true,
	}
	for step := 0; ; step++ {
		more, err := x.step()
		if err != nil {
			return x.result, fmt.Errorf("comparing %s with %s: %w", left.source.Origin, right.source.Origin, err)
		}
		if !more {
			break
		}
		if step%part.LeafRows == 0 {
			if ctx.Err() != nil {
				return x.result, nil
			}
			m.progress.BytesDone = x.a.bytes + x.b.bytes
			m.progress.Records = int64(x.a.position + x.b.position)
			m.tick(nil)
		}
	}
	x.result.Complete = true
	return x.result, nil
}

// cursor walks the entries of a chain.
type cursor struct {
	reader   wire.Reader
	block    wire.Block
	position int
	length   int
	bytes    int64
}

// entry returns the entry the cursor is at, or nil past the last.
func (c *cursor) entry() (*wire.Entry, error) {
	if c.position >= c.length {
		return nil, nil
	}
	if i := c.position - c.block.First; i < len(c.block.Entries) {
		return &c.block.Entries[i], nil
	}
	if err := c.reader.ReadBlock(c.position, &c.block); err != nil {
		return nil, err
	}
	c.bytes += c.block.SourceBytes
	return &c.block.Entries[0], nil
}

// comparer walks two chains side by side.
type comparer struct {
	result Comparison
	a, b   cursor
	common bool // no difference has been met yet
}

// step compares the entries both cursors are at and moves on. It reports whether
// there was one.
func (x *comparer) step() (more bool, err error) {
	a, err := x.a.entry()
	if err != nil {
		return false, err
	}
	b, err := x.b.entry()
	if err != nil {
		return false, err
	}
	switch {
	case a == nil && b == nil:
		return false, nil
	case b == nil || a != nil && a.Seq < b.Seq:
		x.add(SpanOnlyA, a.Seq)
		x.result.OnlyA++
		x.a.position++
	case a == nil || b.Seq < a.Seq:
		x.add(SpanOnlyB, b.Seq)
		x.result.OnlyB++
		x.b.position++
	default:
		x.both(a, b)
	}
	return true, nil
}

// both compares two entries with the same number.
func (x *comparer) both(a, b *wire.Entry) {
	same := a.FlagsAndChecksum == b.FlagsAndChecksum && len(a.Payload) == len(b.Payload) && a.Status == b.Status
	switch {
	case same && x.common:
		x.result.Common++
	case same:
		x.add(SpanSame, a.Seq)
		x.result.Same++
	default:
		x.add(SpanDifferent, a.Seq)
		x.result.Different++
	}
	x.a.position++
	x.b.position++
}

// add extends the last run or begins another.
func (x *comparer) add(kind SpanKind, seq uint64) {
	x.common = false
	spans := x.result.Spans
	if n := len(spans); n > 0 && spans[n-1].Kind == kind {
		spans[n-1].Count++
		spans[n-1].LastSeq = seq
		return
	}
	if len(spans) < maxSpans {
		x.result.Spans = append(spans, Span{
			Kind: kind, FirstA: x.a.position, FirstB: x.b.position, Count: 1, FirstSeq: seq, LastSeq: seq,
		})
	}
}
