package engine

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/postcard"
)

// packer writes one export.
type packer struct {
	engine *Engine
	w      *export.Writer
	meter  *meter
	parts  []*tablePart
	// whole is true if no entry is left out of the chains.
	whole  bool
	ids    map[ChainID]export.ChainID
	packed Packed
}

// redactions writes that sources of the chains are redacted views.
func (p *packer) redactions(context.Context) error {
	var done []export.Redaction
	for _, part := range p.parts {
		for _, r := range part.chain.of.redactions {
			if slices.Contains(done, r) {
				continue
			}
			done = append(done, r)
			if err := p.w.AddRedaction(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// chains writes the chains one after the other.
func (p *packer) chains(ctx context.Context) error {
	for _, part := range p.parts {
		c := part.chain
		p.engine.mu.RLock()
		info := c.source.ExportInfo()
		p.engine.mu.RUnlock()
		id, err := p.w.AddChain(info)
		if err != nil {
			return err
		}
		p.ids[c.id] = id
		if err := p.chainBase(id, part); err != nil {
			return fmt.Errorf("%s: %w", c.source.Origin, err)
		}
		p.packed.Chains++
		p.meter.progress.Current = c.source.Origin
		write := p.wholeChain
		if part.matches != nil {
			write = p.someOfChain
		}
		if err := write(ctx, id, part); err != nil {
			return fmt.Errorf("%s: %w", c.source.Origin, err)
		}
	}
	return nil
}

// wholeChain copies a chain block by block.
func (p *packer) wholeChain(ctx context.Context, id export.ChainID, part *tablePart) error {
	var block wire.Block
	for position := 0; position < part.length; position += len(block.Entries) {
		if err := ctx.Err(); err != nil {
			return err
		}
		block.MaxEntries = part.length - position
		if err := part.chain.source.Reader.ReadBlock(position, &block); err != nil {
			return err
		}
		if err := p.entries(id, block.Entries); err != nil {
			return err
		}
	}
	return nil
}

// someOfChain copies the entries of a chain that a query keeps.
func (p *packer) someOfChain(ctx context.Context, id export.ChainID, part *tablePart) error {
	positions := make([]int, 0, blockRows)
	for n := 0; n < part.count(); n += len(positions) {
		if err := ctx.Err(); err != nil {
			return err
		}
		positions = positions[:0]
		for i := n; i < min(n+blockRows, part.count()); i++ {
			positions = append(positions, part.member(i))
		}
		one := make([]wire.Entry, 1)
		err := part.chain.entries(positions, func(_ int, e *wire.Entry) error {
			one[0] = *e
			return p.entries(id, one)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// entries writes entries, counts them and lets others in between.
func (p *packer) entries(id export.ChainID, entries []wire.Entry) error {
	for i := range entries {
		p.packed.PayloadBytes += int64(len(entries[i].Payload))
	}
	p.packed.Entries += len(entries)
	p.meter.progress.BytesDone, p.meter.progress.Records = p.packed.PayloadBytes, int64(p.packed.Entries)
	p.meter.tick(nil)
	return p.w.AppendEntries(id, entries)
}

// bases writes the snapshots that the folds of the chains start from.
func (p *packer) bases(context.Context) error {
	done := map[string]bool{}
	for _, part := range p.parts {
		node := part.chain.source.Node
		p.engine.mu.RLock()
		b := part.chain.of.baseOf(node)
		p.engine.mu.RUnlock()
		if b.Snapshot == nil || done[node] {
			continue
		}
		done[node] = true
		p.packed.Bases++
		if err := p.w.AddBase(export.Base{Node: node, Snapshot: b.Snapshot.AppendPostcard(nil)}); err != nil {
			return err
		}
	}
	return nil
}

// notes writes the notes that are about an entry that goes, or about a time that
// the entries are from.
func (p *packer) notes(context.Context) error {
	size := p.engine.sizeOf(p.parts)
	for _, n := range p.engine.Notes() {
		x := export.Note{ID: n.ID, Author: n.Author, Text: n.Text, CreatedAtMS: n.CreatedAtMS, UpdatedAtMS: n.UpdatedAtMS}
		for i := range n.Anchors {
			if a, goes := p.anchor(&n.Anchors[i]); goes {
				x.Anchors = append(x.Anchors, a)
			}
		}
		if n.Span.Some && (p.whole || size.overlaps(n.Span.Value)) {
			x.Span = postcard.Some(export.Span(n.Span.Value))
		}
		if len(x.Anchors) == 0 && !x.Span.Some {
			continue
		}
		p.packed.Notes++
		if err := p.w.AddNote(x); err != nil {
			return err
		}
	}
	return nil
}

// anchor returns an anchor as it is in the export, if what it is tied to goes. An
// anchor whose entry is not to be found stays with its chain, if that goes whole.
func (p *packer) anchor(a *NoteAnchor) (export.Anchor, bool) {
	for _, part := range p.parts {
		c := part.chain
		led := a.Chain == c.id
		named := a.Chain == 0 && !a.Sealed && part.matches == nil && c.source.Node == a.Node && c.source.Channel == a.Channel
		if named || led && a.Position < part.length && (part.matches == nil || part.matches.Has(a.Position)) {
			return export.Anchor{Chain: p.ids[c.id], Seq: a.Seq, FlagsAndChecksum: a.FlagsAndChecksum}, true
		}
	}
	return export.Anchor{}, false
}

// overlaps reports whether a span has a time in common with the entries.
func (s *PackSize) overlaps(span TimeSpan) bool {
	return s.FirstNS.Some && millisToNanos(span.FromMS) <= s.LastNS.Value && s.FirstNS.Value <= lastNanoOf(span.ToMS)
}

// lastNanoOf returns the last nanosecond of a millisecond.
func lastNanoOf(ms uint64) uint64 {
	first := millisToNanos(ms)
	return min(first, math.MaxUint64-nanosPerMilli) + nanosPerMilli - 1
}

// countingWriter counts what goes through it.
type countingWriter struct {
	out   io.Writer
	bytes int64
}

func (w *countingWriter) Write(p []byte) (int, error) {
	n, err := w.out.Write(p)
	w.bytes += int64(n)
	return n, err
}
