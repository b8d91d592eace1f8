package redex

import (
	"encoding/binary"
	"errors"
	"fmt"
	"path"

	"chainglass/wire"
)

// A chain that travels as entries leaves behind what its folder holds besides. What
// that is, [Residue] tells who sends the entries, so that [Rebuild] can put the
// folder together again byte for byte. Both follow the same rule:
//
//   - ts begins with the times of the entries, up to the first without one.
//   - The row of an inline entry is made of the entry. Any other entry whose
//     payload travels is expected at the end of the payloads placed so far. A row
//     that is different from what is expected travels.
//   - A payload is placed where its row says, if it is as long as the row says and
//     begins no earlier than the payloads placed so far end. Bytes of dat where no
//     payload was placed travel.
//   - Everything else travels: the rest of the three files, and all other files.

// placement says where the payloads of entries lie in dat, entry after entry.
type placement struct {
	end  uint64 // of the payloads placed so far
	size uint64 // of dat
}

// expected returns the row that an entry has if nothing is out of the ordinary, and
// whether there is one.
func (p *placement) expected(e *wire.Entry) (row Row, ok bool) {
	row = Row{Seq: e.Seq, PayloadOffset: uint32(p.end), PayloadLen: uint32(len(e.Payload)), FlagsAndChecksum: e.FlagsAndChecksum}
	if row.Inline() {
		if len(e.Payload) != InlinePayloadSize {
			return row, false
		}
		row.PayloadOffset = binary.LittleEndian.Uint32(e.Payload)
		row.PayloadLen = binary.LittleEndian.Uint32(e.Payload[4:])
		return row, true
	}
	return row, travels(e) && p.end+uint64(len(e.Payload)) <= p.size && p.end == uint64(row.PayloadOffset)
}

// travels reports whether the payload of an entry comes with it.
func travels(e *wire.Entry) bool {
	return e.Status == wire.EntryOK || e.Status == wire.EntryBadChecksum
}

// place places the payload of an entry, if it can be.
func (p *placement) place(row Row, e *wire.Entry) bool {
	if row.Inline() || !travels(e) || uint64(row.PayloadLen) != uint64(len(e.Payload)) {
		return false
	}
	if uint64(row.PayloadOffset) < p.end || row.PayloadEnd() > p.size {
		return false
	}
	p.end = row.PayloadEnd()
	return true
}

// RawChunk is how many bytes a [Residue] hands out at a time, at most.
const RawChunk = 1 << 20

// EmitRaw takes bytes of a file, which is named by its place in [Generation.Folder].
// They are valid until it returns. Runs of a file come in the order of their
// offsets, and none divides a row of idx.
type EmitRaw func(file int, offset int64, b []byte) error

// Residue finds what the folder of a generation holds besides the entries. All
// entries go through it, block after block.
type Residue struct {
	g     *Generation
	files []wire.FolderFile
	own   [wire.FilePartCount]int // places in files; -1 for a missing one
	emit  EmitRaw                 // nil if bytes are only counted
	bytes []int64                 // by file

	next  int // position
	timed int // leading entries with a time
	dat   placement
	rows  []byte // of a block, as they are stored
	run   []byte // rows that travel, next to each other
	runAt int64
	buf   []byte
	err   error // of emit
}

// NewResidue begins to look at g. Without emit, bytes are counted and not read.
func (g *Generation) NewResidue(emit EmitRaw) *Residue {
	r := &Residue{g: g, files: g.Folder(), emit: emit, dat: placement{size: uint64(g.dat.size)}}
	r.own = [...]int{-1, -1, -1, -1}
	for i, f := range r.files {
		if f.Part != wire.FileOther {
			r.own[f.Part] = i
		}
	}
	r.bytes = make([]int64, len(r.files))
	return r
}

// Bytes returns how many bytes have been found so far, by file.
func (r *Residue) Bytes() []int64 { return r.bytes }

// EmitError returns the error of the function that takes the bytes, which ends all
// further work. Other errors are of reading.
func (r *Residue) EmitError() error { return r.err }

// Add goes through a block of entries, which follows the last.
func (r *Residue) Add(b *wire.Block) error {
	if b.First != r.next {
		return fmt.Errorf("redex: %s: entries from position %d, expected %d", r.g.idx.path, b.First, r.next)
	}
	n := len(b.Entries) * RowSize
	if cap(r.rows) < n {
		r.rows = make([]byte, n)
	}
	r.rows = r.rows[:n]
	if err := r.g.idx.readAt(r.rows, int64(b.First)*RowSize); err != nil {
		return err
	}
	for i := range b.Entries {
		if err := r.entry(&b.Entries[i], r.rows[i*RowSize:(i+1)*RowSize]); err != nil {
			return err
		}
	}
	return nil
}

func (r *Residue) entry(e *wire.Entry, stored []byte) error {
	row := ParseRow(stored)
	expected, ok := r.dat.expected(e)
	before := r.dat.end
	if r.dat.place(row, e) && uint64(row.PayloadOffset) > before {
		if err := r.copy(wire.FileDAT, &r.g.dat, int64(before), int64(row.PayloadOffset)); err != nil {
			return err
		}
	}
	if e.TSNS.Some && r.timed == r.next {
		r.timed++
	}
	r.next++
	if ok && row == expected {
		return nil
	}
	return r.row(int64(r.next-1)*RowSize, stored)
}

// row adds a row to those that travel together.
func (r *Residue) row(at int64, stored []byte) error {
	if at != r.runAt+int64(len(r.run)) || len(r.run)+RowSize > RawChunk {
		if err := r.flush(); err != nil {
			return err
		}
		r.runAt = at
	}
	r.run = append(r.run, stored...)
	return nil
}

func (r *Residue) flush() error {
	if len(r.run) == 0 {
		return nil
	}
	err := r.put(r.own[wire.FileIDX], r.runAt, r.run)
	r.run = r.run[:0]
	return err
}

// put hands out bytes.
func (r *Residue) put(file int, offset int64, b []byte) error {
	r.bytes[file] += int64(len(b))
	if r.emit == nil || r.err != nil {
		return r.err
	}
	r.err = r.emit(file, offset, b)
	return r.err
}

// copy hands out a part of one of the files of the generation.
func (r *Residue) copy(part wire.FilePart, f *file, from, to int64) error {
	if r.own[part] < 0 {
		return nil
	}
	return r.copyFile(r.own[part], f, from, to)
}

func (r *Residue) copyFile(number int, f *file, from, to int64) error {
	if r.emit == nil {
		r.bytes[number] += to - from
		return nil
	}
	for from < to {
		n := min(to-from, RawChunk)
		if int64(cap(r.buf)) < n {
			r.buf = make([]byte, n)
		}
		b := r.buf[:n]
		if err := f.readAt(b, from); err != nil {
			return err
		}
		if err := r.put(number, from, b); err != nil {
			return err
		}
		from += n
	}
	return nil
}

// Finish hands out what follows the entries in the files that they came from.
func (r *Residue) Finish() error {
	if err := r.flush(); err != nil {
		return err
	}
	g := r.g
	return errors.Join(
		r.copy(wire.FileIDX, &g.idx, int64(r.next)*RowSize, g.idx.size),
		r.copy(wire.FileDAT, &g.dat, int64(r.dat.end), g.dat.size),
		r.copy(wire.FileTS, &g.ts, int64(r.timed)*TSSize, g.ts.size),
	)
}

// Other hands out a file of [Generation.Folder] that the entries do not come from,
// whole.
func (r *Residue) Other(number int) (err error) {
	listed := r.files[number]
	if listed.Size == 0 {
		return nil
	}
	c := r.g.channel
	if r.emit == nil {
		return r.copyFile(number, nil, 0, listed.Size)
	}
	f, err := openFile(c.fsys, path.Join(c.Dir, listed.Path), FileState{Present: true, Size: listed.Size})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	return r.copyFile(number, &f, 0, listed.Size)
}

// ResidueBytes counts what a [Residue] of all entries would hand out, by file of
// [Generation.Folder]. It reads idx alone and calls pace after every block of rows.
func (g *Generation) ResidueBytes(pace func()) ([]int64, error) {
	r := g.NewResidue(nil)
	rows := make([]byte, min(g.rows, maxBlockEntries)*RowSize)
	for r.next < g.rows {
		n := min(g.rows-r.next, maxBlockEntries)
		if err := g.idx.readAt(rows[:n*RowSize], int64(r.next)*RowSize); err != nil {
			return nil, err
		}
		for i := range n {
			r.count(rows[i*RowSize : (i+1)*RowSize])
		}
		pace()
	}
	if err := r.Finish(); err != nil {
		return nil, err
	}
	for i, f := range r.files {
		if f.Part == wire.FileOther {
			r.bytes[i] = f.Size
		}
	}
	return r.bytes, nil
}

// count is entry for an entry that is known by its row only.
func (r *Residue) count(stored []byte) {
	row := ParseRow(stored)
	if r.next < r.g.times {
		r.timed++
	}
	r.next++
	if row.Inline() {
		return
	}
	before, begin := r.dat.end, uint64(row.PayloadOffset)
	if row.PayloadLen <= MaxPayloadBytes && begin >= before && row.PayloadEnd() <= r.dat.size {
		r.dat.end = row.PayloadEnd()
		if begin == before {
			return
		}
		r.bytes[r.own[wire.FileDAT]] += int64(begin - before)
	}
	r.bytes[r.own[wire.FileIDX]] += RowSize
}
