package redex_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

func create(t testing.TB) (w *redex.Writer, dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "n1", "meshos", "actions")
	w, err := redex.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	return w, dir
}

// ticking returns a clock that advances by 1000 ns with every look at it.
func ticking(from int64) func() time.Time {
	return func() time.Time { from += 1000; return time.Unix(0, from) }
}

// onDisk reads generation 1 of a channel.
func onDisk(t testing.TB, dir string) (g generation) {
	t.Helper()
	for name, b := range map[string]*[]byte{"idx": &g.idx, "dat": &g.dat, "ts": &g.ts} {
		var err error
		if *b, err = os.ReadFile(filepath.Join(dir, redex.GenerationDir(1), name)); err != nil {
			t.Fatal(err)
		}
	}
	return g
}

func diffGenerations(want, got generation) string {
	return cmp.Diff(want, got, cmp.AllowUnexported(generation{}))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWriterLaysOutAChannel(t *testing.T) {
	w, dir := create(t)
	w.SetClock(ticking(0))
	for want, appendOne := range []func() (uint64, error){
		func() (uint64, error) { return w.Append([]byte("one")) },
		func() (uint64, error) { return w.AppendInline([8]byte([]byte("abcd1234"))) },
		func() (uint64, error) { return w.Append(nil) },
		func() (uint64, error) { return w.AppendAt([]byte("eight by"), 4000) },
	} {
		if seq, err := appendOne(); err != nil || seq != uint64(want) {
			t.Fatalf("sequence number %d, %v, want %d", seq, err, want)
		}
	}
	must(t, w.Close())
	want := generation{}.heap("one").inline("abcd1234").heap("", "eight by")
	if diff := diffGenerations(want, onDisk(t, dir)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	manifest, err := os.ReadFile(filepath.Join(dir, "manifest"))
	must(t, err)
	if diff := cmp.Diff(redex.AppendManifest(nil, 1), manifest); diff != "" {
		t.Errorf("manifest: want -, got +\n%s", diff)
	}
	if _, err := os.Stat(filepath.Join(dir, "manifest.tmp")); !os.IsNotExist(err) {
		t.Errorf("manifest.tmp: %v", err)
	}
}

func TestWriterContinuesAChannel(t *testing.T) {
	w, dir := create(t)
	want := generation{}
	for i := range 3 {
		w.SetClock(ticking(int64(i) * 2000))
		if w.NextSeq() != want.len() {
			t.Errorf("next sequence number %d, want %d", w.NextSeq(), want.len())
		}
		for _, p := range []string{"x", "yy"} {
			_, err := w.Append([]byte(p))
			must(t, err)
		}
		want = want.heap("x", "yy")
		must(t, w.Close())
		var err error
		w, err = redex.OpenAppend(dir)
		must(t, err)
	}
	must(t, w.Close())
	if diff := diffGenerations(want, onDisk(t, dir)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestClockBefore1970(t *testing.T) {
	w, dir := create(t)
	w.SetClock(func() time.Time { return time.Unix(-1, 0) })
	_, err := w.Append(nil)
	must(t, errors.Join(err, w.Close()))
	if diff := cmp.Diff(make([]byte, 8), onDisk(t, dir).ts); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// TestRebuildGivesTheSameBytes copies the live generation of every healthy
// channel of the corpus, entry by entry.
func TestRebuildGivesTheSameBytes(t *testing.T) {
	dirs, err := redex.FindChannels(os.DirFS("testdata"), ".")
	must(t, err)
	rebuilt := 0
	for _, dir := range dirs {
		healthy := strings.HasPrefix(dir.Dir, "incident") || strings.HasPrefix(dir.Dir, "compacted")
		for _, name := range []string{"clean", "no-ts", "ts-short", "seq-back", "seq-jump", "rot-many"} {
			healthy = healthy || strings.HasPrefix(dir.Dir, "damage/"+name+"/")
		}
		if !healthy {
			continue
		}
		rebuilt++
		t.Run(dir.Dir, func(t *testing.T) {
			c := openCorpus(t, dir.Dir)
			g := openLive(t, c, redex.Readable)
			w, to := create(t)
			for _, e := range readAll(t, g) {
				must(t, w.AppendRaw(e))
			}
			must(t, w.Close())
			for _, name := range []string{"idx", "dat", "ts"} {
				want, err := os.ReadFile(filepath.Join("testdata", dir.Dir, redex.GenerationDir(g.Number()), name))
				if err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
				got, err := os.ReadFile(filepath.Join(to, redex.GenerationDir(1), name))
				must(t, err)
				if string(got) != string(want) {
					t.Errorf("%s differs: %d bytes, want %d", name, len(got), len(want))
				}
			}
		})
	}
	if rebuilt != 19 {
		t.Errorf("%d channels rebuilt, want 19", rebuilt)
	}
}

func TestRawEntriesThatCannotBeStored(t *testing.T) {
	w, _ := create(t)
	for name, e := range map[string]wire.Entry{
		"torn":         {Status: wire.EntryTorn},
		"out of range": {Status: wire.EntryOutOfRange},
		"too large":    {Status: wire.EntryTooLarge},
		"short inline": {FlagsAndChecksum: redex.FlagInline, Payload: []byte("short")},
	} {
		if err := w.AppendRaw(e); !errors.Is(err, redex.ChannelFailed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, w.AppendRaw(wire.Entry{Seq: 4}))
	if err := w.AppendRaw(wire.Entry{TSNS: postcard.Some[uint64](1)}); !errors.Is(err, redex.ChannelFailed) {
		t.Errorf("time after none: %v", err)
	}
	if w.NextSeq() != 5 {
		t.Errorf("next sequence number %d, want 5", w.NextSeq())
	}
	must(t, w.Close())
}

func TestOpenAppendRefusesDamage(t *testing.T) {
	cases, err := os.ReadDir("testdata/damage")
	must(t, err)
	for _, damage := range cases {
		t.Run(damage.Name(), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "c")
			must(t, os.CopyFS(dir, os.DirFS(filepath.Join("testdata/damage", damage.Name(), "meshos/actions"))))
			before := snapshotOf(t, dir)
			w, err := redex.OpenAppend(dir)
			if name := damage.Name(); name == "clean" || name == "seq-jump" {
				must(t, err)
				must(t, w.Close())
			} else if !errors.Is(err, redex.ChannelFailed) || !strings.Contains(err.Error(), "cannot be appended to: ") {
				t.Errorf("%v", err)
			}
			if diff := cmp.Diff(before, snapshotOf(t, dir)); diff != "" {
				t.Errorf("the folder was changed\n%s", diff)
			}
		})
	}
}

// snapshotOf returns the sizes of all files below dir.
func snapshotOf(t *testing.T, dir string) map[string]int64 {
	t.Helper()
	sizes := map[string]int64{}
	must(t, filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && !d.IsDir() {
			sizes[name] = info.Size()
		}
		return err
	}))
	return sizes
}

func TestOpenAppendRefusesTimesOfNoEntry(t *testing.T) {
	w, dir := create(t)
	must(t, w.Close())
	must(t, os.WriteFile(filepath.Join(dir, redex.GenerationDir(1), "ts"), make([]byte, 8), 0o666))
	if _, err := redex.OpenAppend(dir); !errors.Is(err, redex.ChannelFailed) {
		t.Errorf("%v", err)
	}
}

func TestCreateRefusesAChannelThatIsThere(t *testing.T) {
	w, dir := create(t)
	must(t, w.Close())
	if _, err := redex.Create(dir); !errors.Is(err, redex.ChannelFailed) {
		t.Errorf("%v", err)
	}
	if _, err := redex.OpenAppend(filepath.Join(dir, "none")); !errors.Is(err, redex.IOFailed) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if _, err := redex.Create(filepath.Join(dir, "manifest")); !errors.Is(err, redex.IOFailed) {
		t.Errorf("%v", err)
	}
}

func TestChannelsNest(t *testing.T) {
	w, dir := create(t)
	must(t, w.Close())
	inner, err := redex.ChannelPath(dir, "inner")
	must(t, err)
	w, err = redex.Create(inner)
	must(t, err)
	must(t, w.Close())
	if found, err := redex.FindChannels(os.DirFS(dir), "."); err != nil || len(found) != 2 {
		t.Errorf("%v, %v", found, err)
	}
}

func TestAClosedWriter(t *testing.T) {
	w, _ := create(t)
	must(t, w.Close())
	_, appendErr := w.Append(nil)
	_, inlineErr := w.AppendInline([8]byte{})
	for name, err := range map[string]error{
		"append": appendErr, "inline": inlineErr, "raw": w.AppendRaw(wire.Entry{}),
		"flush": w.Flush(), "sync": w.Sync(), "close": w.Close(),
	} {
		if err == nil || err.Error() != "file closed" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestConcurrentAppends(t *testing.T) {
	const writers, each = 8, 500
	w, dir := create(t)
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range each {
				if _, err := w.Append([]byte(strings.Repeat("p", 400))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	must(t, w.Sync())
	must(t, w.Close())
	c, err := redex.OpenChannel(os.DirFS(dir), ".")
	must(t, err)
	_, report, err := redex.Recover(c, redex.V0_34_0)
	must(t, err)
	if report.Kept != writers*each || report.NextSeq != writers*each || len(report.Steps) != 0 {
		t.Errorf("%+v", report)
	}
}

func TestAppenderWritesThrough(t *testing.T) {
	w, dir := create(t)
	a := redex.NewAppender(w, wire.ActionChainName, func(dst []byte, n int) []byte { return fmt.Append(dst, n) })
	var _ wire.Appender[int] = a
	must(t, a.Append(1))
	must(t, a.Append(22))
	if got := string(onDisk(t, dir).dat); got != "122" {
		t.Errorf("dat holds %q before Close", got)
	}
	must(t, w.Close())
	err := a.Append(3)
	var failed *wire.AppendError
	if !errors.As(err, &failed) || err.Error() != "action-chain append failed: file closed" {
		t.Errorf("%v", err)
	}
}

func TestAppendingDoesNotAllocate(t *testing.T) {
	w, _ := create(t)
	payload := make([]byte, 45)
	n := testing.AllocsPerRun(100_000, func() {
		if _, err := w.Append(payload); err != nil {
			t.Fatal(err)
		}
	})
	must(t, w.Close())
	if n != 0 {
		t.Errorf("%v allocations an append", n)
	}
}
