package synth

import (
	"path/filepath"
	"testing"

	"chainglass/wire"
	"chainglass/wire/redex"
)

// TestNodeIsRealistic looks at what a node has recorded as a person would.
func TestNodeIsRealistic(t *testing.T) {
	const records = 400_000
	var (
		n                          = NewNode(3)
		outcomes                   [3]int
		kinds                      = map[string]int{}
		attempts                   = map[uint64]int{}
		restarts, retried, growing int
		bytes                      int
		lastTSNS, cooldownMS       uint64
	)
	for range records {
		r := n.Next()
		outcomes[r.Disposition.Outcome()]++
		kinds[r.Kind]++
		bytes += wire.EncodedSize(&r) + redex.RowSize + redex.TSSize
		if r.ID == 1 {
			restarts++
			clear(attempts)
		}
		if attempts[r.ID]++; attempts[r.ID] == 2 {
			retried++
		}
		if gated, ok := r.Disposition.(wire.Gated); ok {
			growing = max(growing, int(gated.CooldownMS.Value))
			cooldownMS += gated.CooldownMS.Value
		}
		if n.appendedAtNS < lastTSNS || n.appendedAtNS/msNS < r.EmittedAtMS {
			t.Fatalf("appended at %d, after %d, recorded at %d ms", n.appendedAtNS, lastTSNS, r.EmittedAtMS)
		}
		lastTSNS = n.appendedAtNS
	}
	if share := float64(outcomes[0]) / records; share < 0.68 || share > 0.80 {
		t.Errorf("%.2f are dispatched: %v", share, outcomes)
	}
	if mean := float64(bytes) / records; mean < 58 || mean > 70 {
		t.Errorf("a record takes %.1f bytes on disk", mean)
	}
	if len(kinds) != len(wire.ActionKinds()) {
		t.Errorf("kinds: %v", kinds)
	}
	if restarts < 2 || retried < records/50 || growing < 60_000 || outcomes[wire.OutcomeGated] < records/500 {
		t.Errorf("%d restarts, %d retried, gates up to %d ms, %v", restarts, retried, growing, outcomes)
	}
}

// BenchmarkAppend makes and writes a chain:
//
//	go test ./app/synth -run '^$' -bench Append -count 10 | benchstat -
func BenchmarkAppend(b *testing.B) {
	const records = 100_000
	b.ReportAllocs()
	for b.Loop() {
		w, err := redex.Create(filepath.Join(b.TempDir(), "c"))
		if err != nil {
			b.Fatal(err)
		}
		if err := NewNode(1).Append(w, records); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*records)/b.Elapsed().Seconds(), "records/s")
}
