package export

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire"
)

// within reports whether one of the faults covers the byte at.
func within(faults []*Error, at int64) bool {
	return slices.ContainsFunc(faults, func(e *Error) bool { return e.Offset <= at && at < e.Offset+e.Length })
}

// intact fails unless got has all entries of the blocks of sound that do not
// contain the byte at.
func intact(t *testing.T, sound []byte, refs []itemRef, at int64, got *content) {
	t.Helper()
	want := wantEverything()
	for _, ref := range refs {
		if ref.typ != ItemBlock || ref.offset <= at && at < ref.offset+ref.length {
			continue
		}
		id, first, count := blockIn(sound, ref)
		for i := first; i < first+count; i++ {
			if !cmp.Equal(want.Entries[id][i], got.Entries[id][i]) {
				t.Fatalf("byte %d: entry %d of chain %d did not survive: %+v", at, i, id, got.Entries[id][i])
			}
		}
	}
}

func TestEveryFlippedByteIsLocated(t *testing.T) {
	sound := everything(t)
	refs := itemsOf(t, sound)
	for at := range int64(len(sound)) {
		for _, mask := range []byte{1 << (at % 8), 0xff} {
			b := bytes.Clone(sound)
			b[at] ^= mask
			f, got, err := opened(t, b)
			if err != nil {
				t.Fatalf("byte %d mask %x: %v", at, mask, err)
			}
			if !within(f.Faults(), at) {
				t.Fatalf("byte %d mask %x: not located by Open: %v", at, mask, f.Faults())
			}
			intact(t, sound, refs, at, got)
			s, same := scanned(b)
			if s.Err() != nil || !within(s.Faults(), at) {
				t.Fatalf("byte %d mask %x: not located by Scanner: %v, %v", at, mask, s.Faults(), s.Err())
			}
			if diff := cmp.Diff(got, same); diff != "" {
				t.Fatalf("byte %d mask %x: Open and Scanner differ:\n%s", at, mask, diff)
			}
		}
	}
}

// TestFlipInPayloadCostsOneEntry: a block that fails its checksum still hands
// out its entries, each judged by its own.
func TestFlipInPayloadCostsOneEntry(t *testing.T) {
	b := file(t, testOptions, chain(chainA), entries(0, run(12)...))
	b[bytes.Index(b, []byte("payload 5"))] ^= 0x20
	f, got, err := opened(t, b)
	ok(t, err)
	for i, want := range run(12) {
		if i == 5 {
			want.Status, want.Payload = wire.EntryBadChecksum, []byte("Payload 5")
		}
		if diff := cmp.Diff(want, got.Entries[0][i]); diff != "" {
			t.Errorf("entry %d: %s", i, diff)
		}
	}
	if faults := f.Faults(); len(faults) != 1 || !errors.Is(faults[0], ErrChecksum) || faults[0].First != 4 || faults[0].Lost != 0 {
		t.Errorf("faults %v", faults)
	}
	ok(t, f.Verify())
	if len(f.Faults()) != 1 {
		t.Errorf("reported again: %v", f.Faults())
	}
}

// TestLostEntriesKeepTheirPositions destroys the frame of a block in the middle.
func TestLostEntriesKeepTheirPositions(t *testing.T) {
	sound := file(t, testOptions, chain(chainA), entries(0, run(12)...))
	var blocks []itemRef
	for _, ref := range itemsOf(t, sound) {
		if ref.typ == ItemBlock {
			blocks = append(blocks, ref)
		}
	}
	for name, damage := range map[string]func(b []byte) []byte{
		"by footer": func(b []byte) []byte { b[blocks[1].offset+1] ^= 1; return b },
		"by scan":   func(b []byte) []byte { b[blocks[1].offset+1] ^= 1; return b[:len(b)-1] },
	} {
		b := damage(bytes.Clone(sound))
		f, got, err := opened(t, b)
		ok(t, err)
		if f.Chain(0).Len() != 12 || got.total() != 8 || f.Summary().Lost != 4 || f.Summary().Entries != 8 {
			t.Errorf("%s: len %d, entries %d, summary %+v", name, f.Chain(0).Len(), got.total(), f.Summary())
		}
		if diff := cmp.Diff(run(12)[9], got.Entries[0][9]); diff != "" {
			t.Errorf("%s: position 9: %s", name, diff)
		}
		var block wire.Block
		ok(t, f.Chain(0).ReadBlock(5, &block))
		if !isLost(block.Entries[0]) || len(block.Entries) != 3 {
			t.Errorf("%s: position 5: %+v", name, block.Entries)
		}
	}
}

func TestEveryCutGivesItsGoodPrefix(t *testing.T) {
	sound := everything(t)
	refs := itemsOf(t, sound)
	want := wantEverything()
	for cut := range len(sound) {
		b := sound[:cut]
		f, got, err := opened(t, b)
		if cut == 0 {
			if !errors.Is(err, ErrNotExport) {
				t.Errorf("empty file: %v", err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if f.ByFooter() || !has(f.Faults(), ErrNoFooter) || f.Summary().Complete {
			t.Fatalf("cut at %d: faults %v", cut, f.Faults())
		}
		if cut < len(sound)-trailerBytes && !has(f.Faults()[1:], ErrTruncated) {
			t.Fatalf("cut at %d: not said where: %v", cut, f.Faults())
		}
		if n := wholeEntries(sound, refs, int64(cut)); got.total() != n || f.Summary().Entries != n {
			t.Fatalf("cut at %d: %d entries readable, %d said, %d are there", cut, got.total(), f.Summary().Entries, n)
		}
		for id, list := range got.Entries {
			for i, e := range list {
				if !cmp.Equal(want.Entries[id][i], e) {
					t.Fatalf("cut at %d: entry %d of chain %d: %+v", cut, i, id, e)
				}
			}
		}
		for i, c := range f.Chains() {
			if c.Entries != len(got.Entries[c.ID]) || f.Chain(i).Len() != c.Entries {
				t.Fatalf("cut at %d: chain %d claims %d entries", cut, c.ID, c.Entries)
			}
		}
		if _, same := scanned(b); !cmp.Equal(got, same) {
			t.Fatalf("cut at %d: Open and Scanner differ:\n%s", cut, cmp.Diff(got, same))
		}
	}
}

// wholeEntries counts the entries that lie whole in front of a cut, with a
// reading of the layout that shares no code with the readers'.
func wholeEntries(b []byte, refs []itemRef, cut int64) (n int) {
	for _, ref := range refs {
		if ref.typ != ItemBlock {
			continue
		}
		fr, _ := parseFrame(b[ref.offset:])
		c := cursor{b: b[:ref.offset+ref.length], off: int(ref.offset) + fr.size}
		for c.off < len(c.b) {
			var e wire.Entry
			c.entry(&e)
			if int64(c.off) <= cut {
				n++
			}
		}
	}
	return n
}

func TestUnknownItemsAreSkipped(t *testing.T) {
	b := file(t, testOptions, chain(chainA), entries(0, run(2)...), flush(),
		raw(99, []uint64{1, 2, 3}, "from the future"), raw(ItemNote, []uint64{2}, "a newer note"), raw(1<<40, nil, ""),
		entries(0, run(2)...))
	f, got, err := opened(t, b)
	ok(t, err)
	want := Summary{Blocks: 2, Entries: 4, Unknown: 3, Faults: 3, Complete: true}
	if f.Summary() != want || got.total() != 4 || !f.ByFooter() || !has(f.Faults(), ErrUnknownItem) {
		t.Errorf("Open: %+v, %v", f.Summary(), f.Faults())
	}
	if s, _ := scanned(b); s.Summary() != want {
		t.Errorf("Scanner: %+v, %v", s.Summary(), s.Faults())
	}
	b[bytes.Index(b, []byte("future"))]++
	f, _, err = opened(t, b)
	ok(t, err)
	s, _ := scanned(b)
	if !has(f.Faults(), ErrChecksum) || !has(s.Faults(), ErrChecksum) {
		t.Errorf("damage in an unknown item: %v, %v", f.Faults(), s.Faults())
	}
}

func TestUnknownVersion(t *testing.T) {
	header := appendHeader(nil, Header{Version: 2, Tool: "later", CreatedAtMS: 5})
	sound := everything(t)
	_, n, _ := parseHeader(sound)
	tests := map[string][]byte{
		"header alone":  header,
		"with v1 items": append(bytes.Clone(header), sound[n:]...),
		"no checksum":   append(append([]byte{0xd9, 0xd9, 0xf7, 0x82, 0x71}, FormatName...), 2, 1, 2, 3),
	}
	// The same items where the footer's offsets fit.
	same := appendHeader(nil, Header{Version: 2, Tool: testOptions.Tool, CreatedAtMS: testOptions.CreatedAtMS})
	tests["with a footer"] = append(same, sound[n:]...)
	for name, b := range tests {
		_, err := Open(bytes.NewReader(b), int64(len(b)))
		s, _ := scanned(b)
		for _, err := range []error{err, s.Err()} {
			var v *VersionError
			if !errors.Is(err, ErrVersion) || !errors.As(err, &v) || v.Seen != 2 || v.Supported != 1 {
				t.Errorf("%s: %v", name, err)
			}
		}
		if !IsExport(b) {
			t.Errorf("%s: IsExport says no", name)
		}
	}
}

func TestNotAnExport(t *testing.T) {
	for name, b := range map[string][]byte{
		"empty": nil, "text": []byte("hello, this is no export at all"), "zeros": make([]byte, 10_000),
		"other CBOR": {0xd9, 0xd9, 0xf7, 0x83, 1, 2, 3}, "a record": {1, 2, 3},
	} {
		_, err := Open(bytes.NewReader(b), int64(len(b)))
		s, _ := scanned(b)
		if !errors.Is(err, ErrNotExport) || !errors.Is(s.Err(), ErrNotExport) || IsExport(b) {
			t.Errorf("%s: %v, %v", name, err, s.Err())
		}
	}
	if b := everything(t); !IsExport(b[:magicBytes]) || IsExport(b[:magicBytes-1]) {
		t.Error("IsExport needs 22 bytes")
	}
}

// TestForgedItems are files whose checksums all hold and that no writer wrote.
func TestForgedItems(t *testing.T) {
	dup := "\xa4\x64kind\x63log\x64kind\x63log\x64node\x60\x66origin\x60"
	tests := []struct {
		name  string
		ops   []op
		class error
	}{
		{"chain twice", []op{raw(ItemChain, []uint64{0}, body(t, encodeChain, chainB))}, ErrOrder},
		{"block overlaps", []op{raw(ItemBlock, []uint64{0, 1, 1}, "\x84\x00\xf6\x00\x40")}, ErrOrder},
		{"block far ahead", []op{raw(ItemBlock, []uint64{0, 1 << 50, 1}, "\x84\x00\xf6\x00\x40")}, ErrOrder},
		{"count beyond the body", []op{raw(ItemBlock, []uint64{0, 4, 9}, "\x84\x00\xf6\x00\x40")}, ErrMalformed},
		{"no entries", []op{raw(ItemBlock, []uint64{0, 4, 0}, "")}, ErrMalformed},
		{"position overflows", []op{raw(ItemBlock, []uint64{0, 1<<64 - 1, 1}, "\x84\x00\xf6\x00\x40")}, ErrMalformed},
		{"index too short", []op{raw(ItemBlock, []uint64{0}, "\x84\x00\xf6\x00\x40")}, ErrMalformed},
		{"nameless chain", []op{raw(ItemBlock, []uint64{7, 0, 1}, "\x84\x00\xf6\x00\x40")}, ErrUnknownChain},
		{"long head", []op{raw(ItemBlock, []uint64{0, 4, 1}, "\x84\x18\x00\xf6\x00\x40")}, ErrMalformed},
		{"derivable status", []op{raw(ItemBlock, []uint64{0, 4, 1}, "\x85\x00\xf6\x00\x40\x01")}, ErrMalformed},
		{"status unheard of", []op{raw(ItemBlock, []uint64{0, 4, 1}, "\x85\x00\xf6\x00\x40\x06")}, ErrMalformed},
		{"payload beyond the body", []op{raw(ItemBlock, []uint64{0, 4, 1}, "\x84\x00\xf6\x00\x5b\xff\xff\xff\xff\xff\xff\xff\xff")}, ErrMalformed},
		{"leftover", []op{raw(ItemBlock, []uint64{0, 4, 1}, "\x84\x00\xf6\x00\x40\x00")}, ErrMalformed},
		{"body is no map", []op{raw(ItemBase, nil, "\x00")}, ErrMalformed},
		{"key missing", []op{raw(ItemBase, nil, "\xa1\x64node\x60")}, ErrMalformed},
		{"key unknown", []op{raw(ItemBase, nil, "\xa3\x61x\x00\x64node\x60\x68snapshot\x40")}, ErrMalformed},
		{"keys out of order", []op{raw(ItemBase, nil, "\xa2\x68snapshot\x40\x64node\x60")}, ErrMalformed},
		{"key twice", []op{raw(ItemChain, []uint64{1}, dup)}, ErrMalformed},
		{"indefinite length", []op{raw(ItemBase, nil, "\xbf\x64node\x60\x68snapshot\x40\xff")}, ErrMalformed},
		{"tag", []op{raw(ItemBase, nil, "\xa2\x64node\xc0\x60\x68snapshot\x40")}, ErrMalformed},
		{"bad text", []op{raw(ItemBase, nil, "\xa2\x64node\x61\xff\x68snapshot\x40")}, ErrMalformed},
		{"kind unheard of", []op{raw(ItemChain, []uint64{1}, "\xa4\x64kind\x61x\x64node\x60\x66origin\x60\x67channel\x60")}, ErrMalformed},
		{"nested too deep", []op{raw(ItemFinding, nil, strings.Repeat("\x81", 1000)+"\x00")}, ErrMalformed},
		{"count of a list", []op{raw(ItemFinding, nil, "\x9a\xff\xff\xff\xff")}, ErrMalformed},
	}
	for _, tt := range tests {
		b := file(t, testOptions, append([]op{chain(chainA), entries(0, run(4)...)}, tt.ops...)...)
		f, got, err := opened(t, b)
		ok(t, err)
		if !has(f.Faults(), tt.class) {
			t.Errorf("%s: Open: %v", tt.name, f.Faults())
		}
		for i, want := range run(4) {
			if !cmp.Equal(want, got.Entries[0][i]) {
				t.Errorf("%s: entry %d did not survive", tt.name, i)
			}
		}
		s, same := scanned(b)
		if tt.class != ErrUnknownChain && tt.name != "chain twice" && !has(s.Faults(), tt.class) {
			t.Errorf("%s: Scanner: %v", tt.name, s.Faults())
		}
		if diff := cmp.Diff(got, same); diff != "" {
			t.Errorf("%s: Open and Scanner differ:\n%s", tt.name, diff)
		}
	}
}

func body[T any](t *testing.T, encode func(T) ([]byte, error), v T) string {
	b, err := encode(v)
	ok(t, err)
	return string(b)
}

// TestForgedFooter: a footer whose checksum holds and that lies is not believed.
func TestForgedFooter(t *testing.T) {
	sound := file(t, testOptions, chain(chainA), entries(0, run(8)...))
	refs := itemsOf(t, sound)
	footer, end := refs[len(refs)-2], refs[len(refs)-1]
	lines := [][]uint64{{1, uint64(refs[1].offset), 0}, {2, uint64(refs[2].offset), 0, 0, 4}, {2, uint64(refs[3].offset), 0, 4, 4}}
	tests := map[string]func(l [][]uint64){
		"position":         func(l [][]uint64) { l[2][3] = 5 },
		"offset before":    func(l [][]uint64) { l[2][1] = l[1][1] },
		"offset beyond":    func(l [][]uint64) { l[2][1] = uint64(footer.offset) },
		"offset huge":      func(l [][]uint64) { l[2][1] = 1<<64 - 1 },
		"count":            func(l [][]uint64) { l[2][4] = 8193 },
		"type":             func(l [][]uint64) { l[2][0] = 0 },
		"footer in itself": func(l [][]uint64) { l[0] = []uint64{6, l[0][1]} },
	}
	for name, lie := range tests {
		l := [][]uint64{slices.Clone(lines[0]), slices.Clone(lines[1]), slices.Clone(lines[2])}
		lie(l)
		var index []byte
		for _, line := range l {
			index = appendIndexEntry(index, indexEntry{typ: ItemType(line[0]), offset: int64(line[1]), index: line[2:]})
		}
		b := append(appendFrame(bytes.Clone(sound[:footer.offset]), ItemFooter, nil, index), index...)
		b = appendTrailer(b, trailer{footer.offset, int64(len(b)) - footer.offset})
		f, got, err := opened(t, b)
		ok(t, err)
		if f.ByFooter() || !has(f.Faults(), ErrNoFooter) || got.total() != 8 {
			t.Errorf("%s: by footer %v, %d entries, %v", name, f.ByFooter(), got.total(), f.Faults())
		}
		if s, _ := scanned(b); !has(s.Faults(), ErrMalformed) {
			t.Errorf("%s: scanner is content: %v", name, s.Faults())
		}
	}
	for name, place := range map[string]trailer{
		"beyond": {end.offset + 1, 0}, "negative": {-5, end.offset + 5}, "header": {0, end.offset}, "huge": {1 << 62, 1 << 62},
	} {
		b := appendTrailer(bytes.Clone(sound[:end.offset]), place)
		f, got, err := opened(t, b)
		ok(t, err)
		if f.ByFooter() || got.total() != 8 {
			t.Errorf("trailer %s: %v", name, f.Faults())
		}
	}
}

func TestBytesAroundAnExport(t *testing.T) {
	sound := everything(t)
	for name, b := range map[string][]byte{
		"behind":       append(bytes.Clone(sound), "junk"...),
		"in front":     append([]byte("HTTP/1.1 200 OK\r\n\r\n"), sound...),
		"missing one":  append(bytes.Clone(sound[:400]), sound[401:]...),
		"one too many": append(append(bytes.Clone(sound[:400]), 'x'), sound[400:]...),
	} {
		f, got, err := opened(t, b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got.total() < 16 || len(f.Faults()) == 0 || f.ByFooter() {
			t.Errorf("%s: %d entries, %v", name, got.total(), f.Faults())
		}
	}
}

// TestWholeBlockMissing takes blocks out of a file without a trace.
func TestWholeBlockMissing(t *testing.T) {
	sound := file(t, testOptions, chain(chainA), entries(0, run(12)...))
	ref := itemsOf(t, sound)[3]
	b := append(bytes.Clone(sound[:ref.offset]), sound[ref.offset+ref.length:]...)
	f, got, err := opened(t, b)
	ok(t, err)
	if f.Chain(0).Len() != 12 || got.total() != 8 || f.Summary().Lost != 4 {
		t.Errorf("len %d, %d entries, %+v", f.Chain(0).Len(), got.total(), f.Summary())
	}
}

func TestErrorText(t *testing.T) {
	e := &Error{Offset: 12, Length: 3, Item: ItemBlock, Chain: someChain(2), First: 8, Lost: 4, Field: "entries", Err: ErrChecksum}
	want := "export: block at byte 12 (chain 2, position 8): entries: checksum does not match; 4 entries lost"
	if e.Error() != want {
		t.Errorf("got  %s\nwant %s", e, want)
	}
	for typ, want := range map[ItemType]string{ItemChain: "chain", PartUnknown: "bytes", PartHeader: "header", PartTrailer: "trailer", 99: "item of type 0x63"} {
		if fmt.Sprint(typ) != want {
			t.Errorf("%d: %v", uint64(typ), typ)
		}
	}
}
