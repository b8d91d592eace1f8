package part

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"testing"
	"unsafe"

	"chainglass/app/insight"
	"chainglass/app/source"
	"chainglass/app/synth"
	"chainglass/wire"

	"github.com/google/go-cmp/cmp"
)

// memory is a chain in memory.
type memory []wire.Entry

func (m memory) Len() int { return len(m) }

func (m memory) ReadBlock(first int, b *wire.Block) error {
	if first >= len(m) {
		return io.EOF
	}
	n := min(len(m)-first, 1000)
	if b.MaxEntries > 0 {
		n = min(n, b.MaxEntries)
	}
	b.First, b.Entries, b.PayloadEnd = first, append(b.Entries[:0], m[first:first+n]...), uint64(first+n)
	b.SourceBytes = int64(n)
	return nil
}

// madeUp returns the records of a made-up node.
func madeUp(count int) memory {
	n := synth.NewNode(1)
	var made memory
	for seq := range count {
		r := n.Next()
		e := wire.Entry{Seq: uint64(seq), Payload: wire.EncodeRecord(&r)}
		e.TSNS.Value, e.TSNS.Some = n.AppendedAtNS(), true
		made = append(made, e)
	}
	return made
}

// hurt damages a chain here and there.
func hurt(r *rand.Rand, m memory) {
	for range len(m) / 20 {
		e := &m[r.IntN(len(m))]
		switch r.IntN(11) {
		case 0:
			e.Status = wire.EntryBadChecksum
		case 1:
			e.Seq = r.Uint64()
		case 2:
			e.Seq -= uint64(r.IntN(5))
		case 3:
			e.Payload = append([]byte{byte(r.IntN(4))}, e.Payload...)
		case 4:
			e.Payload = append(e.Payload[:len(e.Payload):len(e.Payload)], 0)
		case 5:
			e.TSNS.Some = false
		case 6:
			e.TSNS.Value -= uint64(r.IntN(100_000_000))
		case 7:
			e.Status, e.Payload = wire.EntryTorn, nil
		case 8:
			e.TSNS.Value = r.Uint64()
		case 9:
			e.TSNS.Value -= uint64(r.IntN(3)) * YearNS
		case 10:
			e.Seq = 0
		}
	}
}

func read(t testing.TB, r *Reader, m memory, kind wire.ChainKind, first, count int) *Part {
	t.Helper()
	chain := source.Chain{Reader: m}
	leaf, err := r.Read(context.Background(), &chain, Task{Kind: kind, First: first, Count: count}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Part{[]*Leaf{leaf}}
}

// A part is the same after it was encoded and decoded.
func TestPartsTravel(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var r Reader
	for range 30 {
		m := madeUp(1 + random.IntN(3000))
		hurt(random, m)
		whole := &Part{}
		for first := 0; first < len(m); {
			p := read(t, &r, m, wire.ChainKind(random.IntN(5)), first, 1+random.IntN(len(m)))
			first = p.End()
			var err error
			if whole, err = Join(whole, p); err != nil {
				t.Fatal(err)
			}
		}
		b, err := whole.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var got Part
		if err := got.UnmarshalBinary(b); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(whole, &got, cmp.Exporter(func(reflect.Type) bool { return true }), cmp.Comparer(func(a, b []int) bool {
			return len(a) == len(b) && (len(a) == 0 || reflect.DeepEqual(a, b))
		}), equalEmpty[Break](), equalEmpty[Group](), equalEmpty[Stride](), equalEmpty[insight.Told]()); diff != "" {
			t.Fatal(diff)
		}
	}
}

// Of what there is one for each entry nothing is spelled out: in the page, CBOR of what the
// records tell took longer than reading them.
func TestEncodedPartsAreColumns(t *testing.T) {
	var r Reader
	p := read(t, &r, madeUp(LeafRows), wire.ChainAction, 0, LeafRows)
	b, err := p.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	l := p.Leaves[0]
	if len(l.Told) < LeafRows/20 {
		t.Fatalf("%d of %d entries tell something", len(l.Told), LeafRows)
	}
	columns := 31*len(l.State) + len(l.State)/8 + int(unsafe.Sizeof(Stride{}))*len(l.Strides) + 18*len(l.Told)
	for i := range l.Told {
		columns += 8 * int(namesOf(&l.Told[i].Names))
	}
	if head := len(b) - columns; head > 16<<10 {
		t.Errorf("%d bytes besides columns of %d", head, columns)
	}
}

// equalEmpty makes no slice and an empty one the same.
func equalEmpty[T any]() cmp.Option {
	return cmp.FilterValues(func(a, b []T) bool { return len(a) == 0 && len(b) == 0 }, cmp.Ignore())
}

func FuzzUnmarshal(f *testing.F) {
	var r Reader
	m := madeUp(70)
	hurt(rand.New(rand.NewPCG(3, 4)), m)
	b, err := read(f, &r, m, wire.ChainAction, 0, 70).MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		var p Part
		if p.UnmarshalBinary(b) != nil {
			return
		}
		again, err := p.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var q Part
		if err := q.UnmarshalBinary(again); err != nil {
			t.Fatal(err)
		}
	})
}

func TestOnlyAdjacentPartsJoin(t *testing.T) {
	var r Reader
	m := madeUp(100)
	a, b, c := read(t, &r, m, wire.ChainAction, 0, 40), read(t, &r, m, wire.ChainAction, 40, 20), read(t, &r, m, wire.ChainAction, 60, 40)
	for _, pair := range [][2]*Part{{a, c}, {b, a}, {a, a}, {c, b}} {
		if _, err := Join(pair[0], pair[1]); err == nil {
			t.Errorf("parts from %d to %d and from %d join", pair[0].First(), pair[0].End(), pair[1].First())
		}
	}
	left, err := Join(a, b)
	if err != nil {
		t.Fatal(err)
	}
	right, err := Join(b, c)
	if err != nil {
		t.Fatal(err)
	}
	x, errX := Join(left, c)
	y, errY := Join(a, right)
	if err := errors.Join(errX, errY); err != nil || !reflect.DeepEqual(x, y) {
		t.Errorf("joining is not associative: %v", err)
	}
}

// Reading a leaf allocates for its columns and for what has not been seen before, not for
// records.
func TestReadingALeafAllocatesNothingPerRecord(t *testing.T) {
	m := madeUp(1 << 16)
	var r Reader
	read(t, &r, m, wire.ChainAction, 0, LeafRows)
	perLeaf := testing.AllocsPerRun(5, func() { read(t, &r, m, wire.ChainAction, LeafRows, LeafRows) })
	if perLeaf > LeafRows/100 {
		t.Errorf("%v allocations for a leaf of %d records", perLeaf, LeafRows)
	}
}

// The columns of the index take at most 32 bytes an entry.
func TestColumnsTake32BytesAnEntry(t *testing.T) {
	var l Leaf
	bytes := unsafe.Sizeof(l.TSNS[0]) + unsafe.Sizeof(l.TimeMS[0]) + unsafe.Sizeof(l.ID[0]) +
		unsafe.Sizeof(l.Seq[0]) + unsafe.Sizeof(l.Class[0]) + unsafe.Sizeof(l.State[0])
	if bytes > 32 {
		t.Errorf("%d bytes", bytes)
	}
}

// A damaged sequence number widens the column of its leaf, and only that.
func TestWideSequenceNumbers(t *testing.T) {
	var m memory
	seqs := []uint64{5, 6, 1 << 40, 7, 0, ^uint64(0)}
	for _, seq := range seqs {
		m = append(m, wire.Entry{Seq: seq})
	}
	var r Reader
	l := read(t, &r, m, wire.ChainUnknown, 0, len(m)).Leaves[0]
	for i, want := range seqs {
		if got := l.SeqAt(i); got != want {
			t.Errorf("entry %d has seq %d, want %d", i, got, want)
		}
	}
}

// What a reader keeps from leaf to leaf is bounded, however many names a chain has.
func TestKeptNamesAreBounded(t *testing.T) {
	var m memory
	for i := range 4 * LeafRows {
		r := wire.ActionChainRecord{ID: uint64(i), Kind: fmt.Sprintf("kind-%d", i), Disposition: wire.Dispatched{}}
		m = append(m, wire.Entry{Seq: uint64(i), Payload: wire.EncodeRecord(&r)})
	}
	var r Reader
	for first := 0; first < len(m); first += LeafRows {
		l := read(t, &r, m, wire.ChainAction, first, LeafRows).Leaves[0]
		if n := len(l.Classes) - int(FirstClass); n != LeafRows {
			t.Fatalf("%d classes, want %d", n, LeafRows)
		}
		for i := range l.Class {
			if got, want := l.Kinds[l.Classes[l.Class[i]].Kind], fmt.Sprintf("kind-%d", first+i); got != want {
				t.Fatalf("entry %d is %q, want %q", first+i, got, want)
			}
		}
		if n := len(r.kind(wire.ChainAction).classes.table); n > maxKeptClasses+LeafRows+int(FirstClass) {
			t.Fatalf("%d classes are kept", n)
		}
	}
}

// BenchmarkRead reads leaves of a chain in memory:
//
//	go test ./app/engine/part -run '^$' -bench Read
func BenchmarkRead(b *testing.B) {
	m := madeUp(LeafRows)
	chain := source.Chain{Reader: m}
	var r Reader
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Read(context.Background(), &chain, Task{Kind: wire.ChainAction, Count: LeafRows}, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*LeafRows/b.Elapsed().Seconds(), "records/s")
}

func BenchmarkTravel(b *testing.B) {
	var r Reader
	p := read(b, &r, madeUp(LeafRows), wire.ChainAction, 0, LeafRows)
	b.ReportAllocs()
	for b.Loop() {
		encoded, err := p.MarshalBinary()
		if err != nil {
			b.Fatal(err)
		}
		var q Part
		if err := q.UnmarshalBinary(encoded); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*LeafRows/b.Elapsed().Seconds(), "records/s")
}
