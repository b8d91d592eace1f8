package fold

import (
	"errors"
	"fmt"
)

// Event is one entry of a chain on its way into a fold.
type Event struct {
	// Seq is the sequence number of the entry.
	Seq uint64
	// Payload is read during Apply only and never kept.
	Payload []byte
}

// Fold applies entries to a state S.
type Fold[S any] interface {
	// Apply changes state as the entry demands. On an error the state is
	// untouched; an error that matches [ErrDecode] concerns this entry alone.
	Apply(ev Event, state *S) error
}

// ErrDecode is the class of errors that mean: this entry does not decode, the
// next one may.
var ErrDecode = errors.New("decode failed")

// DecodeError reports an entry that is not a record of its chain's type.
type DecodeError struct {
	// Record is the record type, in the reference's words.
	Record string
	// Err is the decoder's error.
	Err error
}

// Error returns the reference's text.
func (e *DecodeError) Error() string { return "decode failed: " + e.Message() }

// Message returns the text without the class in front.
func (e *DecodeError) Message() string {
	return fmt.Sprintf("%s wire decode: %v", e.Record, e.Err)
}

// Is matches [ErrDecode].
func (e *DecodeError) Is(target error) bool { return target == ErrDecode }

// Unwrap returns the decoder's error.
func (e *DecodeError) Unwrap() error { return e.Err }

// RingFold is a fold whose only effect is to push a record R onto one bounded ring of a
// state S. [Action] and its like are those of the snapshot; a state of one's own takes one made
// of these fields.
type RingFold[S, R any] struct {
	// Record names the record type in errors.
	Record string
	// Capacity is the length at which a push drops the oldest record.
	Capacity int
	// Decode reads a payload; pushes is false for an entry without effect. What it returns
	// must not share memory with the payload.
	Decode func(payload []byte) (record R, pushes bool, err error)
	// Ring finds the ring in a state.
	Ring func(*S) *[]R
}

// Apply implements [Fold].
func (f RingFold[S, R]) Apply(ev Event, state *S) error {
	record, pushes, err := f.Pushed(ev.Payload)
	if err != nil || !pushes {
		return err
	}
	ring := f.Ring(state)
	*ring = push(*ring, record, f.Capacity)
	return nil
}

// Pushed returns the record that the payload pushes, if it pushes one. The error is a
// [DecodeError].
func (f RingFold[S, R]) Pushed(payload []byte) (record R, pushes bool, err error) {
	if record, pushes, err = f.Decode(payload); err != nil {
		return record, false, &DecodeError{Record: f.Record, Err: err}
	}
	return record, pushes, nil
}

// push drops one record from the front if the ring is full, then appends. A
// ring that is already longer than its capacity keeps its length: the reference
// pops one, not down to the capacity. Slices taken of the ring before stay as
// they were.
func push[R any](ring []R, record R, capacity int) []R {
	if len(ring) >= capacity {
		ring = ring[1:]
	}
	return append(ring, record)
}
