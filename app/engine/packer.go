package engine

import (
	"chainglass/app/engine/part"
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"chainglass/app/source"
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
	// whole is true if no entry is left out of the chains, all if no chain is
	// either.
	whole, all bool
	// entriesOnly leaves out what the folders hold besides.
	entriesOnly bool
	// told are the findings of senders that were written.
	told map[string]bool
	// noStory is true if the story stays here.
	noStory bool
	// failed is the first error of writing.
	failed error
	// notRead are the findings of what could not be read while writing.
	notRead []export.Finding
	ids     map[ChainID]export.ChainID
	packed  Packed
}

// sources returns what the chains are from; all that is open if all of it goes.
func (p *packer) sources() (list []*openSource) {
	if p.all {
		p.engine.mu.RLock()
		defer p.engine.mu.RUnlock()
		return slices.Clone(p.engine.sources)
	}
	for _, part := range p.parts {
		if !slices.Contains(list, part.chain.of) {
			list = append(list, part.chain.of)
		}
	}
	return list
}

// redactions writes that sources of the chains are redacted views.
func (p *packer) redactions(context.Context) error {
	var done []export.Redaction
	for _, s := range p.sources() {
		for _, r := range s.redactions {
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
		info := c.source.ExportInfo()
		id, err := p.w.AddChain(info)
		if err != nil {
			return err
		}
		p.ids[c.id] = id
		if err := p.chainBase(ctx, id, part); err != nil {
			return fmt.Errorf("%s: %w", c.source.Origin, err)
		}
		p.packed.Chains++
		p.meter.progress.Current = c.source.Origin
		if err := p.chain(ctx, id, part); err != nil {
			return fmt.Errorf("%s: %w", c.source.Origin, err)
		}
	}
	return nil
}

// chain writes the entries of a chain that go, and what else its folder holds. What
// cannot be read is noted and does not keep the rest from being written.
func (p *packer) chain(ctx context.Context, id export.ChainID, part *tablePart) error {
	write := p.someOfChain
	if part.matches == nil {
		write = p.wholeChain
	}
	if p.carriesFolder(part) {
		if err := p.listFolder(id, part.chain); err != nil {
			return err
		}
	}
	before := p.packed.Entries
	if err := write(ctx, id, part); err != nil {
		if p.failed != nil || ctx.Err() != nil {
			return err
		}
		p.unread(part.chain, fmt.Sprintf("after %d of %d entries: %v", p.packed.Entries-before, part.count(), err))
	}
	if !p.carriesFolder(part) {
		return nil
	}
	return p.rawParts(ctx, id, part.chain)
}

// wholeChain copies a chain block by block.
func (p *packer) wholeChain(ctx context.Context, id export.ChainID, part *tablePart) error {
	var block wire.Block
	for position := 0; position < part.length; position += len(block.Entries) {
		if err := ctx.Err(); err != nil {
			return err
		}
		block.MaxEntries = part.length - position
		err := part.chain.readBlock(ctx, position, &block)
		if err != nil {
			part.chain.noticed(err)
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
	positions := make([]int, 0, packedAtOnce)
	for n := 0; n < part.count(); n += len(positions) {
		if err := ctx.Err(); err != nil {
			return err
		}
		positions = positions[:0]
		for i := n; i < min(n+packedAtOnce, part.count()); i++ {
			positions = append(positions, part.member(i))
		}
		one := make([]wire.Entry, 1)
		err := part.chain.entries(ctx, positions, func(_ int, e *wire.Entry) error {
			one[0] = *e
			return p.entries(id, one)
		}, nil)
		if err != nil {
			part.chain.noticed(err)
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
	p.failed = p.w.AppendEntries(id, entries)
	return p.failed
}

// bases writes the snapshots that the folds of the chains start from.
func (p *packer) bases(context.Context) error {
	if err := p.otherBases(); err != nil {
		return err
	}
	done := map[string]bool{}
	for _, part := range p.parts {
		node := part.chain.source.Node
		b := part.chain.of.baseOf(node)
		if b.Snapshot == nil || done[node] {
			continue
		}
		done[node] = true
		if err := p.base(node, b); err != nil {
			return err
		}
	}
	return nil
}

func (p *packer) base(node string, b source.Base) error {
	p.packed.Bases++
	return p.w.AddBase(export.Base{Node: node, Snapshot: b.Snapshot.AppendPostcard(nil)})
}

// otherBases writes the snapshots that no fold starts from, if everything goes. They
// come before those that folds do start from: of a node's, the last one counts.
func (p *packer) otherBases() error {
	if !p.all {
		return nil
	}
	for _, s := range p.sources() {
		for _, b := range s.found {
			used := slices.ContainsFunc(p.parts, func(part *tablePart) bool {
				return part.chain.of.baseOf(part.chain.source.Node).Snapshot == b.Snapshot
			})
			if used && b.Node != "" {
				continue
			}
			if err := p.base(b.Node, b); err != nil {
				return err
			}
		}
	}
	return nil
}

// notes writes the notes that are about an entry that goes, or about a time that
// the entries are from.
func (p *packer) notes(context.Context) error {
	size := sizeOf(p.parts)
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
		// A sealed anchor is to an entry that is not here, whatever else is.
		sealed := slices.ContainsFunc(n.Anchors, func(a NoteAnchor) bool { return a.Sealed })
		if len(x.Anchors) == 0 && !x.Span.Some && (!p.all || sealed) {
			p.packed.NotesLeft++
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
	return s.FirstNS.Some && part.MillisToNanos(span.FromMS) <= s.LastNS.Value && s.FirstNS.Value <= lastNanoOf(span.ToMS)
}

// lastNanoOf returns the last nanosecond of a millisecond.
func lastNanoOf(ms uint64) uint64 {
	first := part.MillisToNanos(ms)
	return min(first, math.MaxUint64-1_000_000) + 1_000_000 - 1
}

// packedAtOnce is how many entries of a chain of which some go are looked up at a time.
const packedAtOnce = 1 << 13

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
