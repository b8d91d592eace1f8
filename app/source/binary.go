package source

import (
	"io"

	"chainglass/snapshot"
	"chainglass/wire/postcard"
)

func isBinary(head []byte, size int64) bool { return !isText(head) && size <= MaxSnapshotBytes }

// openBinary tries the two formats that have no magic number and are known by
// decoding to their last byte.
func (x *explorer) openBinary(c *candidate) error {
	for _, s := range foreignSignatures {
		if len(c.head) > len(s.magic) && string(c.head[:len(s.magic)]) == s.magic {
			return x.addUnrecognised(c)
		}
	}
	b := make([]byte, c.size)
	if n, err := c.r.ReadAt(b, 0); n < len(b) {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		x.set.problem(unreadable(c.origin, err))
		return nil
	}
	if s, n, err := snapshot.DecodeMeshOsSnapshotPrefix(b); err == nil && n == len(b) {
		at := c.homeOf(c.name)
		x.set.Bases = append(x.set.Bases, Base{Node: at.node, home: at, Origin: c.origin, Snapshot: &s, Encoding: "postcard"})
		return nil
	}
	if isNetDB(b) {
		x.set.problem(Problem{
			Level: LevelUnrecognised, Path: c.origin, Title: "a netdb snapshot",
			Detail: plural(c.size, "byte") + " that hold tasks and memories, no chains",
			Advice: generalAdvice,
		})
		return nil
	}
	return x.addUnrecognised(c)
}

// isNetDB reports whether b is what `netdb snapshot` writes:
//
//	tasks      00 | 01 <len varint> <bytes> <option last_seq>
//	memories   00 | 01 <len varint> <bytes> <option last_seq>
func isNetDB(b []byte) bool {
	c := postcard.NewCursor(b)
	for _, part := range [...]string{"tasks", "memories"} {
		if !c.Option(part) {
			continue
		}
		n := c.U64(part)
		if c.Failed() || n > uint64(c.Remaining()) {
			return false
		}
		c = postcard.NewCursor(c.Rest()[n:])
		c.OptionU64(part)
	}
	return !c.Failed() && c.Remaining() == 0 && len(b) > 0
}
