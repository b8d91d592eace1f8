package source

import (
	"strings"

	"chainglass/app/kind"
	"chainglass/wire"
	"chainglass/wire/serdejson"
)

// parseStatus is the inverse of [wire.EntryStatus.String] for a JSON string;
// what is not a status is ok.
func parseStatus(value []byte) wire.EntryStatus {
	name := strings.Trim(string(value), `"`)
	for _, s := range [...]wire.EntryStatus{wire.EntryBadChecksum, wire.EntryOutOfRange, wire.EntryTorn, wire.EntryTooLarge, wire.EntryLost} {
		if s.String() == name {
			return s
		}
	}
	return wire.EntryOK
}

// appendRecord appends the payload that the record in text has in a chain of a kind.
func appendRecord(dst []byte, id wire.ChainKind, text []byte) ([]byte, error) {
	parse := (kind.Set{}).Of(id).Parse
	if parse == nil {
		return dst, errNoRecord
	}
	c := serdejson.NewLenientCursor(text)
	return parse(dst, &c)
}
