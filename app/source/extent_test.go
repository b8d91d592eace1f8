package source

import (
	"io"
	"io/fs"
	"sync"
	"testing"

	"chainglass/wire"
)

// touched is a file system that remembers what is read of its files.
type touched struct {
	fs.FS
	mu   sync.Mutex
	runs []Extent
}

type touchedFile struct {
	fs.File
	of   *touched
	name string
}

func (f *touched) Open(name string) (fs.File, error) {
	opened, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if d, is := opened.(fs.ReadDirFile); is {
		return d, nil
	}
	return &touchedFile{opened, f, name}, nil
}

func (f *touchedFile) ReadAt(b []byte, off int64) (int, error) {
	f.of.mu.Lock()
	f.of.runs = append(f.of.runs, Extent{f.name, off, off + int64(len(b))})
	f.of.mu.Unlock()
	return f.File.(io.ReaderAt).ReadAt(b, off)
}

// What reading a run of entries touches lies in the extents, where the chain is sound.
func TestExtentsCoverWhatIsRead(t *testing.T) {
	all := corpus(t, "incident")
	all["shared/all.chain"] = exportOf(t, find(t, all.fsys()))
	for _, name := range looseSuffixes {
		all["renamed/node-7."+name] = all["node-2/meshos/actions/v0000000001/"+name]
	}
	fsys := &touched{FS: all.fsys()}
	checked := 0
	for _, c := range find(t, fsys).Chains {
		for _, run := range [][2]int{{0, c.Reader.Len()}, {c.Reader.Len() / 3, c.Reader.Len() / 2}} {
			first, end := run[0], run[1]
			extents := append(c.IndexExtents(first, end), c.PayloadExtents(first, end)...)
			fsys.runs = nil
			var b wire.Block
			for at := first; at < end; at += len(b.Entries) {
				b.MaxEntries = end - at
				must(t, c.Reader.ReadBlock(at, &b))
			}
			var outside int64
			for _, r := range fsys.runs {
				if within(r, extents) {
					checked++
				} else {
					outside += r.To - r.From
				}
			}
			var all int64
			for _, e := range extents {
				all += e.To - e.From
			}
			if outside > 0 {
				t.Errorf("%s: %d bytes are read of entries %d to %d outside of %v", c.Origin, outside, first, end, extents)
			}
			if all > c.Bytes+c.Recipe.Bytes/10 && c.Recipe.Form != RecipeExport {
				t.Errorf("%s: the extents %v are longer than the files", c.Origin, extents)
			}
		}
	}
	if checked == 0 {
		t.Error("nothing was read")
	}
}

func within(r Extent, extents []Extent) bool {
	for _, e := range extents {
		if r.Path == e.Path && r.From >= e.From && r.To <= e.To {
			return true
		}
	}
	return false
}

// Whatever the damage, asking does not fail, and the runs are those of files.
func TestExtentsOfDamagedChains(t *testing.T) {
	set := find(t, corpus(t, "damage").fsys())
	for _, c := range set.Chains {
		n := c.Reader.Len()
		for _, run := range [][2]int{{0, n}, {-5, n + 5}, {n, n}, {n / 2, n/2 + 1}, {n, 0}} {
			for _, e := range append(c.IndexExtents(run[0], run[1]), c.PayloadExtents(run[0], run[1])...) {
				if e.Path == "" || e.From < 0 || e.To > e.From && e.To-e.From > maxExtentBytes {
					t.Errorf("%s: %v", c.Origin, e)
				}
			}
		}
	}
}
