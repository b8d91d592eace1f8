package redex

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"sync"
	"time"

	"chainglass/wire"
)

const (
	// MaxSegmentBytes is the most that the payloads of a channel may add up to.
	MaxSegmentBytes = 3 << 30

	// flushBytes is how much of one file is held back before all are written.
	flushBytes = 1 << 20
)

// Writer appends to a channel directory, byte for byte as a node does. It is
// safe for concurrent use. What is appended is held in memory until there is a
// mebibyte of it, or Flush, Sync or Close is called. After an I/O error every
// further call fails with it; the files are then as a crash would leave them.
type Writer struct {
	mu      sync.Mutex
	idx     tail
	dat     tail
	ts      tail
	nextSeq uint64
	datLen  uint64 // bytes of dat, those held back included
	timed   bool   // every entry so far has a time
	now     func() time.Time
	err     error // set once, then returned by everything
}

// tail is a file that grows, and what is to be appended to it.
type tail struct {
	f   *os.File
	buf []byte
}

func (t *tail) flush() error {
	if len(t.buf) == 0 {
		return nil
	}
	_, err := t.f.Write(t.buf)
	t.buf = t.buf[:0]
	return err
}

// Create makes the directory of a new channel and opens it for appending. It
// refuses a directory that holds a channel already. Errors are *[Error]s.
func Create(dir string) (*Writer, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, ioError(err)
	}
	c, err := OpenChannel(os.DirFS(dir), ".")
	if err != nil {
		return nil, ioError(err)
	}
	if c.Manifest.File.Present || len(c.Generations) > 0 || c.Flat.Any() {
		return nil, channelError(dir + " already holds a channel")
	}
	live := filepath.Join(dir, GenerationDir(FirstGeneration))
	if err := os.Mkdir(live, 0o777); err != nil {
		return nil, ioError(err)
	}
	if err := writeManifest(dir, FirstGeneration); err != nil {
		return nil, ioError(err)
	}
	return openTails(live, os.O_CREATE|os.O_EXCL)
}

// OpenAppend opens an existing channel for appending. It reads all of it and
// refuses one that a node would change on opening: that would destroy
// evidence, and to append after damage would bury it. Errors are *[Error]s.
func OpenAppend(dir string) (*Writer, error) {
	c, err := OpenChannel(os.DirFS(dir), ".")
	if err != nil {
		return nil, ioError(err)
	}
	_, report, err := Recover(c, V0_34_0)
	if err != nil {
		return nil, ioError(err)
	}
	if len(report.Steps) > 0 {
		s := report.Steps[0]
		return nil, channelError(fmt.Sprintf("%s cannot be appended to: %s: %s", dir, filepath.FromSlash(s.Path), s.Text))
	}
	g, _ := c.Generation(report.Choice.Generation)
	if want := int64(report.Kept) * TSSize; g.Files.TS.Size != want {
		return nil, channelError(fmt.Sprintf("%s cannot be appended to: ts holds %d bytes for %d entries", dir, g.Files.TS.Size, report.Kept))
	}
	w, err := openTails(filepath.Join(dir, GenerationDir(g.Number)), 0)
	if err != nil {
		return nil, err
	}
	w.nextSeq, w.datLen = report.NextSeq, uint64(report.DatLen)
	return w, nil
}

// openTails opens the files of a generation.
func openTails(dir string, flag int) (*Writer, error) {
	w := &Writer{now: time.Now, timed: true}
	for name, t := range map[string]*tail{idxName: &w.idx, datName: &w.dat, tsName: &w.ts} {
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_APPEND|flag, 0o666)
		if err != nil {
			return nil, errors.Join(ioError(err), w.closeFiles())
		}
		t.f = f
	}
	return w, nil
}

// writeManifest replaces the manifest in one step: either the old or the new
// one is there, whenever the machine stops.
func writeManifest(dir string, generation uint32) error {
	tmp := filepath.Join(dir, manifestTmpName)
	f, err := os.Create(tmp)
	if err != nil {
		return err
	}
	_, err = f.Write(AppendManifest(nil, generation))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp, filepath.Join(dir, manifestName)); err != nil {
		return err
	}
	syncDir(dir)
	return nil
}

// syncDir makes a rename durable where directories can be synced. The rename
// is visible already, so that a failure changes nothing a caller could act on.
func syncDir(dir string) {
	d, err := os.Open(dir)
	if err != nil {
		return
	}
	_ = d.Sync()
	_ = d.Close()
}

// SetClock replaces the clock that Append and AppendInline take times from.
func (w *Writer) SetClock(now func() time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = now
}

// NextSeq returns the sequence number of the next append.
func (w *Writer) NextSeq() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.nextSeq
}

// Append appends a payload to dat, stamped with the present time, and returns
// its sequence number. The payload is copied. Errors are *[Error]s.
func (w *Writer) Append(payload []byte) (seq uint64, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.appendHeap(payload, w.clockNS())
}

// AppendAt is Append with a given time in Unix nanoseconds.
func (w *Writer) AppendAt(payload []byte, tsNS uint64) (seq uint64, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.appendHeap(payload, tsNS)
}

// AppendInline appends a payload that lives in its row.
func (w *Writer) AppendInline(payload [InlinePayloadSize]byte) (seq uint64, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return 0, w.err
	}
	seq = w.nextSeq
	return seq, w.put(InlineRow(seq, payload), nil, w.clockNS())
}

// AppendRaw appends an entry as it was stored: its sequence number, flags and
// checksum as they are, its time if there is one. Rebuilding a channel entry
// by entry gives the same idx, dat and ts. It refuses an entry without its
// payload, and one with a time after one without: ts has no room for gaps.
func (w *Writer) AppendRaw(e wire.Entry) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	inline := e.FlagsAndChecksum&FlagInline != 0
	switch {
	case len(e.Payload) == 0 && e.Status != wire.EntryOK && e.Status != wire.EntryBadChecksum:
		return channelError(fmt.Sprintf("entry %d has no payload (%v)", e.Seq, e.Status))
	case inline && len(e.Payload) != InlinePayloadSize:
		return channelError(fmt.Sprintf("inline entry %d has a payload of %d bytes", e.Seq, len(e.Payload)))
	case e.TSNS.Some && !w.timed:
		return channelError(fmt.Sprintf("entry %d has a time, the one before it has none", e.Seq))
	}
	heap := e.Payload
	if inline {
		heap = nil
	}
	if err := w.ready(len(heap)); err != nil {
		return err
	}
	row := Row{Seq: e.Seq, PayloadOffset: uint32(w.datLen), PayloadLen: uint32(len(heap)), FlagsAndChecksum: e.FlagsAndChecksum}
	if inline {
		row.PayloadOffset = binary.LittleEndian.Uint32(e.Payload)
		row.PayloadLen = binary.LittleEndian.Uint32(e.Payload[4:])
	}
	w.timed = e.TSNS.Some
	return w.put(row, heap, e.TSNS.Value)
}

func (w *Writer) appendHeap(payload []byte, tsNS uint64) (seq uint64, err error) {
	if err := w.ready(len(payload)); err != nil {
		return 0, err
	}
	seq = w.nextSeq
	return seq, w.put(HeapRow(seq, uint32(w.datLen), payload), payload, tsNS)
}

// clockNS is the present time in Unix nanoseconds, 0 before 1970.
func (w *Writer) clockNS() uint64 { return uint64(max(w.now().UnixNano(), 0)) }

// ready reports what keeps size more bytes from being appended to dat.
func (w *Writer) ready(size int) error {
	if w.err != nil {
		return w.err
	}
	if w.datLen+uint64(size) > MaxSegmentBytes {
		left := MaxSegmentBytes - min(w.datLen, MaxSegmentBytes)
		return &Error{Kind: PayloadTooLarge, Size: uint64(size), Max: left}
	}
	return checkOffset(w.datLen)
}

func checkOffset(offset uint64) error {
	if offset > math.MaxUint32 {
		return &Error{Kind: SegmentOffsetOverflow, Offset: offset}
	}
	return nil
}

// put takes over an entry. Only a Writer whose entries are all timed has its
// times written.
func (w *Writer) put(row Row, heap []byte, tsNS uint64) error {
	w.dat.buf = append(w.dat.buf, heap...)
	w.idx.buf = AppendRow(w.idx.buf, row)
	if w.timed {
		w.ts.buf = AppendTS(w.ts.buf, tsNS)
	}
	w.datLen += uint64(len(heap))
	w.nextSeq = row.Seq + 1
	if len(w.dat.buf) < flushBytes && len(w.idx.buf) < flushBytes {
		return nil
	}
	return w.flush()
}

// flush writes dat, then idx, then ts, so that a crash never leaves a row
// without its payload.
func (w *Writer) flush() error {
	if w.err != nil {
		return w.err
	}
	for _, t := range []*tail{&w.dat, &w.idx, &w.ts} {
		if err := t.flush(); err != nil {
			w.err = ioError(err)
			return w.err
		}
	}
	return nil
}

// Flush hands everything appended to the operating system.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.flush()
}

// Sync makes everything appended durable.
func (w *Writer) Sync() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sync()
}

func (w *Writer) sync() error {
	if err := w.flush(); err != nil {
		return err
	}
	for _, t := range []*tail{&w.dat, &w.idx, &w.ts} {
		if err := t.f.Sync(); err != nil {
			w.err = ioError(err)
			return w.err
		}
	}
	return nil
}

// Close makes everything durable and closes the files. A second Close, like
// everything else after the first, fails with [Closed].
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	closed := &Error{Kind: Closed}
	if errors.Is(w.err, Closed) {
		return closed
	}
	err := w.sync()
	if closeErr := w.closeFiles(); err == nil && closeErr != nil {
		err = ioError(closeErr)
	}
	w.err = closed
	return err
}

func (w *Writer) closeFiles() (err error) {
	for _, t := range []*tail{&w.dat, &w.idx, &w.ts} {
		if t.f == nil {
			continue
		}
		if closeErr := t.f.Close(); !errors.Is(closeErr, fs.ErrClosed) {
			err = errors.Join(err, closeErr)
		}
	}
	return err
}
