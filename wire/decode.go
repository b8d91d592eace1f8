package wire

import (
	"encoding/binary"

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
// function that reads its body. A version is one entry. Decoders take and
// return values: a pointer handed to a function picked at run time would have
// to live on the heap.
var decoders = [256]func(body []byte) (View, end){
	WireFormatVersion: explainV1,
}

// end is where decoding a body ended, and why if it failed.
type end struct {
	offset int
	class  postcard.Class
	field  string
}

// consumeV1 reads a body of the current version the fast way and returns its
// length. It returns 0 for what it does not take: a few unusual forms and
// everything that is wrong, which is for [explainV1].
//
// It is written for records as nodes write them: an id of up to seven bytes, a
// kind of 8 to 24 ASCII characters, a time of up to seven bytes. Numbers are
// taken from words of eight bytes; that of the time starts one byte early, since
// a Dispatched record ends seven bytes after its kind.
func consumeV1(body []byte, v *View) int {
	if len(body) < 8 {
		return consumeOtherV1(body, v)
	}
	id, n := postcard.Varint56(binary.LittleEndian.Uint64(body))
	if n > 7 {
		return consumeOtherV1(body, v)
	}
	start, size := n+1, int(body[n])
	end := start + size
	if end+7 > len(body) || size < 8 || size > 24 {
		return consumeOtherV1(body, v)
	}
	// Three words that overlap cover the whole of the kind.
	middle := binary.LittleEndian.Uint64(body[start+min(8, size-8):])
	if (binary.LittleEndian.Uint64(body[start:])|middle|binary.LittleEndian.Uint64(body[end-8:]))&0x8080808080808080 != 0 {
		return consumeOtherV1(body, v)
	}
	time, n := postcard.Varint56(binary.LittleEndian.Uint64(body[end-1:]) >> 8)
	if n > 7 {
		return consumeOtherV1(body, v)
	}
	v.ID, v.Kind, v.EmittedAtMS = id, body[start:end:end], time
	if off := end + n; off < len(body) && Outcome(body[off]) == OutcomeDispatched {
		v.Outcome, v.Reason, v.DelayMS = OutcomeDispatched, nil, postcard.Option[uint64]{}
		return off + 1
	}
	return consumeDispositionV1(body, end+n, v)
}

// consumeOtherV1 is consumeV1 for all records.
func consumeOtherV1(body []byte, v *View) int {
	var n, off int
	if v.ID, off = postcard.ConsumeU64(body); off == 0 {
		return 0
	}
	if v.Kind, n = postcard.ConsumeString(body[off:]); n == 0 {
		return 0
	}
	off += n
	if v.EmittedAtMS, n = postcard.ConsumeU64(body[off:]); n == 0 {
		return 0
	}
	return consumeDispositionV1(body, off+n, v)
}

// consumeDispositionV1 reads the disposition, which begins at off, and returns
// where it ends, or 0.
func consumeDispositionV1(body []byte, off int, v *View) int {
	if off >= len(body) || body[off] >= outcomes {
		return 0
	}
	v.Outcome = Outcome(body[off])
	off++
	if v.Outcome == OutcomeDispatched {
		v.Reason, v.DelayMS = nil, postcard.Option[uint64]{}
		return off
	}
	var n int
	if v.Reason, n = postcard.ConsumeString(body[off:]); n == 0 {
		return 0
	}
	off += n
	if v.DelayMS, n = postcard.ConsumeOptionU64(body[off:]); n == 0 {
		return 0
	}
	return off + n
}

// explainV1 reads a body field by field and knows where it fails.
func explainV1(body []byte) (v View, e end) {
	c := postcard.NewCursor(body)
	v.ID = c.U64("id")
	v.Kind = c.Bytes("kind")
	v.EmittedAtMS = c.U64("emitted_at_ms")
	v.Outcome = Outcome(c.Variant("disposition", outcomes))
	switch v.Outcome {
	case OutcomeFailed:
		v.Reason = c.Bytes("disposition.reason")
		v.DelayMS = c.OptionU64("disposition.retry_after_ms")
	case OutcomeGated:
		v.Reason = c.Bytes("disposition.reason")
		v.DelayMS = c.OptionU64("disposition.cooldown_ms")
	}
	return v, end{offset: c.Offset(), class: c.Class(), field: c.Field()}
}

// DecodeView decodes payload into v without allocating and returns how many
// bytes the record took. Bytes after the record are accepted, as the reference
// accepts them: n < len(payload) tells.
//
// The error is [ErrEmpty], a *[VersionError] or a *[BodyError]; v then holds
// the fields read before the failure.
func DecodeView(payload []byte, v *View) (n int, err error) {
	if len(payload) > 0 && payload[0] == WireFormatVersion {
		if n = consumeV1(payload[1:], v); n > 0 {
			return 1 + n, nil
		}
	}
	return decodeViewCarefully(payload, v)
}

// decodeViewCarefully is DecodeView for every version and every failure.
func decodeViewCarefully(payload []byte, v *View) (n int, err error) {
	if len(payload) == 0 {
		return 0, ErrEmpty
	}
	decode := decoders[payload[0]]
	if decode == nil {
		return 0, &VersionError{Seen: payload[0], Supported: WireFormatVersion}
	}
	view, e := decode(payload[1:])
	*v = view
	if e.class != 0 {
		return 0, &BodyError{Class: e.class, Field: e.field, Offset: 1 + e.offset}
	}
	return 1 + e.offset, nil
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
