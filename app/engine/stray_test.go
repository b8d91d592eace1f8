package engine_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"chainglass/app/engine"
)

// copied returns a file system in memory with the files of another, for two nodes.
func copied(t *testing.T, fsys fs.FS) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(fsys, path)
		files[path] = &fstest.MapFile{Data: b}
		files["other/"+path] = &fstest.MapFile{Data: bytes.Clone(b)}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// actionTimes returns the append times file of each node's actions.
func actionTimes(files fstest.MapFS) (ts [][]byte) {
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if strings.HasSuffix(path, "/ts") && strings.Contains(path, "actions") {
			ts = append(ts, files[path].Data)
		}
	}
	return ts
}

// strayTime returns a time that nobody can have meant.
func strayTime(r *rand.Rand) uint64 {
	switch r.IntN(6) {
	case 0:
		return 0
	case 1:
		return r.Uint64N(100) * 1e9
	case 2:
		return math.MaxUint64
	case 3:
		return math.MaxUint64 - r.Uint64N(1e18)
	case 4:
		return 946_684_800 * 1e9 // 2000: a clock that lost its battery
	}
	return 4_294_967_295 * 1e9 // 2106: the largest 32-bit second
}

// One stray time made the axis, the days of times and the places of all entries
// after it useless.
func TestStrayTimesChangeNothingForTheOthers(t *testing.T) {
	made := generated(t, t.TempDir(), 700)
	plain, _ := openAll(t, copied(t, made))
	for seed := range uint64(25) {
		r := rand.New(rand.NewPCG(seed, 11))
		files := copied(t, made)
		strays := map[int]bool{}
		ts := actionTimes(files)
		stamps := ts[r.IntN(len(ts))]
		n := len(stamps) / 8
		for range 1 + r.IntN(4) {
			at := r.IntN(n)
			strays[at] = true
			binary.LittleEndian.PutUint64(stamps[8*at:], strayTime(r))
		}
		e, opened := openAll(t, files)
		checkStray(t, e, plain, opened, strays, stamps)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// checkStray looks at a chain whose entries at strays have stray times.
func checkStray(t *testing.T, e, plain *engine.Engine, opened engine.Opened, strays map[int]bool, stamps []byte) {
	t.Helper()
	first, last := uint64(math.MaxUint64), uint64(0)
	for at := range len(stamps) / 8 {
		if ns := binary.LittleEndian.Uint64(stamps[8*at:]); !strays[at] {
			first, last = min(first, ns), max(last, ns)
		}
	}
	// The chain is the one that is said to have strays, and nothing else is said so.
	var chain *engine.ChainInfo
	for i := range opened.Chains {
		findings, err := e.Findings(opened.Chains[i].ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range findings {
			if f.Rule != "stray-time" {
				continue
			}
			chain = &opened.Chains[i]
			if f.Count != len(strays) || !strays[f.Position] || !strays[f.LastPosition] {
				t.Errorf("%d entries from %d to %d are said to be stray; they are %v", f.Count, f.Position, f.LastPosition, strays)
			}
		}
	}
	if chain == nil {
		t.Fatalf("nothing is said of the times at %v", strays)
	}
	if from, to, _, _ := engine.FitTimes(chain.Times); from != first || to != last {
		t.Errorf("the times fit %d to %d, want %d to %d", from, to, first, last)
	}
	counted, err := e.Histogram(engine.HistogramSpec{Chains: []engine.ChainID{chain.ID}, FromNS: first, ToNS: last + 1, Columns: 100})
	if err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, counts := range counted.Lanes[0].Counts {
		for _, n := range counts {
			sum += int(n)
		}
	}
	if least := chain.Entries - len(strays); sum < least {
		t.Errorf("the axis shows %d entries, want %d", sum, least)
	}
	// Merged with the other chains, the entries lie as they do without the strays.
	if got, want := merged(t, e, strays, chain), merged(t, plain, strays, chain); got != want {
		t.Errorf("merged the others are in another order:\n%.300s\n%.300s", got, want)
	}
	// A time of day is on the day of the others.
	day := search(t, e, engine.TableSpec{Chains: []engine.ChainID{chain.ID}, Query: "time:00:00..23:59"})
	if day.Rows == 0 {
		t.Error("a time of day is on a day without entries")
	}
}

// merged lists the entries of all chains in order of time, without those of a chain
// at some positions.
func merged(t *testing.T, e *engine.Engine, without map[int]bool, of *engine.ChainInfo) string {
	t.Helper()
	names := map[engine.ChainID]string{}
	for _, c := range e.Chains() {
		names[c.ID] = c.Name()
	}
	table, err := e.Search(context.Background(), engine.TableSpec{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, row := range allRows(t, e, table) {
		if name := names[row.Chain]; name != of.Name() || !without[row.Position] {
			fmt.Fprintln(&b, name, row.Seq)
		}
	}
	return b.String()
}

// A time that is far from the others, but not alone, is no stray: two runs of a node
// years apart are both shown.
func TestTwoRunsAreNotStray(t *testing.T) {
	const year = 365 * 24 * 3600 * 1e9
	runs := []engine.TimeGroup{
		{FirstNS: 50 * year, LastNS: 50*year + 1e12, Entries: 500},
		{FirstNS: 53 * year, LastNS: 53*year + 1e12, Entries: 900, Position: 500},
	}
	first, last, stray, ok := engine.FitTimes(runs)
	if !ok || first != runs[0].FirstNS || last != runs[1].LastNS || len(stray) != 0 {
		t.Errorf("%d to %d, stray %v", first, last, stray)
	}
	// A node whose clock was never set is all there is to be seen.
	only := []engine.TimeGroup{{FirstNS: 0, LastNS: 1e12, Entries: 5}}
	if _, last, stray, ok := engine.FitTimes(only); !ok || last != 1e12 || len(stray) != 0 {
		t.Errorf("up to %d, stray %v", last, stray)
	}
	if _, _, _, ok := engine.FitTimes(nil); ok {
		t.Error("no times have a span")
	}
}
