package redex

import (
	"cmp"
	"errors"
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

// place places the payload of a heap row, if it can be.
func (p *placement) place(row Row) bool {
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

// Residue finds what the folder of a generation holds besides the entries. It reads
// idx, and of the other files what it hands out.
type Residue struct {
	g     *Generation
	files []wire.FolderFile
	own   [wire.FilePartCount]int // places in files; -1 for a missing one
	emit  EmitRaw                 // nil if bytes are only counted
	bytes []int64                 // by file

	dat   placement
	rows  []byte
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
	r.rows = make([]byte, min(g.rows, maxBlockEntries)*RowSize)
	return r
}

// Bytes returns how many bytes have been found so far, by file.
func (r *Residue) Bytes() []int64 { return r.bytes }

// EmitError returns the error of the function that takes the bytes, which ends all
// further work. Other errors are of reading.
func (r *Residue) EmitError() error { return r.err }

// Own goes through the files that the entries come from. It calls pace after every
// block of rows and ends with its error.
func (r *Residue) Own(pace func() error) error {
	g := r.g
	for first := 0; first < g.rows; first += maxBlockEntries {
		rows := r.rows[:min(g.rows-first, maxBlockEntries)*RowSize]
		if err := g.idx.readAt(rows, int64(first)*RowSize); err != nil {
			return err
		}
		for at := 0; at < len(rows); at += RowSize {
			if err := r.row(int64(first)*RowSize+int64(at), rows[at:at+RowSize]); err != nil {
				return err
			}
		}
		if err := pace(); err != nil {
			return err
		}
	}
	if err := r.flush(); err != nil {
		return err
	}
	return cmp.Or(
		r.copy(wire.FileIDX, &g.idx, int64(g.rows)*RowSize, g.idx.size),
		r.copy(wire.FileDAT, &g.dat, int64(r.dat.end), g.dat.size),
		r.copy(wire.FileTS, &g.ts, int64(g.times)*TSSize, g.ts.size),
	)
}

// row looks at a row, which says what the entry is: of a heap row the payload
// travels if it lies in dat and is not too large to be handed out.
func (r *Residue) row(at int64, stored []byte) error {
	row := ParseRow(stored)
	if row.Inline() {
		return nil
	}
	before := r.dat.end
	if row.PayloadLen <= MaxPayloadBytes && r.dat.place(row) {
		if begin := uint64(row.PayloadOffset); begin > before {
			if err := r.copy(wire.FileDAT, &r.g.dat, int64(before), int64(begin)); err != nil {
				return err
			}
		} else {
			return nil
		}
	}
	if at != r.runAt+int64(len(r.run)) || len(r.run)+RowSize > RawChunk {
		if err := r.flush(); err != nil {
			return err
		}
		r.runAt = at
	}
	r.run = append(r.run, stored...)
	return nil
}

// flush hands out the rows that travel together.
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
	f, err := openFile(c.fsys, path.Join(c.Dir, listed.Path), FileState{Present: true, Size: listed.Size}, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	return r.copyFile(number, &f, 0, listed.Size)
}
