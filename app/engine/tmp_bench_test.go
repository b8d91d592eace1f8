package engine_test

import (
	"context"
	"os"
	"testing"

	"chainglass/app/engine"
	"chainglass/wire"
	"chainglass/wire/redex"
)

func BenchmarkTmpOpen(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		e := engine.New(engine.Options{})
		o, err := e.Open(context.Background(), "x", os.DirFS("/tmp/gen1m"), nil)
		if err != nil || o.Progress.Records != 1000000 {
			b.Fatal(err)
		}
		e.Close(o.Source)
	}
	b.ReportMetric(float64(b.N)*1e6/b.Elapsed().Seconds()/1e6, "Mrec/s")
}

func BenchmarkTmpRead(b *testing.B) {
	ch, _ := redex.OpenChannel(os.DirFS("/tmp/gen1m/meshos/actions"), ".")
	g, err := ch.OpenLive(redex.Readable)
	if err != nil {
		b.Fatal(err)
	}
	var block wire.Block
	for b.Loop() {
		for pos := 0; pos < g.Len(); pos += len(block.Entries) {
			if err := g.ReadBlock(pos, &block); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N)*1e6/b.Elapsed().Seconds()/1e6, "Mrec/s")
}
