package redex

import (
	"errors"
	"io/fs"
	"os"
	"sync"

	"github.com/zeebo/xxh3"

	"chainglass/wire"
)

// ErrChanged says that a file is not the one that was opened, or not as it was then.
var ErrChanged = errors.New("the file was changed since it was opened")

// SameFile reports whether two descriptions are of one file, whatever is in it. Where
// a file system does not tell, it is the same. A description that wraps another has a
// method Unwrap() fs.FileInfo.
func SameFile(a, b fs.FileInfo) bool {
	a, b = unwrapped(a), unwrapped(b)
	return !os.SameFile(a, a) || !os.SameFile(b, b) || os.SameFile(a, b)
}

func unwrapped(info fs.FileInfo) fs.FileInfo {
	for {
		wrapper, wraps := info.(interface{ Unwrap() fs.FileInfo })
		if !wraps {
			return info
		}
		info = wrapper.Unwrap()
	}
}

// OpenedFile is a file of an open generation as it was found.
type OpenedFile struct {
	// Path is its slash path in the file system.
	Path string
	// Info describes it at the time when its size was taken.
	Info fs.FileInfo
}

// Opened returns the files that the generation reads from.
func (g *Generation) Opened() []OpenedFile {
	var list []OpenedFile
	for _, f := range [...]*file{&g.idx, &g.dat, &g.ts} {
		if f.was != nil {
			list = append(list, OpenedFile{f.path, f.was})
		}
	}
	return list
}

// covered sums up the rows, times and statuses that blocks have shown, from the
// first entry on and without gaps.
type covered struct {
	mu          sync.Mutex
	through     int // positions below have been seen
	rows, times *xxh3.Hasher
	statuses    uint64
}

// note adds the part of a block that follows what has been seen. rows and times are
// those of its entries, times perhaps of the first of them only.
func (c *covered) note(b *wire.Block, rows, times []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := c.through - b.First
	if seen < 0 || seen >= len(b.Entries) {
		return
	}
	c.hash(rows[seen*RowSize:], times[min(seen*TSSize, len(times)):])
	const prime = 1099511628211 // of FNV
	for i := range b.Entries[seen:] {
		c.statuses = (c.statuses ^ uint64(b.Entries[seen+i].Status+1)) * prime
	}
	c.through = b.First + len(b.Entries)
}

func (c *covered) hash(rows, times []byte) {
	if c.rows == nil {
		c.rows, c.times = xxh3.New(), xxh3.New()
	}
	// A hash in memory does not fail.
	_, _ = c.rows.Write(rows)
	_, _ = c.times.Write(times)
}

// sums returns what has been seen, in numbers that can be compared.
func (c *covered) sums() (through int, sums [3]uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.through == 0 {
		return 0, sums
	}
	return c.through, [3]uint64{c.rows.Sum64(), c.times.Sum64(), c.statuses}
}

// SameAsRead reads again what blocks have covered from the first entry on without
// gaps, and reports whether it is what it was: rows and times, and if payloads is
// true the payloads too, as far as their checksums tell.
func (g *Generation) SameAsRead(payloads bool) (bool, error) {
	if g.held {
		return g.sameAsHeld()
	}
	through, was := g.covered.sums()
	again := &Generation{
		channel: g.channel, number: g.number, idx: g.idx, dat: g.dat, ts: g.ts, hasTS: g.hasTS,
		rows: g.rows, tornFrom: g.tornFrom, times: g.times,
	}
	again.scratches.New = func() any { return newScratch(again.rows) }
	if !payloads {
		if err := again.coverRows(through); err != nil {
			return false, err
		}
		again.covered.statuses = was[2]
	}
	for b := (wire.Block{}); again.covered.through < through; {
		b.MaxEntries = through - again.covered.through
		if err := again.ReadBlock(again.covered.through, &b); err != nil {
			return false, err
		}
	}
	_, is := again.covered.sums()
	return is == was, nil
}

// sameAsHeld compares all of the files with what is in memory.
func (g *Generation) sameAsHeld() (same bool, err error) {
	for _, f := range [...]*file{&g.idx, &g.dat, &g.ts} {
		if same, err = f.same(g.channel.fsys); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

// coverRows reads rows and times only.
func (g *Generation) coverRows(through int) error {
	s := g.scratches.Get().(*scratch)
	for at := 0; at < through; {
		n := min(through-at, maxBlockEntries)
		timed := min(n, max(g.times-at, 0))
		if err := g.idx.readAt(s.rows[:n*RowSize], int64(at)*RowSize); err != nil {
			return err
		}
		if err := g.ts.readAt(s.times[:timed*TSSize], int64(at)*TSSize); err != nil {
			return err
		}
		g.covered.hash(s.rows[:n*RowSize], s.times[:timed*TSSize])
		at += n
		g.covered.through = at
	}
	return nil
}
