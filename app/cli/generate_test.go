//go:build !js

package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"chainglass/wire"
	"chainglass/wire/redex"
)

func digest(files map[string]string) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		h.Write([]byte(name + "\x00" + files[name]))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func generated(t *testing.T, args ...string) map[string]string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "node")
	command(append([]string{"generate", "-o", dir}, args...)...).want(t, StatusOK)
	return files(t, dir)
}

// TestGenerateIsDeterministic pins the bytes: a seed means the same on every
// machine.
func TestGenerateIsDeterministic(t *testing.T) {
	const want = "7c493c45c6544add5667ef1ef8eed2f5414d7f7b398593c910c32989b93760ce"
	first := generated(t, "--records", "20000", "--seed", "7")
	if got := digest(first); got != want {
		t.Errorf("the files of seed 7 have the digest %s, want %s", got, want)
	}
	if digest(generated(t, "--records", "20000", "--seed", "8")) == want {
		t.Error("another seed gives the same")
	}
	const channel = "meshos/actions/v0000000001/dat"
	longer := generated(t, "--records", "20001", "--seed", "7")
	if longer[channel][:len(first[channel])] != first[channel] {
		t.Error("a longer chain begins differently")
	}
}

func TestGeneratedChainsAreHealthy(t *testing.T) {
	for _, records := range []string{"0", "1", "50000"} {
		dir := t.TempDir()
		command("generate", "-o", dir, "--records", records, "--channel", "a/b").want(t, StatusOK)
		if records != "0" {
			command("verify", dir).want(t, StatusOK)
		}
		for _, rules := range []string{"v0.21.0", "v0.34.0"} {
			foldOf(t, dir, "--rules", rules, "--type", "action")
		}
	}
}

func TestGenerateOverwritesNothing(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, "precious", dir, "file")
	command("generate", "-o", dir).want(t, StatusFailed).says(t, "is not empty")
	command("generate", "-o", filepath.Join(dir, "x"), "--channel", "../y").want(t, StatusUsage)
	command("generate", "-o", filepath.Join(dir, "x"), "--records", "-1").want(t, StatusUsage)
	command("generate").want(t, StatusUsage).says(t, "-o DIR")
}

// TestNodeIsRealistic looks at what a node has recorded as a person would.
func TestNodeIsRealistic(t *testing.T) {
	const records = 400_000
	var (
		n                          = newNode(3)
		outcomes                   [3]int
		kinds                      = map[string]int{}
		attempts                   = map[uint64]int{}
		restarts, retried, growing int
		bytes                      int
		lastTSNS, cooldownMS       uint64
	)
	for range records {
		r := n.next()
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

// BenchmarkGenerate makes and writes a chain:
//
//	go test ./app/cli -run '^$' -bench Generate -count 10 | benchstat -
func BenchmarkGenerate(b *testing.B) {
	const records = 100_000
	b.ReportAllocs()
	for b.Loop() {
		w, err := redex.Create(filepath.Join(b.TempDir(), "c"))
		if err != nil {
			b.Fatal(err)
		}
		if err := writeRecords(w, newNode(1), records); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*records)/b.Elapsed().Seconds(), "records/s")
}
