package redex

import (
	"encoding/binary"
	"io"
	"slices"

	"chainglass/wire"
)

// DAT returns the payload file of the generation, which can be read until Close, and its
// size in bytes.
func (g *Generation) DAT() (r io.ReaderAt, size int64) { return datReader{&g.dat}, g.dat.size }

// datReader reads a file as it was opened.
type datReader struct{ *file }

// ReadAt implements io.ReaderAt.
func (d datReader) ReadAt(b []byte, offset int64) (n int, err error) {
	if offset < 0 || offset > d.size {
		return 0, io.EOF
	}
	if left := d.size - offset; int64(len(b)) > left {
		b, err = b[:left], io.EOF
	}
	if readErr := d.readAt(b, offset); readErr != nil {
		return 0, readErr
	}
	return len(b), err
}

// TimesFrom returns the times in ts from a position on, in Unix nanoseconds, also those
// behind the last row; without the zeros that ts may end in, which are no times.
func (g *Generation) TimesFrom(pos int) ([]uint64, error) {
	n := g.ts.size/TSSize - int64(pos)
	if n <= 0 {
		return nil, nil
	}
	b := make([]byte, n*TSSize)
	if err := g.ts.readAt(b, int64(pos)*TSSize); err != nil {
		return nil, err
	}
	times := make([]uint64, n)
	last := 0
	for i := range times {
		if times[i] = binary.LittleEndian.Uint64(b[i*TSSize:]); times[i] != 0 {
			last = i + 1
		}
	}
	return times[:last], nil
}

// Span is a part of a file: from Start up to, not including, End.
type Span struct{ Start, End int64 }

// Len returns the number of bytes.
func (s Span) Len() int64 { return s.End - s.Start }

// Unled are the parts of dat that no row leads to whose payload matches its checksum.
type Unled struct {
	// Spans are in order.
	Spans []Span
	// Disputed are the rows that lead into them: their payloads are in dat, and do not
	// match. They are in the order of their offsets.
	Disputed []Row
}

// Unled finds what no sound row leads to. It reads all entries.
func (g *Generation) Unled() (*Unled, error) {
	u := &Unled{}
	var led []Span
	var b wire.Block
	for pos := 0; pos < g.rows; pos += len(b.Entries) {
		if err := g.ReadBlock(pos, &b); err != nil {
			return nil, err
		}
		rows := make([]byte, len(b.Entries)*RowSize)
		if err := g.idx.readAt(rows, int64(pos)*RowSize); err != nil {
			return nil, err
		}
		for i := range b.Entries {
			led = u.row(ParseRow(rows[i*RowSize:]), b.Entries[i].Status, led)
		}
	}
	slices.SortFunc(led, func(a, b Span) int { return int(a.Start - b.Start) })
	slices.SortFunc(u.Disputed, func(a, b Row) int { return int(int64(a.PayloadOffset) - int64(b.PayloadOffset)) })
	at := int64(0)
	for _, s := range append(led, Span{g.dat.size, g.dat.size}) {
		if s.Start > at {
			u.Spans = append(u.Spans, Span{at, s.Start})
		}
		at = max(at, s.End)
	}
	return u, nil
}

// row adds what a row leads to.
func (u *Unled) row(row Row, status wire.EntryStatus, led []Span) []Span {
	if row.Inline() || row.PayloadLen == 0 {
		return led
	}
	if status == wire.EntryBadChecksum {
		u.Disputed = append(u.Disputed, row)
	}
	if !status.Readable() {
		return led
	}
	start, end := int64(row.PayloadOffset), int64(row.PayloadEnd())
	if n := len(led); n > 0 && led[n-1].End == start {
		led[n-1].End = end
		return led
	}
	return append(led, Span{start, end})
}
