package export

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"

	"chainglass/wire"
	"chainglass/wire/postcard"
)

// wantEverything is the content of everything.
func wantEverything() *content {
	c := newContent()
	c.Chains[0], c.Chains[1] = chainA, chainB
	for i, e := range append(run(6), run(5)...) {
		c.put(0, i, e)
	}
	for i, e := range oddities() {
		c.put(1, i, e)
	}
	c.Folders[0], c.Raws[0] = folderA, []RawItem{rawA, rawB}
	c.Bases, c.Notes, c.Findings = []Base{baseA}, []Note{noteA, noteB}, []Finding{findingA, findingB}
	c.ChainBases = []ChainBase{chainBaseA, chainBaseB}
	return c
}

func TestEverythingComesBack(t *testing.T) {
	b := everything(t)
	f, got, err := opened(t, b)
	ok(t, err)
	if diff := cmp.Diff(wantEverything(), got); diff != "" {
		t.Errorf("Open (-want +got):\n%s", diff)
	}
	want := Summary{Blocks: 6, Entries: 20, Complete: true}
	if f.Summary() != want || !f.ByFooter() || len(f.Faults()) != 0 {
		t.Errorf("summary %+v, by footer %v, faults %v", f.Summary(), f.ByFooter(), f.Faults())
	}
	if h := (Header{Version: 1, Tool: "test", CreatedAtMS: 1_700_000_000_123}); f.Header() != h {
		t.Errorf("header %+v", f.Header())
	}
	if _, found := f.Base("node-1"); !found {
		t.Error("no base of node-1")
	}
	s, got := scanned(b)
	if diff := cmp.Diff(wantEverything(), got); diff != "" {
		t.Errorf("Scanner (-want +got):\n%s", diff)
	}
	if s.Err() != nil || s.Summary() != want || s.Header() != f.Header() {
		t.Errorf("scanner: %v, %+v", s.Err(), s.Summary())
	}
}

func TestEmptyExport(t *testing.T) {
	b := file(t, Options{})
	f, got, err := opened(t, b)
	ok(t, err)
	if diff := cmp.Diff(newContent(), got); diff != "" || !f.ByFooter() || len(f.Faults()) != 0 {
		t.Errorf("%v %v", diff, f.Faults())
	}
	b = file(t, Options{}, chain(chainA))
	f, _, err = opened(t, b)
	ok(t, err)
	if len(f.Faults()) != 0 || len(f.Chains()) != 1 || f.Chain(0).Len() != 0 {
		t.Errorf("%v %v", f.Chains(), f.Faults())
	}
	if err := f.Chain(0).ReadBlock(0, new(wire.Block)); err != io.EOF {
		t.Errorf("ReadBlock of an empty chain: %v", err)
	}
}

func TestScannerReadsAnyReader(t *testing.T) {
	b := everything(t)
	readers := map[string]func(io.Reader) io.Reader{"one byte": iotest.OneByteReader, "half": iotest.HalfReader, "data and error": iotest.DataErrReader}
	for name, wrap := range readers {
		s := NewScanner(wrap(bytes.NewReader(b)))
		n := 0
		for s.Next() {
			n++
		}
		if s.Err() != nil || len(s.Faults()) != 0 || n != 18 || !s.Summary().Complete {
			t.Errorf("%s: %d items, %v, %v", name, n, s.Err(), s.Faults())
		}
	}
}

func TestReaderFailureKeepsWhatWasRead(t *testing.T) {
	b := everything(t)
	broken := errors.New("broken disk")
	s := NewScanner(io.MultiReader(bytes.NewReader(b[:len(b)/2]), iotest.ErrReader(broken)))
	n := 0
	for s.Next() {
		n++
	}
	if !errors.Is(s.Err(), broken) || n == 0 {
		t.Errorf("%d items, %v", n, s.Err())
	}
	at := failingReaderAt{bytes.NewReader(b), int64(len(b) / 2), broken}
	f, err := Open(at, int64(len(b)))
	ok(t, err)
	if !has(f.Faults(), broken) || len(f.Chains()) != 2 {
		t.Errorf("chains %v, faults %v", f.Chains(), f.Faults())
	}
	if _, err := Open(failingReaderAt{bytes.NewReader(b), 0, broken}, int64(len(b))); !errors.Is(err, broken) {
		t.Errorf("nothing readable: %v", err)
	}
}

// failingReaderAt cannot read at or beyond limit.
type failingReaderAt struct {
	io.ReaderAt
	limit int64
	err   error
}

func (r failingReaderAt) ReadAt(b []byte, at int64) (int, error) {
	if at+int64(len(b)) <= r.limit {
		return r.ReaderAt.ReadAt(b, at)
	}
	n, _ := r.ReaderAt.ReadAt(b[:max(0, r.limit-at)], at)
	return n, r.err
}

func TestSameInputSameBytes(t *testing.T) {
	if !bytes.Equal(everything(t), everything(t)) {
		t.Error("two writes differ")
	}
	whole := file(t, testOptions, chain(chainA), entries(0, run(11)...))
	var one []op
	for _, e := range run(11) {
		one = append(one, entries(0, e))
	}
	if !bytes.Equal(whole, file(t, testOptions, append([]op{chain(chainA)}, one...)...)) {
		t.Error("the bytes depend on how entries are spread over calls")
	}
}

func TestBlocksEndAtLimits(t *testing.T) {
	tests := []struct {
		name   string
		opts   Options
		sizes  []int
		blocks []int
	}{
		{"entries", Options{BlockEntries: 2}, []int{1, 1, 1, 1, 1}, []int{2, 2, 1}},
		{"bytes", Options{BlockBytes: 200}, []int{50, 50, 50, 50}, []int{2, 2}},
		{"large entry alone", Options{BlockBytes: 200}, []int{1, 500, 1}, []int{1, 1, 1}},
		{"default", Options{}, []int{1 << 19, 1 << 19, 2 << 20, 1}, []int{1, 1, 1, 1}},
	}
	for _, tt := range tests {
		ops := []op{chain(chainA)}
		for i, n := range tt.sizes {
			ops = append(ops, entries(0, ent(uint64(i), string(make([]byte, n)))))
		}
		b := file(t, tt.opts, ops...)
		var got []int
		for _, ref := range itemsOf(t, b) {
			if ref.typ == ItemBlock {
				_, _, n := blockIn(b, ref)
				got = append(got, n)
			}
		}
		if diff := cmp.Diff(tt.blocks, got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

func TestRandomAccess(t *testing.T) {
	want := run(700)
	b := file(t, Options{BlockEntries: 150}, chain(chainA), entries(0, want...))
	f, err := Open(bytes.NewReader(b), int64(len(b)))
	ok(t, err)
	r := f.Chain(0)
	rnd := rand.New(rand.NewPCG(1, 2)) // fixed, so that a failure comes back
	var block wire.Block
	for range 300 {
		first, most := rnd.IntN(len(want)), rnd.IntN(100)
		block.MaxEntries = most
		ok(t, r.ReadBlock(first, &block))
		n := len(block.Entries)
		if block.First != first || n == 0 || most > 0 && n > most {
			t.Fatalf("ReadBlock(%d) of at most %d: %d entries from %d", first, most, n, block.First)
		}
		if diff := cmp.Diff(want[first:first+n], block.Entries); diff != "" {
			t.Fatal(diff)
		}
	}
	block.MaxEntries = 1
	ok(t, r.ReadBlock(75, &block))
	if block.SourceBytes > 64*40 {
		t.Errorf("one entry of a known block cost %d bytes of the file", block.SourceBytes)
	}
}

func TestReaderBounds(t *testing.T) {
	b := everything(t)
	f, _, err := opened(t, b)
	ok(t, err)
	for _, first := range []int{-1, 11, 12, 1 << 40} {
		if err := f.Chain(0).ReadBlock(first, new(wire.Block)); err != io.EOF {
			t.Errorf("ReadBlock(%d): %v", first, err)
		}
	}
}

// TestHandRolledMatchesLibrary holds our encoding of entries against the CBOR
// library's core deterministic encoding.
func TestHandRolledMatchesLibrary(t *testing.T) {
	em, err := cbor.CoreDetEncOptions().EncMode()
	ok(t, err)
	list := oddities()
	for _, seq := range []uint64{0, 23, 24, 255, 256, 65535, 65536, 1<<32 - 1, 1 << 32, 1<<64 - 1} {
		list = append(list, with(ent(seq, string(make([]byte, seq%70000))), func(e *wire.Entry) { e.TSNS = postcard.Some(seq) }))
	}
	for _, e := range list {
		fields := []any{e.Seq, nil, e.FlagsAndChecksum, e.Payload}
		if ts, some := e.TSNS.Get(); some {
			fields[1] = ts
		}
		if !derivable(e.Status) {
			fields = append(fields, uint8(e.Status))
		}
		want, err := em.Marshal(fields)
		ok(t, err)
		if got := appendEntry(nil, &e); !bytes.Equal(got, want) {
			t.Errorf("entry %d: %x, library %x", e.Seq, got, want)
		}
	}
}

// TestIsCBORSequence reads an export with nothing but the library.
func TestIsCBORSequence(t *testing.T) {
	b := everything(t)
	em, err := cbor.CoreDetEncOptions().EncMode()
	ok(t, err)
	var types []string
	for rest := b; len(rest) > 0; {
		var v any
		next, err := cbor.UnmarshalFirst(rest, &v)
		ok(t, err)
		item := rest[:len(rest)-len(next)]
		again, err := em.Marshal(v)
		ok(t, err)
		if i := bytes.Index(item, again); i != 0 && !(i == 3 && bytes.HasPrefix(item, selfDescribed)) {
			t.Errorf("not deterministic: %x", item)
		}
		rest = next
		if list, isList := v.([]any); isList {
			types = append(types, fmt.Sprint(list[0]))
		}
	}
	want := []string{"chainglass-export", "1", "8", "11", "1", "11", "3", "2", "9", "2", "2", "2", "9", "4", "4", "10", "10", "2", "2", "6"}
	if diff := cmp.Diff(want, types); diff != "" {
		t.Error(diff)
	}
}

func TestWriterRefuses(t *testing.T) {
	bad := "\xff"
	tests := []struct {
		name  string
		do    func(w *Writer) error
		class error
	}{
		{"unknown chain", func(w *Writer) error { return w.AppendEntries(1, run(1)) }, ErrUnknownChain},
		{"node text", func(w *Writer) error { _, err := w.AddChain(ChainInfo{Node: bad}); return err }, ErrText},
		{"base text", func(w *Writer) error { return w.AddBase(Base{Node: bad}) }, ErrText},
		{"note text", func(w *Writer) error { return w.AddNote(Note{Text: bad}) }, ErrText},
		{"finding text", func(w *Writer) error { return w.AddFinding(Finding{Where: bad}) }, ErrText},
		{"base of an unknown chain", func(w *Writer) error { return w.AddChainBase(ChainBase{Chain: 1}) }, ErrUnknownChain},
		{"base beyond its chain", func(w *Writer) error {
			return w.AddChainBase(ChainBase{Entries: 1, Run: postcard.Some(ChainRun{Position: 2, Snapshot: []byte{0}})})
		}, ErrMalformed},
		{"base without times", func(w *Writer) error {
			return w.AddChainBase(ChainBase{Entries: 1, Run: postcard.Some(ChainRun{Position: 1, Snapshot: []byte{0}})})
		}, ErrMalformed},
		{"base without a snapshot", func(w *Writer) error { return w.AddChainBase(ChainBase{Run: postcard.Some(ChainRun{})}) }, ErrMalformed},
		{"anchors", func(w *Writer) error { return w.AddNote(Note{Anchors: make([]Anchor, MaxAnchors+1)}) }, ErrTooLarge},
		{"payload", func(w *Writer) error {
			return w.AppendEntries(0, []wire.Entry{{Payload: make([]byte, MaxPayloadBytes+1)}})
		}, ErrTooLarge},
	}
	for _, tt := range tests {
		var out bytes.Buffer
		w, err := NewWriter(&out, testOptions)
		ok(t, err)
		_, err = w.AddChain(chainA)
		ok(t, err)
		if err := tt.do(w); !errors.Is(err, tt.class) {
			t.Errorf("%s: %v", tt.name, err)
		}
		ok(t, w.AppendEntries(0, run(3)))
		ok(t, w.Close())
		if f, _, err := opened(t, out.Bytes()); err != nil || len(f.Faults()) != 0 {
			t.Errorf("%s: left a broken export: %v", tt.name, err)
		}
		if err := w.AddNote(noteA); !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	}
	for _, opts := range []Options{{Tool: bad}, {Tool: string(make([]byte, 4096))}, {BlockEntries: 9000}, {BlockEntries: -1}, {BlockBytes: 2 << 20}} {
		if _, err := NewWriter(io.Discard, opts); err == nil {
			t.Errorf("NewWriter took %+v", opts)
		}
	}
}

// failingWriter takes so many bytes.
type failingWriter struct{ left int }

var errFull = errors.New("disk full")

func (w *failingWriter) Write(b []byte) (int, error) {
	if len(b) > w.left {
		return w.left, errFull
	}
	w.left -= len(b)
	return len(b), nil
}

func TestWriterFailureSticks(t *testing.T) {
	w, err := NewWriter(&failingWriter{left: 200}, testOptions)
	ok(t, err)
	_, err = w.AddChain(chainA)
	ok(t, err)
	for _, err := range []error{w.AppendEntries(0, run(20)), w.AddBase(baseA), w.Flush(), w.Close()} {
		if !errors.Is(err, errFull) {
			t.Errorf("got %v", err)
		}
	}
}
