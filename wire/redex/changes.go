package redex

import (
	"bytes"
	"errors"
	"io/fs"
	"math/bits"
	"os"
	"slices"

	"github.com/zeebo/xxh3"

	"chainglass/wire"
)

// ErrChanged says that a file is not the one that was opened, or not as it was then.
var ErrChanged = errors.New("the file was changed since it was opened")

// SameFile reports whether two descriptions are of one file, whatever is in it. Where
// a file system does not tell, it is the same. A description that wraps another has a
// method Unwrap() fs.FileInfo; one that is not of package os may have a method
// SameAs(fs.FileInfo) bool that tells.
func SameFile(a, b fs.FileInfo) bool {
	a, b = unwrapped(a), unwrapped(b)
	type telling interface{ SameAs(fs.FileInfo) bool }
	if a, tells := a.(telling); tells {
		return a.SameAs(b)
	}
	if b, tells := b.(telling); tells {
		return b.SameAs(a)
	}
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

// cover remembers what a block has shown: the stored rows and times of its entries,
// times perhaps of the first of them only.
func (g *Generation) cover(b *wire.Block, rows, times []byte) {
	g.covered.Note(CoveredRun{
		First: b.First, End: b.First + len(b.Entries), PayloadEnd: b.PayloadEnd,
		Sum: sumOf(rows, times), Statuses: statusSum(fnvOffset, b),
	})
}

// NotePayloadEnd remembers the highest end of a payload in dat among the entries from
// first up to end, which somebody else has read of the same files. It spares
// [Recovery.Finish] reading their rows.
func (g *Generation) NotePayloadEnd(first, end int, payloadEnd uint64) {
	g.told.Note(CoveredRun{First: first, End: end, PayloadEnd: payloadEnd})
}

// sumOf tells stored rows and times apart.
func sumOf(rows, times []byte) uint64 {
	return xxh3.Hash(rows) ^ bits.RotateLeft64(xxh3.Hash(times), 1)
}

const fnvOffset, fnvPrime = 14695981039346656037, 1099511628211

// statusSum adds the statuses of the entries of a block to a sum.
func statusSum(sum uint64, b *wire.Block) uint64 {
	for i := range b.Entries {
		sum = (sum ^ uint64(b.Entries[i].Status)) * fnvPrime
	}
	return sum
}

// TakeOver takes from the same generation, opened earlier, what was seen of the entries
// before a position: they are known to be the same in g.
func (g *Generation) TakeOver(earlier *Generation, end int) {
	g.covered.take(&earlier.covered, end)
	g.told.take(&earlier.told, end)
}

// sameRunsAtMost bounds how many of the runs that were read of a generation are compared,
// of 8192 entries or less each.
const sameRunsAtMost = 64

// BeginsAs reports whether the first end entries of g are those of a generation that was
// opened earlier, as far as their rows and times tell, which hold the checksums of the
// payloads. It compares what was read of the earlier one: all of it if that are up to
// half a million entries, else the end and runs all over. Nothing is read of the earlier one.
func (g *Generation) BeginsAs(earlier *Generation, end int) (bool, error) {
	if g.rows < end || g.times < min(end, earlier.times) {
		return false, nil
	}
	if earlier.held {
		return g.beginsAsHeld(earlier, end)
	}
	runs := slices.DeleteFunc(earlier.covered.Runs(), func(run CoveredRun) bool { return run.End > end })
	for i, run := range runs {
		if left := len(runs) - i; left > sameRunsAtMost/2 && i%max(len(runs)/(sameRunsAtMost/2), 1) != 0 {
			continue
		}
		if same, err := g.sameRun(&run, false); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

// beginsAsHeld compares rows and times with those in memory.
func (g *Generation) beginsAsHeld(earlier *Generation, end int) (bool, error) {
	rows, times := make([]byte, end*RowSize), make([]byte, min(end, earlier.times)*TSSize)
	if err := errors.Join(g.idx.readAt(rows, 0), g.ts.readAt(times, 0)); err != nil {
		return false, err
	}
	return bytes.HasPrefix(earlier.idx.held, rows) && bytes.HasPrefix(earlier.ts.held, times), nil
}

// SameAsRead reads again what blocks have covered, and reports whether it is what it
// was: rows and times, and if payloads is true the payloads too, as far as their checksums
// tell.
func (g *Generation) SameAsRead(payloads bool) (bool, error) {
	if g.held {
		return g.sameAsHeld()
	}
	again := &Generation{
		channel: g.channel, number: g.number, idx: g.idx, dat: g.dat, ts: g.ts, hasTS: g.hasTS,
		rows: g.rows, tornFrom: g.tornFrom, times: g.times,
	}
	again.scratches.New = func() any { return newScratch(again.rows) }
	for _, run := range g.covered.Runs() {
		same, err := again.sameRun(&run, payloads)
		if !same || err != nil {
			return false, err
		}
	}
	return true, nil
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

// sameRun reads a run again.
func (g *Generation) sameRun(run *CoveredRun, payloads bool) (bool, error) {
	s := g.scratches.Get().(*scratch)
	defer g.scratches.Put(s)
	n := run.End - run.First
	timed := min(n, max(g.times-run.First, 0))
	if err := g.idx.readAt(s.rows[:n*RowSize], int64(run.First)*RowSize); err != nil {
		return false, err
	}
	if err := g.ts.readAt(s.times[:timed*TSSize], int64(run.First)*TSSize); err != nil {
		return false, err
	}
	if sumOf(s.rows[:n*RowSize], s.times[:timed*TSSize]) != run.Sum {
		return false, nil
	}
	statuses := uint64(fnvOffset)
	for b := (wire.Block{First: run.First}); payloads && b.First < run.End; b.First += len(b.Entries) {
		b.MaxEntries = run.End - b.First
		if err := g.ReadBlock(b.First, &b); err != nil {
			return false, err
		}
		statuses = statusSum(statuses, &b)
	}
	return !payloads || statuses == run.Statuses, nil
}
