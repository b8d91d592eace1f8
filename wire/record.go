package wire

import (
	"fmt"

	"chainglass/wire/postcard"
)

// WireFormatVersion is the version byte in front of every action record this
// package writes.
const WireFormatVersion = 1

// ActionChainRecord is one action a node took and what became of it. Records
// compare with ==.
type ActionChainRecord struct {
	// ID counts the actions of one process from 1; 0 means no action. It
	// begins again when the process restarts, and an action that is retried
	// leaves several records with the same ID.
	ID uint64
	// Kind names the action, usually one of the Kind constants. It is stored as
	// text, so a kind of a later release is kept as it is.
	Kind string
	// EmittedAtMS is the wall clock, in Unix milliseconds, at the moment the
	// record was built. It is not guaranteed to grow along a chain.
	EmittedAtMS uint64
	// Disposition is [Dispatched], [Failed] or [Gated]; nil encodes as Dispatched.
	Disposition Disposition
}

// Outcome is the discriminant of a disposition, as stored.
type Outcome uint8

// The outcomes, numbered as on the wire.
const (
	OutcomeDispatched Outcome = 0
	OutcomeFailed     Outcome = 1
	OutcomeGated      Outcome = 2

	outcomes = 3 // count
)

var outcomeNames = [outcomes]string{"Dispatched", "Failed", "Gated"}

// String returns the variant name.
func (o Outcome) String() string {
	if o < outcomes {
		return outcomeNames[o]
	}
	return fmt.Sprintf("Outcome(%#02x)", uint8(o))
}

// Disposition is what happened to an action after it was admitted. The three
// implementations are values and compare with ==.
type Disposition interface {
	// Outcome returns the discriminant.
	Outcome() Outcome
	// String describes the disposition in one line.
	String() string

	appendTo(dst []byte) []byte
	size() int
}

// Dispatched is the disposition of an action that was carried out.
type Dispatched struct{}

// Failed is the disposition of an action whose dispatcher returned an error.
type Failed struct {
	// Reason is the dispatcher's text, meant for operators.
	Reason string
	// RetryAfterMS is the retry hint in milliseconds; absent means that no
	// retry follows.
	RetryAfterMS postcard.Option[uint64]
}

// Gated is the disposition of an action that was refused before dispatch, for
// example because its daemon is crash-looping.
type Gated struct {
	// Reason is the name of the gate, for example "daemon-backoff".
	Reason string
	// CooldownMS is how long the gate stays shut, in milliseconds from the
	// record's time; absent means open-ended.
	CooldownMS postcard.Option[uint64]
}

// Outcome returns [OutcomeDispatched].
func (Dispatched) Outcome() Outcome { return OutcomeDispatched }

// Outcome returns [OutcomeFailed].
func (Failed) Outcome() Outcome { return OutcomeFailed }

// Outcome returns [OutcomeGated].
func (Gated) Outcome() Outcome { return OutcomeGated }

// String returns "Dispatched".
func (Dispatched) String() string { return "Dispatched" }

// String returns the reason and the retry hint.
func (d Failed) String() string {
	return describe("Failed", d.Reason, "retry after", d.RetryAfterMS)
}

// String returns the reason and the cooldown.
func (d Gated) String() string {
	return describe("Gated", d.Reason, "cooldown", d.CooldownMS)
}

func describe(name, reason, what string, ms postcard.Option[uint64]) string {
	if !ms.Some {
		return fmt.Sprintf("%s(%s)", name, reason)
	}
	return fmt.Sprintf("%s(%s; %s %d ms)", name, reason, what, ms.Value)
}

func (Dispatched) appendTo(dst []byte) []byte {
	return append(dst, byte(OutcomeDispatched))
}

func (d Failed) appendTo(dst []byte) []byte {
	dst = postcard.AppendString(append(dst, byte(OutcomeFailed)), d.Reason)
	return postcard.AppendOptionU64(dst, d.RetryAfterMS)
}

func (d Gated) appendTo(dst []byte) []byte {
	dst = postcard.AppendString(append(dst, byte(OutcomeGated)), d.Reason)
	return postcard.AppendOptionU64(dst, d.CooldownMS)
}

func (Dispatched) size() int { return 1 }

func (d Failed) size() int {
	return 1 + postcard.SizeString(d.Reason) + postcard.SizeOptionU64(d.RetryAfterMS)
}

func (d Gated) size() int {
	return 1 + postcard.SizeString(d.Reason) + postcard.SizeOptionU64(d.CooldownMS)
}

// disposition returns the disposition to encode, never nil.
func (r *ActionChainRecord) disposition() Disposition {
	if r.Disposition == nil {
		return Dispatched{}
	}
	return r.Disposition
}

// AppendRecord appends the stored form of r to dst: the version byte and the
// postcard body. Strings must be valid UTF-8, or no reader will take the
// result.
func AppendRecord(dst []byte, r *ActionChainRecord) []byte {
	dst = append(dst, WireFormatVersion)
	dst = postcard.AppendUvarint(dst, r.ID)
	dst = postcard.AppendString(dst, r.Kind)
	dst = postcard.AppendUvarint(dst, r.EmittedAtMS)
	return r.disposition().appendTo(dst)
}

// EncodeRecord returns the stored form of r in memory of its own.
func EncodeRecord(r *ActionChainRecord) []byte {
	return AppendRecord(make([]byte, 0, EncodedSize(r)), r)
}

// EncodedSize returns how many bytes [AppendRecord] appends for r.
func EncodedSize(r *ActionChainRecord) int {
	return 1 + postcard.SizeUvarint(r.ID) + postcard.SizeString(r.Kind) +
		postcard.SizeUvarint(r.EmittedAtMS) + r.disposition().size()
}
