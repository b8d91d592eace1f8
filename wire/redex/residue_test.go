package redex

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"testing"
	"testing/fstest"

	"chainglass/wire"
)

// memFile is a file in memory that is written at offsets.
type memFile []byte

// WriteAt implements io.WriterAt.
func (m *memFile) WriteAt(b []byte, at int64) (int, error) {
	if end := int(at) + len(b); end > len(*m) {
		*m = append(*m, make([]byte, end-len(*m))...)
	}
	return copy((*m)[at:], b), nil
}

// carried is what travels of a generation.
type carried struct {
	files   []wire.FolderFile
	entries []wire.Entry
	runs    map[int][]RawRun // by file
	bytes   []int64
}

// carry sends a generation off, in blocks of at most that many entries.
func carry(t testing.TB, g *Generation, blockEntries int) *carried {
	t.Helper()
	c := &carried{files: g.Folder(), runs: map[int][]RawRun{}}
	r := g.NewResidue(func(file int, offset int64, b []byte) error {
		c.runs[file] = append(c.runs[file], RawRun{Offset: offset, Bytes: bytes.Clone(b)})
		return nil
	})
	b := wire.Block{MaxEntries: blockEntries}
	for {
		err := g.ReadBlock(len(c.entries), &b)
		if errors.Is(err, io.EOF) {
			break
		}
		ok(t, err)
		for _, e := range b.Entries {
			e.Payload = bytes.Clone(e.Payload)
			c.entries = append(c.entries, e)
		}
	}
	ok(t, r.Own(goOn))
	for i, f := range c.files {
		if f.Part == wire.FileOther {
			ok(t, r.Other(i))
		}
	}
	c.bytes = r.Bytes()
	return c
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// runsOf returns the runs of a file one after the other.
func (c *carried) runsOf(file int) RawRuns {
	next := 0
	return func() (RawRun, error) {
		if next == len(c.runs[file]) {
			return RawRun{}, io.EOF
		}
		next++
		return c.runs[file][next-1], nil
	}
}

// rebuild puts the folder together.
func (c *carried) rebuild(t testing.TB) (map[string]string, Rebuilt) {
	t.Helper()
	written := map[string]*memFile{}
	var own [wire.FilePartCount]RebuiltFile
	for part := range own {
		own[part].Runs = c.runsOf(-1)
	}
	for i, f := range c.files {
		if !IsFolderPath(f.Path) {
			t.Fatalf("%q is no path of a folder", f.Path)
		}
		if path.Base(f.Path)+"/" == f.Path {
			continue
		}
		written[f.Path] = &memFile{}
		to := RebuiltFile{Out: written[f.Path], Size: f.Size, Runs: c.runsOf(i)}
		if f.Part != wire.FileOther {
			own[f.Part] = to
			continue
		}
		missing, err := CopyRuns(to)
		if ok(t, err); missing != (MissingBytes{}) {
			t.Fatalf("%s: %+v", f.Path, missing)
		}
	}
	r := NewRebuild(own[wire.FileIDX], own[wire.FileDAT], own[wire.FileTS])
	for some := range slices.Chunk(c.entries, 5) {
		ok(t, r.Add(&wire.Block{Entries: some}))
	}
	report, err := r.Finish()
	ok(t, err)
	files := map[string]string{}
	for name, content := range written {
		files[name] = string(*content)
	}
	return files, report
}

// randomFolder is a channel folder in which anything may be wrong.
func randomFolder(rng *rand.Rand) fstest.MapFS {
	files := fstest.MapFS{}
	put := func(name string, b []byte) { files["c/"+name] = &fstest.MapFile{Data: b} }
	random := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rng.Uint32())
		}
		return b
	}
	dirs := []string{""}
	if rng.IntN(4) > 0 {
		dirs = dirs[:0]
		for n := range 1 + rng.IntN(3) {
			dirs = append(dirs, GenerationDir(uint32(n+1))+"/")
		}
		if rng.IntN(5) == 0 {
			dirs = append(dirs, "")
		}
	}
	for _, dir := range dirs {
		idx, dat, ts := randomRows(rng, random)
		for name, b := range map[string][]byte{"idx": idx, "dat": dat, "ts": ts} {
			if rng.IntN(8) > 0 {
				put(dir+name, b)
			}
		}
	}
	switch rng.IntN(4) {
	case 0:
		put("manifest", random(rng.IntN(20)))
	case 1:
	default:
		put("manifest", AppendManifest(nil, 1))
	}
	if rng.IntN(4) == 0 {
		put("manifest.tmp", random(rng.IntN(20)))
	}
	return files
}

// randomRows makes the files of a generation: sound ones, then damaged.
func randomRows(rng *rand.Rand, random func(int) []byte) (idx, dat, ts []byte) {
	for i := range rng.IntN(40) {
		payload := random(rng.IntN(30))
		row := HeapRow(uint64(i), uint32(len(dat)), payload)
		if rng.IntN(5) == 0 {
			row = InlineRow(uint64(i), [8]byte(random(8)))
		} else {
			dat = append(dat, payload...)
		}
		idx = AppendRow(idx, row)
		ts = AppendTS(ts, uint64(1000+i))
	}
	for range rng.IntN(4) {
		all := [...]*[]byte{&idx, &dat, &ts}
		f := all[rng.IntN(3)]
		switch n := len(*f); rng.IntN(5) {
		case 0:
			*f = (*f)[:rng.IntN(n+1)]
		case 1:
			*f = append(*f, random(rng.IntN(60))...)
		case 2:
			if n > 0 {
				(*f)[rng.IntN(n)] ^= 1 << rng.IntN(8)
			}
		case 3:
			at := rng.IntN(n + 1)
			*f = slices.Concat((*f)[:at], random(rng.IntN(25)), (*f)[at:])
		case 4:
			if rows := len(idx) / RowSize; rows > 1 {
				a, b := rng.IntN(rows)*RowSize, rng.IntN(rows)*RowSize
				row := bytes.Clone(idx[a : a+RowSize])
				copy(idx[a:], idx[b:b+RowSize])
				copy(idx[b:], row)
			}
		}
	}
	return idx, dat, ts
}

// TestFoldersComeBack sends damaged folders off and puts them together again.
func TestFoldersComeBack(t *testing.T) {
	for seed := range uint64(4000) {
		rng := rand.New(rand.NewPCG(seed, 1))
		files := randomFolder(rng)
		channel, err := OpenChannel(files, "c")
		if len(files) == 0 {
			continue
		}
		ok(t, err)
		g, err := channel.OpenLive(Readable)
		ok(t, err)
		c := carry(t, g, rng.IntN(9))
		rebuilt, report := c.rebuild(t)
		want := map[string]string{}
		for name, f := range files {
			want[name[len("c/"):]] = string(f.Data)
		}
		if !maps.Equal(want, rebuilt) || report != (Rebuilt{}) {
			t.Fatalf("seed %d, %v: want\n%q\ngot\n%q\n%+v", seed, channel.Choose(Readable), want, rebuilt, report)
		}
		count := g.NewResidue(nil)
		ok(t, count.Own(goOn))
		for i, f := range c.files {
			if n := count.Bytes()[i]; f.Part != wire.FileOther && n != c.bytes[i] {
				t.Fatalf("seed %d: of %s %d bytes travel, %d were counted", seed, f.Path, c.bytes[i], n)
			}
		}
	}
}

// TestNothingIsCarriedTwice holds what travels of a sound channel against its size.
func TestNothingIsCarriedTwice(t *testing.T) {
	files := fstest.MapFS{}
	var idx, dat, ts []byte
	for i := range 100 {
		payload := fmt.Appendf(nil, "payload %d", i)
		idx = AppendRow(idx, HeapRow(uint64(i), uint32(len(dat)), payload))
		dat, ts = append(dat, payload...), AppendTS(ts, 7)
	}
	behind := []byte("what no row leads to")
	for name, b := range map[string][]byte{
		"c/manifest": AppendManifest(nil, 2), "c/v0000000002/idx": idx[:50*RowSize], "c/v0000000002/dat": append(dat, behind...), "c/v0000000002/ts": ts,
		"c/v0000000001/idx": idx,
	} {
		files[name] = &fstest.MapFile{Data: b}
	}
	channel, err := OpenChannel(files, "c")
	ok(t, err)
	g, err := channel.OpenLive(Readable)
	ok(t, err)
	got := map[string]int64{}
	for i, n := range carry(t, g, 0).bytes {
		got[g.Folder()[i].Path] = n
	}
	half := int(ParseRow(idx[50*RowSize:]).PayloadOffset)
	want := map[string]int64{
		"manifest": ManifestSize, "v0000000001/idx": int64(len(idx)),
		"v0000000002/idx": 0, "v0000000002/dat": int64(len(dat) + len(behind) - half), "v0000000002/ts": 50 * TSSize,
	}
	if !maps.Equal(want, got) {
		t.Errorf("want %v, got %v", want, got)
	}
}

// TestRebuildLacks takes entries and runs away: what is left must lead to the right
// payloads, and what is missing must be counted.
func TestRebuildLacks(t *testing.T) {
	for seed := range uint64(2000) {
		rng := rand.New(rand.NewPCG(seed, 2))
		files := randomFolder(rng)
		if len(files) == 0 {
			continue
		}
		channel, err := OpenChannel(files, "c")
		ok(t, err)
		g, err := channel.OpenLive(Readable)
		ok(t, err)
		c := carry(t, g, 0)
		lost := 0
		for i := range c.entries {
			if rng.IntN(5) == 0 {
				c.entries[i] = wire.Entry{Status: wire.EntryLost}
				lost++
			}
		}
		for file, f := range c.files {
			for i := range c.runs[file] {
				if run := &c.runs[file][i]; f.Part != wire.FileOther && rng.IntN(3) == 0 {
					*run = RawRun{Offset: run.Offset, Lost: int64(len(run.Bytes))}
				}
			}
		}
		if _, report := c.rebuild(t); report.LeftOut < lost {
			t.Fatalf("seed %d: %d entries were lost, %d left out", seed, lost, report.LeftOut)
		}
	}
}

// TestResidueAllocatesNothing guards the path that every entry takes.
func TestResidueAllocatesNothing(t *testing.T) {
	var idx, dat []byte
	for i := range 5000 {
		idx = AppendRow(idx, HeapRow(uint64(i), uint32(len(dat)), []byte("payload")))
		dat = append(dat, "payload"...)
	}
	files := fstest.MapFS{"c/idx": {Data: idx}, "c/dat": {Data: dat}}
	channel, err := OpenChannel(files, "c")
	ok(t, err)
	g, err := channel.OpenLive(Readable)
	ok(t, err)
	var b wire.Block
	ok(t, g.ReadBlock(0, &b))
	r := g.NewResidue(nil)
	out := NewRebuild(RebuiltFile{Out: &memFile{}, Size: 1 << 40, Runs: noRuns}, RebuiltFile{Out: &memFile{}, Size: 1 << 40, Runs: noRuns}, RebuiltFile{Runs: noRuns})
	grow := func() {
		r.dat.end = 0
		ok(t, r.Own(goOn))
		out.next, out.place.end = 0, 0
		ok(t, out.Add(&b))
	}
	for range 20 {
		grow()
	}
	if n := testing.AllocsPerRun(5, grow); n > 8 {
		t.Errorf("%v allocations for 5000 entries", n)
	}
}

func noRuns() (RawRun, error) { return RawRun{}, io.EOF }

func goOn() error { return nil }
