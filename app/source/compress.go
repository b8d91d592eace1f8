package source

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"path"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"chainglass/wire/postcard"
)

// zstdMaxWindow is the largest window of zstd's own command line tool, with its
// option --long.
const zstdMaxWindow = 128 << 20

func isGzip(head []byte, _ int64) bool {
	return len(head) >= 3 && head[0] == 0x1f && head[1] == 0x8b && head[2] == 8
}

// isZstd takes a frame of data or one to be skipped, with which parallel
// compressors begin.
func isZstd(head []byte, _ int64) bool {
	if len(head) < 4 {
		return false
	}
	skippable := head[0]&0xf0 == 0x50 && head[1] == 0x2a && head[2] == 0x4d && head[3] == 0x18
	return skippable || string(head[:4]) == "\x28\xb5\x2f\xfd"
}

func (x *explorer) openGzip(c *candidate) error {
	if x.tooDeep(c) {
		return nil
	}
	zr, err := gzip.NewReader(throughOnce(c.r, c.size))
	if err != nil {
		return x.notAnArchive(c, "gzip file", err)
	}
	// Closing only repeats the error of the last read, which has been told.
	defer func() { _ = zr.Close() }()
	return x.openCompressed(c, zr, "gzip file")
}

func (x *explorer) openZstd(c *candidate) error {
	if x.tooDeep(c) {
		return nil
	}
	zr, err := zstd.NewReader(throughOnce(c.r, c.size),
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdMaxWindow))
	if err != nil {
		return x.notAnArchive(c, "zstandard file", err)
	}
	defer zr.Close()
	return x.openCompressed(c, zr, "zstandard file")
}

// throughOnce reads a file from its start in large pieces.
func throughOnce(r io.ReaderAt, size int64) *bufio.Reader {
	return bufio.NewReaderSize(io.NewSectionReader(r, 0, size), windowBytes)
}

// openCompressed inflates one stream and opens what it holds: a tar, or a file
// called like c without its suffix.
func (x *explorer) openCompressed(c *candidate, r io.Reader, what string) error {
	content, err := x.inflate(r, c.size, c.origin)
	if ctxErr := x.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if limit, ok := asLimit(err); ok {
		x.set.problem(exceeded(c.origin, limit))
		return nil
	}
	if err != nil && content.size == 0 {
		return x.notAnArchive(c, what, err)
	}
	if err != nil {
		x.set.problem(Problem{
			Level: LevelWarning, Path: c.origin, Offset: c.cutAt(err), Title: "a damaged " + what, Err: err,
			Detail: fmt.Sprintf("%v; the first %s of its content are used", err, plural(content.size, "byte")),
			Advice: "Copy or download it again; it is most likely cut",
		})
	}
	x.changedWhileRead(c)
	if isTarContent(content) {
		memory := c.place
		memory.inside = []watchedFile{}
		tar := &candidate{place: memory, name: c.name, origin: c.origin, r: content, size: content.size, inflated: true}
		return x.openTar(tar)
	}
	return x.openContent(c, content, stem(path.Base(c.origin)))
}

// cutAt is the end of a file, if an error says that it came too soon.
func (c *candidate) cutAt(err error) postcard.Option[int64] {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, zip.ErrFormat) {
		return postcard.Some(c.size)
	}
	return postcard.None[int64]()
}

// openContent searches the one file that c holds, in the depth below c.
func (x *explorer) openContent(c *candidate, content *blob, name string) error {
	t := newTree()
	if _, err := t.add(name, content, content.size, time.Time{}, func() error { return nil }); err != nil {
		return err
	}
	return x.search(place{fsys: t, prefix: c.origin + "!/", node: stem(path.Base(c.origin)), depth: c.depth + 1, inside: []watchedFile{}})
}
