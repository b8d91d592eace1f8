package redex

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync"

	"chainglass/wire"
)

// Generation is an open generation of a channel. It implements [wire.Reader]
// and is safe for concurrent use by readers that bring their own blocks.
type Generation struct {
	channel *Channel
	number  uint32
	idx     file
	dat     file
	ts      file
	hasTS   bool
	held    bool // all of it is in memory, and no file is open

	rows     int   // whole rows in idx
	tornFrom int   // first position of the torn tail; rows if there is none
	lastEnd  int64 // where the payload of the last heap row before it ends in dat; 0 for none
	times    int   // whole times in ts that belong to a row

	scratches sync.Pool // of *scratch
	// covered is what blocks have shown, told what others have read.
	covered, told Coverage
}

var _ wire.Reader = (*Generation)(nil)

// OpenLive opens the generation that [Channel.Choose] names. One that does not
// exist is empty.
func (c *Channel) OpenLive(rules Rules) (*Generation, error) {
	return c.OpenGeneration(c.Choose(rules).Generation)
}

// OpenGeneration opens a generation by its number, live or not;
// [FlatGeneration] stands for the flat layout. Missing files read as empty, so
// the remains of a generation can be seen. The caller closes it.
func (c *Channel) OpenGeneration(number uint32) (*Generation, error) {
	files, paths := c.generationFiles(number)
	g := &Generation{channel: c, number: number, hasTS: files.TS.Present}
	err := g.openFiles(files, paths)
	if err == nil {
		g.rows = int(g.idx.size / RowSize)
		g.scratches.New = func() any { return newScratch(g.rows) }
		g.times = min(g.rows, int(g.ts.size/TSSize))
		g.tornFrom, err = g.findTornTail()
	}
	if err != nil {
		return nil, errors.Join(err, g.Close())
	}
	return g, nil
}

func (g *Generation) openFiles(files Files, paths [3]string) (err error) {
	g.held = files.Size() <= MaxHeldBytes
	if g.idx, err = g.openFile(paths[0], files.IDX); err != nil {
		return err
	}
	if g.dat, err = g.openFile(paths[1], files.DAT); err != nil {
		return err
	}
	if g.ts, err = g.openFile(paths[2], files.TS); err != nil {
		return err
	}
	if g.held {
		return cmp.Or(g.idx.hold(), g.dat.hold(), g.ts.hold())
	}
	return nil
}

// MaxHeldBytes is the size of idx, dat and ts together up to which a generation is
// read when it is opened and kept in memory. A node keeps a channel of one entry for
// every blob it stores, tens of thousands in all: where each read takes as long as one
// of a megabyte they have to be few, and so have the files that are open.
const MaxHeldBytes = 1024

func (g *Generation) openFile(name string, state FileState) (file, error) {
	found := g.channel.foundAt(name)
	if found.path != "" {
		name = found.path // the same text, of which there is one then
	}
	if g.held && found.content != nil {
		return file{path: name, size: state.Size, was: found.info, held: found.content}, nil
	}
	return openFile(g.channel.fsys, name, state, found.info)
}

// Close closes the files.
func (g *Generation) Close() error {
	return errors.Join(g.dat.close(), g.idx.close(), g.ts.close())
}

// Held reports whether all of the generation is in memory since it was opened.
func (g *Generation) Held() bool { return g.held }

// Number returns the number of the generation, or [FlatGeneration].
func (g *Generation) Number() uint32 { return g.number }

// Channel returns the channel that the generation belongs to.
func (g *Generation) Channel() *Channel { return g.channel }

// Len returns the number of entries: whole rows of idx.
func (g *Generation) Len() int { return g.rows }

// Size returns the bytes of idx, dat and ts together.
func (g *Generation) Size() int64 { return g.idx.size + g.dat.size + g.ts.size }

// PartialRow returns how many bytes of an unfinished row end idx.
func (g *Generation) PartialRow() int { return int(g.idx.size % RowSize) }

// TornFrom returns the first position of the torn tail, or Len if there is
// none. A node cuts every entry from there on, inline entries included.
func (g *Generation) TornFrom() int { return g.tornFrom }

// Paths returns the paths of the files that make up the generation, whether they are
// there or not.
func (g *Generation) Paths() (idx, dat, ts string) { return g.idx.path, g.dat.path, g.ts.path }

// Times returns how many entries, from the first on, have a time in ts. If
// that is less than Len, a node uses none of them, with good reason: a time
// that was lost in a crash, or dropped with a damaged entry, leaves later times
// one place too early. They are what is there, not proof.
func (g *Generation) Times() int { return g.times }

// timesUsable is the rule of a node: all of ts or nothing.
func (g *Generation) timesUsable() bool { return g.hasTS && g.times >= g.tornFrom }

// Location says where in the files an entry lies. Paths are slash paths in the
// file system, offsets and sizes are in bytes.
type Location struct {
	// Row is the row of the entry as stored.
	Row Row
	// IDXPath and IDXOffset locate the row.
	IDXPath   string
	IDXOffset int64
	// DATPath and DATOffset locate the payload that Row claims to have in dat,
	// PayloadLen bytes; the range may lie outside dat. DATPath is empty for an
	// inline entry.
	DATPath    string
	DATOffset  int64
	PayloadLen int64
	// TSPath and TSOffset locate the time; TSPath is empty if there is none.
	TSPath   string
	TSOffset int64
}

// Locate says where the entry at a position lies.
func (g *Generation) Locate(pos int) (Location, error) {
	if pos < 0 || pos >= g.rows {
		return Location{}, fmt.Errorf("redex: %s: no entry at position %d of %d", g.idx.path, pos, g.rows)
	}
	var row [RowSize]byte
	l := Location{IDXPath: g.idx.path, IDXOffset: int64(pos) * RowSize}
	if err := g.idx.readAt(row[:], l.IDXOffset); err != nil {
		return Location{}, err
	}
	l.Row = ParseRow(row[:])
	if !l.Row.Inline() {
		l.DATPath, l.DATOffset, l.PayloadLen = g.dat.path, int64(l.Row.PayloadOffset), int64(l.Row.PayloadLen)
	}
	if pos < g.times {
		l.TSPath, l.TSOffset = g.ts.path, int64(pos)*TSSize
	}
	return l, nil
}

// findTornTail walks the rows from the last one backwards, over inline
// entries, for as long as payloads run past the end of dat.
func (g *Generation) findTornTail() (tornFrom int, err error) {
	const chunkRows = 1024
	tornFrom = g.rows
	buf := make([]byte, min(g.rows, chunkRows)*RowSize)
	for end := g.rows; end > 0; {
		start := max(end-chunkRows, 0)
		b := buf[:(end-start)*RowSize]
		if err := g.idx.readAt(b, int64(start)*RowSize); err != nil {
			return 0, err
		}
		for pos := end - 1; pos >= start; pos-- {
			row := ParseRow(b[(pos-start)*RowSize:])
			if row.Inline() {
				continue
			}
			if row.PayloadEnd() <= uint64(g.dat.size) {
				g.lastEnd = int64(row.PayloadEnd())
				return tornFrom, nil
			}
			tornFrom = pos
		}
		end = start
	}
	return tornFrom, nil
}

// ReachesEnd reports whether the last row leads to the end of dat, so that there is no
// unreached tail. It reads nothing.
func (g *Generation) ReachesEnd() bool { return g.lastEnd == g.dat.size }

// UnreachedTail returns how many bytes of dat lie behind the last payload that a row
// leads to: those of an interrupted write, or of one that is under way.
func (g *Generation) UnreachedTail() (int64, error) {
	kept, err := g.keptDatSize()
	return g.dat.size - kept, err
}

// keptDatSize returns how many bytes of dat a node keeps, reading the rows that
// no block has covered.
func (g *Generation) keptDatSize() (int64, error) {
	runs := slices.Concat(g.covered.Runs(), g.told.Runs())
	sort.Slice(runs, func(i, j int) bool { return runs[i].First < runs[j].First })
	through, highest := 0, uint64(0)
	for _, run := range append(runs, CoveredRun{First: g.tornFrom, End: g.tornFrom}) {
		end, err := g.payloadEnd(through, min(run.First, g.tornFrom))
		if err != nil {
			return 0, err
		}
		highest = max(highest, end, run.PayloadEnd)
		through = max(through, run.End)
	}
	return int64(min(highest, uint64(g.dat.size))), nil
}

// payloadEnd returns the highest end of a payload in dat among the entries from first up
// to end, by their rows.
func (g *Generation) payloadEnd(first, end int) (highest uint64, err error) {
	if first >= end {
		return 0, nil
	}
	s := g.scratches.Get().(*scratch)
	defer g.scratches.Put(s)
	for first < end {
		n := min(end-first, maxBlockEntries)
		if err := g.idx.readAt(s.rows[:n*RowSize], int64(first)*RowSize); err != nil {
			return 0, err
		}
		for i := range n {
			if row := s.row(i); !row.Inline() {
				highest = max(highest, row.PayloadEnd())
			}
		}
		first += n
	}
	return highest, nil
}
