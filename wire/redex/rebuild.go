package redex

import (
	"encoding/binary"
	"errors"
	"io"
	"math"

	"chainglass/wire"
)

// RawRun is a run of bytes of a file that travelled by itself.
type RawRun struct {
	Offset int64
	// Bytes are valid until the next run is asked for.
	Bytes []byte
	// Lost is how many bytes were lost on the way, of a run without Bytes.
	Lost int64
}

// end returns the offset behind the run.
func (r *RawRun) end() int64 { return r.Offset + int64(len(r.Bytes)) + r.Lost }

// RawRuns returns the next run of a file in the order of the offsets, or io.EOF.
type RawRuns func() (RawRun, error)

// RebuiltFile is a file to be put together again.
type RebuiltFile struct {
	// Out takes the bytes; it is nil for a file that was not there. What is not
	// written, because it was lost, is left as it is.
	Out io.WriterAt
	// Size is how many bytes the file had.
	Size int64
	// Runs are what travelled of it by itself.
	Runs RawRuns
}

// MissingBytes counts the bytes of a file that did not come along.
type MissingBytes struct {
	Bytes int64
	// First is the offset of the first of them.
	First int64
}

// CopyRuns puts a file together of nothing but what travelled of it.
func CopyRuns(f RebuiltFile) (MissingBytes, error) {
	b := fileBuilder{RebuiltFile: f}
	err := b.end(0)
	return b.missing, err
}

// rebuildBuffer is how much of a file is written at once.
const rebuildBuffer = 256 << 10

// fileBuilder writes a file from its start to its end.
type fileBuilder struct {
	RebuiltFile
	at      int64 // where the next byte goes
	buf     []byte
	run     RawRun
	ended   bool // no run is left
	missing MissingBytes
}

// put writes bytes. Of a file that was not there it drops them.
func (f *fileBuilder) put(b []byte) error {
	f.at += int64(len(b))
	if f.Out == nil {
		return nil
	}
	if len(f.buf)+len(b) > rebuildBuffer {
		if err := f.flushAt(f.at - int64(len(b))); err != nil {
			return err
		}
		if len(b) >= rebuildBuffer {
			_, err := f.Out.WriteAt(b, f.at-int64(len(b)))
			return err
		}
	}
	f.buf = append(f.buf, b...)
	return nil
}

// flush writes what is held back.
func (f *fileBuilder) flush() error { return f.flushAt(f.at) }

// flushAt writes what is held back and ends at end.
func (f *fileBuilder) flushAt(end int64) error {
	if len(f.buf) == 0 {
		return nil
	}
	_, err := f.Out.WriteAt(f.buf, end-int64(len(f.buf)))
	f.buf = f.buf[:0]
	return err
}

// skip leaves out n bytes that are missing, from an offset of the source on.
func (f *fileBuilder) skip(n, from int64) error {
	if n <= 0 {
		return nil
	}
	if f.missing.Bytes == 0 {
		f.missing.First = from
	}
	f.missing.Bytes += n
	if err := f.flush(); err != nil {
		return err
	}
	f.at += n
	return nil
}

// reach makes the run the first one that ends behind offset, if there is one.
func (f *fileBuilder) reach(offset int64) (bool, error) {
	for !f.ended && f.run.end() <= offset {
		var err error
		if f.run, err = f.Runs(); errors.Is(err, io.EOF) {
			f.ended = true
		} else if err != nil {
			return false, err
		}
	}
	return !f.ended, nil
}

// fill writes the bytes of the source from one offset up to another, as far as they
// travelled.
func (f *fileBuilder) fill(from, to int64) error {
	for from < to {
		there, err := f.reach(from)
		if err != nil {
			return err
		}
		gap := to - from
		if there {
			gap = min(max(f.run.Offset-from, 0), gap)
		}
		if err := f.skip(gap, from); err != nil {
			return err
		}
		if from += gap; from >= to {
			return nil
		}
		n := min(f.run.end(), to) - from
		if f.run.Lost > 0 {
			err = f.skip(n, from)
		} else {
			err = f.put(f.run.Bytes[from-f.run.Offset:][:n])
		}
		if err != nil {
			return err
		}
		from += n
	}
	return nil
}

// end writes what follows the offset from, and all that was held back.
func (f *fileBuilder) end(from int64) error {
	if err := f.fill(from, f.Size); err != nil {
		return err
	}
	return f.flush()
}

// row returns the bytes of the row at offset, nil if they did not travel; lost says
// that they did and were lost.
func (f *fileBuilder) row(offset int64) (b []byte, lost bool, err error) {
	there, err := f.reach(offset)
	if err != nil || !there || f.run.Offset > offset {
		return nil, false, err
	}
	if f.run.Lost > 0 {
		return nil, true, nil
	}
	if b = f.run.Bytes[offset-f.run.Offset:]; len(b) < RowSize {
		return nil, false, nil
	}
	return b[:RowSize], false, nil
}

// Rebuild puts idx, dat and ts together of the entries of a chain and what
// travelled beside them, by the rule of [Residue]. Entries that were lost are left
// out, and the rows behind them lead to where the payloads are now.
type Rebuild struct {
	idx, dat, ts fileBuilder
	place        placement
	next         int  // position
	timed        int  // position behind the last time that was written
	untimed      bool // an entry had no time
	scratch      []byte
	report       Rebuilt
}

// Rebuilt tells what a [Rebuild] lacked.
type Rebuilt struct {
	// LeftOut counts the entries that could not be written, from the position
	// FirstLeftOut on.
	LeftOut, FirstLeftOut int
	// Guessed counts the rows that were lost on the way and written as they would
	// be if nothing was out of the ordinary.
	Guessed int
	// TimesLeftOut counts the times that ts has no place for.
	TimesLeftOut int
	// IDX, DAT and TS count the bytes that did not come along.
	IDX, DAT, TS MissingBytes
}

// NewRebuild begins to put files together.
func NewRebuild(idx, dat, ts RebuiltFile) *Rebuild {
	return &Rebuild{
		idx: fileBuilder{RebuiltFile: idx}, dat: fileBuilder{RebuiltFile: dat}, ts: fileBuilder{RebuiltFile: ts},
		place: placement{size: uint64(max(dat.Size, 0))},
	}
}

// Add takes a block of entries, which follows the last. An error is one of writing
// or of reading the runs.
func (r *Rebuild) Add(b *wire.Block) error {
	for i := range b.Entries {
		if err := r.entry(&b.Entries[i]); err != nil {
			return err
		}
	}
	return nil
}

func (r *Rebuild) entry(e *wire.Entry) error {
	position := r.next
	r.next++
	stored, lost, err := r.idx.row(int64(position) * RowSize)
	if err != nil {
		return err
	}
	row, known := r.expected(e)
	if stored != nil {
		row, known = ParseRow(stored), true
	}
	if e.Status == wire.EntryLost || !known || r.idx.Out == nil || int64(r.next)*RowSize > r.idx.Size {
		if r.report.LeftOut == 0 {
			r.report.FirstLeftOut = position
		}
		r.report.LeftOut++
		return nil
	}
	if lost {
		r.report.Guessed++
	}
	if err := r.payload(row, e); err != nil {
		return err
	}
	r.scratch = AppendRow(r.scratch[:0], row)
	if err := r.idx.put(r.scratch); err != nil {
		return err
	}
	return r.time(e)
}

// expected returns the row that an entry has if nothing is out of the ordinary, and
// whether there is one.
func (r *Rebuild) expected(e *wire.Entry) (row Row, ok bool) {
	end := r.place.end
	row = Row{Seq: e.Seq, PayloadOffset: uint32(end), PayloadLen: uint32(len(e.Payload)), FlagsAndChecksum: e.FlagsAndChecksum}
	if row.Inline() {
		if len(e.Payload) != InlinePayloadSize {
			return row, false
		}
		row.PayloadOffset = binary.LittleEndian.Uint32(e.Payload)
		row.PayloadLen = binary.LittleEndian.Uint32(e.Payload[4:])
		return row, true
	}
	return row, travels(e) && end <= math.MaxUint32 && end+uint64(len(e.Payload)) <= r.place.size
}

// travels reports whether the payload of an entry comes with it.
func travels(e *wire.Entry) bool {
	return e.Status == wire.EntryOK || e.Status == wire.EntryBadChecksum
}

// payload places the payload of an entry in dat.
func (r *Rebuild) payload(row Row, e *wire.Entry) error {
	before := r.place.end
	if row.Inline() || !travels(e) || uint64(row.PayloadLen) != uint64(len(e.Payload)) || !r.place.place(row) {
		return nil
	}
	if err := r.dat.fill(int64(before), int64(row.PayloadOffset)); err != nil {
		return err
	}
	return r.dat.put(e.Payload)
}

func (r *Rebuild) time(e *wire.Entry) error {
	if !e.TSNS.Some {
		r.untimed = true
		return nil
	}
	if r.untimed || r.ts.Out == nil || int64(r.next)*TSSize > r.ts.Size {
		r.report.TimesLeftOut++
		return nil
	}
	r.timed = r.next
	r.scratch = AppendTS(r.scratch[:0], e.TSNS.Value)
	return r.ts.put(r.scratch)
}

// Finish writes what follows the entries, and all that was held back.
func (r *Rebuild) Finish() (Rebuilt, error) {
	err := r.idx.end(int64(r.next) * RowSize)
	if err == nil {
		err = r.dat.end(int64(r.place.end))
	}
	if err == nil {
		err = r.ts.end(int64(r.timed) * TSSize)
	}
	r.report.IDX, r.report.DAT, r.report.TS = r.idx.missing, r.dat.missing, r.ts.missing
	return r.report, err
}
