package view

import (
	"fmt"
	"strconv"

	"chainglass/app/engine"
	"chainglass/wire/redex"
)

// IndexRow returns the 20 bytes of the index row of an entry and what they mean.
// It returns nothing for an entry that has no index row: one of an export, of a
// text, of a paste.
func IndexRow(d *engine.Detail) (row []byte, fields []engine.Field) {
	if d.Location.IndexFile == "" {
		return nil, nil
	}
	r := redex.Row{Seq: d.Row.Seq, FlagsAndChecksum: d.FlagsAndChecksum}
	if r.Inline() {
		if len(d.Payload) != redex.InlinePayloadSize {
			return nil, nil
		}
		r = redex.InlineRow(r.Seq, [redex.InlinePayloadSize]byte(d.Payload))
		r.FlagsAndChecksum = d.FlagsAndChecksum
	} else {
		r.PayloadOffset, r.PayloadLen = uint32(d.Location.PayloadOffset), uint32(d.Location.PayloadBytes)
	}
	return redex.AppendRow(nil, r), append(append(
		[]engine.Field{{Name: "seq", Type: "u64", Value: strconv.FormatUint(r.Seq, 10), Length: 8}},
		payloadOf(&r)...),
		engine.Field{Name: "flags_and_checksum", Type: "u32", Value: fmt.Sprintf("%#08x", r.FlagsAndChecksum),
			Note: flagsAndChecksum(d), Offset: 16, Length: 4})
}

// payloadOf explains the middle of a row: where the payload is, or itself.
func payloadOf(r *redex.Row) []engine.Field {
	if r.Inline() {
		payload := r.InlinePayload()
		return []engine.Field{{Name: "payload", Type: "8 bytes", Value: Hex(payload[:]),
			Note: "an inline entry: its payload is in the row itself", Offset: 8, Length: redex.InlinePayloadSize}}
	}
	return []engine.Field{
		{Name: "payload_offset", Type: "u32", Value: strconv.FormatUint(uint64(r.PayloadOffset), 10),
			Note: "where the payload begins in dat", Offset: 8, Length: 4},
		{Name: "payload_len", Type: "u32", Value: strconv.FormatUint(uint64(r.PayloadLen), 10), Offset: 12, Length: 4},
	}
}

// flagsAndChecksum takes the last word of a row apart. Flags are the top 4 bits;
// only the first is ever set.
func flagsAndChecksum(d *engine.Detail) string {
	flags := ""
	for _, flag := range [...]struct {
		bit  uint32
		name string
	}{
		{redex.FlagInline, "inline"},
		{redex.FlagTombstone, "tombstone (reserved)"},
		{redex.FlagCompacted, "compacted (reserved)"},
		{redex.FlagUnnamed, "unnamed (reserved)"},
	} {
		if d.FlagsAndChecksum&flag.bit != 0 {
			flags += ", " + flag.name
		}
	}
	if flags == "" {
		flags = ", none"
	}
	return fmt.Sprintf("flags %x: %s · %s", d.FlagsAndChecksum>>28, flags[2:], Checksums(d))
}

// AsWritten says what the checksum of a payload that does not decode tells of it.
func AsWritten(d *engine.Detail) string {
	if d.Unchecked {
		return "Text has no checksum: whether it was changed is not known."
	}
	return "The checksum matches: this is what was written."
}

// Checksums says what the stored checksum is and what the payload's is.
func Checksums(d *engine.Detail) string {
	if d.Unchecked {
		return fmt.Sprintf("none stored: the record comes from text; %07x computed", d.Checksum)
	}
	stored := d.FlagsAndChecksum & redex.ChecksumMask
	if stored == d.Checksum {
		return fmt.Sprintf("checksum %07x stored, %07x computed: equal", stored, d.Checksum)
	}
	return fmt.Sprintf("checksum %07x stored, %07x computed: different", stored, d.Checksum)
}
