package redex_test

import (
	"os"
	"testing"

	"chainglass/wire"
	"chainglass/wire/redex"
)

const benchRecords = 1_000_000

// benchPayload is as long as a usual action record, and differs from the next.
func benchPayload(dst []byte, i int) []byte {
	dst = append(dst[:0], "\x01\x2a\x0cpull_replica\xfb\xd0\x95\xff\xbc\x31\x01\x0ctimed out on"...)
	for range 8 {
		dst = append(dst, byte('a'+i%26))
		i /= 26
	}
	return dst
}

// benchChannel writes a channel of a million records.
func benchChannel(b *testing.B) string {
	b.Helper()
	dir := b.TempDir()
	w, err := redex.Create(dir)
	if err != nil {
		b.Fatal(err)
	}
	var payload []byte
	for i := range benchRecords {
		payload = benchPayload(payload, i)
		if _, err := w.AppendAt(payload, uint64(i)); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return dir
}

// BenchmarkRead streams a channel, verifying every checksum:
//
//	go test ./wire/redex -run '^$' -bench . -count 10 | benchstat -
func BenchmarkRead(b *testing.B) {
	g := benchGeneration(b)
	var block wire.Block
	b.SetBytes(g.Size())
	b.ReportAllocs()
	for b.Loop() {
		for pos := 0; pos < g.Len(); pos += len(block.Entries) {
			if err := g.ReadBlock(pos, &block); err != nil {
				b.Fatal(err)
			}
		}
	}
	reportPerRecord(b)
}

// BenchmarkRecover adds the judgement of a version to the reading.
func BenchmarkRecover(b *testing.B) {
	g := benchGeneration(b)
	b.SetBytes(g.Size())
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := redex.Recover(g.Channel(), redex.V0_34_0); err != nil {
			b.Fatal(err)
		}
	}
	reportPerRecord(b)
}

// BenchmarkReadRows fetches a screenful from the middle.
func BenchmarkReadRows(b *testing.B) {
	g := benchGeneration(b)
	block := wire.Block{MaxEntries: 60}
	b.ReportAllocs()
	for pos := 0; b.Loop(); pos += 7919 {
		if err := g.ReadBlock(pos%(benchRecords-60), &block); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWrite appends records in bulk.
func BenchmarkWrite(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		benchChannel(b)
	}
	reportPerRecord(b)
}

func benchGeneration(b *testing.B) *redex.Generation {
	b.Helper()
	c, err := redex.OpenChannel(os.DirFS(benchChannel(b)), ".")
	if err != nil {
		b.Fatal(err)
	}
	return openLive(b, c, redex.Readable)
}

func reportPerRecord(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRecords, "ns/record")
}
