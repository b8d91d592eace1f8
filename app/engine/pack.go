package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"chainglass/app/query"
	"chainglass/app/source"
	"chainglass/fold/rank"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/postcard"
)

// PackSpec says which entries go into a chain export. The zero value means all
// of them, untouched.
type PackSpec struct {
	// Chains are the chains that entries are taken from, in the order they get in
	// the export. None means all that are open.
	Chains []ChainID
	// Where is in the filter language and keeps what [Engine.Search] would keep.
	// Like a search it looks at what has been read so far.
	Where string
	// ZoneMinutes is the offset from UTC of times in Where that name none.
	ZoneMinutes int
	// FromNS and ToNS bound the time of the entries, append time or else the
	// record's own: from the one on and before the other.
	FromNS, ToNS postcard.Option[uint64]
	// Places are asked for where they are in the export.
	Places []At
	// Tool names the program in the export; empty means "chainglass".
	Tool string
	// CreatedAtMS goes into the export, Unix milliseconds; 0 means now.
	CreatedAtMS uint64
	// Progress, if set, is called now and then.
	Progress func(Progress) `cbor:"-"`
}

// Filtered reports whether the spec leaves out entries of the chains it names.
func (s *PackSpec) Filtered() bool { return s.Where != "" || s.FromNS.Some || s.ToNS.Some }

// PackSize is how much a [PackSpec] chooses.
type PackSize struct {
	// Chains counts the chains that have a part in it, Entries their entries.
	Chains, Entries int
	// PayloadBytes is the size of the payloads. It is exact for whole chains; of a
	// chain that goes in part it is estimated by the mean of all its payloads.
	PayloadBytes int64
	// ExportBytes is about the size of the export.
	ExportBytes int64
	// FirstNS and LastNS are the times of the earliest and latest entry, as far as
	// they have been read.
	FirstNS, LastNS postcard.Option[uint64]
}

// Packed tells what [Engine.Pack] has written.
type Packed struct {
	Chains, Entries, Bases, Notes int
	// PayloadBytes is the size of all payloads, Bytes that of the export.
	PayloadBytes, Bytes int64
	// Places says for each of the places asked for how many entries of its chain
	// come before it in the export; -1 if nothing of the chain goes.
	Places []int
}

// Error makes a fault of a query an error where there is no table to carry it.
func (f *QueryFault) Error() string {
	if f.Hint == "" {
		return f.Text
	}
	return f.Text + ": " + f.Hint
}

// Pack writes the entries that a spec chooses as one chain export: in their order,
// with their numbers, times, bytes and damage, the snapshots that the folds of
// their nodes start from, the notes that are about them, and what is known to be
// wrong with their sources. It reads block by block and keeps nobody waiting
// meanwhile. An error that is a *[QueryFault] says what is wrong with Where.
func (e *Engine) Pack(ctx context.Context, s PackSpec, out io.Writer) (Packed, error) {
	m := s.meter(e, "choosing entries")
	parts, err := e.choosePack(ctx, &s, m)
	if err != nil {
		return Packed{}, err
	}
	if s.CreatedAtMS == 0 {
		s.CreatedAtMS = uint64(max(time.Now().UnixMilli(), 0))
	}
	if s.Tool == "" {
		s.Tool = "chainglass"
	}
	counted := &countingWriter{out: out}
	w, err := export.NewWriter(counted, export.Options{Tool: s.Tool, CreatedAtMS: s.CreatedAtMS})
	if err != nil {
		return Packed{}, err
	}
	p := &packer{engine: e, w: w, meter: m, parts: parts, whole: !s.Filtered(), ids: map[ChainID]export.ChainID{}}
	m.progress = Progress{Phase: "writing", BytesTotal: e.sizeOf(parts).PayloadBytes}
	for _, write := range []func(context.Context) error{p.redactions, p.chains, p.bases, p.notes, p.findings} {
		if err := write(ctx); err != nil {
			return Packed{}, err
		}
	}
	err = w.Close()
	p.packed.Bytes, p.packed.Places = counted.bytes, placesIn(parts, s.Places)
	return p.packed, err
}

// placesIn counts the entries that go and come before places.
func placesIn(parts []*tablePart, places []At) []int {
	counts := make([]int, len(places))
	for i, at := range places {
		counts[i] = -1
		for _, p := range parts {
			if p.chain.id == at.Chain {
				counts[i] = p.before(max(at.Position, 0))
			}
		}
	}
	return counts
}

// PackSize tells how much a spec chooses, from the index where that can answer.
func (e *Engine) PackSize(ctx context.Context, s PackSpec) (PackSize, error) {
	parts, err := e.choosePack(ctx, &s, s.meter(e, "choosing entries"))
	if err != nil {
		return PackSize{}, err
	}
	return e.sizeOf(parts), nil
}

func (s *PackSpec) meter(e *Engine, phase string) *meter {
	m := newMeter(e.pace, func(p Progress) {
		if s.Progress != nil {
			p.Table = nil
			s.Progress(p)
		}
	})
	m.progress.Phase = phase
	return m
}

// query is the filter and the times in one.
func (s *PackSpec) query(context query.Context) (*query.Query, error) {
	_, err := query.Parse(s.Where, context)
	if fault := (*query.Error)(nil); errors.As(err, &fault) {
		return nil, &QueryFault{Start: fault.Start, End: fault.End, Text: fault.Text, Hint: fault.Hint}
	}
	if err != nil {
		return nil, err
	}
	text := s.Where
	if s.FromNS.Some || s.ToNS.Some {
		if text != "" {
			text = "(" + text + ") "
		}
		text += "time:" + utcText(s.FromNS) + ".." + utcText(s.ToNS)
	}
	q, err := query.Parse(text, context)
	if fault := (*query.Error)(nil); errors.As(err, &fault) {
		return nil, &QueryFault{Text: fault.Text, Hint: fault.Hint}
	}
	return q, err
}

// utcText writes an end of a range of times in the filter language.
func utcText(ns postcard.Option[uint64]) string {
	if !ns.Some {
		return ""
	}
	t := time.Unix(int64(ns.Value/nanosPerSecond), int64(ns.Value%nanosPerSecond))
	return t.UTC().Format("2006-01-02T15:04:05.000000000Z")
}

const nanosPerSecond = 1_000_000_000

// choosePack finds the entries that a spec chooses. Chains that a filter leaves
// nothing of are left out.
func (e *Engine) choosePack(ctx context.Context, s *PackSpec, m *meter) ([]*tablePart, error) {
	chains, err := e.chosen(s.Chains)
	if err != nil {
		return nil, err
	}
	if !s.Filtered() {
		parts := make([]*tablePart, len(chains))
		for i, c := range chains {
			parts[i] = &tablePart{chain: c, length: c.source.Reader.Len()}
		}
		return parts, nil
	}
	spec := TableSpec{ZoneMinutes: s.ZoneMinutes}
	e.mu.RLock()
	context := spec.context(chains)
	e.mu.RUnlock()
	q, err := s.query(context)
	if err != nil {
		return nil, err
	}
	return e.searchParts(ctx, q, chains, m)
}

// searchParts is a search whose table nobody asks rows of.
func (e *Engine) searchParts(ctx context.Context, q *query.Query, chains []*chain, m *meter) ([]*tablePart, error) {
	s := &search{engine: e, query: q, meter: m, table: &table{}, counts: map[*chain][]int{}}
	var kept []*tablePart
	for _, c := range chains {
		e.mu.RLock()
		p := &tablePart{chain: c, length: c.index.length, matches: &rank.Set{}}
		e.mu.RUnlock()
		if err := s.part(ctx, p); err != nil {
			return nil, err
		}
		if p.count() > 0 {
			kept = append(kept, p)
		}
	}
	return kept, nil
}

// What an entry and a chain take in an export beside payloads, about.
const (
	packEntryBytes = 22
	packChainBytes = 400
)

// sizeOf sums the parts up.
func (e *Engine) sizeOf(parts []*tablePart) PackSize {
	e.mu.RLock()
	defer e.mu.RUnlock()
	var size PackSize
	times := newSpan()
	for _, p := range parts {
		n := p.count()
		size.Chains++
		size.Entries += n
		if indexed := p.chain.index.length; indexed > 0 {
			// In floating point, as bytes times entries may exceed 64 bits.
			size.PayloadBytes += int64(float64(p.chain.payloadBytes) * (float64(n) / float64(indexed)))
			if first, last := p.ends(); n > 0 {
				times.add(p.chain.index.timeNS(min(first, indexed-1)))
				times.add(p.chain.index.timeNS(min(last, indexed-1)))
			}
		}
	}
	size.ExportBytes = size.PayloadBytes + int64(size.Entries)*packEntryBytes + int64(size.Chains)*packChainBytes
	size.FirstNS, size.LastNS = times.options()
	return size
}

// ends returns the positions of the first and the last entry, if there is one.
func (p *tablePart) ends() (first, last int) {
	n := p.count()
	if n == 0 {
		return 0, 0
	}
	return p.member(0), p.member(n - 1)
}

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
		named := a.Chain == 0 && part.matches == nil && c.source.Node == a.Node && c.source.Channel == a.Channel
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

// findings writes what is known to be wrong with the sources of the chains.
func (p *packer) findings(context.Context) error {
	done := map[*openSource]bool{}
	for _, part := range p.parts {
		s := part.chain.of
		if done[s] {
			continue
		}
		done[s] = true
		for _, f := range s.findings {
			if f.chain != 0 {
				id, goes := p.ids[f.chain]
				if !goes {
					continue
				}
				f.Chain = postcard.Some(id)
			}
			if err := p.w.AddFinding(f.Finding); err != nil {
				return err
			}
		}
	}
	return p.filtered()
}

// filtered says of which chains entries were left out. Of a chain that had been
// filtered before that is known.
func (p *packer) filtered() error {
	for _, part := range p.parts {
		if part.matches == nil || part.chain.filtered != "" || part.count() == part.length {
			continue
		}
		f := export.Finding{
			Chain: postcard.Some(p.ids[part.chain.id]), Kind: export.FindingFiltered,
			Text: fmt.Sprintf("%d of %d entries are here; the others were left out on purpose", part.count(), part.length),
		}
		if err := p.w.AddFinding(f); err != nil {
			return err
		}
	}
	return nil
}

// sourceFinding is something known to be wrong with a source, about the chain of
// that id, or about none if it is 0.
type sourceFinding struct {
	export.Finding
	chain ChainID
}

// sourceFindings gathers what earlier exports say of their sources, and what
// could not be read of this one. chains gives ids by origin.
func sourceFindings(found *source.Set, chains map[string]ChainID) []sourceFinding {
	var list []sourceFinding
	for i := range found.Exports {
		x := &found.Exports[i]
		ids := map[export.ChainID]ChainID{}
		for i, c := range x.File.Chains() {
			ids[c.ID] = chains[x.ChainOrigin(i)]
		}
		for _, f := range x.File.Findings() {
			kept := sourceFinding{Finding: f}
			if old, about := f.Chain.Get(); about {
				kept.chain, kept.Chain = ids[old], postcard.None[export.ChainID]()
			}
			list = append(list, kept)
		}
	}
	for _, p := range found.Problems {
		if p.Level >= source.LevelWarning {
			where := p.Path
			p.Path = ""
			list = append(list, sourceFinding{Finding: export.Finding{Kind: export.FindingNotRead, Where: where, Text: p.String()}})
		}
	}
	return list
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
