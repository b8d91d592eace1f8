package source

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"path"
	"time"

	"chainglass/wire/postcard"
)

// openGzip opens what a gzip file holds, of all its members.
func (x *explorer) openGzip(c *candidate) error { return x.openCompressed(c, gzipMembers()) }

// openZstd opens what a zstandard file holds, of all its frames.
func (x *explorer) openZstd(c *candidate) error { return x.openCompressed(c, zstdMembers()) }

// throughOnce reads a file from its start in large pieces.
func throughOnce(r io.ReaderAt, size int64) *bufio.Reader {
	return bufio.NewReaderSize(io.NewSectionReader(r, 0, size), int(min(size, windowBytes)))
}

// openCompressed inflates a file and opens what it holds: a tar, or a file called like
// c without its suffix.
func (x *explorer) openCompressed(c *candidate, format memberFormat) error {
	if x.tooDeep(c) {
		return nil
	}
	m := newPackedParts(x.ctx, c, format)
	content, err := x.inflate(m, c.size, c.origin)
	if ctxErr := x.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if limit, ok := asLimit(err); ok {
		x.set.problem(exceeded(c.origin, limit))
		return nil
	}
	if err != nil && content.size == 0 {
		return x.notAnArchive(c, format.what, err)
	}
	m.tell(x, content, err)
	x.changedWhileRead(c)
	if err := x.openInflated(c, content, m, err != nil || len(m.lost) > 0); err != nil {
		return err
	}
	return x.follows(c, m.at, "the "+format.what)
}

// openInflated opens what was inflated.
func (x *explorer) openInflated(c *candidate, content *blob, m *packedParts, damaged bool) error {
	if isTarContent(content) {
		memory := c.place
		memory.inside = []watchedFile{}
		return x.openTar(&candidate{place: memory, name: c.name, origin: c.origin, r: content, size: content.size, inflated: true, damaged: damaged, following: c.following})
	}
	return x.openContent(c, content, stem(path.Base(c.name)), m.split(content))
}

// cutAt is the end of a file, if an error says that it came too soon.
func (c *candidate) cutAt(err error) postcard.Option[int64] {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return postcard.Some(c.size)
	}
	return postcard.None[int64]()
}

// openContent searches the one file that c holds, in the depth below c. What begins in
// it at one of the offsets of splits is a file of its own.
func (x *explorer) openContent(c *candidate, content *blob, name string, splits []int64) error {
	t, from := newTree(), int64(0)
	for i, to := range append(splits, content.size) {
		called := name
		if i > 0 {
			if err := x.budget.countFile(); err != nil {
				x.tellFull(c.origin, err)
				break
			}
			called = fmt.Sprintf("%s (%d)", name, i+1)
		}
		if err := t.add(called, io.NewSectionReader(content, from, to-from), to-from, time.Time{}); err != nil {
			return err
		}
		from = to
	}
	return x.search(place{fsys: t, prefix: c.origin + "!/", node: stem(path.Base(c.name)), depth: c.depth + 1, inside: []watchedFile{}})
}
