package wire

import (
	"chainglass/wire/postcard"
	"chainglass/wire/serdejson"
)

// recordShape and dispositionEnum describe the JSON form of a record, which is
// what serde derives from the reference's types.
func recordShape() *serdejson.Shape {
	return serdejson.NewShape("ActionChainRecord", "id kind emitted_at_ms disposition")
}

func dispositionEnum() *serdejson.Enum {
	return serdejson.NewEnum("ActionDisposition",
		outcomeNames[OutcomeDispatched],
		outcomeNames[OutcomeFailed]+" reason retry_after_ms?",
		outcomeNames[OutcomeGated]+" reason cooldown_ms?")
}

// AppendJSON appends the record as compact JSON, in the reference's order of
// fields:
//
//	{"id":1,"kind":"start_daemon","emitted_at_ms":1700000000000,"disposition":"Dispatched"}
//	..."disposition":{"Failed":{"reason":"boom","retry_after_ms":null}}}
func (r *ActionChainRecord) AppendJSON(dst []byte) []byte {
	dst = serdejson.AppendU64(append(dst, `{"id":`...), r.ID)
	dst = serdejson.AppendString(append(dst, `,"kind":`...), r.Kind)
	dst = serdejson.AppendU64(append(dst, `,"emitted_at_ms":`...), r.EmittedAtMS)
	dst = append(dst, `,"disposition":`...)
	switch d := r.disposition().(type) {
	case Failed:
		dst = appendJSONReason(dst, `{"Failed":{"reason":`, d.Reason, `,"retry_after_ms":`, d.RetryAfterMS)
	case Gated:
		dst = appendJSONReason(dst, `{"Gated":{"reason":`, d.Reason, `,"cooldown_ms":`, d.CooldownMS)
	default:
		dst = append(dst, `"Dispatched"`...)
	}
	return append(dst, '}')
}

func appendJSONReason(dst []byte, head, reason, delay string, ms postcard.Option[uint64]) []byte {
	dst = serdejson.AppendString(append(dst, head...), reason)
	dst = serdejson.AppendOptionU64(append(dst, delay...), ms.Value, ms.Some)
	return append(dst, "}}"...)
}

// RecordParser reads action records from JSON text. It is safe for concurrent
// use.
type RecordParser struct {
	record      *serdejson.Shape
	disposition *serdejson.Enum
}

// NewRecordParser returns a parser.
func NewRecordParser() *RecordParser {
	return &RecordParser{record: recordShape(), disposition: dispositionEnum()}
}

// Parse reads one record, the whole text. It is as lenient as serde's derived
// reader, and accepts camelCase keys. Errors are *[serdejson.Error].
func (p *RecordParser) Parse(text []byte) (ActionChainRecord, error) {
	c := serdejson.NewCursor(text)
	r := p.Read(&c)
	if err := c.End(); err != nil {
		return ActionChainRecord{}, err
	}
	return r, nil
}

// Read reads a record where the cursor stands.
func (p *RecordParser) Read(c *serdejson.Cursor) (r ActionChainRecord) {
	c.Struct(p.record, func(field string) {
		switch field {
		case "id":
			r.ID = c.U64()
		case "kind":
			r.Kind = c.String()
		case "emitted_at_ms":
			r.EmittedAtMS = c.U64()
		case "disposition":
			r.Disposition = p.parseDisposition(c)
		}
	})
	return r
}

func (p *RecordParser) parseDisposition(c *serdejson.Cursor) Disposition {
	var reason string
	var ms postcard.Option[uint64]
	variant := c.Enum(p.disposition, func(_ int, field string) {
		if field == "reason" {
			reason = c.String()
		} else if !c.Null() {
			ms = postcard.Some(c.U64())
		}
	})
	switch Outcome(variant) {
	case OutcomeFailed:
		return Failed{Reason: reason, RetryAfterMS: ms}
	case OutcomeGated:
		return Gated{Reason: reason, CooldownMS: ms}
	}
	return Dispatched{}
}

// ParseRecord is [RecordParser.Parse] for a single text.
func ParseRecord(text []byte) (ActionChainRecord, error) { return NewRecordParser().Parse(text) }
