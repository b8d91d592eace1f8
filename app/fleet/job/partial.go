package job

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"chainglass/wire"
)

// Partial is what is known of a chain from some of its entries. Partials of one chain combine
// in any order with [Combine].
type Partial struct {
	// Limit is how many records the ring of the chain holds.
	Limit int
	// Spans are the entries that have been read, ascending. They neither touch nor overlap.
	Spans []Span
	// Pushed are the newest of the entries that push a record, ascending by position, at
	// most Limit of them.
	Pushed []Pushed
	// Halts is true if a sequence number of 2^64-1 was read.
	Halts bool
	// Kept counts the entries that the rules keep, KeptBytes their payloads.
	Kept      int
	KeptBytes int64
	// First and Last are the ends of what is kept.
	First, Last Kept
	// Statuses count all entries.
	Statuses [wire.EntryStatusCount]int
	// Undecodable counts the kept entries that are no record, of which Faults are some.
	Undecodable int
	Faults      []Fault
}

// Span is the entries from position First up to but not including End.
type Span struct{ First, End int }

// Pushed is an entry that pushes a record.
type Pushed struct {
	Position int
	Payload  []byte
}

// Kept is an entry that is kept; there is one only if Some is true.
type Kept struct {
	Position  int
	Seq, TSNS uint64
	HasTS     bool
	Some      bool
}

// Fault is entries that are no record, for one reason.
type Fault struct {
	Text string
	// Position and Seq are those of the first of them.
	Position int
	Seq      uint64
	Count    int
}

// maxFaults is how many reasons are kept of a chain, those of the first positions.
const maxFaults = 64

// Combine returns what is known from the entries of both. Neither is used afterwards. Spans
// that overlap are an error: a chain was read twice.
func Combine(a, b Partial) (Partial, error) {
	if len(a.Spans) == 0 {
		return b, nil
	}
	if len(b.Spans) == 0 {
		return a, nil
	}
	if a.Limit != b.Limit {
		return Partial{}, fmt.Errorf("invariant: rings of %d and %d records in one chain", a.Limit, b.Limit)
	}
	spans, err := joinSpans(a.Spans, b.Spans)
	if err != nil {
		return Partial{}, err
	}
	a.Spans = spans
	a.Pushed = newest(a.Pushed, b.Pushed, a.Limit)
	a.Halts = a.Halts || b.Halts
	a.Kept += b.Kept
	a.KeptBytes += b.KeptBytes
	if b.First.Some && (!a.First.Some || b.First.Position < a.First.Position) {
		a.First = b.First
	}
	if b.Last.Some && (!a.Last.Some || b.Last.Position > a.Last.Position) {
		a.Last = b.Last
	}
	for i, n := range b.Statuses {
		a.Statuses[i] += n
	}
	a.Undecodable += b.Undecodable
	a.Faults = joinFaults(a.Faults, b.Faults)
	return a, nil
}

// joinSpans merges two ascending lists of spans. Whichever is shorter is put into the other,
// since most often it is a single span.
func joinSpans(a, b []Span) ([]Span, error) {
	if len(a) < len(b) {
		a, b = b, a
	}
	for _, s := range b {
		i, _ := slices.BinarySearchFunc(a, s.First, func(other Span, first int) int { return cmp.Compare(other.First, first) })
		if i > 0 && a[i-1].End > s.First || i < len(a) && a[i].First < s.End {
			return nil, fmt.Errorf("entries %d to %d were read twice: the chain is listed twice", s.First, s.End-1)
		}
		before, behind := i > 0 && a[i-1].End == s.First, i < len(a) && a[i].First == s.End
		switch {
		case before && behind:
			a[i-1].End = a[i].End
			a = slices.Delete(a, i, i+1)
		case before:
			a[i-1].End = s.End
		case behind:
			a[i].First = s.First
		default:
			a = slices.Insert(a, i, s)
		}
	}
	return a, nil
}

// newest returns the last of two ascending lists together.
func newest(a, b []Pushed, limit int) []Pushed {
	if len(a) < len(b) {
		a, b = b, a
	}
	for _, p := range b {
		i, _ := slices.BinarySearchFunc(a, p.Position, func(other Pushed, position int) int { return cmp.Compare(other.Position, position) })
		a = slices.Insert(a, i, p)
	}
	return a[max(len(a)-limit, 0):]
}

// joinFaults sums faults up by their texts.
func joinFaults(a, b []Fault) []Fault {
	for _, f := range b {
		i := slices.IndexFunc(a, func(other Fault) bool { return other.Text == f.Text })
		if i < 0 {
			a = append(a, f)
			continue
		}
		a[i].Count += f.Count
		if f.Position < a[i].Position {
			a[i].Position, a[i].Seq = f.Position, f.Seq
		}
	}
	slices.SortFunc(a, func(a, b Fault) int { return cmp.Compare(a.Position, b.Position) })
	return a[:min(len(a), maxFaults)]
}

// Whole reports whether the partial is that of all entries of a chain.
func (p *Partial) Whole(entries int) bool {
	if entries == 0 {
		return len(p.Spans) == 0
	}
	return len(p.Spans) == 1 && p.Spans[0] == Span{0, entries}
}

// encode encodes a value of this package for its way to a worker.
func encode(v any) ([]byte, error) { return cbor.Marshal(v) }

// decode decodes what encode has encoded.
func decode(b []byte, v any) error {
	// The elements of a list are at most the payloads of a ring, or the entries of a list of
	// chains; what is decoded comes from this program.
	mode, err := cbor.DecOptions{MaxArrayElements: 1 << 30, MaxMapPairs: 1 << 30, DupMapKey: cbor.DupMapKeyEnforcedAPF}.DecMode()
	if err != nil {
		return err
	}
	return mode.Unmarshal(b, v)
}
