package source

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"chainglass/wire/postcard"
)

// memberFormat is a compressed format whose files may have several parts in a row, each
// whole in itself: members of gzip, frames of zstandard.
type memberFormat struct {
	what  string // for people
	magic string // that most parts begin with
	fits  func(head []byte, size int64) bool
	open  func(r io.ReaderAt, at, size int64) (packedPart, error)
}

// packedPart is one part being inflated.
type packedPart interface {
	io.Reader
	// end returns where it ended, once Read has returned an error.
	end() int64
	close()
}

// packedParts inflates all parts of a file, one after the other. What it cannot inflate it
// leaves out and goes on with the next part.
type packedParts struct {
	ctx    context.Context
	c      *candidate
	format memberFormat

	at     int64 // where the next part begins; in the end, what follows the last
	from   int64 // where the current one began
	now    packedPart
	size   int64 // bytes inflated
	starts []int64
	lost   []lostPart
	text   bool // the last byte inflated is one of text and ends no line
}

// lostPart is a range of the file that could not be inflated.
type lostPart struct {
	from, to int64
	err      error
}

// maxMemberStarts bounds what is remembered of parts.
const maxMemberStarts = 10_000

func newPackedParts(ctx context.Context, c *candidate, format memberFormat) *packedParts {
	return &packedParts{ctx: ctx, c: c, format: format}
}

// Read implements io.Reader. It ends where no part follows.
func (m *packedParts) Read(p []byte) (int, error) {
	for {
		if m.now == nil {
			if err := m.next(); err != nil {
				return 0, err
			}
		}
		n, err := m.now.Read(p)
		m.size += int64(n)
		if n > 0 {
			last := p[n-1]
			m.text = last >= ' ' || last == '\t'
		}
		if err != nil {
			m.at = m.now.end()
			m.now.close()
			m.now = nil
		}
		if err != nil && err != io.EOF {
			if err = m.skip(err); err != nil {
				return n, err
			}
			// A line that was cut must not become one with the first that is whole.
			if m.text && n < len(p) {
				p[n], m.text = '\n', false
				m.size++
				n++
			}
		}
		if n > 0 {
			return n, nil
		}
	}
}

// next begins the part that follows. It returns io.EOF if none does.
func (m *packedParts) next() error {
	at, err := skipZeros(m.c.r, m.at, m.c.size)
	if err != nil {
		return err
	}
	m.at = at
	head, err := readHead(io.NewSectionReader(m.c.r, at, m.c.size-at), min(m.c.size-at, 4))
	if err != nil {
		return err
	}
	if !m.format.fits(head, 0) {
		return io.EOF
	}
	for {
		m.from = m.at
		if m.now, err = m.format.open(m.c.r, m.at, m.c.size); err == nil {
			if len(m.starts) < maxMemberStarts {
				m.starts = append(m.starts, m.size)
			}
			return nil
		}
		if err = m.skip(err); err != nil {
			return err
		}
	}
}

// maxMemberTries bounds how many places are tried for a part to begin.
const maxMemberTries = 1000

// skip notes that the current part could not be read on and goes to the next one. It
// returns the error if there is none.
func (m *packedParts) skip(err error) error {
	if errors.Is(err, gzip.ErrChecksum) || errors.Is(err, zstd.ErrCRCMismatch) {
		m.lost = append(m.lost, lostPart{m.from, m.at, err})
		return nil
	}
	buf := make([]byte, min(m.c.size-m.from, windowBytes))
	for at, tries := m.from+1, 0; at < m.c.size && tries < maxMemberTries && m.ctx.Err() == nil; {
		b := buf[:min(m.c.size-at, int64(len(buf)))]
		if readFull(m.c.r, b, at) != nil {
			break
		}
		i := bytes.Index(b, []byte(m.format.magic))
		if i < 0 {
			at += max(int64(len(b)-len(m.format.magic)+1), 1)
			continue
		}
		at += int64(i)
		if tries++; m.inflates(at) {
			m.lost = append(m.lost, lostPart{min(m.at, at), at, err})
			m.at = at
			return nil
		}
		at++
	}
	return err
}

// inflates reports whether a part begins at an offset: whether some of it can be read.
func (m *packedParts) inflates(at int64) bool {
	part, err := m.format.open(m.c.r, at, m.c.size)
	if err != nil {
		return false
	}
	defer part.close()
	_, err = io.CopyN(io.Discard, part, 4<<10)
	return err == nil || err == io.EOF
}

// tell tells what could not be inflated; err is what the file ended with.
func (m *packedParts) tell(x *explorer, content *blob, err error) {
	for _, l := range m.lost {
		x.set.problem(Problem{
			Level: LevelWarning, Path: m.c.origin, Offset: postcard.Some(l.from), Title: "a damaged " + m.format.what, Err: l.err,
			Detail: fmt.Sprintf("%v; %s up to byte %s cannot be trusted or inflated, what follows is used", l.err, plural(l.to-l.from, "byte"), grouped(l.to)),
			Advice: "Copy or download it again",
		})
	}
	if err == nil {
		return
	}
	at := m.c.cutAt(err)
	if !at.Some {
		at = postcard.Some(m.at)
	}
	x.set.problem(Problem{
		Level: LevelWarning, Path: m.c.origin, Offset: at, Title: "a damaged " + m.format.what, Err: err,
		Detail: fmt.Sprintf("%v; the first %s of its content are used", err, plural(content.size, "byte")),
		Advice: "Copy or download it again; it is most likely cut",
	})
}

// split returns where in the content a part begins that is an archive or an export of its
// own, after something that is none: those know themselves what follows them.
func (m *packedParts) split(content *blob) (offsets []int64) {
	head := make([]byte, headBytes)
	beginsFile := func(at int64) bool {
		n, _ := content.ReadAt(head, at)
		b := head[:n]
		return isZip(b, 0) || isTar(b, 0) || isExport(b, 0) || isGzip(b, 0) || isZstd(b, 0)
	}
	if content.size > 0 && isZip(headOf(content), 0) {
		return nil
	}
	for _, at := range m.starts {
		if at > 0 && at < content.size && beginsFile(at) {
			offsets = append(offsets, at)
		}
	}
	return offsets
}

func headOf(content *blob) []byte {
	head := make([]byte, min(content.size, headBytes))
	n, _ := content.ReadAt(head, 0)
	return head[:n]
}

// gzipMagic begins a member: the magic number and the one method.
const gzipMagic = "\x1f\x8b\x08"

func isGzip(head []byte, _ int64) bool { return bytes.HasPrefix(head, []byte(gzipMagic)) }

func gzipMembers() memberFormat {
	return memberFormat{what: "gzip file", magic: gzipMagic, fits: isGzip, open: openGzipMember}
}

// gzipMember reads no further than the member goes.
type gzipMember struct {
	*gzip.Reader
	packed  *bufio.Reader
	section *io.SectionReader
	at      int64 // of the section
}

func openGzipMember(r io.ReaderAt, at, size int64) (packedPart, error) {
	section := io.NewSectionReader(r, at, size-at)
	packed := bufio.NewReaderSize(section, int(min(size-at, windowBytes)))
	zr, err := gzip.NewReader(packed)
	if err != nil {
		return nil, err
	}
	zr.Multistream(false)
	return &gzipMember{zr, packed, section, at}, nil
}

func (g *gzipMember) end() int64 {
	n, err := g.section.Seek(0, io.SeekCurrent)
	if err != nil {
		panic("invariant: a section knows where it is")
	}
	return g.at + n - int64(g.packed.Buffered())
}

// Closing only repeats the error of the last read, which has been told.
func (g *gzipMember) close() { _ = g.Close() }

// zstdMagic begins a frame of data.
const zstdMagic = "\x28\xb5\x2f\xfd"

// isZstd takes a frame of data or one to be skipped, with which parallel
// compressors begin.
func isZstd(head []byte, _ int64) bool {
	if len(head) < 4 {
		return false
	}
	skippable := head[0]&0xf0 == 0x50 && head[1] == 0x2a && head[2] == 0x4d && head[3] == 0x18
	return skippable || string(head[:4]) == zstdMagic
}

func zstdMembers() memberFormat {
	return memberFormat{what: "zstandard file", magic: zstdMagic, fits: isZstd, open: openZstdFrame}
}

// zstdMaxWindow is the largest window of zstd's own command line tool, with its
// option --long.
const zstdMaxWindow = 128 << 20

func newZstd(r io.Reader) (*zstd.Decoder, error) {
	return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdMaxWindow))
}

// zstdFrame is one frame, whose end is known before it is inflated.
type zstdFrame struct {
	*zstd.Decoder
	to int64
}

func openZstdFrame(r io.ReaderAt, at, size int64) (packedPart, error) {
	to := zstdFrameEnd(r, at, size)
	zr, err := newZstd(throughOnce(io.NewSectionReader(r, at, to-at), to-at))
	if err != nil {
		return nil, err
	}
	return &zstdFrame{zr, to}, nil
}

func (z *zstdFrame) end() int64 { return z.to }
func (z *zstdFrame) close()     { z.Close() }

// zstdFrameEnd returns where the frame at an offset ends, by the sizes of its blocks. It
// is the size of the file if that comes first.
//
//	magic 4 | descriptor 1 | window 0-1 | dictionary 0-4 | content size 0-8
//	block: header 3 (last 1 bit, type 2, size 21), then size bytes, or 1 if type is 1
//	checksum 0-4
func zstdFrameEnd(r io.ReaderAt, at, size int64) int64 {
	head := make([]byte, min(size-at, 8))
	if readFull(r, head, at) != nil || len(head) < 8 {
		return size
	}
	if string(head[:4]) != zstdMagic {
		return min(at+8+int64(binary.LittleEndian.Uint32(head[4:])), size)
	}
	descriptor := head[4]
	single, checksum := descriptor&0x20 != 0, descriptor&4 != 0
	at += 5 + int64([4]int{0, 1, 2, 4}[descriptor&3]) + int64([4]int{0, 2, 4, 8}[descriptor>>6])
	if !single {
		at++
	} else if descriptor>>6 == 0 {
		at++
	}
	for {
		var b [4]byte
		if size-at < 3 || readFull(r, b[:3], at) != nil {
			return size
		}
		header := binary.LittleEndian.Uint32(b[:])
		at += 3
		if header>>1&3 == 1 {
			at++
		} else {
			at += int64(header >> 3)
		}
		if header&1 != 0 {
			break
		}
	}
	if checksum {
		at += 4
	}
	return min(at, size)
}
