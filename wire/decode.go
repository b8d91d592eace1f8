package wire

import (
	"chainglass/wire/postcard"
)

// View is a decoded action record whose texts alias the payload: decoding into
// a View allocates nothing. It is valid as long as the payload is unchanged.
type View struct {
	// ID, EmittedAtMS: see [ActionChainRecord].
	ID, EmittedAtMS uint64
	// Kind aliases the payload.
	Kind []byte
	// Outcome says which of the fields below mean something.
	Outcome Outcome
	// Reason aliases the payload; nil for Dispatched.
	Reason []byte
	// DelayMS is retry_after_ms of Failed and cooldown_ms of Gated.
	DelayMS postcard.Option[uint64]
}

// decoders is the table of versions: the version byte of a payload picks the
// function that reads its body. A version is one entry.
var decoders = [256]func(c *postcard.Cursor, v *View){
	WireFormatVersion: decodeV1,
}

func decodeV1(c *postcard.Cursor, v *View) {
	v.ID = c.U64("id")
	v.Kind = c.Bytes("kind")
	v.EmittedAtMS = c.U64("emitted_at_ms")
	v.Outcome = Outcome(c.Variant("disposition", outcomes))
	v.Reason, v.DelayMS = nil, postcard.Option[uint64]{}
	switch v.Outcome {
	case OutcomeFailed:
		v.Reason = c.Bytes("disposition.reason")
		v.DelayMS = c.OptionU64("disposition.retry_after_ms")
	case OutcomeGated:
		v.Reason = c.Bytes("disposition.reason")
		v.DelayMS = c.OptionU64("disposition.cooldown_ms")
	}
}

// DecodeView decodes payload into v without allocating and returns how many
// bytes the record took. Bytes after the record are accepted, as the reference
// accepts them: n < len(payload) tells.
//
// The error is [ErrEmpty], a *[VersionError] or a *[BodyError]; v then holds
// the fields read before the failure.
func DecodeView(payload []byte, v *View) (n int, err error) {
	if len(payload) == 0 {
		return 0, ErrEmpty
	}
	decode := decoders[payload[0]]
	if decode == nil {
		return 0, &VersionError{Seen: payload[0], Supported: WireFormatVersion}
	}
	c := postcard.NewCursor(payload[1:])
	decode(&c, v)
	if c.Failed() {
		return 0, bodyError(&c)
	}
	return 1 + c.Offset(), nil
}

func bodyError(c *postcard.Cursor) error {
	e := c.Err().(*postcard.Error)
	return &BodyError{Class: e.Class, Field: e.Field, Offset: 1 + e.Offset}
}

// DecodeRecord decodes payload into a record that owns its texts. Bytes after
// the record are ignored; [DecodeRecordPrefix] counts them. Errors are those of
// [DecodeView].
func DecodeRecord(payload []byte) (ActionChainRecord, error) {
	r, _, err := DecodeRecordPrefix(payload)
	return r, err
}

// DecodeRecordPrefix is [DecodeRecord] and returns how many bytes of payload
// the record took.
func DecodeRecordPrefix(payload []byte) (r ActionChainRecord, n int, err error) {
	var v View
	if n, err = DecodeView(payload, &v); err != nil {
		return ActionChainRecord{}, 0, err
	}
	return v.Record(), n, nil
}

// Record returns the record with texts of its own.
func (v *View) Record() ActionChainRecord {
	return ActionChainRecord{
		ID:          v.ID,
		Kind:        string(v.Kind),
		EmittedAtMS: v.EmittedAtMS,
		Disposition: v.disposition(),
	}
}

func (v *View) disposition() Disposition {
	switch v.Outcome {
	case OutcomeFailed:
		return Failed{Reason: string(v.Reason), RetryAfterMS: v.DelayMS}
	case OutcomeGated:
		return Gated{Reason: string(v.Reason), CooldownMS: v.DelayMS}
	}
	return Dispatched{}
}
