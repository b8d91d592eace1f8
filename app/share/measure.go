package share

import (
	"compress/gzip"
	"context"
	"encoding/base64"
	"io"

	"chainglass/app/engine"
)

// Measured is how large what is chosen comes to, measured by making it and keeping
// nothing.
type Measured struct {
	// Packed counts what goes. Packed.Bytes is the size of the export, to the byte.
	Packed engine.Packed
	// PageBytes is about what the export and the report take in a page, beside the
	// viewer.
	PageBytes int64
	// Left names what is about what is open and does not go.
	Left []string
}

// Measure tells how large what is chosen comes to in an export and in a page, and
// what does not go. It does not redact.
func Measure(ctx context.Context, e *engine.Engine, s Spec) (m Measured, err error) {
	Asked(s.Fragment, e, &s.Pack)
	s.Pack.Progress = s.Progress
	var c gzipSize
	if m.Packed, err = e.Pack(ctx, s.Pack, &c); err != nil {
		return Measured{}, err
	}
	packed, err := c.size()
	m.PageBytes = textBytes(packed) + reportBytes
	m.Left = Left(s.Fragment, e, &s.Pack, &m.Packed)
	return m, err
}

// MeasureExport returns about what an export and the report take in a page, beside
// the viewer.
func MeasureExport(export io.ReaderAt, size int64) (pageBytes int64, err error) {
	var c gzipSize
	if _, err := io.Copy(&c, io.NewSectionReader(export, 0, size)); err != nil {
		return 0, err
	}
	packed, err := c.size()
	return textBytes(packed) + reportBytes, err
}

// reportBytes is about what a report and the elements around it take: a fiftieth of
// the viewer beside it.
const reportBytes = 60_000

// textBytes is what bytes take as text.
func textBytes(n int64) int64 { return int64(base64.StdEncoding.EncodedLen(int(n))) }

// gzipSize measures what bytes that are written to it take once they are compressed
// as a page does. The first of them are compressed, of what follows some pieces: it
// is as good, and takes a fraction of the time.
type gzipSize struct {
	written int64
	// whole is of the beginning, some of the pieces.
	whole, some gzipShare
	w           *gzip.Writer
}

// gzipShare is how much was compressed and to how much.
type gzipShare struct{ plain, packed int64 }

func (s *gzipShare) Write(b []byte) (int, error) {
	s.packed += int64(len(b))
	return len(b), nil
}

// A chain of 16 MiB is compressed whole; of what follows one MiB in eight.
const (
	gzipWhole = 16 << 20
	gzipPiece = 1 << 20
	gzipEvery = 8
	// gzipLevel is that of browsers.
	gzipLevel = 6
)

// Write implements [io.Writer].
func (c *gzipSize) Write(b []byte) (int, error) {
	for rest := b; len(rest) > 0; {
		n := min(len(rest), gzipPiece-int(c.written%gzipPiece))
		if c.written < gzipWhole || c.written/gzipPiece%gzipEvery == 0 {
			if err := c.compress(rest[:n]); err != nil {
				return 0, err
			}
		}
		c.written += int64(n)
		rest = rest[n:]
	}
	return len(b), nil
}

// compress compresses bytes of one piece. The beginning is one stream, every other
// piece its own.
func (c *gzipSize) compress(b []byte) (err error) {
	share := &c.whole
	if c.written >= gzipWhole {
		share = &c.some
	}
	switch {
	case c.w == nil:
		if c.w, err = gzip.NewWriterLevel(io.Writer(share), gzipLevel); err != nil {
			return err
		}
	case c.written >= gzipWhole && c.written%gzipPiece == 0:
		if err := c.w.Close(); err != nil {
			return err
		}
		c.w.Reset(share)
	}
	share.plain += int64(len(b))
	_, err = c.w.Write(b)
	return err
}

// size ends the measuring.
func (c *gzipSize) size() (int64, error) {
	if c.w != nil {
		if err := c.w.Close(); err != nil {
			return 0, err
		}
	}
	if c.some.plain == 0 {
		return c.whole.packed, nil
	}
	left := float64(c.written-gzipWhole) / float64(c.some.plain)
	return c.whole.packed + int64(float64(c.some.packed)*left), nil
}
