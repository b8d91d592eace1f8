package redex_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire"
	"chainglass/wire/redex"
)

func TestStatuses(t *testing.T) {
	const (
		ok, bad, out, torn = wire.EntryOK, wire.EntryBadChecksum, wire.EntryOutOfRange, wire.EntryTorn
	)
	three := generation{}.heap("one", "two", "three")
	far := func(r *redex.Row) { r.PayloadOffset = 1<<32 - 1 }
	for _, v := range []struct {
		name string
		g    generation
		want []wire.EntryStatus
	}{
		{"clean", three, []wire.EntryStatus{ok, ok, ok}},
		{"rot", three.rot(4), []wire.EntryStatus{ok, bad, ok}},
		{"offset in the middle", three.row(1, far), []wire.EntryStatus{ok, out, ok}},
		{"offset at the end", three.row(2, far), []wire.EntryStatus{ok, ok, torn}},
		{"cut at an entry", three.cutDat(6), []wire.EntryStatus{ok, ok, torn}},
		{"cut inside an entry", three.cutDat(5), []wire.EntryStatus{ok, torn, torn}},
		{"all cut", three.cutDat(0), []wire.EntryStatus{torn, torn, torn}},
		{"length past everything", three.row(0, func(r *redex.Row) { r.PayloadLen = 1<<32 - 1 }), []wire.EntryStatus{out, ok, ok}},
		{"inline behind a torn one", three.inline("abcd1234").cutDat(10), []wire.EntryStatus{ok, ok, torn, ok}},
		{"rotten inline", three.inline("abcd1234").row(3, func(r *redex.Row) { r.PayloadLen++ }), []wire.EntryStatus{ok, ok, ok, bad}},
		{"reserved flags", three.row(1, func(r *redex.Row) {
			r.FlagsAndChecksum |= redex.FlagTombstone | redex.FlagCompacted | redex.FlagUnnamed
		}), []wire.EntryStatus{ok, ok, ok}},
		{"empty payload", generation{}.heap("", "x", ""), []wire.EntryStatus{ok, ok, ok}},
		{"empty payload out of place", generation{}.heap("", "x").row(0, far), []wire.EntryStatus{out, ok}},
		{"no dat", three.inline("abcd1234").without("dat"), []wire.EntryStatus{torn, torn, torn, ok}},
	} {
		t.Run(v.name, func(t *testing.T) {
			got := statuses(t, openLive(t, channel(v.g).open(t), redex.Readable))
			if diff := cmp.Diff(v.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

func TestBadPayloadsAreHandedOut(t *testing.T) {
	g := openLive(t, channel(generation{}.heap("one").rot(0)).open(t), redex.Readable)
	if e := readAll(t, g)[0]; string(e.Payload) != "\x7fne" {
		t.Errorf("%q", e.Payload)
	}
}

func TestTimesThatAreThere(t *testing.T) {
	three := generation{}.heap("one", "two", "three")
	for _, v := range []struct {
		name   string
		ts     []byte
		times  int
		usable bool
	}{
		{"whole", three.ts, 3, true},
		{"too long", append(bytes.Clone(three.ts), 1, 2, 3), 3, true},
		{"one short", three.ts[:16], 2, false},
		{"torn", three.ts[:23], 2, false},
		{"empty", []byte{}, 0, false},
		{"missing", nil, 0, false},
	} {
		t.Run(v.name, func(t *testing.T) {
			c := channel(generation{three.idx, three.dat, v.ts}).open(t)
			g := openLive(t, c, redex.Readable)
			if g.Times() != v.times {
				t.Errorf("%d times, want %d", g.Times(), v.times)
			}
			for pos, e := range readAll(t, g) {
				if want := uint64(pos+1) * 1000; e.TSNS.Some != (pos < v.times) || e.TSNS.Some && e.TSNS.Value != want {
					t.Errorf("position %d has the time %v", pos, e.TSNS)
				}
			}
			if r := g.NewRecovery(redex.V0_21_0); r.TSUsable() != v.usable {
				t.Errorf("usable %t, want %t", r.TSUsable(), v.usable)
			}
		})
	}
}

// many is longer than a block, with payloads that overlap, go back and leave
// gaps.
func many(n int) generation {
	g := generation{dat: pattern(1 << 16)}
	for i := range n {
		from := uint32(i*2654435761) % (1<<16 - 300)
		if i%3 > 0 {
			from = uint32(i*45) % (1<<16 - 300)
		}
		row := redex.HeapRow(uint64(i), from, g.dat[from:from+uint32(i%300)])
		if i%7 == 0 {
			row = redex.InlineRow(uint64(i), [8]byte(g.dat[from:]))
		}
		g.idx = redex.AppendRow(g.idx, row)
		g.ts = redex.AppendTS(g.ts, uint64(i))
	}
	return g
}

func TestScatteredPayloads(t *testing.T) {
	const n = 20_000
	want := many(n)
	g := openLive(t, channel(want).open(t), redex.Readable)
	for pos, e := range readAll(t, g) {
		row := redex.ParseRow(want.idx[pos*redex.RowSize:])
		inline := row.InlinePayload()
		payload := inline[:]
		if !row.Inline() {
			payload = want.dat[row.PayloadOffset:row.PayloadEnd()]
		}
		if e.Seq != uint64(pos) || e.TSNS.Value != uint64(pos) || e.Status != wire.EntryOK || !bytes.Equal(e.Payload, payload) {
			t.Fatalf("position %d: %+v", pos, e)
		}
	}
}

func TestAnyPositionReadsTheSame(t *testing.T) {
	g := openLive(t, channel(many(9000)).open(t), redex.Readable)
	all := readAll(t, g)
	b := wire.Block{MaxEntries: 60}
	for first := 0; first < len(all); first += 997 {
		if err := g.ReadBlock(first, &b); err != nil {
			t.Fatal(err)
		}
		if want := all[first:min(first+60, len(all))]; !reflect.DeepEqual(want, b.Entries) {
			t.Fatalf("from position %d: want -, got +\n%s", first, cmp.Diff(want, b.Entries))
		}
	}
	for _, past := range []int{len(all), len(all) + 1, 1 << 40} {
		if err := g.ReadBlock(past, &b); !errors.Is(err, io.EOF) {
			t.Errorf("position %d: %v", past, err)
		}
	}
	if err := g.ReadBlock(-1, &b); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("position -1: %v", err)
	}
}

// counting counts the bytes that are read.
type counting struct {
	fstest.MapFS
	read *int64
}

type countedFile struct {
	fs.File
	io.ReaderAt
	read *int64
}

func (c counting) Open(name string) (fs.File, error) {
	f, err := c.MapFS.Open(name)
	if r, ok := f.(io.ReaderAt); ok {
		return countedFile{f, r, c.read}, err
	}
	return f, err
}

func (c countedFile) ReadAt(b []byte, off int64) (int, error) {
	*c.read += int64(len(b))
	return c.ReaderAt.ReadAt(b, off)
}

func TestOnlyWhatIsAskedForIsRead(t *testing.T) {
	var in generation
	for range 50_000 {
		in = in.heap("0123456789")
	}
	var read int64
	c, err := redex.OpenChannel(counting{channel(in).fs("c"), &read}, "c")
	if err != nil {
		t.Fatal(err)
	}
	g := openLive(t, c, redex.Readable)
	if read > 64<<10 {
		t.Errorf("opening reads %d bytes", read)
	}
	b := wire.Block{MaxEntries: 60}
	read = 0
	if err := g.ReadBlock(25_000, &b); err != nil {
		t.Fatal(err)
	}
	if want := int64(60 * (20 + 8 + 10)); read != want || b.SourceBytes != want {
		t.Errorf("%d bytes read, %d reported, want %d", read, b.SourceBytes, want)
	}
}

func TestLargePayloads(t *testing.T) {
	large, largest := strings.Repeat("x", redex.MaxPayloadBytes+1), strings.Repeat("y", redex.MaxPayloadBytes)
	in := generation{}.heap("a", large, "b", largest, "c", large, "d").row(5, func(r *redex.Row) { r.FlagsAndChecksum ^= 1 })
	entries := readAll(t, openLive(t, channel(in).open(t), redex.Readable))
	for pos, want := range []struct {
		status wire.EntryStatus
		size   int
	}{
		{wire.EntryOK, 1}, {wire.EntryTooLarge, 0}, {wire.EntryOK, 1}, {wire.EntryOK, redex.MaxPayloadBytes},
		{wire.EntryOK, 1}, {wire.EntryBadChecksum, 0}, {wire.EntryOK, 1},
	} {
		if e := entries[pos]; e.Status != want.status || len(e.Payload) != want.size {
			t.Errorf("position %d: %v, %d bytes, want %v, %d", pos, e.Status, len(e.Payload), want.status, want.size)
		}
	}
	_, report, err := redex.Recover(channel(in).open(t), redex.V0_21_0)
	if err != nil || report.Kept != 6 {
		t.Errorf("%d kept, want 6 (%v)", report.Kept, err)
	}
}

// TestHostileRowsCostWhatTheFilesHold: a million rows that all claim the whole
// of dat must not make a block larger than its limit.
func TestHostileRowsCostWhatTheFilesHold(t *testing.T) {
	dat := pattern(1 << 20)
	row := redex.AppendRow(nil, redex.HeapRow(0, 0, dat))
	in := generation{idx: bytes.Repeat(row, 100_000), dat: dat}
	g := openLive(t, channel(in).open(t), redex.Readable)
	var b wire.Block
	if err := g.ReadBlock(0, &b); err != nil {
		t.Fatal(err)
	}
	if b.SourceBytes > 2<<20 {
		t.Errorf("%d entries in a block, %d bytes read", len(b.Entries), b.SourceBytes)
	}
}

func TestAFileThatShrinksIsAnError(t *testing.T) {
	fsys := channel(generation{}.heap("one", strings.Repeat("two", redex.MaxHeldBytes))).fs("c")
	for _, name := range []string{"idx", "dat", "ts"} {
		c, err := redex.OpenChannel(fsys, "c")
		if err != nil {
			t.Fatal(err)
		}
		file := fsys["c/v0000000001/"+name]
		whole := file.Data
		g := openLive(t, c, redex.Readable)
		file.Data = whole[:1]
		err = g.ReadBlock(0, new(wire.Block))
		file.Data = whole
		if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "v0000000001/"+name+" at byte 1") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// openedFS counts the files that are open.
type openedFS struct {
	fs.FS
	open *int
}

type openedFile struct {
	fs.File
	io.ReaderAt
	open *int
}

func (c openedFS) Open(name string) (fs.File, error) {
	f, err := c.FS.Open(name)
	if r, ok := f.(io.ReaderAt); ok {
		*c.open++
		return openedFile{f, r, c.open}, nil
	}
	return f, err
}

func (f openedFile) Close() error {
	*f.open--
	return f.File.Close()
}

// A small generation is in memory: no file of it stays open, and what becomes of the
// files changes nothing of what is read, and is known.
func TestSmallGenerationsAreHeld(t *testing.T) {
	for _, size := range []int{1, 100, redex.MaxHeldBytes, 5000} {
		files := channel(generation{}.heap("one", strings.Repeat("x", size))).fs("c")
		open := 0
		c, err := redex.OpenChannel(openedFS{files, &open}, "c")
		if err != nil {
			t.Fatal(err)
		}
		g := openLive(t, c, redex.Readable)
		want := readAll(t, g)
		if isHeld := g.Size() <= redex.MaxHeldBytes; isHeld != (open == 0) {
			t.Errorf("%d bytes: %d files are open", g.Size(), open)
		} else if !isHeld {
			continue
		}
		for _, payloads := range []bool{false, true} {
			if same, err := g.SameAsRead(payloads); !same || err != nil {
				t.Errorf("untouched: %v, %v", same, err)
			}
		}
		for _, name := range []string{"idx", "dat", "ts"} {
			file := files["c/v0000000001/"+name]
			whole := file.Data
			file.Data = append(bytes.Clone(whole[:len(whole)-1]), whole[len(whole)-1]^1)
			if same, err := g.SameAsRead(true); same || err != nil {
				t.Errorf("%s has another byte: same %v, %v", name, same, err)
			}
			file.Data = whole[:1]
			if same, _ := g.SameAsRead(true); same {
				t.Errorf("%s was cut and is the same", name)
			}
			if diff := cmp.Diff(want, readAll(t, g)); diff != "" {
				t.Error(diff)
			}
			file.Data = whole
		}
		if open != 0 {
			t.Errorf("%d files are open", open)
		}
	}
}

func TestLocate(t *testing.T) {
	in := generation{}.heap("one", "two").inline("abcd1234")
	in.ts = in.ts[:16]
	g := openLive(t, channel(in).open(t), redex.Readable)
	dir := "c/v0000000001/"
	for pos, want := range []redex.Location{
		{Row: redex.HeapRow(0, 0, []byte("one")), IDXPath: dir + "idx", DATPath: dir + "dat", PayloadLen: 3, TSPath: dir + "ts"},
		{Row: redex.HeapRow(1, 3, []byte("two")), IDXPath: dir + "idx", IDXOffset: 20, DATPath: dir + "dat", DATOffset: 3, PayloadLen: 3, TSPath: dir + "ts", TSOffset: 8},
		{Row: redex.InlineRow(2, [8]byte([]byte("abcd1234"))), IDXPath: dir + "idx", IDXOffset: 40},
	} {
		got, err := g.Locate(pos)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("position %d: want -, got +\n%s", pos, diff)
		}
	}
	if _, err := g.Locate(3); err == nil {
		t.Error("position 3 of 3 was found")
	}
}

func TestReadingDoesNotAllocate(t *testing.T) {
	g := openLive(t, channel(many(20_000)).open(t), redex.Readable)
	r := g.NewRecovery(redex.V0_34_0)
	var b wire.Block
	pass := func() {
		for pos := 0; pos < g.Len(); pos += len(b.Entries) {
			if err := g.ReadBlock(pos, &b); err != nil {
				t.Fatal(err)
			}
			for i := range b.Entries {
				r.Keep(pos+i, &b.Entries[i])
			}
		}
	}
	// A collection of garbage may empty the pool of scratch memory: allow for
	// one refill, never for one allocation per entry or block.
	if n := testing.AllocsPerRun(20, pass); n > 1 {
		t.Errorf("%v allocations in a pass", n)
	}
}

func TestTornTailLongerThanAChunk(t *testing.T) {
	in := generation{}.heap("a")
	for range 5000 {
		in = in.heap("b").inline("abcd1234")
	}
	in.idx = append(in.idx, 1, 2, 3)
	g := openLive(t, channel(in.cutDat(1)).open(t), redex.Readable)
	if g.Len() != 10_001 || g.TornFrom() != 1 || g.PartialRow() != 3 {
		t.Errorf("%d entries, torn from %d, %d bytes of a row left over", g.Len(), g.TornFrom(), g.PartialRow())
	}
}
