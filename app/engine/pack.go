package engine

import (
	"chainglass/app/engine/part"
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"chainglass/app/query"
	"chainglass/fold/rank"
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
	// Zone names the time zone of times in Where that name none, as the tz database
	// does; empty is UTC.
	Zone string
	// FromNS and ToNS bound the time of the entries, append time or else the
	// record's own: from the one on and before the other.
	FromNS, ToNS postcard.Option[uint64]
	// EntriesOnly leaves out what the folders of the chains hold besides the entries.
	// A chain that goes in part goes without that in any case. What is left out is
	// said in the export.
	EntriesOnly bool
	// NoStory leaves out what the rules of package insight say of the entries: where
	// every byte counts.
	NoStory bool
	// Places are entries and States states that are asked for where they are in the
	// export.
	Places, States []At
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
	// RawBytes counts what goes of the folders of the chains besides their entries.
	RawBytes int64
	// ExportBytes is about the size of the export.
	ExportBytes int64
	// FirstNS and LastNS are the times of the earliest and latest entry, as far as
	// they have been read.
	FirstNS, LastNS postcard.Option[uint64]
	// Nodes names the nodes of the chains.
	Nodes []string
}

// Packed tells what [Engine.Pack] has written.
type Packed struct {
	Chains, Entries, Bases, Notes int
	// ChainBases counts the chains that go in part, Findings what is said of the
	// chains and NotesLeft the notes that are about nothing that goes.
	ChainBases, Findings, NotesLeft int
	// PayloadBytes is the size of all payloads, Bytes that of the export.
	PayloadBytes, Bytes int64
	// RawBytes counts what went of the folders of the chains besides their entries.
	RawBytes int64
	// Unread tells of what could not be read and did not go, though it was chosen.
	Unread []Problem
	// Places says for each of the places asked for how many entries of its chain
	// come before it in the export, States how many are applied in each of the
	// states; -1 for what does not go.
	Places, States []int
}

// Error makes a fault of a query an error where there is no table to carry it.
func (f *QueryFault) Error() string {
	if f.Hint == "" {
		return f.Text
	}
	return f.Text + ": " + f.Hint
}

// Pack writes the entries that a spec chooses as one chain export: in their order,
// with their numbers, times, bytes and damage, the folders of chains that go whole, the snapshots that the folds of
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
	p := &packer{engine: e, w: w, meter: m, parts: parts, whole: !s.Filtered(), all: !s.Filtered() && len(s.Chains) == 0, entriesOnly: s.EntriesOnly, noStory: s.NoStory, ids: map[ChainID]export.ChainID{}}
	m.progress = Progress{Phase: "writing", BytesTotal: sizeOf(parts).PayloadBytes}
	for _, write := range []func(context.Context) error{p.redactions, p.chains, p.bases, p.notes, p.findings} {
		if err := write(ctx); err != nil {
			return Packed{}, err
		}
	}
	err = w.Close()
	p.packed.Bytes, p.packed.Places, p.packed.States = counted.bytes, placesIn(parts, s.Places), statesIn(parts, s.States)
	p.packed.ChainBases, p.packed.Findings = w.Items(export.ItemChainBase), w.Items(export.ItemFinding)
	return p.packed, err
}

// PackSize tells how much a spec chooses, from the index where that can answer.
func (e *Engine) PackSize(ctx context.Context, s PackSpec) (PackSize, error) {
	m := s.meter(e, "choosing entries")
	parts, err := e.choosePack(ctx, &s, m)
	if err != nil {
		return PackSize{}, err
	}
	size := sizeOf(parts)
	if s.EntriesOnly || s.Filtered() {
		return size, nil
	}
	for _, part := range parts {
		b, err := part.chain.besides(func() error {
			m.tick(nil)
			return ctx.Err()
		})
		if err != nil {
			return PackSize{}, err
		}
		size.RawBytes += b.total()
		size.ExportBytes += int64(len(b.files)) * packFileBytes
	}
	size.ExportBytes += size.RawBytes
	return size, nil
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
// nothing of are left out, but for those that have a state in a range of times and
// no entry.
func (e *Engine) choosePack(ctx context.Context, s *PackSpec, m *meter) ([]*tablePart, error) {
	chains, err := e.chosen(s.Chains)
	if err != nil {
		return nil, err
	}
	if s.Filtered() {
		chains, err = e.ended(ctx, chains)
	}
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
	context, err := e.context(s.Zone, chains)
	if err != nil {
		return nil, err
	}
	q, err := s.query(context)
	if err != nil {
		return nil, err
	}
	return e.searchParts(ctx, q, chains, m)
}

// searchParts is a search whose table nobody asks rows of.
func (e *Engine) searchParts(ctx context.Context, q *query.Query, chains []*reading, m *meter) ([]*tablePart, error) {
	s := newSearch(e, q, m)
	var kept []*tablePart
	for _, c := range chains {
		p := &tablePart{chain: c, length: c.index.length, matches: &rank.List{}}
		err := s.part(ctx, p, func(now *tablePart) {
			p = now
			m.progress.Records = int64(s.searched)
			m.tick(nil)
		})
		if err != nil {
			return nil, err
		}
		if p.count() > 0 || p.placeEmpty(q) {
			kept = append(kept, p)
		}
	}
	return kept, nil
}

// What an entry, a chain and a file of its folder take in an export beside payloads
// and other bytes, about.
const (
	packEntryBytes = 22
	packChainBytes = 400
	packFileBytes  = 90
)

// sizeOf sums the parts up.
func sizeOf(parts []*tablePart) PackSize {
	var size PackSize
	times := part.NewSpan()
	for _, p := range parts {
		n := p.count()
		size.Chains++
		size.Entries += n
		if node := p.chain.source.Node; !slices.Contains(size.Nodes, node) {
			size.Nodes = append(size.Nodes, node)
		}
		if indexed := p.chain.index.length; indexed > 0 {
			// In floating point, as bytes times entries may exceed 64 bits.
			size.PayloadBytes += int64(float64(p.chain.payloadBytes) * (float64(n) / float64(indexed)))
			if first, last := p.ends(); n > 0 {
				times.Add(p.chain.index.timeNS(min(first, indexed-1)))
				times.Add(p.chain.index.timeNS(min(last, indexed-1)))
			}
		}
	}
	size.ExportBytes = size.PayloadBytes + int64(size.Entries)*packEntryBytes + int64(size.Chains)*packChainBytes
	size.FirstNS, size.LastNS = times.Options()
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
