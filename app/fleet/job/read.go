package job

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"slices"

	"chainglass/app/engine/part"
	"chainglass/app/kind"
	"chainglass/app/source"
	"chainglass/fold"
	"chainglass/snapshot"
	"chainglass/wire"
)

// minute is a reason that entries failed for within one minute.
type minute struct {
	// StartNS is the beginning of the minute in Unix nanoseconds.
	StartNS  uint64
	Template string
}

// reader reads ranges of chains.
type reader struct {
	parts part.Reader
	// failures counts failed actions, of the last range.
	failures map[minute]int
}

// read reads the entries of a chain from a position up to but not including another. The
// entries before may be of any length.
func (x *reader) read(ctx context.Context, c *source.Chain, first, end, limit int) (Partial, error) {
	p := Partial{Limit: limit}
	x.failures = map[minute]int{}
	for at := first; at < end; {
		leaf, err := x.parts.Read(ctx, c, part.Task{Kind: c.Kind, First: at, Count: end - at}, nil)
		if err == nil && leaf.End() == at {
			err = io.ErrUnexpectedEOF
		}
		var next Partial
		if err == nil {
			next, err = x.partial(c, leaf, limit)
		}
		if err == nil {
			p, err = Combine(p, next)
		}
		if err != nil {
			return Partial{}, fmt.Errorf("entries from %d on: %w", at, err)
		}
		at = leaf.End()
	}
	return p, nil
}

// partial makes a partial of a leaf.
func (x *reader) partial(c *source.Chain, l *part.Leaf, limit int) (Partial, error) {
	p := Partial{Limit: limit, Spans: []Span{{l.First, l.End()}}, KeptBytes: l.PayloadBytes, Statuses: l.Statuses}
	failed := x.failing(c.Kind, l)
	for i, state := range l.State {
		status := wire.EntryStatus(state & part.RowState(statusMask))
		if !status.Readable() {
			continue
		}
		p.Kept++
		k := Kept{Position: l.First + i, Seq: l.SeqAt(i), TSNS: l.TSNS[i], HasTS: state&part.HasTS != 0, Some: true}
		if !p.First.Some {
			p.First = k
		}
		p.Last = k
		p.Halts = p.Halts || k.Seq == math.MaxUint64
		if template := failed[l.Class[i]]; template != "" {
			ns := part.PlaceNS(l.TSNS[i], l.TimeMS[i], state)
			x.failures[minute{ns - ns%nanosPerMinute, template}]++
		}
	}
	for _, g := range l.Log.Undecodable {
		p.Undecodable += g.Count
		p.Faults = append(p.Faults, Fault{Text: g.Text, Position: g.First, Seq: g.Seq, Count: g.Count})
	}
	p.Faults = joinFaults(p.Faults[:0:0], p.Faults)
	var err error
	p.Pushed, err = pushed(c.Reader, l, limit)
	return p, err
}

const (
	statusMask     = 0x0f
	nanosPerMinute = 60_000_000_000
)

// failing returns the template of each class of failed actions.
func (x *reader) failing(of wire.ChainKind, l *part.Leaf) map[part.ClassID]string {
	found := map[part.ClassID]string{}
	if of != wire.ChainAction {
		return found
	}
	for id := int(part.FirstClass); id < len(l.Classes); id++ {
		if k := l.Classes[id]; wire.Outcome(k.Outcome) == wire.OutcomeFailed && k.Template != 0 {
			found[part.ClassID(id)] = l.Templates[k.Template].Text
		}
	}
	return found
}

// pushed returns the payloads of the newest entries of a leaf that push a record.
func pushed(r wire.Reader, l *part.Leaf, limit int) ([]Pushed, error) {
	var positions []int
	words := l.Pushes.Bits()
	for n := len(words) - 1; n >= 0 && len(positions) < limit; n-- {
		for word := words[n]; word != 0 && len(positions) < limit; {
			bit := 63 - bits.LeadingZeros64(word)
			word &^= 1 << bit
			positions = append(positions, l.First+64*n+bit)
		}
	}
	slices.Reverse(positions)
	list := make([]Pushed, 0, len(positions))
	var block wire.Block
	for len(positions) > 0 {
		first := positions[0]
		block.MaxEntries = positions[len(positions)-1] - first + 1
		if err := r.ReadBlock(first, &block); err != nil {
			return nil, err
		}
		for len(positions) > 0 && positions[0] < first+len(block.Entries) {
			e := &block.Entries[positions[0]-first]
			list = append(list, Pushed{positions[0], slices.Clone(e.Payload)})
			positions = positions[1:]
		}
	}
	return list, nil
}

// ringLimit returns how many records the ring of a kind holds that starts from base.
func ringLimit(of wire.ChainKind, base *snapshot.MeshOsSnapshot) int {
	switch of {
	case wire.ChainAction, wire.ChainFailure:
		return max(snapshot.RecentFailuresCapacity, len(base.RecentFailures))
	case wire.ChainAudit:
		return max(snapshot.AdminAuditCapacity, len(base.AdminAudit))
	case wire.ChainLog:
		return max(snapshot.LogRingCapacity, len(base.LogRing))
	}
	return 0
}

// fold returns what the entries of a whole chain leave behind when they are applied to base.
func (p *Partial) fold(of wire.ChainKind, base snapshot.MeshOsSnapshot) (*snapshot.MeshOsSnapshot, error) {
	k := kind.Set{}.Of(of)
	if k.Fold == nil {
		return &base, nil
	}
	f := k.Fold.New()
	for _, e := range p.Pushed {
		if err := f.Apply(fold.Event{Payload: e.Payload}, &base); err != nil {
			return nil, fmt.Errorf("entry %d: %w", e.Position, err)
		}
	}
	return &base, nil
}

// foldWhole folds a chain as a node does, entry by entry: what is behind a halt does not
// count.
func foldWhole(ctx context.Context, c *source.Chain, base snapshot.MeshOsSnapshot) (state *snapshot.MeshOsSnapshot, errs int, err error) {
	k := kind.Set{}.Of(c.Kind)
	if k.Fold == nil {
		return &base, 0, nil
	}
	d := fold.Driver[snapshot.MeshOsSnapshot]{Fold: k.Fold.New(), State: &base}
	halted := 0
	var block wire.Block
	for first := 0; ; first += len(block.Entries) {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		if err := c.Reader.ReadBlock(first, &block); errors.Is(err, io.EOF) {
			return &base, int(d.Errors()) + halted, nil
		} else if err != nil {
			return nil, 0, err
		}
		for _, e := range block.Entries {
			if e.Status.Readable() {
				// The driver counts what is no record. A halt is told once, as an error of its
				// entry.
				if err := d.Step(fold.Event{Seq: e.Seq, Payload: e.Payload}); errors.Is(err, fold.ErrHalted) {
					halted = 1
				}
			}
		}
	}
}
