package redex_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path"
	"testing"
	"testing/fstest"

	"chainglass/wire"
	"chainglass/wire/redex"
)

// generation holds the bytes of idx, dat and ts. A nil slice is a missing file.
type generation struct{ idx, dat, ts []byte }

// heap and inline append entries with consecutive sequence numbers and a time
// of 1000 ns times the position plus one.
func (g generation) heap(payloads ...string) generation {
	for _, p := range payloads {
		g.idx = redex.AppendRow(g.idx, redex.HeapRow(g.len(), uint32(len(g.dat)), []byte(p)))
		g.dat = append(g.dat, p...)
		g.ts = redex.AppendTS(g.ts, (g.len())*1000)
	}
	return g
}

func (g generation) inline(payload string) generation {
	g.idx = redex.AppendRow(g.idx, redex.InlineRow(g.len(), [8]byte([]byte(payload))))
	g.ts = redex.AppendTS(g.ts, (g.len())*1000)
	return g
}

// row replaces the row at pos.
func (g generation) row(pos int, change func(r *redex.Row)) generation {
	g.idx = bytes.Clone(g.idx)
	r := redex.ParseRow(g.idx[pos*redex.RowSize:])
	change(&r)
	copy(g.idx[pos*redex.RowSize:], redex.AppendRow(nil, r))
	return g
}

// cutDat leaves n bytes of dat.
func (g generation) cutDat(n int) generation { g.dat = g.dat[:n]; return g }

// rot flips a bit of dat.
func (g generation) rot(offset int) generation {
	g.dat = bytes.Clone(g.dat)
	g.dat[offset] ^= 0x10
	return g
}

func (g generation) len() uint64 { return uint64(len(g.idx) / redex.RowSize) }

// folder is the content of a channel directory.
type folder map[string][]byte

// channel is a folder with one live generation.
func channel(g generation) folder {
	return folder{"manifest": redex.AppendManifest(nil, 1)}.with("v0000000001", g)
}

// with adds the files of g in dir.
func (f folder) with(dir string, g generation) folder {
	for name, b := range map[string][]byte{"idx": g.idx, "dat": g.dat, "ts": g.ts} {
		if b != nil {
			f[path.Join(dir, name)] = b
		}
	}
	return f
}

// fs returns a file system that holds the folder at dir.
func (f folder) fs(dir string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, b := range f {
		m[path.Join(dir, name)] = &fstest.MapFile{Data: b}
	}
	return m
}

// open opens the folder as a channel.
func (f folder) open(t testing.TB) *redex.Channel {
	t.Helper()
	c, err := redex.OpenChannel(f.fs("c"), "c")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func openCorpus(t testing.TB, dir string) *redex.Channel {
	t.Helper()
	c, err := redex.OpenChannel(os.DirFS("testdata"), dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func openLive(t testing.TB, c *redex.Channel, rules redex.Rules) *redex.Generation {
	t.Helper()
	return opened(t)(c.OpenLive(rules))
}

// opened closes g at the end of the test.
func opened(t testing.TB) func(g *redex.Generation, err error) *redex.Generation {
	return func(g *redex.Generation, err error) *redex.Generation {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := g.Close(); err != nil {
				t.Error(err)
			}
		})
		return g
	}
}

// readAll returns all entries, with payloads of their own.
func readAll(t testing.TB, r wire.Reader) []wire.Entry {
	t.Helper()
	entries := make([]wire.Entry, 0, r.Len())
	var b wire.Block
	for {
		err := r.ReadBlock(len(entries), &b)
		if errors.Is(err, io.EOF) {
			return entries
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Entries) == 0 || b.First != len(entries) {
			t.Fatalf("block at %d begins at %d and has %d entries", len(entries), b.First, len(b.Entries))
		}
		for _, e := range b.Entries {
			e.Payload = bytes.Clone(e.Payload)
			entries = append(entries, e)
		}
	}
}

// statuses returns the status of every entry.
func statuses(t testing.TB, r wire.Reader) (s []wire.EntryStatus) {
	t.Helper()
	for _, e := range readAll(t, r) {
		s = append(s, e.Status)
	}
	return s
}
