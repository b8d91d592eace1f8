package source

import (
	"strings"

	"chainglass/snapshot"
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

// recordEncoder turns JSON records into payloads. It is safe for concurrent use.
type recordEncoder struct{ actions *wire.RecordParser }

func newRecordEncoder() *recordEncoder { return &recordEncoder{actions: wire.NewRecordParser()} }

// append appends the payload that the record in text has in a chain of a kind.
func (e *recordEncoder) append(dst []byte, kind wire.ChainKind, text []byte) ([]byte, error) {
	switch kind {
	case wire.ChainAction:
		c := serdejson.NewLenientCursor(text)
		r := e.actions.Read(&c)
		if err := c.End(); err != nil {
			return dst, err
		}
		return wire.AppendRecord(dst, &r), nil
	case wire.ChainAudit:
		return appendParsed(dst, text, snapshot.ReadJSONAudit)
	case wire.ChainLog:
		return appendParsed(dst, text, snapshot.ReadJSONLog)
	case wire.ChainFailure:
		return appendParsed(dst, text, snapshot.ReadJSONFailure)
	}
	return dst, errNoRecord
}

// appendParsed parses a record and appends it.
func appendParsed[R any, P interface {
	*R
	AppendPostcard(dst []byte) []byte
}](dst, text []byte, read func(*serdejson.Cursor) R) ([]byte, error) {
	c := serdejson.NewLenientCursor(text)
	r := read(&c)
	if err := c.End(); err != nil {
		return dst, err
	}
	return P(&r).AppendPostcard(dst), nil
}
