package engine_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/synth"
	"chainglass/wire"
	"chainglass/wire/redex"
)

// benchRecords is the length of the chain that benchmarks open: 63 MB of idx,
// dat and ts.
const benchRecords = 1_000_000

// benchChain writes the chain and returns the file system it is in.
func benchChain(b *testing.B) fs.FS {
	b.Helper()
	dir := b.TempDir()
	path, err := redex.ChannelPath(dir, "meshos/actions")
	if err != nil {
		b.Fatal(err)
	}
	w, err := redex.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	if err := errors.Join(synth.NewNode(1).Append(w, benchRecords), w.Close()); err != nil {
		b.Fatal(err)
	}
	return os.DirFS(dir)
}

// BenchmarkOpen verifies, decodes, indexes and folds a chain:
//
//	go test ./app/engine -run '^$' -bench Open -count 10 | benchstat -
func BenchmarkOpen(b *testing.B) {
	files := benchChain(b)
	b.ReportAllocs()
	for b.Loop() {
		e := engine.New(engine.Options{})
		opened, err := e.Open(context.Background(), "bench", files, nil)
		if err != nil || opened.Progress.Records != benchRecords {
			b.Fatal(opened, err)
		}
		if _, err := e.State(context.Background(), opened.Chains[0].ID, benchRecords); err != nil {
			b.Fatal(err)
		}
		e.Close(opened.Source)
	}
	b.ReportMetric(float64(b.N)*benchRecords/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkRead reads and verifies the same chain and does nothing with it: what
// opening cannot be faster than.
func BenchmarkRead(b *testing.B) {
	channel, err := redex.OpenChannel(benchChain(b), "meshos/actions")
	if err != nil {
		b.Fatal(err)
	}
	g, err := channel.OpenLive(redex.Readable)
	if err != nil {
		b.Fatal(err)
	}
	defer g.Close()
	var block wire.Block
	b.ReportAllocs()
	for b.Loop() {
		for position := 0; ; position += len(block.Entries) {
			if err := g.ReadBlock(position, &block); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N)*benchRecords/b.Elapsed().Seconds(), "records/s")
}

// openBench opens the chain of the benchmarks once.
func openBench(b *testing.B) (*engine.Engine, engine.ChainID) {
	b.Helper()
	e := engine.New(engine.Options{})
	opened, err := e.Open(context.Background(), "bench", benchChain(b), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { e.Close(opened.Source) })
	return e, opened.Chains[0].ID
}

// BenchmarkState asks for the snapshot at positions all over the chain.
func BenchmarkState(b *testing.B) {
	e, id := openBench(b)
	r := rand.New(rand.NewPCG(1, 2))
	for b.Loop() {
		if _, err := e.State(context.Background(), id, r.IntN(benchRecords)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRows asks for screens of 60 rows all over the chain.
func BenchmarkRows(b *testing.B) {
	e, id := openBench(b)
	r := rand.New(rand.NewPCG(1, 2))
	for b.Loop() {
		if _, err := e.Rows(context.Background(), id, r.IntN(benchRecords-60), 60); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSearch filters the chain: by what classes decide, by a column, and by
// text, which reads payloads.
func BenchmarkSearch(b *testing.B) {
	e, id := openBench(b)
	for name, query := range map[string]string{
		"by=class":  "outcome:failed kind:pull_replica",
		"by=column": "id:1000..2000",
		"by=text":   "checksum",
		"by=value":  `reason:"seq 471"`,
		// A regexp that templates answer, and one that takes the payloads.
		"by=regexp":      `/timed out after [0-9]+ ms/`,
		"by=regexp-read": `/timed out after 5[0-9]{3} ms/`,
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := e.Search(context.Background(), engine.TableSpec{Chains: []engine.ChainID{id}, Query: query}, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*benchRecords/b.Elapsed().Seconds(), "records/s")
		})
	}
}

// BenchmarkHistogram counts the chain in as many columns as a wide screen has
// pixels.
func BenchmarkHistogram(b *testing.B) {
	e, id := openBench(b)
	info := e.Chains()[0]
	spec := engine.HistogramSpec{Chains: []engine.ChainID{id}, FromNS: info.FirstTSNS.Value, ToNS: info.LastTSNS.Value, Columns: 1920}
	for b.Loop() {
		if _, err := e.Histogram(spec); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkInsights looks for the story in the chain.
func BenchmarkInsights(b *testing.B) {
	e, id := openBench(b)
	for b.Loop() {
		if _, err := e.Insights(context.Background(), []engine.ChainID{id}, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*benchRecords/b.Elapsed().Seconds(), "records/s")
}
