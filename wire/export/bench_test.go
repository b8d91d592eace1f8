package export

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"chainglass/wire"
)

// Compare runs with: go test -bench . -count 10 | benchstat -col /op -

const benchEntries = 100_000

// production is a chain of entries of the size that action records have.
func production(n int) []wire.Entry {
	list := make([]wire.Entry, n)
	for i := range list {
		list[i] = ent(uint64(i), fmt.Sprintf("%06d pull_replica chain 51b7: dispatcher timed out", i))
	}
	return list
}

func benchFile(b testing.TB) []byte {
	return file(b, Options{}, chain(chainA), entries(0, production(benchEntries)...))
}

func perRecord(b *testing.B, fileBytes int) {
	b.SetBytes(int64(fileBytes))
	b.ReportAllocs()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchEntries, "ns/record")
	b.ReportMetric(float64(fileBytes)/benchEntries, "B/record")
}

func BenchmarkWrite(b *testing.B) {
	list := production(benchEntries)
	size := len(benchFile(b))
	for b.Loop() {
		w, err := NewWriter(io.Discard, Options{})
		ok(b, err)
		_, err = w.AddChain(chainA)
		ok(b, err)
		ok(b, w.AppendEntries(0, list))
		ok(b, w.Close())
	}
	perRecord(b, size)
}

func BenchmarkRead(b *testing.B) {
	exported := benchFile(b)
	var block wire.Block
	for b.Loop() {
		f, err := Open(bytes.NewReader(exported), int64(len(exported)))
		ok(b, err)
		r := f.Chain(0)
		for at := 0; at < r.Len(); at += len(block.Entries) {
			ok(b, r.ReadBlock(at, &block))
		}
	}
	perRecord(b, len(exported))
}

func BenchmarkScan(b *testing.B) {
	exported := benchFile(b)
	for b.Loop() {
		s := NewScanner(bytes.NewReader(exported))
		for s.Next() {
		}
		ok(b, s.Err())
	}
	perRecord(b, len(exported))
}

func BenchmarkReadRow(b *testing.B) {
	exported := benchFile(b)
	f, err := Open(bytes.NewReader(exported), int64(len(exported)))
	ok(b, err)
	ok(b, f.Verify())
	r := f.Chain(0)
	block := wire.Block{MaxEntries: 1}
	at := 0
	for b.Loop() {
		at = (at + 7919) % benchEntries
		ok(b, r.ReadBlock(at, &block))
	}
	b.ReportAllocs()
}

func TestReadingAllocatesNothing(t *testing.T) {
	b := file(t, Options{}, chain(chainA), entries(0, production(20_000)...))
	f, err := Open(bytes.NewReader(b), int64(len(b)))
	ok(t, err)
	r := f.Chain(0)
	var block wire.Block
	readChain := func() {
		for at := 0; at < r.Len(); at += len(block.Entries) {
			ok(t, r.ReadBlock(at, &block))
		}
	}
	readChain()
	if n := testing.AllocsPerRun(5, readChain); n != 0 {
		t.Errorf("reading a chain of 3 blocks again: %v allocations", n)
	}
}

func TestWritingAllocatesNothing(t *testing.T) {
	w, err := NewWriter(io.Discard, Options{})
	ok(t, err)
	id, err := w.AddChain(chainA)
	ok(t, err)
	list := production(4 * MaxBlockEntries)
	ok(t, w.AppendEntries(id, list))
	// The index of the footer grows by a few bytes a block, now and then.
	if n := testing.AllocsPerRun(20, func() { ok(t, w.AppendEntries(id, list)) }); n > 4*2 {
		t.Errorf("writing 4 blocks: %v allocations", n)
	}
}
