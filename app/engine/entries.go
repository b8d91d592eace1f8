package engine

import (
	"context"
	"slices"
	"unicode/utf8"

	"chainglass/app/engine/part"
	"chainglass/app/kind"
	"chainglass/app/source"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// EntriesSpec says which entries are walked and in what order.
type EntriesSpec struct {
	TableSpec
	// FromNS and ToNS bound their time as in a [PackSpec].
	FromNS, ToNS postcard.Option[uint64]
	// MaxEntries ends the walk after so many; 0 means no end.
	MaxEntries int
	// Progress, if set, is called now and then.
	Progress func(Progress) `cbor:"-"`
}

// WalkedEntry is an entry with its whole payload and what it decodes to.
type WalkedEntry struct {
	// Chain names the chain, Kind is what its records are.
	Chain         ChainID
	Node, Channel string
	Kind          *kind.Kind
	// Row is the entry as the table shows it, but with its whole text.
	Row Row
	// Entry is as stored. It is valid during the call only.
	Entry wire.Entry
	// ParseError is what is wrong with an entry that was no record in the first
	// place, for example a line of JSON; nil otherwise.
	ParseError error
}

// Walked tells how a walk went.
type Walked struct {
	// Entries were handed out of Total that the spec keeps.
	Entries, Total int
	// Chains is how many chains the spec names.
	Chains int
}

// walkBytes is how much payload is read at a time, about.
const walkBytes = 4 << 20

// Entries hands the entries of a table to visit, one after the other in the order
// of the table, without making the table known. begin, if it is not nil, is called
// first. An error that is a *[QueryFault] says what is wrong with the query.
func (e *Engine) Entries(ctx context.Context, spec EntriesSpec, begin func(Walked) error, visit func(*WalkedEntry) error) (Walked, error) {
	pack := PackSpec{Where: spec.Query, Zone: spec.Zone, FromNS: spec.FromNS, ToNS: spec.ToNS, Progress: spec.Progress}
	m := pack.meter(e, "choosing entries")
	chains, err := e.chosen(spec.Chains)
	if err != nil {
		return Walked{}, err
	}
	context, err := e.context(spec.Zone, chains)
	if err != nil {
		return Walked{}, err
	}
	q, err := pack.query(context)
	if err != nil {
		return Walked{}, err
	}
	parts, err := e.searchParts(ctx, q, chains, m)
	if err != nil {
		return Walked{}, err
	}
	for _, p := range parts {
		p.clock = spec.clock(p.chain)
	}
	w := walk{table: &shownTable{parts: parts}, meter: m, visit: visit}
	w.walked = Walked{Total: w.table.rows(), Chains: len(chains)}
	if begin != nil {
		if err := begin(w.walked); err != nil {
			return w.walked, err
		}
	}
	end := w.walked.Total
	if spec.MaxEntries > 0 {
		end = min(end, spec.MaxEntries)
	}
	m.progress = Progress{Phase: "writing", BytesTotal: int64(end)}
	return w.walked, w.to(ctx, end)
}

// walk is one walk over a table.
type walk struct {
	table  *shownTable
	meter  *meter
	visit  func(*WalkedEntry) error
	walked Walked
	text   recordReader
}

// to walks up to a row.
func (w *walk) to(ctx context.Context, end int) error {
	rows := w.pageRows()
	for w.walked.Entries < end {
		if err := ctx.Err(); err != nil {
			return err
		}
		page, err := w.page(ctx, w.walked.Entries, min(rows, end-w.walked.Entries))
		if err != nil {
			return err
		}
		for i := range page {
			if err := w.visit(&page[i]); err != nil {
				return err
			}
			w.walked.Entries++
			w.meter.progress.Records = int64(w.walked.Entries)
			w.meter.progress.BytesDone = int64(w.walked.Entries)
			w.meter.tick(nil)
		}
	}
	return nil
}

// pageRows is how many rows are read at a time.
func (w *walk) pageRows() int {
	var bytes, entries int64 = 0, 1
	for _, p := range w.table.parts {
		bytes += p.chain.payloadBytes
		entries += int64(p.chain.index.length)
	}
	return int(min(max(walkBytes/(bytes/entries+1), 1), part.LeafRows))
}

// page reads rows.
func (w *walk) page(ctx context.Context, first, count int) ([]WalkedEntry, error) {
	entries := w.table.page(first, count)
	page := make([]WalkedEntry, len(entries))
	for _, p := range w.table.parts {
		var positions, places []int
		for i, entry := range entries {
			if entry.part == p {
				positions = append(positions, entry.position)
				places = append(places, i)
			}
		}
		err := p.chain.entries(ctx, positions, func(position int, entry *wire.Entry) error {
			page[places[0]] = w.entry(p.chain, position, entry)
			places = places[1:]
			return nil
		}, nil)
		if err != nil {
			return nil, err
		}
	}
	return page, nil
}

// entry copies an entry and says what it decodes to.
func (w *walk) entry(c *reading, position int, e *wire.Entry) WalkedEntry {
	walked := WalkedEntry{
		Chain: c.id, Node: c.source.Node, Channel: c.source.Channel, Kind: c.kind(),
		Row: c.rowOf(position, e), Entry: *e,
	}
	walked.Entry.Payload = slices.Clone(e.Payload)
	if p, translates := c.source.Reader.(source.ParseErrorer); translates && len(e.Payload) == 0 {
		walked.ParseError = p.ParseError(position)
	}
	if len(walked.Row.Text) > RowTextBytes-utf8.UTFMax && walked.Row.Error == "" {
		walked.Row.Text = w.wholeText(c, position, e)
	}
	return walked
}

// wholeText returns the text of which a row shows the beginning.
func (w *walk) wholeText(c *reading, position int, e *wire.Entry) string {
	k := c.kind()
	return string(k.Text(&w.text.read(k, c.source.Reader, position, e, false).Record))
}

// clock is what the entries of a chain are placed by in a table of the spec.
func (s *TableSpec) clock(c *reading) clock {
	return clock{chain: c, order: s.Order, shiftNS: s.ShiftMS[c.source.Node] * 1_000_000}
}
