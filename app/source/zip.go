package source

import (
	"bufio"
	"compress/flate"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"math"
	"slices"
	"time"

	"github.com/klauspost/compress/zstd"

	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

func isZip(head []byte, _ int64) bool {
	if len(head) < 4 {
		return false
	}
	magic := string(head[:4])
	return magic == zipEntrySignature || magic == zipEndSignature || magic == zipDescriptorSignature
}

// openZip searches a zip. Its directory says what is in it; what the directory does
// not lead to is found by the headers before the entries. Stored entries are read
// in place.
func (x *explorer) openZip(c *candidate) error {
	if x.tooDeep(c) {
		return nil
	}
	a := x.newArchive(c)
	z := &zipFile{r: &a.window, size: c.size, max: x.opts.Limits.Files}
	z.inflate = a.inflateToEnd
	if err := z.read(x.ctx); err != nil {
		if ctxErr := x.ctx.Err(); ctxErr != nil {
			return ctxErr
		}
		x.set.problem(unreadable(c.origin, err))
		return nil
	}
	c.keep = true
	a.tellZip(c, z)
	if err := a.openGaps(c, z); err != nil {
		return err
	}
	contents := map[zipRange]*inflated{}
	for i := range z.entries {
		if err := x.ctx.Err(); err != nil {
			return err
		}
		more, err := a.addZipEntry(c, &z.entries[i], contents)
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	return a.search(c)
}

// tellZip tells what is wrong with the archive itself.
func (a *archive) tellZip(c *candidate, z *zipFile) {
	if z.fault != "" {
		p := Problem{
			Level: LevelWarning, Path: c.origin, Offset: postcard.Some(z.faultAt), Title: "a damaged zip archive", Err: io.ErrUnexpectedEOF,
			Detail: z.fault, Advice: "Copy or download the archive again; it is most likely cut. What is whole is shown",
		}
		if len(z.entries) == 0 {
			p.Level, p.Detail = LevelError, plural(c.size, "byte")+" in which no entry can be found"
			p.Advice = "Copy or download the archive again; it is most likely cut"
			z.unknown = nil
		}
		a.x.set.problem(p)
	}
}

// openGaps opens what lies in the file and is no part of the zip, or tells of it.
func (a *archive) openGaps(c *candidate, z *zipFile) error {
	for _, gap := range z.unknown {
		opened := false
		if gap.from > 0 {
			var err error
			if opened, err = a.x.openFrom(c, gap.from, gap.to); err != nil {
				return err
			}
		}
		if !opened && !a.x.isFormEnd(c, gap.from, gap.to) {
			a.x.lostBytes(c, gap.from, gap.to, "bytes that are no part of the zip archive", gap.why)
		}
	}
	return nil
}

// inflated is what a range of a zip inflates to.
type inflated struct {
	content *blob // nil if the limits are exceeded
	sum     hash.Hash32
	err     error
}

// addZipEntry adds an entry of a zip. It returns false when no more may be added; the
// error is that of the context.
func (a *archive) addZipEntry(c *candidate, e *zipEntry, contents map[zipRange]*inflated) (more bool, err error) {
	if e.isFolder() {
		return true, nil
	}
	name := a.name(e.name())
	if name == "" || a.isCredential(name) {
		return true, nil
	}
	switch {
	case e.isLink():
		a.link(name, a.linkTarget(c, e))
	case e.flags&zipEncrypted != 0:
		a.skip(name, "it is encrypted; unpack the archive with its password and open the folder", nil)
	case e.fault != "":
		a.skip(name, e.fault, nil)
	case e.method == zipStored:
		return a.addStored(c, e, name, contents)
	case e.method == zipDeflated || e.method == zstd.ZipMethodWinZip || e.method == zipZstdOld:
		return a.addPacked(e, name, contents)
	default:
		a.skip(name, fmt.Sprintf("its compression, method %d, is not known here; pack it with deflate", e.method), nil)
	}
	return true, nil
}

// addPacked inflates an entry and adds it. What several entries share is inflated once.
func (a *archive) addPacked(e *zipEntry, name string, contents map[zipRange]*inflated) (more bool, err error) {
	have := e.content
	if have == nil {
		var shared bool
		if have, shared = contents[e.data]; shared && have.content != nil {
			// Whatever is done with it is done once more.
			if err := a.x.budget.work(have.content.size); err != nil {
				have = &inflated{err: err}
			}
		} else if !shared {
			if have, err = a.inflateZipEntry(e, name); err != nil {
				return false, err
			}
			contents[e.data] = have
		}
	}
	if limit, ok := asLimit(have.err); ok {
		a.exceeded(name, limit)
		return true, nil
	}
	if have.err != nil {
		a.cut(name, have.content.size, have.err)
	}
	return a.add(name, have.content, have.content.size, time.Time{}), nil
}

// inflateZipEntry inflates an entry and compares it with what the archive says of it.
func (a *archive) inflateZipEntry(e *zipEntry, name string) (*inflated, error) {
	packed := e.data.to - e.data.from
	// What says of itself that it is beyond the limits is not tried.
	if size := e.unpacked; size > RatioGraceBytes && size/a.x.opts.Limits.Ratio > packed {
		return &inflated{err: &LimitError{Limit: "Ratio", Max: a.x.opts.Limits.Ratio}}, nil
	}
	have, _, err := a.inflateEntry(e, name)
	if err == nil && have.err == nil {
		have.err = e.mismatch(have)
	}
	return have, err
}

// inflateToEnd inflates an entry whose size is not known. It returns where its data ends, if
// it ends by itself.
func (a *archive) inflateToEnd(e *zipEntry) (end int64, ended bool, err error) {
	have, end, err := a.inflateEntry(e, e.raw)
	e.content = have
	return end, err == nil && have.err == nil, err
}

// inflateEntry inflates an entry. The error is that of the context; read is where it
// stopped reading.
func (a *archive) inflateEntry(e *zipEntry, name string) (have *inflated, read int64, err error) {
	have = &inflated{content: &blob{}, sum: crc32.NewIEEE()}
	section := io.NewSectionReader(&a.window, e.data.from, e.data.to-e.data.from)
	packed := bufio.NewReaderSize(section, 4<<10)
	r, done, err := inflater(e.method, packed)
	if err != nil {
		have.err = err
		return have, 0, nil
	}
	defer done()
	have.content, have.err = a.x.inflate(io.TeeReader(r, have.sum), section.Size(), a.entryOrigin(name))
	at, err := section.Seek(0, io.SeekCurrent)
	if err == nil {
		err = a.x.ctx.Err()
	}
	return have, e.data.from + at - int64(packed.Buffered()), err
}

// mismatch returns what is wrong with the content of an entry as it was inflated.
func (e *zipEntry) mismatch(have *inflated) error {
	switch {
	case have.content == nil:
		return nil
	case e.cut:
		return io.ErrUnexpectedEOF
	case e.sizeUnknown:
		return nil
	case have.content.size != e.unpacked:
		return fmt.Errorf("it has %s, the archive says %s", plural(have.content.size, "byte"), grouped(e.unpacked))
	case have.sum.Sum32() != e.crc && e.crc != 0:
		return errZipChecksum
	}
	return nil
}

var errZipChecksum = errors.New("its checksum in the archive does not match")

// inflater returns a reader of what is compressed by a method.
func inflater(method uint16, r io.Reader) (inflated io.Reader, done func(), err error) {
	if method == zipDeflated {
		return flate.NewReader(r), func() {}, nil
	}
	zr, err := newZstd(r)
	if err != nil {
		return nil, nil, err
	}
	return zr, zr.Close, nil
}

// storedCheckBytes is how much that is not compressed is read to compare its checksum,
// over one search: more would keep people waiting, and payloads have checksums of their own.
const storedCheckBytes = 64 << 20

// checkStored compares an entry that is not compressed with its checksum. It returns the
// content of a small one.
func (a *archive) checkStored(e *zipEntry, name string, size int64) (small []byte) {
	switch {
	case e.cut:
		a.cut(name, size, io.ErrUnexpectedEOF)
		return nil
	case e.sizeUnknown || e.crc == 0: // some programs leave it out
		return nil
	case size > storedCheckBytes-a.x.stored:
		a.note("a checksum that is not compared", "the archive has more than "+plural(storedCheckBytes, "byte")+" that are not compressed", name)
		return nil
	}
	a.x.stored += size
	sum := crc32.NewIEEE()
	buf := make([]byte, min(size, windowBytes))
	for at := int64(0); at < size; at += int64(len(buf)) {
		b := buf[:min(size-at, int64(len(buf)))]
		if err := readFull(&a.window, b, e.data.from+at); err != nil {
			a.cut(name, at, err)
			return nil
		}
		_, _ = sum.Write(b) // a hash in memory does not fail
	}
	if sum.Sum32() != e.crc {
		a.cut(name, size, errZipChecksum)
	}
	if size <= redex.MaxHeldBytes {
		return buf
	}
	return nil
}

// addStored adds an entry that is not compressed as a section of the archive.
func (a *archive) addStored(c *candidate, e *zipEntry, name string, contents map[zipRange]*inflated) (more bool, err error) {
	size := e.data.to - e.data.from
	var content io.ReaderAt = io.NewSectionReader(c.r, e.data.from, size)
	if _, shared := contents[e.data]; shared {
		if limit, ok := asLimit(a.x.budget.work(size)); ok {
			a.exceeded(name, limit)
			return true, nil
		}
	} else if small := a.checkStored(e, name, size); small != nil {
		content = &smallContent{small}
	}
	contents[e.data] = nil
	return a.add(name, content, size, time.Time{}), nil
}

// clampSize makes a size that a file claims fit for arithmetic.
func clampSize(n uint64) int64 { return int64(min(n, math.MaxInt64/4)) }

// overlapping marks the entries whose data lies in that of others, which no tool
// writes: of those that overlap it leaves the most that do not. Entries of one and
// the same range share it.
func overlapping(entries []zipEntry) {
	order := make([]*zipEntry, 0, len(entries))
	for i := range entries {
		if e := &entries[i]; e.fault == "" && e.data.to > e.data.from {
			order = append(order, e)
		}
	}
	slices.SortStableFunc(order, func(p, q *zipEntry) int {
		if p.data.to != q.data.to {
			return int(min(max(p.data.to-q.data.to, -1), 1))
		}
		return int(min(max(q.header-p.header, -1), 1)) // the shorter first
	})
	var last zipRange
	for _, e := range order {
		whole := zipRange{e.header, e.data.to}
		switch {
		case whole == last:
		case whole.from < last.to:
			e.fault = "its data lies in that of other entries, as in an archive made to take for ever"
		default:
			last = whole
		}
	}
}
