package fold

import (
	"errors"
	"fmt"
	"math"

	"chainglass/wire/postcard"
)

// Policy says what a [Driver] does with an error that concerns more than one
// entry. An entry that does not decode is skipped under either policy, as the
// reference does.
type Policy uint8

const (
	// Stop ends the fold at the first error that is not a decode error.
	Stop Policy = iota
	// LogAndContinue skips the entry whatever the error is.
	LogAndContinue
)

// String returns the reference's name of the policy.
func (p Policy) String() string {
	switch p {
	case Stop:
		return "Stop"
	case LogAndContinue:
		return "LogAndContinue"
	}
	return fmt.Sprintf("Policy(%d)", uint8(p))
}

// ErrHalted is what [Driver.Step] returns once the fold has ended.
var ErrHalted = errors.New("fold halted")

// Watermarks say how far a fold has come, in sequence numbers. Both are absent
// before the first entry.
type Watermarks struct {
	// FoldedThrough is the last entry processed, skipped ones included.
	FoldedThrough postcard.Option[uint64]
	// AppliedThrough ends the unbroken run of applied entries from the start: a skipped
	// entry, a gap in the sequence and a number that repeats or goes back freeze it for good.
	AppliedThrough postcard.Option[uint64]
}

// Driver feeds entries to a fold the way a node does: it skips what does not
// decode, keeps the watermarks and counts the errors. It is not safe for
// concurrent use.
type Driver[S any] struct {
	// Fold is applied to State.
	Fold Fold[S]
	// State is changed in place.
	State *S
	// Policy is [Stop] by default.
	Policy Policy
	// StartSeq is the sequence number the fold starts from.
	StartSeq uint64
	// OnError, if set, is told of every entry that was not applied.
	OnError func(ev Event, err error)

	marks  Watermarks
	errors uint64
	frozen bool
	halted bool
}

// Watermarks returns how far the fold has come.
func (d *Driver[S]) Watermarks() Watermarks { return d.marks }

// Errors returns how many entries were not applied.
func (d *Driver[S]) Errors() uint64 { return d.errors }

// Step applies one entry. It returns nil when the fold can go on, be the entry
// applied or skipped; the error that ended the fold; or [ErrHalted] on every
// call after that.
//
// Sequence number 2^64-1 is the reference's mark for "nothing folded", so an
// entry that carries it halts the fold.
func (d *Driver[S]) Step(ev Event) error {
	if d.halted || ev.Seq == math.MaxUint64 {
		d.halted = true
		return ErrHalted
	}
	err := d.Fold.Apply(ev, d.State)
	if err == nil {
		d.marks.FoldedThrough = postcard.Some(ev.Seq)
		if d.frozen = d.frozen || !continues(d.marks.AppliedThrough, d.StartSeq, ev.Seq); !d.frozen {
			d.marks.AppliedThrough = postcard.Some(ev.Seq)
		}
		return nil
	}
	d.errors++
	d.frozen = true
	if d.OnError != nil {
		d.OnError(ev, err)
	}
	if d.Policy == Stop && !errors.Is(err, ErrDecode) {
		d.halted = true
		return err
	}
	d.marks.FoldedThrough = postcard.Some(ev.Seq)
	return nil
}
