package source

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/zeebo/xxh3"

	"chainglass/wire"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
	"chainglass/wire/serdejson"
)

const (
	// markElements and markBytes are how many elements, or bytes of the file, lie
	// between two whose place is kept.
	markElements = 64
	markBytes    = scanChunkBytes
	// textBlockElements and textBlockBytes bound the text that is translated for one
	// block; a single element may be larger.
	textBlockElements = 1024
	textBlockBytes    = 1 << 20
)

// textFile is a text that has records in it. It stays where it is.
type textFile struct {
	path string
	text plainText
	// names says which stream an element belongs to.
	names *nameTable
	// sum is that of all bytes when the file was first read.
	sum uint64
}

// sameAsRead reads the file again and compares it with what was read first.
func (f *textFile) sameAsRead(bool) (bool, error) {
	hash := xxh3.New()
	_, err := io.Copy(hash, io.NewSectionReader(f.text.r, 0, f.text.size))
	return err == nil && hash.Sum64() == f.sum, err
}

// textMark is the place of an element.
type textMark struct {
	element int
	offset  int64
	deep    *resume // nil for an object of a line with nothing around it
}

func markOf(element int, e *textElement) textMark {
	m := textMark{element: element, offset: e.at.spots[0].offset}
	plain := resume{}
	plain.spots[0].offset = m.offset
	if e.at != plain {
		m.deep = new(resume)
		*m.deep = e.at
	}
	return m
}

func (m *textMark) resume() (r resume) {
	if m.deep != nil {
		return *m.deep
	}
	r.spots[0].offset = m.offset
	return r
}

// elementRun is a run of elements of a chain.
type elementRun struct{ first, n int }

// textReader reads the records of one stream of a text and hands each out as the
// payload it would have in a chain.
type textReader struct {
	file   *textFile
	stream int
	kind   wire.ChainKind

	count    int
	marks    []textMark
	reversed []elementRun // runs that the file has newest first
	watch    *Watch       // compares the file with what it was
	cut      bool         // the last element is cut
	lastSize int64

	scratches sync.Pool // of *textScratch

	mu sync.Mutex
	// faulty are the errors of the block that was read last, by position.
	faulty struct {
		first, n int
		errs     map[int]*ParseError
	}
}

// textScratch is the memory of one pass.
type textScratch struct {
	scanner *textScanner
	window  textWindow
}

// Len implements [wire.Reader].
func (j *textReader) Len() int { return j.count }

// elements calls visit with n elements of the file, from the given one on.
func (j *textReader) elements(from, n int, visit func(i int, e *textElement) error) error {
	s, ok := j.scratches.Get().(*textScratch)
	if !ok {
		s = &textScratch{scanner: newTextScanner(MaxRecordTextBytes)}
		s.window = textWindow{r: j.file.text.r, size: j.file.text.size}
	}
	defer j.scratches.Put(s)
	mark := &j.marks[sort.Search(len(j.marks), func(i int) bool { return j.marks[i].element > from })-1]
	names, at := j.file.names.reader(j.stream), mark.element
	var err error
	s.scanner.emit = func(e *textElement) bool {
		if e.kind > elementBroken || names.streamOf(e) != j.stream {
			return true
		}
		if at >= from {
			err = visit(at, e)
		}
		at++
		return err == nil && at < from+n
	}
	s.scanner.reset(mark.resume())
	scanErr := s.window.scan(context.Background(), s.scanner, nil)
	switch {
	case err != nil:
		return err
	case scanErr != nil:
		return fmt.Errorf("source: %s %w", j.file.path, scanErr)
	case at < from+n:
		return fmt.Errorf("source: %s: %w", j.file.path, io.ErrUnexpectedEOF) // it was there at first
	}
	return nil
}

// ReadBlock implements [wire.Reader]. An entry that does not translate has an
// empty payload; its status is torn if its text is no whole JSON, else ok.
// [textReader.ParseError] says why.
func (j *textReader) ReadBlock(first int, b *wire.Block) error {
	return j.watch.after(j.readBlock(first, b))
}

var errBlockFull = errors.New("the block is full")

func (j *textReader) readBlock(first int, b *wire.Block) error {
	if first < 0 {
		return fmt.Errorf("source: %s: no entry at position %d", j.file.path, first)
	}
	if first >= j.count {
		return io.EOF
	}
	n := min(j.count-first, textBlockElements)
	if b.MaxEntries > 0 {
		n = min(n, b.MaxEntries)
	}
	from, n, backward, err := j.span(first, n)
	if err != nil {
		return err
	}
	b.First, b.SourceBytes, b.Entries = first, 0, b.Entries[:0]
	buf := b.Buffer(min(n*256, textBlockBytes))[:0]
	errs := map[int]*ParseError{}
	err = j.elements(from, n, func(i int, e *textElement) error {
		if len(b.Entries) > 0 && !backward && b.SourceBytes+int64(len(e.text)) > textBlockBytes {
			return errBlockFull
		}
		position := first + i - from
		if backward {
			position = first + n - 1 - (i - from)
		}
		var entry wire.Entry
		var cause error
		if entry, buf, cause = j.translate(buf, position, e); cause != nil {
			errs[position] = j.parseError(e, cause)
		}
		b.SourceBytes += e.size
		b.Entries = append(b.Entries, entry)
		return nil
	})
	if err != nil && err != errBlockFull {
		return err
	}
	if backward {
		slices.Reverse(b.Entries)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.faulty.first, j.faulty.n, j.faulty.errs = first, len(b.Entries), errs
	return nil
}

// run returns the run of reversed elements that a position is in.
func (j *textReader) run(position int) (r elementRun, in bool) {
	i := sort.Search(len(j.reversed), func(i int) bool {
		return j.reversed[i].first+j.reversed[i].n > position
	})
	if i == len(j.reversed) {
		return elementRun{first: j.count}, false
	}
	return j.reversed[i], j.reversed[i].first <= position
}

// span returns which elements, up to n, are those from a position on, and whether they
// are in the opposite order.
func (j *textReader) span(first, n int) (from, _ int, backward bool, err error) {
	r, in := j.run(first)
	if !in {
		return first, min(n, r.first-first), false, nil
	}
	last := r.first + r.n - 1 - (first - r.first)
	n = min(n, last-r.first+1, markElements)
	sizes := make([]int64, 0, n)
	err = j.elements(last-n+1, n, func(_ int, e *textElement) error {
		sizes = append(sizes, int64(len(e.text)))
		return nil
	})
	if err != nil {
		return 0, 0, true, err
	}
	fits, sum := 0, int64(0)
	for _, size := range slices.Backward(sizes) {
		if sum += size; fits > 0 && sum > textBlockBytes {
			break
		}
		fits++
	}
	return last - fits + 1, fits, true, nil
}

// element calls visit with the element at a position.
func (j *textReader) element(position int, visit func(e *textElement)) error {
	if position < 0 || position >= j.count {
		return fmt.Errorf("source: %s: no entry at position %d of %d", j.file.path, position, j.count)
	}
	at := position
	if r, in := j.run(position); in {
		at = r.first + r.n - 1 - (position - r.first)
	}
	return j.elements(at, 1, func(_ int, e *textElement) error {
		visit(e)
		return nil
	})
}

// Locate implements [Locator].
func (j *textReader) Locate(position int) (at Location, err error) {
	err = j.element(position, func(e *textElement) { at = j.file.locate(e.offset, e.size) })
	return at, err
}

// locate returns where a stretch of the text is in the file.
func (f *textFile) locate(offset, size int64) Location {
	start, end := f.text.fileOffset(offset), f.text.fileOffset(offset+size)
	return Location{PayloadFile: f.path, PayloadOffset: start, PayloadBytes: end - start}
}

// ParseErrors that are not those of the record parsers.
var (
	// ErrTextTooLong: a text longer than [MaxRecordTextBytes] is not read.
	ErrTextTooLong = fmt.Errorf("the text is longer than %d bytes", MaxRecordTextBytes)

	errNoRecord = errors.New("no record in it")
)

// ParseError says why a text is no record.
type ParseError struct {
	// Path is the file, Offset where the text begins in it, in bytes.
	Path   string
	Offset int64
	// Broken is true if the text is no whole JSON: it was cut or changed. At is
	// where in the file that shows, in bytes.
	Broken bool
	At     int64
	// Err is what is wrong, often a *serdejson.Error with an offset into the
	// text.
	Err error
}

// Error locates the text and says what is wrong with it.
func (e *ParseError) Error() string {
	at := e.Offset
	if e.Broken {
		at = e.At
	}
	return fmt.Sprintf("%s at byte %d: %s", e.Path, at, e.Cause())
}

// Cause says what is wrong without the place.
func (e *ParseError) Cause() string {
	var cause *serdejson.Error
	switch {
	case !errors.As(e.Err, &cause):
		return e.Err.Error()
	case cause.Field == "" || e.Broken:
		return cause.Message
	}
	return cause.Field + ": " + cause.Message
}

// Class is [ParseError.Cause] without the values of the text: the same for all texts of
// which the same is wrong.
func (e *ParseError) Class() string {
	found, expected, _ := strings.Cut(e.Cause(), ", expected")
	for _, quote := range [...]string{"`", `"`} {
		if start, end := strings.Index(found, quote), strings.LastIndex(found, quote); start < end {
			found = found[:start] + found[end:]
		}
	}
	return found + expected
}

// Unwrap returns what is wrong.
func (e *ParseError) Unwrap() error { return e.Err }

// ParseError implements [ParseErrorer].
func (j *textReader) ParseError(position int) error {
	j.mu.Lock()
	if at := position - j.faulty.first; at >= 0 && at < j.faulty.n {
		cause, faulty := j.faulty.errs[position]
		j.mu.Unlock()
		if !faulty {
			return nil
		}
		return cause
	}
	j.mu.Unlock()
	var cause *ParseError
	err := j.element(position, func(e *textElement) {
		if _, _, err := j.translate(nil, position, e); err != nil {
			cause = j.parseError(e, err)
		}
	})
	switch {
	case err != nil:
		return err
	case cause == nil:
		return nil
	}
	return cause
}

// parseError says where what is wrong with an element is.
func (j *textReader) parseError(e *textElement, err error) *ParseError {
	p := &ParseError{Path: j.file.path, Offset: j.file.text.fileOffset(e.offset), Err: err}
	if e.kind == elementBroken {
		p.Broken, p.At = true, j.file.text.fileOffset(e.offset+e.size)
		if cause := brokenText(e.text); cause != nil {
			p.Err = cause
			if int64(cause.Offset) < e.size && e.at.depth == 0 {
				p.At = j.file.text.fileOffset(e.offset + int64(cause.Offset))
			}
		}
	}
	return p
}

// translate makes an entry of an element and appends its payload to buf. On an
// error the payload is empty.
func (j *textReader) translate(buf []byte, position int, of *textElement) (wire.Entry, []byte, error) {
	e := wire.Entry{Seq: uint64(position)}
	r := rowOf(of.text)
	if seq, ok := serdejson.ParseWhole(r.seq); ok {
		e.Seq = seq
	}
	if ts, ok := serdejson.ParseWhole(r.ts); ok {
		e.TSNS = postcard.Some(ts)
	} else if of.ctx.when.known {
		ms := uint64(0)
		if of.ctx.when.yearless {
			ms = recordTimeOf(r.record).ms
		}
		e.TSNS.Value, e.TSNS.Some = of.ctx.when.at(ms)
	}
	e.Status = parseStatus(r.status)
	start := len(buf)
	err := error(ErrTextTooLong)
	switch {
	case of.kind == elementBroken:
		e.Status, err = wire.EntryTorn, errNoRecord
	case of.text != nil:
		buf, err = j.appendPayload(buf, r)
	}
	if err != nil {
		buf = buf[:start]
	}
	e.Payload = buf[start:len(buf):len(buf)]
	if e.Status == wire.EntryOK {
		e.FlagsAndChecksum = redex.Checksum(e.Payload)
	}
	return e, buf, err
}

// appendPayload appends the bytes of a row. Bytes that the row has in hex are
// what was in the chain, so they count before the record made from them.
func (j *textReader) appendPayload(dst []byte, r row) ([]byte, error) {
	switch {
	case r.hex != nil:
		return hex.AppendDecode(dst, []byte(strings.Trim(string(r.hex), `"`)))
	case r.record != nil:
		return appendRecord(dst, j.kind, r.record)
	case r.failure != nil:
		return dst, errors.New(strings.Trim(string(r.failure), `"`))
	}
	return dst, errNoRecord
}
