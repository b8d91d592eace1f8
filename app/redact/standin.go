package redact

import (
	"errors"

	"chainglass/app/kind"
	"chainglass/wire"
)

// A payload that is no record of its chain's kind does not leave, nothing of it.
// In its place goes a short one that fails in the same way, so that what is
// concluded from the failure stays the same.

// failureOf says why a payload is no record; empty if it is one.
func failureOf(k *kind.Kind, payload []byte) string {
	var r kind.Record
	if !k.Known() {
		return ""
	}
	if err := k.Read(payload, &r); err != nil {
		return err.Error()
	}
	return ""
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
func (r *rewriter) standIn(k *kind.Kind, payload []byte) []byte {
	if k.Known() {
		var ignored kind.Record
		if version := (*wire.VersionError)(nil); errors.As(k.Read(payload, &ignored), &version) {
			return []byte{r.versions.other(version.Seen)}
		}
	}
	why := failureOf(k, payload)
	for _, s := range k.StandIns {
		if failureOf(k, []byte(s)) == why {
			return []byte(s)
		}
	}
	return nil
}
