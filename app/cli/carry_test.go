//go:build !js

package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/redex"
)

// tree returns the files below dir with their content, and the folders that hold
// nothing.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !entry.IsDir() {
			found[name] = readFile(t, filepath.Join(dir, name))
			return nil
		}
		if list, err := os.ReadDir(filepath.Join(dir, name)); err != nil || len(list) == 0 {
			found[name+"/"] = ""
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// damagedNode writes the folder of a node in which anything may be wrong, but for
// the one thing that makes a folder a channel.
func damagedNode(t testing.TB, rng *rand.Rand, dir string) {
	t.Helper()
	// Names that nodes are known to use: others are told from folders around them by
	// what else is there.
	for _, channel := range []string{"admin-audit", "log", "failures", "log/sub"} {
		if rng.IntN(3) > 0 {
			damagedChannel(t, rng, filepath.Join(dir, filepath.FromSlash(channel)), channel)
		}
	}
	damagedChannel(t, rng, filepath.Join(dir, "meshos", "actions"), "meshos/actions")
}

func damagedChannel(t testing.TB, rng *rand.Rand, dir, channel string) {
	t.Helper()
	generations := []string{""}
	if rng.IntN(3) > 0 {
		generations = nil
		for n := range 1 + rng.IntN(3) {
			generations = append(generations, redex.GenerationDir(uint32(n+1)))
		}
		put(t, redex.AppendManifest(nil, uint32(len(generations))), dir, "manifest")
	}
	for i, g := range generations {
		last := i == len(generations)-1
		if err := os.MkdirAll(filepath.Join(dir, g), 0o777); err != nil {
			t.Fatal(err)
		}
		if !last && rng.IntN(5) == 0 {
			continue // a folder with nothing in it
		}
		idx, dat, ts := channelFiles(rng, channel)
		for name, b := range map[string][]byte{"idx": idx, "dat": dat, "ts": ts} {
			removed := rng.IntN(8) == 0
			if g == "" && name != "ts" {
				removed = removed && name == "idx" // a flat channel is one by idx or dat
			}
			if !removed {
				put(t, damagedBytes(rng, b), dir, g, name)
			}
		}
	}
	switch rng.IntN(8) {
	case 0:
		put(t, randomBytes(rng, rng.IntN(20)), dir, "manifest.tmp")
	case 1:
		if m, err := os.ReadFile(filepath.Join(dir, "manifest")); err == nil {
			put(t, damagedBytes(rng, damagedBytes(rng, m)), dir, "manifest")
		}
	}
}

// channelFiles makes the files of a sound generation.
func channelFiles(rng *rand.Rand, channel string) (idx, dat, ts []byte) {
	for i := range uint64(rng.IntN(60)) {
		ms := 1_700_000_000_000 + i*500
		var payload []byte
		switch channel {
		case "meshos/actions":
			payload = wire.AppendRecord(nil, &wire.ActionChainRecord{ID: i, Kind: "pull_replica", EmittedAtMS: ms, Disposition: wire.Dispatched{}})
		case "log":
			payload = (&snapshot.LogRecord{Seq: i, TSMS: ms, Message: strings.Repeat("x", rng.IntN(40))}).AppendPostcard(nil)
		case "failures":
			payload = (&snapshot.FailureRecord{Seq: i, Source: "action-id:1", Reason: "no", RecordedAtMS: ms}).AppendPostcard(nil)
		default:
			payload = randomBytes(rng, rng.IntN(30))
		}
		if rng.IntN(6) == 0 {
			idx = redex.AppendRow(idx, redex.InlineRow(i, [8]byte(randomBytes(rng, 8))))
		} else {
			idx = redex.AppendRow(idx, redex.HeapRow(i, uint32(len(dat)), payload))
			dat = append(dat, payload...)
		}
		ts = redex.AppendTS(ts, ms*1_000_000)
	}
	return idx, dat, ts
}

func randomBytes(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

// damagedBytes damages bytes, mostly not.
func damagedBytes(rng *rand.Rand, b []byte) []byte {
	b = bytes.Clone(b)
	switch n := len(b); rng.IntN(12) {
	case 0:
		return b[:rng.IntN(n+1)]
	case 1:
		return append(b, randomBytes(rng, 1+rng.IntN(200))...)
	case 2:
		if n > 0 {
			b[rng.IntN(n)] ^= 1 << rng.IntN(8)
		}
	case 3:
		at := rng.IntN(n + 1)
		return slices.Concat(b[:at], randomBytes(rng, rng.IntN(50)), b[at:])
	case 4:
		if rows := n / redex.RowSize; rows > 1 {
			i, k := rng.IntN(rows)*redex.RowSize, rng.IntN(rows)*redex.RowSize
			row := bytes.Clone(b[i : i+redex.RowSize])
			copy(b[i:], b[k:k+redex.RowSize])
			copy(b[k:], row)
		}
	case 5:
		return nil
	}
	return b
}

func put(t testing.TB, b []byte, path ...string) {
	t.Helper()
	name := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b, 0o666); err != nil {
		t.Fatal(err)
	}
}

// noticed is a finding as it must come through an export.
type noticed struct {
	Chain, Severity, Rule string
	Position              int
	Count                 int
}

// verified returns the findings of a path and the status of verify.
func verified(t testing.TB, path string) (found []noticed, status int) {
	t.Helper()
	r := command("verify", path, "--json")
	var doc struct {
		Findings []struct {
			Chain, Severity, Rule, By string
			Position                  *int
			Count                     int
		}
	}
	if err := json.Unmarshal([]byte(r.stdout), &doc); err != nil {
		t.Fatalf("%v: %s %s", err, r.stdout, r.text)
	}
	for _, f := range doc.Findings {
		if f.By == "sender" {
			continue // what was concluded from the entries, which verify does not do
		}
		n := noticed{Chain: f.Chain, Severity: f.Severity, Rule: f.Rule, Position: -1, Count: f.Count}
		if f.Position != nil {
			n.Position = *f.Position
		}
		found = append(found, n)
	}
	slices.SortFunc(found, func(a, b noticed) int {
		return cmp.Or(cmp.Compare(a.Chain, b.Chain), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Position, b.Position), cmp.Compare(a.Severity, b.Severity))
	})
	return found, r.status
}

// TestDamagedFoldersComeBack exports folders in which anything is wrong: import of
// the export, of an export of the export and of a page is the folder, byte for byte,
// and all of them are found to have what is wrong with the folder.
func TestDamagedFoldersComeBack(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	page := hasPage(t)
	for seed := range uint64(16) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 3))
			dir := t.TempDir()
			x := filepath.Join(dir, "x")
			damagedNode(t, rng, filepath.Join(x, "node-1"))
			want := tree(t, x)
			wantFound, _ := verified(t, x)
			file, again := filepath.Join(dir, "x.chain"), filepath.Join(dir, "again.chain")
			status := command("export", x, "-o", file)
			if status.status != StatusOK && !strings.Contains(status.text, "is incomplete") {
				t.Fatalf("export: %d, %s", status.status, status.text)
			}
			command("export", file, "-o", again)
			sources := []string{file, again}
			if page && seed < 2 {
				sources = append(sources, filepath.Join(dir, "x.html"))
				command("page", x, "-o", sources[2])
			}
			for i, from := range sources {
				rebuilt := filepath.Join(dir, fmt.Sprint("rebuilt", i))
				if r := command("import", from, "-o", rebuilt); r.status != StatusOK && status.status == StatusOK {
					t.Fatalf("import of %s: %d, %s", filepath.Base(from), r.status, r.text)
				}
				if got := tree(t, rebuilt); !maps.Equal(want, got) {
					t.Errorf("%s: original -, rebuilt +\n%s", filepath.Base(from), gocmp.Diff(sizes(want), sizes(got)))
				}
				gotFound, _ := verified(t, from)
				if diff := gocmp.Diff(wantFound, gotFound); diff != "" {
					t.Errorf("verify of %s: of the folder -, of it +\n%s", filepath.Base(from), diff)
				}
			}
		})
	}
}

// TestExportLosesNothingOf holds the cases in which an export used to lose all that
// idx did not lead to, in silence.
func TestExportLosesNothingOf(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	idx, dat, ts := channelFiles(rng, "log")
	for len(idx) < 20*redex.RowSize {
		idx, dat, ts = channelFiles(rng, "log")
	}
	manifest, one, two := redex.AppendManifest(nil, 2), "v0000000001/", "v0000000002/"
	half := idx[:len(idx)/redex.RowSize/2*redex.RowSize]
	for name, files := range map[string]map[string][]byte{
		"idx halved":              {"manifest": manifest, two + "idx": half, two + "dat": dat, two + "ts": ts},
		"empty idx":               {"manifest": manifest, two + "idx": nil, two + "dat": dat, two + "ts": ts},
		"no ts":                   {"manifest": manifest, two + "idx": idx, two + "dat": dat},
		"no idx":                  {"manifest": manifest, two + "dat": dat, two + "ts": ts},
		"other generations":       {"manifest": manifest, two + "idx": idx, two + "dat": dat, two + "ts": ts, one + "idx": half, one + "dat": dat},
		"flat":                    {"idx": idx, "dat": dat, "ts": ts},
		"flat beside generations": {"manifest": manifest, two + "idx": idx, two + "dat": dat, two + "ts": ts, "idx": half, "dat": dat},
		"partial row":             {"manifest": manifest, two + "idx": idx[:len(idx)-3], two + "dat": dat, two + "ts": ts},
		"manifest.tmp":            {"manifest": manifest, two + "idx": idx, two + "dat": dat, two + "ts": ts, "manifest.tmp": manifest[:5]},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			x, file, rebuilt := filepath.Join(dir, "x"), filepath.Join(dir, "x.chain"), filepath.Join(dir, "rebuilt")
			for path, b := range files {
				put(t, b, x, "node-1", "log", path)
			}
			command("export", x, "-o", file)
			command("import", file, "-o", rebuilt)
			if want, got := tree(t, x), tree(t, rebuilt); !maps.Equal(want, got) {
				t.Errorf("original -, rebuilt +\n%s", gocmp.Diff(sizes(want), sizes(got)))
			}
			want, wantStatus := verified(t, x)
			got, status := verified(t, file)
			if diff := gocmp.Diff(want, got); diff != "" || status != wantStatus {
				t.Errorf("verify of the folder is %d, of the export %d\n%s", wantStatus, status, diff)
			}
		})
	}
}

// TestEntriesOnlyIsSaid leaves out on purpose what no entry holds.
func TestEntriesOnlyIsSaid(t *testing.T) {
	dir := t.TempDir()
	x, file := filepath.Join(dir, "x"), filepath.Join(dir, "x.chain")
	idx, dat, ts := channelFiles(rand.New(rand.NewPCG(2, 1)), "log")
	for path, b := range map[string][]byte{
		"manifest": redex.AppendManifest(nil, 2), "v0000000002/idx": idx, "v0000000002/dat": append(dat, make([]byte, 35_000)...),
		"v0000000002/ts": ts, "v0000000001/dat": make([]byte, 400),
	} {
		put(t, b, x, "node-1", "log", path)
	}
	left := func(from string) map[string]uint64 {
		b := readFile(t, from)
		f, err := export.Open(strings.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		if n := len(f.RawParts(0)); n != 0 {
			t.Errorf("%d raw parts", n)
		}
		said := map[string]uint64{}
		for _, f := range f.Findings() {
			if f.Rule == export.FindingLeftOut {
				said[f.Where] = f.Count
			}
		}
		return said
	}
	want := map[string]uint64{"v0000000002/dat": 35_000, "v0000000001/dat": 400}
	command("export", x, "-o", file, "--entries-only").want(t, StatusOK)
	if got := left(file); !maps.Equal(got, want) {
		t.Errorf("left out %v, want %v", got, want)
	}
	whole, again := filepath.Join(dir, "whole.chain"), filepath.Join(dir, "again.chain")
	command("export", x, "-o", whole).want(t, StatusOK).says(t, "besides the entries")
	command("export", whole, "-o", again, "--entries-only").want(t, StatusOK)
	if got := left(again); !maps.Equal(got, want) {
		t.Errorf("left out of an export %v, want %v", got, want)
	}
}

// TestChannelsNamedLikeFilesOfOthers imports channels whose folders would lie where
// another channel has a file.
func TestChannelsNamedLikeFilesOfOthers(t *testing.T) {
	for _, order := range [][]string{{"a", "a/manifest", "a/v0000000001", "a/idx/b", "a/c"}, {"a/c", "a/idx/b", "a/v0000000001", "a/manifest", "a"}} {
		name := writeExport(t, func(w *export.Writer) error {
			for _, channel := range order {
				if _, err := w.AddChain(export.ChainInfo{Node: "n", Channel: channel}); err != nil {
					return err
				}
			}
			return nil
		})
		dir := filepath.Join(t.TempDir(), "rebuilt")
		command("import", name, "-o", dir).want(t, StatusOK).says(t, "as another channel has that name, or a file of it")
		manifests := 0
		for name := range tree(t, dir) {
			if strings.HasSuffix(name, "/manifest") {
				manifests++
			}
		}
		if manifests != len(order) {
			t.Errorf("%d channels of %d", manifests, len(order))
		}
	}
}

// TestHostileFolders lists paths that no channel has: nothing outside the folder is
// written, and it is told.
func TestHostileFolders(t *testing.T) {
	for _, path := range []string{"../evil", "/evil", "v0000000001/../../evil", "v1/idx", "idx/idx", "other", "v0000000001/idx/x", ".", ""} {
		name := writeExport(t, func(w *export.Writer) error {
			id, err := w.AddChain(export.ChainInfo{Node: "n", Channel: "log"})
			if err == nil {
				err = w.AddFolder(id, []wire.FolderFile{{Path: path, Size: 4}})
			}
			if err == nil {
				err = w.AddRaw(id, 0, 0, []byte("evil"))
			}
			return err
		})
		outer := t.TempDir()
		command("import", name, "-o", filepath.Join(outer, "in", "to")).want(t, StatusDamaged).says(t, "no channel has a file")
		for name := range tree(t, outer) {
			if !strings.HasPrefix(name, "in/to/n/log/") {
				t.Errorf("%q: wrote %s", path, name)
			}
		}
	}
}

// TestImportSaysWhatRawPartsAreMissing takes a raw part away.
func TestImportSaysWhatRawPartsAreMissing(t *testing.T) {
	name := writeExport(t, func(w *export.Writer) error {
		id, err := w.AddChain(export.ChainInfo{Node: "n", Channel: "log"})
		if err == nil {
			err = w.AddFolder(id, []wire.FolderFile{{Path: "dat", Size: 1 << 60, Part: wire.FileDAT}, {Path: "manifest", Size: 16}})
		}
		if err == nil {
			err = w.AddRaw(id, 0, 100, []byte("here"))
		}
		return err
	})
	dir := filepath.Join(t.TempDir(), "rebuilt")
	command("import", name, "-o", dir).want(t, StatusDamaged).
		says(t, "dat: 1,152,921,504,606,846,972 bytes are missing, the first at byte 0").says(t, "manifest: 16 bytes are missing")
	if got := sizes(tree(t, dir)); got["n/log/dat"] != 104 || got["n/log/manifest"] != 0 {
		t.Errorf("%v", got)
	}
}

// TestExportOfANodeThatCannotBeRead exits 3 and says so in the file.
func TestExportOfANodeThatCannotBeRead(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read everything")
	}
	dir := t.TempDir()
	x, file := filepath.Join(dir, "x"), filepath.Join(dir, "x.chain")
	idx, dat, ts := channelFiles(rand.New(rand.NewPCG(4, 1)), "log")
	for _, node := range []string{"node-1", "node-2"} {
		for name, b := range map[string][]byte{"idx": idx, "dat": dat, "ts": ts} {
			put(t, b, x, node, "log", name)
		}
	}
	if err := os.Chmod(filepath.Join(x, "node-2", "log", "idx"), 0); err != nil {
		t.Fatal(err)
	}
	command("export", x, "-o", file).want(t, StatusDamaged).says(t, "is incomplete")
	b := readFile(t, file)
	f, err := export.Open(strings.NewReader(b), int64(len(b)))
	if err != nil || len(f.Chains()) != 1 || len(f.Findings()) != 1 || f.Findings()[0].Rule != export.FindingNotRead {
		t.Errorf("%v, %+v", err, f.Findings())
	}
}
