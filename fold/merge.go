package fold

import (
	"chainglass/snapshot"
	"chainglass/wire/postcard"
)

// Range is the fold of consecutive entries of a chain, apart from any state:
// the records they push, of which only the newest matter. Ranges can be folded
// in parallel, merged in order and put onto a state at the end.
type Range[R any] struct {
	// Entries and Errors count the entries of the range and those among them
	// that did not decode.
	Entries, Errors uint64
	// Marks are the watermarks of the range, folded from its own first entry.
	Marks Watermarks
	// Tail holds the newest records pushed, oldest first, at most as many as
	// the ring they are meant for can hold.
	Tail []R

	first postcard.Option[uint64] // seq of the first entry
	limit int
}

// NewRange returns an empty range for a ring of base's length, or of the fold's
// capacity if that is larger.
func NewRange[R any](f RingFold[R], base *snapshot.MeshOsSnapshot) Range[R] {
	return Range[R]{limit: max(f.capacity, len(*f.ring(base)))}
}

// Add folds the next entry into the range. A decode error is counted and
// returned; the range is still good.
func (r *Range[R]) Add(f RingFold[R], ev Event) error {
	record, pushes, err := f.Decode(ev.Payload)
	if r.Entries == 0 {
		r.first = postcard.Some(ev.Seq)
	}
	r.Entries++
	r.Marks.FoldedThrough = postcard.Some(ev.Seq)
	if err != nil {
		r.Errors++
		return err
	}
	if continues(r.Marks.AppliedThrough, r.first.Value, ev.Seq) {
		r.Marks.AppliedThrough = postcard.Some(ev.Seq)
	}
	if pushes {
		r.Tail = push(r.Tail, record, r.limit)
	}
	return nil
}

// continues reports whether seq is the next entry after the watermark, or the
// first one when there is no watermark.
func continues(mark postcard.Option[uint64], first, seq uint64) bool {
	if !mark.Some {
		return seq == first
	}
	return seq == mark.Value+1
}

// Merge returns the fold of range a followed by range b. Both must have been
// made for the same fold and base. It may reuse the memory of a.
func Merge[R any](a, b Range[R]) Range[R] {
	if a.Entries == 0 {
		return b
	}
	if b.Entries == 0 {
		return a
	}
	unbroken := a.Marks.AppliedThrough.Some && a.Marks.AppliedThrough == a.Marks.FoldedThrough &&
		b.first.Value == a.Marks.AppliedThrough.Value+1
	if unbroken && b.Marks.AppliedThrough.Some {
		a.Marks.AppliedThrough = b.Marks.AppliedThrough
	}
	a.Marks.FoldedThrough = b.Marks.FoldedThrough
	a.Entries += b.Entries
	a.Errors += b.Errors
	keep := min(len(a.Tail), max(a.limit-len(b.Tail), 0))
	a.Tail = append(a.Tail[len(a.Tail)-keep:], b.Tail...)
	return a
}

// Onto returns the state that the entries of the range leave behind when they
// are applied to base. base is not changed and shares memory with the result.
func (r Range[R]) Onto(f RingFold[R], base *snapshot.MeshOsSnapshot) *snapshot.MeshOsSnapshot {
	state := *base
	old := *f.ring(base)
	kept := old[len(old)-min(len(old), r.limit-len(r.Tail)):]
	ring := make([]R, 0, len(kept)+len(r.Tail))
	*f.ring(&state) = append(append(ring, kept...), r.Tail...)
	return &state
}
