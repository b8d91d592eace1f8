package source

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/zeebo/xxh3"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
	"chainglass/wire/serdejson"
)

const (
	// checkpointElements is how many elements lie between two whose offset is
	// kept: 8 bytes for that many records.
	checkpointElements = 64
	// jsonBlockElements and jsonBlockBytes bound the text that is translated
	// for one block; a single element may be larger.
	jsonBlockElements = 1024
	jsonBlockBytes    = 1 << 20
)

// jsonReader reads records from JSON text and hands each out as the payload it
// would have in a chain. The text stays in its file.
type jsonReader struct {
	path     string
	r        io.ReaderAt
	size     int64
	form     textForm
	kind     wire.ChainKind
	encoder  *recordEncoder
	reversed bool // the file begins with the newest

	count       int
	checkpoints []int64 // the offset of each checkpointElements-th element
	faults      []Fault // what is wrong around the elements
	watch       *Watch  // compares the file with what it was
	// read is what was read on indexing the file, from first on.
	read struct {
		first, end int64
		sum        uint64
	}
	scratches sync.Pool // of *jsonScratch
}

// jsonScratch is the memory of one ReadBlock besides the block itself.
type jsonScratch struct {
	scanner jsonScanner
	spans   []textSpan
	text    []byte
}

// textSpan is where an element lies in the file.
type textSpan struct{ offset, size int64 }

func (s textSpan) end() int64 { return s.offset + s.size }

// index walks the file once, from the element at first on.
func (j *jsonReader) index(ctx context.Context, first int64, progress func(n int64)) error {
	s := jsonScanner{r: j.r, size: j.size, form: j.form, max: scanChunkBytes, hash: xxh3.New()}
	s.seek(first)
	defer func() {
		j.read.first, j.read.end, j.read.sum = first, s.base+int64(len(s.buf)), s.hash.Sum64()
	}()
	told, cut := first, false
	for {
		e, err := s.next()
		if err == io.EOF {
			progress(s.offset() - told)
			return j.ends(&s, cut)
		}
		if err != nil {
			return err
		}
		if j.count%checkpointElements == 0 {
			j.checkpoints = append(j.checkpoints, e.offset)
		}
		j.count++
		cut = e.cut && len(e.text) > 0 && (e.text[0] == '{' || e.text[0] == '[')
		if s.offset()-told >= scanChunkBytes {
			progress(s.offset() - told)
			told = s.offset()
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
}

// ends looks at how the file ends. If its last element is cut, that says it all.
func (j *jsonReader) ends(s *jsonScanner, cut bool) error {
	if cut {
		return nil
	}
	fault, faulty, err := s.listFault()
	if faulty {
		fault.File = j.path
		j.faults = append(j.faults, fault)
	}
	return err
}

// sameAsRead reads again what was read on indexing the file, and compares it.
func (j *jsonReader) sameAsRead(bool) (bool, error) {
	hash := xxh3.New()
	_, err := io.Copy(hash, io.NewSectionReader(j.r, j.read.first, j.read.end-j.read.first))
	return err == nil && hash.Sum64() == j.read.sum, err
}

// tailIsWhole reports whether the last line, cut when the file was opened, is whole
// by now.
func (j *jsonReader) tailIsWhole(c *candidate) bool {
	if j.form != formLines || j.count == 0 {
		return false
	}
	last, err := j.spanAt(j.count - 1)
	if err != nil {
		return false
	}
	f, err := c.fsys.Open(c.name)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // it was only read
	r, ok := f.(io.ReaderAt)
	info, err := f.Stat()
	if !ok || err != nil {
		return false
	}
	s := jsonScanner{r: r, size: info.Size(), form: formLines, max: MaxRecordTextBytes}
	s.seek(last.offset)
	e, err := s.next()
	return err == nil && e.size > last.size && brokenText(e.text) == nil && isWhole(bytes.TrimSpace(e.text))
}

// Len implements [wire.Reader].
func (j *jsonReader) Len() int { return j.count }

// ReadBlock implements [wire.Reader]. An entry that does not translate has an
// empty payload; its status is torn if its text is no whole JSON, else ok.
// [jsonReader.ParseError] says why.
func (j *jsonReader) ReadBlock(first int, b *wire.Block) error {
	return j.watch.after(j.readBlock(first, b))
}

func (j *jsonReader) readBlock(first int, b *wire.Block) error {
	if first < 0 {
		return fmt.Errorf("source: %s: no entry at position %d", j.path, first)
	}
	if first >= j.count {
		return io.EOF
	}
	s := j.scratch()
	defer j.scratches.Put(s)
	n := min(j.count-first, jsonBlockElements)
	if j.reversed {
		n = min(n, checkpointElements)
	}
	if b.MaxEntries > 0 {
		n = min(n, b.MaxEntries)
	}
	spans, err := j.locateRun(s, first, n)
	if err == nil {
		err = j.readText(s, spans)
	}
	if err != nil {
		return err
	}
	b.First, b.SourceBytes, b.Entries = first, int64(len(s.text)), b.Entries[:0]
	// A payload is never longer than its JSON text.
	buf := b.Buffer(len(s.text))[:0]
	for i, span := range spans {
		var e wire.Entry
		e, buf, _ = j.translate(buf, j.position(first, i, len(spans)), s.textOf(spans, span))
		b.Entries = append(b.Entries, e)
	}
	if j.reversed {
		slices.Reverse(b.Entries)
	}
	return nil
}

func (j *jsonReader) scratch() *jsonScratch {
	if s, ok := j.scratches.Get().(*jsonScratch); ok {
		return s
	}
	return &jsonScratch{scanner: jsonScanner{r: j.r, size: j.size, form: j.form, max: scanChunkBytes}}
}

// position returns the position of element i, in file order, of a run of n that
// begins at position first.
func (j *jsonReader) position(first, i, n int) int {
	if j.reversed {
		return first + n - 1 - i
	}
	return first + i
}

// locateRun finds the text of up to n entries from position first on, in the
// order of the file: as many as fit a block, at least one.
func (j *jsonReader) locateRun(s *jsonScratch, first, n int) ([]textSpan, error) {
	if !j.reversed {
		err := j.locate(s, first, n)
		return fitHead(s.spans), err
	}
	err := j.locate(s, j.count-first-n, n)
	return fitTail(s.spans), err
}

// locate finds n elements from the given one of the file on.
func (j *jsonReader) locate(s *jsonScratch, element, n int) error {
	s.spans = s.spans[:0]
	s.scanner.seek(j.checkpoints[element/checkpointElements])
	for skip := element % checkpointElements; len(s.spans) < n; skip-- {
		e, err := s.scanner.next()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF // it was there when the file was indexed
		}
		if err != nil {
			return fmt.Errorf("source: %s at byte %d: %w", j.path, s.scanner.offset(), err)
		}
		if skip <= 0 {
			s.spans = append(s.spans, textSpan{e.offset, e.size})
		}
	}
	return nil
}

func (s textSpan) tooLong() bool { return s.size > MaxRecordTextBytes }

// fitHead returns how far spans fit into one block, at least the first.
func fitHead(spans []textSpan) []textSpan {
	for i, s := range spans {
		if i > 0 && (s.tooLong() || spans[0].tooLong() || s.end()-spans[0].offset > jsonBlockBytes) {
			return spans[:i]
		}
	}
	return spans
}

// fitTail is fitHead from the other end.
func fitTail(spans []textSpan) []textSpan {
	last := len(spans) - 1
	for i, s := range slices.Backward(spans) {
		if i < last && (s.tooLong() || spans[last].tooLong() || spans[last].end()-s.offset > jsonBlockBytes) {
			return spans[i+1:]
		}
	}
	return spans
}

// readText reads the text of all spans at once; that of a too long element,
// which is alone then, is left out.
func (j *jsonReader) readText(s *jsonScratch, spans []textSpan) error {
	s.text = s.text[:0]
	if len(spans) == 0 || spans[0].tooLong() {
		return nil
	}
	start := spans[0].offset
	s.text = slices.Grow(s.text, int(spans[len(spans)-1].end()-start))
	s.text = s.text[:spans[len(spans)-1].end()-start]
	n, err := j.r.ReadAt(s.text, start)
	if n == len(s.text) {
		return nil
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("source: %s at byte %d: %w", j.path, start+int64(n), err)
}

// textOf returns the text of one of the spans that were read, nil if it was
// left out.
func (s *jsonScratch) textOf(spans []textSpan, span textSpan) []byte {
	if span.tooLong() {
		return nil
	}
	at := span.offset - spans[0].offset
	return s.text[at : at+span.size]
}

// Locate implements [Locator].
func (j *jsonReader) Locate(position int) (Location, error) {
	span, err := j.spanAt(position)
	return Location{PayloadFile: j.path, PayloadOffset: span.offset, PayloadBytes: span.size}, err
}

func (j *jsonReader) spanAt(position int) (textSpan, error) {
	if position < 0 || position >= j.count {
		return textSpan{}, fmt.Errorf("source: %s: no entry at position %d of %d", j.path, position, j.count)
	}
	s := j.scratch()
	defer j.scratches.Put(s)
	spans, err := j.locateRun(s, position, 1)
	if err != nil {
		return textSpan{}, err
	}
	return spans[0], nil
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
	var cause *serdejson.Error
	if e.Broken && errors.As(e.Err, &cause) {
		return fmt.Sprintf("%s at byte %d: %s", e.Path, e.At, cause.Message)
	}
	return fmt.Sprintf("%s at byte %d: %v", e.Path, e.Offset, e.Err)
}

// Unwrap returns what is wrong.
func (e *ParseError) Unwrap() error { return e.Err }

// ParseError implements [ParseErrorer].
func (j *jsonReader) ParseError(position int) error {
	span, err := j.spanAt(position)
	if err != nil {
		return err
	}
	s := j.scratch()
	defer j.scratches.Put(s)
	spans := []textSpan{span}
	if err := j.readText(s, spans); err != nil {
		return err
	}
	text := s.textOf(spans, span)
	_, _, err = j.translate(nil, position, text)
	if err == nil {
		return nil
	}
	e := &ParseError{Path: j.path, Offset: span.offset, Err: err}
	if cause := brokenText(text); cause != nil {
		e.Broken, e.At, e.Err = true, span.offset+int64(cause.Offset), cause
	}
	return e
}

// translate makes an entry of a text and appends its payload to buf. On an
// error the payload is empty.
func (j *jsonReader) translate(buf []byte, position int, text []byte) (wire.Entry, []byte, error) {
	e := wire.Entry{Seq: uint64(position)}
	if text == nil {
		return e, buf, ErrTextTooLong
	}
	r := rowOf(text)
	if seq, ok := serdejson.ParseWhole(r.seq); ok {
		e.Seq = seq
	}
	if ts, ok := serdejson.ParseWhole(r.ts); ok {
		e.TSNS = postcard.Some(ts)
	}
	e.Status = parseStatus(r.status)
	start := len(buf)
	buf, err := j.appendPayload(buf, r)
	if err == nil && !r.bare && !isWhole(bytes.TrimSpace(text)) {
		// The members of a row are taken as they come; a record is parsed to its end.
		err = errNoRecord
	}
	if err != nil {
		buf = buf[:start]
		if brokenText(text) != nil {
			e.Status = wire.EntryTorn
		}
	}
	e.Payload = buf[start:len(buf):len(buf)]
	if e.Status == wire.EntryOK {
		e.FlagsAndChecksum = redex.Checksum(e.Payload)
	}
	return e, buf, err
}

// appendPayload appends the bytes of a row. Bytes that the row has in hex are
// what was in the chain, so they count before the record made from them.
func (j *jsonReader) appendPayload(dst []byte, r row) ([]byte, error) {
	switch {
	case r.hex != nil:
		return hex.AppendDecode(dst, []byte(strings.Trim(string(r.hex), `"`)))
	case r.record != nil:
		return j.encoder.append(dst, j.kind, r.record)
	case r.failure != nil:
		return dst, errors.New(strings.Trim(string(r.failure), `"`))
	}
	return dst, errNoRecord
}

// parseStatus is the inverse of [wire.EntryStatus.String] for a JSON string;
// what is not a status is ok.
func parseStatus(value []byte) wire.EntryStatus {
	name := strings.Trim(string(value), `"`)
	for _, s := range [...]wire.EntryStatus{wire.EntryBadChecksum, wire.EntryOutOfRange, wire.EntryTorn, wire.EntryTooLarge, wire.EntryLost} {
		if s.String() == name {
			return s
		}
	}
	return wire.EntryOK
}

// recordEncoder turns JSON records into payloads. It is safe for concurrent use.
type recordEncoder struct{ actions *wire.RecordParser }

func newRecordEncoder() *recordEncoder { return &recordEncoder{actions: wire.NewRecordParser()} }

// append appends the payload that the record in text has in a chain of a kind.
func (e *recordEncoder) append(dst []byte, kind wire.ChainKind, text []byte) ([]byte, error) {
	switch kind {
	case wire.ChainAction:
		c := serdejson.NewLenientCursor(text)
		r := e.actions.Read(&c)
		if err := c.End(); err != nil {
			return dst, err
		}
		return wire.AppendRecord(dst, &r), nil
	case wire.ChainAudit:
		return appendParsed(dst, text, snapshot.ReadJSONAudit)
	case wire.ChainLog:
		return appendParsed(dst, text, snapshot.ReadJSONLog)
	case wire.ChainFailure:
		return appendParsed(dst, text, snapshot.ReadJSONFailure)
	}
	return dst, errNoRecord
}

// appendParsed parses a record and appends it.
func appendParsed[R any, P interface {
	*R
	AppendPostcard(dst []byte) []byte
}](dst, text []byte, read func(*serdejson.Cursor) R) ([]byte, error) {
	c := serdejson.NewLenientCursor(text)
	r := read(&c)
	if err := c.End(); err != nil {
		return dst, err
	}
	return P(&r).AppendPostcard(dst), nil
}
