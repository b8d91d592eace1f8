package export

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire/message"
)

// seeds adds sound files and damaged ones.
func seeds(f *testing.F) {
	sound := everything(f)
	f.Add([]byte{})
	f.Add(sound)
	f.Add(file(f, Options{}))
	f.Add(sound[:len(sound)/2])
	f.Add(sound[:len(sound)-1])
	f.Add(sound[20:])
	f.Add(append(bytes.Clone(sound), sound...))
	f.Add(file(f, testOptions, chain(chainA), raw(99, nil, "future"), raw(ItemBlock, []uint64{3, 5, 1}, "\x84\x00\xf6\x00\x40")))
	for _, at := range []int{3, 22, 60, 300, len(sound) - 60, len(sound) - 20} {
		b := bytes.Clone(sound)
		b[at] ^= 0x11
		f.Add(b)
	}
}

// FuzzOpen opens mutated files and holds what it reads against the scanner.
func FuzzOpen(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		f, got, err := opened(t, b)
		s, same := scanned(b)
		if (err == nil) != (s.Err() == nil) {
			// The footer shows what a file is even where its header is no more.
			if err != nil || !f.ByFooter() {
				t.Fatalf("Open: %v, Scanner: %v", err, s.Err())
			}
			return
		}
		if err != nil {
			return
		}
		clean := len(f.Faults()) == 0
		if clean != (len(s.Faults()) == 0 && s.Summary().Complete) {
			t.Fatalf("Open: %v, Scanner: %v", f.Faults(), s.Faults())
		}
		// With damage in between, a scan may pick up an item from amid bytes
		// that a footer knows to be part of another.
		if diff := cmp.Diff(same, got); diff != "" && (clean || !f.ByFooter()) && !dropped(f) {
			t.Fatalf("Scanner and Open differ:\n%s", diff)
		}
	})
}

// dropped reports whether Open declined items that the scanner yields: chains
// named twice.
func dropped(f *File) bool { return has(f.Faults(), ErrOrder) || has(f.Faults(), ErrUnknownChain) }

// FuzzScanner scans mutated files: positions of a chain never go back, nothing
// is yielded from outside the input, and summaries add up.
func FuzzScanner(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		s := NewScanner(bytes.NewReader(b))
		next := map[ChainID]int{}
		offset, entries := int64(0), 0
		for s.Next() {
			it := s.Item()
			if it.Offset < offset || it.Offset+it.Length > int64(len(b)) {
				t.Fatalf("item at %d of %d bytes after %d", it.Offset, it.Length, offset)
			}
			offset = it.Offset + it.Length
			if it.Type != ItemBlock {
				continue
			}
			if it.Block.First < next[it.ChainID] || len(it.Block.Entries) > it.Block.Count {
				t.Fatalf("block from %d, expected %d", it.Block.First, next[it.ChainID])
			}
			next[it.ChainID] = it.Block.First + it.Block.Count
			entries += len(it.Block.Entries)
		}
		if sum := s.Summary(); sum.Entries != entries || sum.Faults != len(s.Faults()) {
			t.Fatalf("%d entries, summary %+v", entries, sum)
		}
	})
}

// FuzzItem gets past the checksums: it gives any type, index and body a frame
// that fits, between items that are sound and must stay readable.
func FuzzItem(f *testing.F) {
	f.Add(uint64(ItemBlock), []byte{0, 4, 1}, []byte("\x84\x00\xf6\x00\x40"))
	f.Add(uint64(ItemBlock), []byte{1, 0, 2}, appendEntry(appendEntry(nil, &run(1)[0]), &oddities()[8]))
	for _, seed := range []struct {
		typ  ItemType
		body any
	}{
		{ItemChain, chainBody{Node: "n", Kind: "log"}},
		{ItemBase, baseBody{Node: "n", Snapshot: []byte{1}}},
		{ItemNote, noteBody{Anchors: noteA.Anchors, Span: &Span{}}},
		{ItemPlainFinding, plainFindingBody{Kind: "k"}},
		{ItemFinding, findingBody{By: BySource, Severity: SeverityNote, Title: message.New("{}", message.List(findingB.Title)), Place: &FindingPlace{}, Refs: findingB.Refs}},
		{ItemChainBase, chainBaseBody{Entries: 9}},
		{ItemChainBase, chainBaseBody{Entries: 9, Position: new(uint64), Snapshot: []byte{1}}},
		{ItemHashedRedaction, hashedRedactionBody{OriginalSHA256: make([]byte, 32), Texts: TextsDropped}},
		{ItemRedaction, redactionBody{Commitment: make([]byte, 32), Texts: TextsDropped}},
		{ItemRedaction, redactionBody{Texts: TextsTemplate}},
		{ItemFolder, folderBody{Files: []fileBody{{Path: "v0000000001/dat", Size: 9, Part: "dat"}, {Path: "manifest"}}}},
	} {
		body, err := encodeBody(seed.body)
		ok(f, err)
		f.Add(uint64(seed.typ), bytes.Repeat([]byte{1}, itemShapes[seed.typ].indexLen), body)
	}
	f.Add(uint64(ItemRaw), []byte{0, 1, 3, 5}, []byte("bytes"))
	f.Add(uint64(ItemRaw), []byte{7, 200, 3, 5}, []byte("bytes"))
	f.Add(uint64(ItemFolder), []byte{7}, []byte("\xa1efiles\x80"))
	f.Fuzz(func(t *testing.T, typ uint64, index, body []byte) {
		if it := ItemType(typ); !it.itself() || it == ItemFooter || len(index) > maxIndex {
			return
		}
		numbers := make([]uint64, len(index))
		for i, v := range index {
			numbers[i] = uint64(v)
		}
		b := file(t, testOptions, chain(chainA), entries(0, run(4)...), raw(ItemType(typ), numbers, string(body)), note(noteA))
		_, got, err := opened(t, b)
		ok(t, err)
		for i, want := range run(4) {
			if diff := cmp.Diff(want, got.Entries[0][i]); diff != "" {
				t.Fatal(diff)
			}
		}
		if n := len(got.Notes); !cmp.Equal(got.Notes[n-1], noteA) {
			t.Fatalf("the note behind did not survive: %+v", got.Notes)
		}
		if _, same := scanned(b); !cmp.Equal(same.Entries, got.Entries) {
			t.Fatalf("Scanner and Open differ:\n%s", cmp.Diff(same, got))
		}
	})
}
