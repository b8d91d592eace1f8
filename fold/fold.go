package fold

import (
	"errors"
	"fmt"

	"chainglass/snapshot"
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

// RingFold is a fold whose only effect is to push a record R onto one bounded
// ring of the snapshot.
type RingFold[R any] struct {
	// record names the record type in errors.
	record string
	// capacity is the length at which a push drops the oldest record.
	capacity int
	// decode reads a payload; pushes is false for an entry without effect.
	decode func(payload []byte) (record R, pushes bool, err error)
	// ring finds the ring in a snapshot.
	ring func(*snapshot.MeshOsSnapshot) *[]R
}

// Apply implements [Fold].
func (f RingFold[R]) Apply(ev Event, state *snapshot.MeshOsSnapshot) error {
	record, pushes, err := f.Decode(ev.Payload)
	if err != nil || !pushes {
		return err
	}
	ring := f.ring(state)
	*ring = push(*ring, record, f.capacity)
	return nil
}

// Decode returns the record that the payload pushes, if it pushes one.
func (f RingFold[R]) Decode(payload []byte) (record R, pushes bool, err error) {
	if record, pushes, err = f.decode(payload); err != nil {
		return record, false, &DecodeError{Record: f.record, Err: err}
	}
	return record, pushes, nil
}

// Capacity returns the length at which the ring drops its oldest record.
func (f RingFold[R]) Capacity() int { return f.capacity }

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
