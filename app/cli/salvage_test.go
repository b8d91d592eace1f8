//go:build !js

package cli

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chainglass/app/synth"
	"chainglass/wire"
	"chainglass/wire/redex"
)

// live is the generation of the channels of these tests.
const live = "n/meshos/actions/v0000000001"

// madeChannel returns a folder with a made-up channel.
func madeChannel(t *testing.T, seed uint64, records int) string {
	t.Helper()
	dir := t.TempDir()
	w, err := redex.Create(filepath.Join(dir, "n", "meshos", "actions"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(synth.NewNode(seed).Append(w, records), w.Close()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// channelEntries returns the payloads of the one channel in a folder with their numbers and
// times.
func channelEntries(t *testing.T, dir, channel string) (entries []wire.Entry) {
	t.Helper()
	c, err := redex.OpenChannel(os.DirFS(dir), channel)
	if err != nil {
		t.Fatal(err)
	}
	g, err := c.OpenLive(redex.V0_34_0)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	for pos := 0; pos < g.Len(); pos++ {
		b := wire.Block{MaxEntries: 1}
		if err := g.ReadBlock(pos, &b); err != nil {
			t.Fatal(err)
		}
		entries = append(entries, b.Entries[0])
	}
	return entries
}

// rewrite rewrites a file.
func rewrite(t *testing.T, name string, how func(b []byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, how(b), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Whatever befell idx, a whole dat gives back every entry with its number and time.
func TestSalvageOfALostIndexGivesBackAllEntries(t *testing.T) {
	losses := map[string]func(t *testing.T, idx string, d *rand.Rand){
		"missing": func(t *testing.T, idx string, _ *rand.Rand) {
			if err := os.Remove(idx); err != nil {
				t.Fatal(err)
			}
		},
		"empty": func(t *testing.T, idx string, _ *rand.Rand) {
			rewrite(t, idx, func(b []byte) []byte { return b[:0] })
		},
		"cut": func(t *testing.T, idx string, d *rand.Rand) {
			rewrite(t, idx, func(b []byte) []byte { return b[:d.IntN(len(b))] })
		},
		"cut and zero-filled": func(t *testing.T, idx string, d *rand.Rand) {
			rewrite(t, idx, func(b []byte) []byte { return append(b[:d.IntN(len(b))/20*20], make([]byte, 400)...) })
		},
	}
	for name, lose := range losses {
		t.Run(name, func(t *testing.T) {
			d := rand.New(rand.NewPCG(1, uint64(len(name))))
			dir := madeChannel(t, d.Uint64(), 1500)
			want := channelEntries(t, dir, "n/meshos/actions")
			lose(t, filepath.Join(dir, live, "idx"), d)
			out := filepath.Join(t.TempDir(), "out")
			r := command("salvage", dir, "-o", out).want(t, StatusDamaged)
			if !strings.Contains(r.stdout, "salvaged from dat") {
				t.Errorf("nothing is said of what was salvaged: %s", r.stdout)
			}
			command("verify", out).want(t, StatusOK)
			got := channelEntries(t, out, "n/meshos/actions")
			if len(got) != len(want) {
				t.Fatalf("%d entries, want %d", len(got), len(want))
			}
			for i := range want {
				if got[i].Seq != want[i].Seq || got[i].TSNS != want[i].TSNS || string(got[i].Payload) != string(want[i].Payload) {
					t.Fatalf("entry %d is %+v, want %+v", i, got[i], want[i])
				}
			}
		})
	}
}

// A sound channel comes out as it is, with status 0.
func TestSalvageOfASoundChannelChangesNothing(t *testing.T) {
	dir := madeChannel(t, 5, 300)
	out := filepath.Join(t.TempDir(), "out")
	command("salvage", dir, "-o", out).want(t, StatusOK)
	for name, content := range files(t, dir) {
		if files(t, out)[name] != content {
			t.Errorf("%s is not the same", name)
		}
	}
}

// Rows with broken numbers and payloads that fail their checksums: what is written is
// kept whole by both rules all the same, which the command checks itself.
func TestSalvageOfRandomDamageIsKeptWhole(t *testing.T) {
	for seed := range uint64(12) {
		d := rand.New(rand.NewPCG(seed, 9))
		dir := madeChannel(t, seed, 400)
		for _, name := range []string{"idx", "dat", "ts"} {
			rewrite(t, filepath.Join(dir, live, name), func(b []byte) []byte {
				for range d.IntN(6) {
					b[d.IntN(len(b))] ^= 1 << d.IntN(8)
				}
				return b[:len(b)-d.IntN(30)]
			})
		}
		want := map[string]bool{}
		for _, e := range channelEntries(t, madeChannel(t, seed, 400), "n/meshos/actions") {
			want[string(e.Payload)] = true
		}
		out := filepath.Join(t.TempDir(), "out")
		command("salvage", dir, "-o", out).want(t, StatusDamaged)
		got := channelEntries(t, out, "n/meshos/actions")
		wrong := 0
		for _, e := range got {
			if !want[string(e.Payload)] {
				wrong++
			}
		}
		if len(got) < 380 || wrong > 1 {
			t.Errorf("seed %d: %d of 400 entries, %d that were never written", seed, len(got), wrong)
		}
	}
}

// Generations that a node deletes are written beside the live one.
func TestSalvageWritesGenerationsThatANodeDeletes(t *testing.T) {
	dir := madeChannel(t, 6, 50)
	other := filepath.Join(dir, "n/meshos/actions/v0000000007")
	if err := os.Mkdir(other, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"idx", "dat"} {
		b, err := os.ReadFile(filepath.Join(dir, live, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(other, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(t.TempDir(), "out")
	r := command("salvage", dir, "-o", out)
	if got := channelEntries(t, out, "n/meshos/actions.v0000000007"); len(got) != 50 || !got[49].TSNS.Some {
		t.Errorf("%d entries of generation 7, want 50 with times\n%s", len(got), r.stdout)
	}
}

func TestSalvageOfNothingSaysSo(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, "hello", dir, "readme.txt")
	out := filepath.Join(t.TempDir(), "out")
	command("salvage", dir, "-o", out).want(t, StatusFailed).says(t, "no channel folder")
	if _, err := os.Stat(out); err == nil {
		t.Error("an output is there")
	}
	command("salvage", dir).want(t, StatusUsage)
}
