package redact

import (
	"errors"

	"chainglass/snapshot"
	"chainglass/wire"
)

// A payload that is no record of its chain's kind does not leave, nothing of it.
// In its place goes a short one that fails in the same way, so that what is
// concluded from the failure stays the same.

// standIns are the payloads to choose from: what they fail with is what decides.
var standIns = [...][]string{
	wire.ChainAction: {
		"",
		"\x01",
		"\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", // id
		"\x01\x00\x01\xff",             // kind
		"\x01\x00\x00\x00\x03",         // disposition
		"\x01\x00\x00\x00\x01\x00\x02", // retry_after_ms
	},
	wire.ChainAudit: {
		"",
		"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", // seq
		"\x00\x00\x7f",                 // event
		"\x00\x00\x00\x00\x02",         // drain_for
		"\x00\x00\x0a\x00\x01\x01\xff", // outcome.kind
		"\x00\x00\x0a\x00\x00\x02",     // chain_pending
	},
	wire.ChainLog: {
		"",
		"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", // seq
		"\x00\x00\x7f",                 // level
		"\x00\x00\x00\x02",             // daemon_id
		"\x00\x00\x00\x00\x00\x01\xff", // message
		"\x00\x00\x00\x00\x00\x00\x02", // chain_pending
	},
	wire.ChainFailure: {
		"",
		"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", // seq
		"\x00\x01\xff", // source
	},
}

// failureOf says why a payload is no record; empty if it is one.
func failureOf(kind wire.ChainKind, payload []byte) string {
	var err error
	switch kind {
	case wire.ChainAction:
		var v wire.View
		_, err = wire.DecodeView(payload, &v)
	case wire.ChainAudit:
		_, err = snapshot.DecodeAdminAuditRecord(payload)
	case wire.ChainLog:
		_, err = snapshot.DecodeLogRecord(payload)
	case wire.ChainFailure:
		_, err = snapshot.DecodeFailureRecord(payload)
	}
	if err == nil {
		return ""
	}
	return err.Error()
}

// versions gives the wire versions that are not known other numbers, in the order
// they are met: a version is a byte of a payload.
type versions struct {
	known [256]uint8
	count uint8
}

// other returns the number that stands for a version; never the known one.
func (v *versions) other(seen uint8) uint8 {
	if v.known[seen] == 0 {
		v.count++
		v.known[seen] = v.count
	}
	if n := v.known[seen]; n <= wire.WireFormatVersion {
		return n - 1
	}
	return v.known[seen]
}

// standIn returns what goes in the place of a payload that may not leave.
func (r *rewriter) standIn(kind wire.ChainKind, payload []byte) []byte {
	if kind == wire.ChainAction {
		var v wire.View
		_, err := wire.DecodeView(payload, &v)
		if version := (*wire.VersionError)(nil); errors.As(err, &version) {
			return []byte{r.versions.other(version.Seen)}
		}
	}
	if int(kind) >= len(standIns) {
		return nil
	}
	why := failureOf(kind, payload)
	for _, s := range standIns[kind] {
		if failureOf(kind, []byte(s)) == why {
			return []byte(s)
		}
	}
	return nil
}
