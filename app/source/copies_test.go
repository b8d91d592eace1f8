package source

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// renamings are what programs make of the name of a file.
var renamings = map[string]func(name string, r *rand.Rand) string{
	"download": func(n string, r *rand.Rand) string { return fmt.Sprintf("%s (%d)", n, 1+r.IntN(20)) },
	"capitals": func(n string, _ *rand.Rand) string { return strings.ToUpper(n) },
	"mail":     func(n string, _ *rand.Rand) string { return n + ".txt" },
	"backup":   func(n string, _ *rand.Rand) string { return n + ".bak" },
	"editor":   func(n string, _ *rand.Rand) string { return n + "~" },
	"explorer": func(n string, _ *rand.Rand) string { return n + " - Copy" },
	"finder":   func(n string, _ *rand.Rand) string { return n + " copy 2" },
	"german":   func(n string, _ *rand.Rand) string { return n + " - Kopie" },
	"dated":    func(n string, r *rand.Rand) string { return fmt.Sprintf("%s.2026-05-%02d", n, 1+r.IntN(28)) },
	"rsync": func(n string, r *rand.Rand) string {
		return fmt.Sprintf(".%s.Xa%c%c%cQ", n, 'a'+r.IntN(26), 'A'+r.IntN(26), '0'+r.IntN(10))
	},
	"unfinished": func(n string, _ *rand.Rand) string { return n + ".part" },
	"delayed":    func(n string, _ *rand.Rand) string { return ".~tmp~/" + n },
	"resumed":    func(n string, _ *rand.Rand) string { return ".rsync-partial/" + n },
}

// Whatever files of a generation were renamed by one program, all its entries are read, no
// damage is told, and each renaming is said.
func TestRenamedFilesAreRead(t *testing.T) {
	const generation = "n/meshos/actions/v0000000001/"
	programs := slices.Sorted(maps.Keys(renamings))
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 7))
		program := programs[r.IntN(len(programs))]
		in := corpus(t, "damage/clean").under("n")
		beside := r.IntN(3) == 0
		var renamed []string
		for _, name := range []string{"idx", "dat", "ts"} {
			if r.IntN(3) == 0 {
				continue
			}
			called := renamings[program](name, r)
			if program == "download" {
				called = name + " (1)" // of one set
			}
			in[generation+called] = in[generation+name]
			if !beside {
				delete(in, generation+name)
			}
			renamed = append(renamed, called)
		}
		set := find(t, in.fsys())
		if diff := cmp.Diff([]string{"n/meshos/actions | n | meshos/actions | action by content | 120"}, chainLines(set)); diff != "" {
			t.Fatalf("seed %d, %q: %s", seed, renamed, diff)
		}
		said := ""
		for _, p := range set.Problems {
			if p.Level != LevelNote {
				t.Errorf("seed %d, %q: %v", seed, renamed, p)
			}
			said += p.Detail
		}
		for _, name := range renamed {
			if !strings.Contains(said, quoted(name)) {
				t.Errorf("seed %d: nothing is said of %s: %s", seed, name, said)
			}
		}
		for _, e := range entriesOf(t, set.Chains[0].Reader, 0) {
			if e.Status != 0 || !e.TSNS.Some {
				t.Fatalf("seed %d, %q: entry %d is %v", seed, renamed, e.Seq, e.Status)
			}
		}
	}
}

func TestFoldersWithCopies(t *testing.T) {
	const channel, generation = "n/meshos/actions/", "n/meshos/actions/v0000000001/"
	clean := corpus(t, "damage/clean").under("n")
	move := func(in files, from, to string) {
		for name, content := range maps.Clone(in) {
			if rest, is := strings.CutPrefix(name, from); is {
				delete(in, name)
				in[to+rest] = content
			}
		}
	}
	one := []string{"n/meshos/actions | n | meshos/actions | action by content | 120"}
	for _, v := range []struct {
		name     string
		change   func(in files)
		chains   []string
		problems []string
	}{
		{"all in capitals", func(in files) {
			for name, content := range maps.Clone(in) {
				delete(in, name)
				in[path.Join("n", "meshos", "actions", strings.ToUpper(strings.TrimPrefix(name, channel)))] = content
			}
		}, one, []string{
			"n/meshos/actions: copies are used in the place of files",
			"n/meshos/actions: copies are used in the place of files",
			"n/meshos/actions/V0000000001: copies are used in the place of files",
		}},
		{"a copied generation", func(in files) { move(in, generation, channel+"v0000000001 (1)/") }, one,
			[]string{"n/meshos/actions: copies are used in the place of files"}},
		{"a copied generation beside it", func(in files) {
			for name := range maps.Clone(in) {
				if rest, is := strings.CutPrefix(name, generation); is {
					in[channel+"v0000000001 - Copy/"+rest] = in[name]
				}
			}
		}, one, []string{"n/meshos/actions: copies lie beside the files"}},
		{"an older copy", func(in files) { in[generation+"idx.bak"] = in[generation+"idx"][:400] }, one,
			[]string{"n/meshos/actions/v0000000001: copies lie beside the files"}},
		{"another version", func(in files) { in[generation+"idx.bak"] = in[generation+"idx"] + strings.Repeat("\x01", 20) }, one,
			[]string{"n/meshos/actions/v0000000001: other versions lie beside the files and are not read"}},
		{"a copy where a node began anew", func(in files) {
			for _, name := range []string{"idx", "dat", "ts"} {
				in[generation+name+".bak"] = in[generation+name]
				in[generation+name] = ""
			}
		}, one, []string{"n/meshos/actions/v0000000001: copies are used in the place of files"}},
		{"what NFS keeps", func(in files) {
			in[generation+".nfs0000000000001234"] = in[generation+"dat"]
			delete(in, generation+"dat")
		}, one, []string{"n/meshos/actions/v0000000001: copies are used in the place of files"}},
		{"files that are none of a channel", func(in files) {
			clear(in)
			in["x/dat (1).txt"], in["x/ts.bak"], in["x/idx.old"] = "hello there", "1", "hello, this is no index of anything"
		}, nil, []string{"x/dat (1).txt: not recognised", "x/idx.old: not recognised", "x/ts.bak: not recognised"}},
	} {
		t.Run(v.name, func(t *testing.T) {
			in := maps.Clone(clean)
			v.change(in)
			set := find(t, in.fsys())
			if diff := cmp.Diff(v.chains, chainLines(set)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(v.problems, problemLines(set)); diff != "" {
				t.Error(diff)
			}
			if got := find(t, files{"a.zip": zipOf(t, in, 8)}.fsys()); len(got.Chains) != len(v.chains) {
				t.Errorf("zipped: %q", chainLines(got))
			}
		})
	}
}

// Where an entry lies is said by the name that the file has.
func TestLocationsInRenamedFiles(t *testing.T) {
	in := files{}
	for name, content := range corpus(t, "damage/clean") {
		if base := path.Base(name); base != "manifest" {
			in["n/"+base+" (1)"] = content
		}
	}
	at, err := find(t, in.fsys()).Chains[0].Reader.(Locator).Locate(0)
	must(t, err)
	if at.IndexFile != "n/idx (1)" || at.PayloadFile != "n/dat (1)" {
		t.Errorf("%+v", at)
	}
}

func TestCopyNames(t *testing.T) {
	for name, want := range map[string]string{
		"idx": "", "IDX": "idx", "idx (1)": "idx", "idx.txt": "idx", "Copy of idx": "idx", "idx~": "idx", ".idx.Xa3Fk1": "idx",
		"idx.zip": "", "data": "", "dat.json": "", "idx dat": "", "manifest.tmp": "", "MANIFEST": "manifest",
		"ts;1": "ts", "Kopie von dat": "dat", "dat.sync-conflict-20260512-101112-ABC": "", "idx_old": "idx", "fidx": "",
	} {
		if got, _, _ := copyOfFile(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{
		"v0000000001": "", "V0000000001": "v0000000001", "v0000000002 - Copy": "v0000000002", "v0000000003.bak": "v0000000003", "v1": "", "v0000000001x": "",
	} {
		if got, _ := copyOfGeneration(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
