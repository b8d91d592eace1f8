package engine

import (
	"encoding/binary"
	"errors"

	"chainglass/snapshot"
)

// Changes are differences between two snapshots. There can be thousands, and they
// travel as one run of bytes, of which all their texts are parts: a decoder that
// makes every text anew takes longer than to show them.
type Changes []snapshot.Change

// MarshalBinary packs the changes: of each the operation and the lengths of its
// three texts as varints, and the texts.
func (c Changes) MarshalBinary() ([]byte, error) {
	size := 0
	for i := range c {
		size += 8 + len(c[i].Path) + len(c[i].Before) + len(c[i].After)
	}
	packed := make([]byte, 0, size)
	for i := range c {
		packed = append(packed, byte(c[i].Op))
		for _, text := range []string{c[i].Path, c[i].Before, c[i].After} {
			packed = binary.AppendUvarint(packed, uint64(len(text)))
			packed = append(packed, text...)
		}
	}
	return packed, nil
}

var errCutChanges = errors.New("changes are cut off")

// UnmarshalBinary unpacks them. No bytes are no changes, which is nil.
func (c *Changes) UnmarshalBinary(packed []byte) error {
	*c = nil
	all := string(packed)
	for at := 0; at < len(packed); {
		change := snapshot.Change{Op: snapshot.ChangeOp(packed[at])}
		at++
		for _, text := range []*string{&change.Path, &change.Before, &change.After} {
			n, size := binary.Uvarint(packed[at:])
			if size <= 0 || n > uint64(len(packed)-at-size) {
				return errCutChanges
			}
			at += size
			*text = all[at : at+int(n)]
			at += int(n)
		}
		*c = append(*c, change)
	}
	return nil
}
