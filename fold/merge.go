package fold

import (
	"fmt"
	"slices"

	"chainglass/wire/postcard"
)

// Range is the fold of consecutive entries of a chain, apart from any state:
// the records they push, of which only the newest matter. Ranges can be folded
// in parallel and elsewhere, merged, and put onto a state at the end. All of a range is in
// its fields, so whatever encodes R encodes it.
type Range[R any] struct {
	// First and End are the positions of its first entry and behind its last.
	First, End int
	// Errors counts the entries that did not decode.
	Errors uint64
	// FirstSeq is the sequence number of the first entry; absent if there is none.
	FirstSeq postcard.Option[uint64]
	// Marks are the watermarks of the range, folded from its own first entry. Frozen is true
	// if AppliedThrough stays as it is, whatever follows.
	Marks  Watermarks
	Frozen bool
	// Tail holds the newest records pushed, oldest first, at most Limit: as many as the ring
	// they are meant for can hold.
	Tail  []R
	Limit int
}

// NewRange returns an empty range that begins at a position, for a ring of base's length, or of
// the fold's capacity if that is larger.
func NewRange[S, R any](f RingFold[S, R], base *S, first int) Range[R] {
	return Range[R]{First: first, End: first, Limit: max(f.Capacity, len(*f.Ring(base)))}
}

// Entries returns how many entries have been folded.
func (r *Range[R]) Entries() int { return r.End - r.First }

// AddTo folds the next entry into a range. A decode error is counted and
// returned; the range is still good.
func AddTo[S, R any](r *Range[R], f RingFold[S, R], ev Event) error {
	record, pushes, err := f.Pushed(ev.Payload)
	if r.Entries() == 0 {
		r.FirstSeq = postcard.Some(ev.Seq)
	}
	r.End++
	r.Marks.FoldedThrough = postcard.Some(ev.Seq)
	if err != nil {
		r.Errors++
		r.Frozen = true
		return err
	}
	if r.Frozen = r.Frozen || !continues(r.Marks.AppliedThrough, r.FirstSeq.Value, ev.Seq); !r.Frozen {
		r.Marks.AppliedThrough = postcard.Some(ev.Seq)
	}
	if pushes {
		r.Tail = push(r.Tail, record, r.Limit)
	}
	return nil
}

// continues reports whether seq is the next entry after the watermark, or the
// first one when there is no watermark.
func continues(mark postcard.Option[uint64], first, seq uint64) bool {
	if !mark.Some {
		return seq == first
	}
	return seq == mark.Value+1 && seq != 0
}

// Merge returns the fold of range a followed by range b, which have been made for the same
// fold and base. Neither is changed, and the result shares no memory with them. It is an
// error if b does not begin where a ends: entries would be missing, or counted twice.
// Merging is associative.
func Merge[R any](a, b Range[R]) (Range[R], error) {
	switch {
	case a.Limit != b.Limit:
		return Range[R]{}, fmt.Errorf("fold: ranges for rings of %d and %d records do not merge", a.Limit, b.Limit)
	case a.End < b.First:
		return Range[R]{}, fmt.Errorf("fold: positions %d to %d are missing between two ranges", a.End, b.First-1)
	case a.End > b.First:
		return Range[R]{}, fmt.Errorf("fold: ranges up to position %d and from position %d on overlap", a.End-1, b.First)
	case a.Entries() == 0:
		b.Tail = slices.Clone(b.Tail)
		return b, nil
	}
	m := a
	keep := min(len(a.Tail), max(a.Limit-len(b.Tail), 0))
	m.Tail = slices.Concat(a.Tail[len(a.Tail)-keep:], b.Tail)
	if b.Entries() == 0 {
		return m, nil
	}
	m.End, m.Errors = b.End, a.Errors+b.Errors
	m.Marks.FoldedThrough = b.Marks.FoldedThrough
	switch {
	case a.Frozen:
	case !continues(a.Marks.AppliedThrough, a.FirstSeq.Value, b.FirstSeq.Value):
		m.Frozen = true
	default:
		m.Frozen = b.Frozen
		if b.Marks.AppliedThrough.Some {
			m.Marks.AppliedThrough = b.Marks.AppliedThrough
		}
	}
	return m, nil
}

// Onto returns the state that the entries of a range leave behind when they
// are applied to base. base is not changed and shares memory with the result.
func Onto[S, R any](r *Range[R], f RingFold[S, R], base *S) *S {
	state := *base
	old := *f.Ring(base)
	kept := old[len(old)-min(len(old), r.Limit-len(r.Tail)):]
	*f.Ring(&state) = slices.Concat(kept, r.Tail)
	return &state
}
