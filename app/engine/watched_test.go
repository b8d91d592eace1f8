//go:build !js

package engine_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"chainglass/app/engine"
	"chainglass/wire"
	"chainglass/wire/redex"
)

// liveDir is where the files of the tested channel lie in a folder.
const liveDir = "n/meshos/actions/v0000000001"

// livePayload is the payload that version v of the channel has at a position. Those of
// one position are of one size, whatever the version.
func livePayload(v, position int) []byte {
	r := wire.ActionChainRecord{
		ID: uint64(1000 + position), Kind: fmt.Sprintf("kind_%c", 'a'+v), EmittedAtMS: uint64(1_700_000_000_000 + position),
	}
	return wire.AppendRecord(nil, &r)
}

func liveTime(v, position int) uint64 {
	return 1_700_000_000_000_000_000 + uint64(v)*1_000_000 + uint64(position)*1_000
}

// liveFiles are idx, dat and ts of the first n entries of a version.
func liveFiles(v, n int) map[string][]byte {
	files := map[string][]byte{"idx": nil, "dat": nil, "ts": nil}
	for i := range n {
		payload := livePayload(v, i)
		row := redex.HeapRow(uint64(i), uint32(len(files["dat"])), payload)
		files["idx"] = redex.AppendRow(files["idx"], row)
		files["dat"] = append(files["dat"], payload...)
		files["ts"] = redex.AppendTS(files["ts"], liveTime(v, i))
	}
	return files
}

func writeLive(t testing.TB, dir string, files map[string][]byte) {
	t.Helper()
	folder := filepath.Join(dir, filepath.FromSlash(liveDir))
	if err := os.MkdirAll(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// hookFS calls a function before everything that is done with its files.
type hookFS struct {
	fs.FS
	before func(op, name string)
}

func (h hookFS) Open(name string) (fs.File, error) {
	h.before("open", name)
	f, err := h.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if info, statErr := f.Stat(); statErr != nil || info.IsDir() {
		return f, statErr
	}
	return hookFile{f, f.(io.ReaderAt), name, h.before}, nil
}

func (h hookFS) Stat(name string) (fs.FileInfo, error) {
	h.before("stat", name)
	return fs.Stat(h.FS, name)
}

func (h hookFS) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(h.FS, name) }

type hookFile struct {
	fs.File
	r      io.ReaderAt
	name   string
	before func(op, name string)
}

func (h hookFile) ReadAt(p []byte, off int64) (int, error) {
	h.before("read", h.name)
	return h.r.ReadAt(p, off)
}

// slowWriter appends entry after entry as a node does, dat then idx then ts, but in
// pieces of any size, one at each step.
type slowWriter struct {
	t     testing.TB
	rng   *rand.Rand
	files map[string]*os.File
	left  []piece
	next  int
	dat   uint32
}

type piece struct {
	file    string
	content []byte
}

func newSlowWriter(t testing.TB, dir string, rng *rand.Rand, n int) *slowWriter {
	w := &slowWriter{t: t, rng: rng, files: map[string]*os.File{}, next: n}
	for _, name := range []string{"idx", "dat", "ts"} {
		f, err := os.OpenFile(filepath.Join(dir, filepath.FromSlash(liveDir), name), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		w.files[name] = f
	}
	for i := range n {
		w.dat += uint32(len(livePayload(0, i)))
	}
	return w
}

// batch plans the pieces of the next entries.
func (w *slowWriter) batch() {
	all := map[string][]byte{}
	for range 1 + w.rng.IntN(4) {
		payload := livePayload(0, w.next)
		all["idx"] = redex.AppendRow(all["idx"], redex.HeapRow(uint64(w.next), w.dat, payload))
		all["dat"] = append(all["dat"], payload...)
		all["ts"] = redex.AppendTS(all["ts"], liveTime(0, w.next))
		w.dat += uint32(len(payload))
		w.next++
	}
	for _, name := range []string{"dat", "idx", "ts"} {
		for rest := all[name]; len(rest) > 0; {
			n := len(rest)
			if w.rng.IntN(3) == 0 {
				n = 1 + w.rng.IntN(n)
			}
			w.left = append(w.left, piece{name, rest[:n]})
			rest = rest[n:]
		}
	}
}

func (w *slowWriter) step() {
	if len(w.left) == 0 {
		w.batch()
	}
	if _, err := w.files[w.left[0].file].Write(w.left[0].content); err != nil {
		w.t.Error(err)
	}
	w.left = w.left[1:]
}

// A folder that is being written, in whatever state each read finds it, is shown as one
// of its earlier states and is not damaged.
func TestAFolderThatIsBeingWrittenIsSound(t *testing.T) {
	inFlight := 0
	for seed := range uint64(80) {
		rng := rand.New(rand.NewPCG(seed, 3))
		dir := t.TempDir()
		n := rng.IntN(40)
		writeLive(t, dir, liveFiles(0, n))
		w := newSlowWriter(t, dir, rng, n)
		every := 1 + rng.IntN(3)
		var mu sync.Mutex
		calls := 0
		fsys := hookFS{os.DirFS(dir), func(string, string) {
			mu.Lock()
			defer mu.Unlock()
			if calls++; calls%every == 0 {
				w.step()
			}
		}}
		e, opened := openAll(t, fsys)
		if len(opened.Chains) == 0 {
			continue // nothing of it was there
		}
		inFlight += wantSound(t, e, opened, seed)
	}
	if inFlight == 0 {
		t.Error("no entry was ever in flight: nothing was tested")
	}
}

// wantSound expects a chain of version 0 whose whole entries are right, with at most
// notes, and returns how many entries are in flight.
func wantSound(t *testing.T, e *engine.Engine, opened engine.Opened, seed uint64) (inFlight int) {
	t.Helper()
	c := opened.Chains[0]
	findings, err := e.Findings(c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if c.Worst >= engine.SeverityWarning || c.Indexed != c.Entries {
		t.Fatalf("seed %d: %d of %d entries, %+v", seed, c.Indexed, c.Entries, findings)
	}
	for _, p := range opened.Problems {
		if p.Severity >= engine.SeverityWarning {
			t.Fatalf("seed %d: %+v", seed, p)
		}
	}
	page, err := e.Rows(context.Background(), c.ID, 0, c.Entries)
	if err != nil || len(page.Rows) != min(c.Entries, 1000) {
		t.Fatalf("seed %d: %d rows, %v", seed, len(page.Rows), err)
	}
	for i, row := range page.Rows {
		whole := row.Status == wire.EntryOK && row.TSNS.Some
		if !whole {
			inFlight++
			continue
		}
		if inFlight > 0 && row.Status == wire.EntryOK && row.TSNS.Some {
			t.Fatalf("seed %d: entry %d is whole behind one that is not", seed, i)
		}
		if row.ID != uint64(1000+i) || row.Seq != uint64(i) || row.TSNS.Value != liveTime(0, i) || row.Error != "" {
			t.Fatalf("seed %d: entry %d: %+v", seed, i, row)
		}
	}
	if inFlight > 0 && !strings.Contains(titles(findings), "in flight") {
		t.Fatalf("seed %d: %d entries are in flight, and nobody says so: %s", seed, inFlight, titles(findings))
	}
	return inFlight
}

func titles(findings []engine.Finding) string {
	var all []string
	for _, f := range findings {
		all = append(all, f.Severity.String()+" "+f.Rule+": "+f.Title.String())
	}
	return strings.Join(all, "\n")
}

// The same with a real writer in a goroutine of its own.
func TestReadingWhileAWriterAppends(t *testing.T) {
	dir := t.TempDir()
	w, err := redex.Create(filepath.Join(dir, "n", "meshos", "actions"))
	if err != nil {
		t.Fatal(err)
	}
	stop, done := make(chan struct{}), make(chan error, 1)
	appendSome := func(from, n int) error {
		for i := from; i < from+n; i++ {
			if _, err := w.AppendAt(livePayload(0, i), liveTime(0, i)); err != nil {
				return err
			}
		}
		return w.Flush()
	}
	if err := appendSome(0, 50); err != nil {
		t.Fatal(err)
	}
	go func() {
		for at := 50; ; at += 3 {
			select {
			case <-stop:
				done <- w.Close()
				return
			default:
			}
			if err := appendSome(at, 3); err != nil || at > 900_000 {
				done <- errors.Join(err, w.Close())
				return
			}
		}
	}()
	for round := range uint64(30) {
		e, opened := openAll(t, os.DirFS(dir))
		wantSound(t, e, opened, round)
		e.Close(opened.Source)
	}
	close(stop)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// changes are what can happen to the files of an open channel besides being appended
// to, and the rule of the finding.
var liveChanges = []struct {
	name, rule string
	do         func(dir string, old, other map[string][]byte) error
}{
	{"renamed over", "replaced", func(dir string, _, other map[string][]byte) error {
		return eachLive(dir, other, func(path string, content []byte) error {
			return errors.Join(os.WriteFile(path+".new", content, 0o666), os.Rename(path+".new", path))
		})
	}},
	{"deleted", "replaced", func(dir string, old, _ map[string][]byte) error {
		return eachLive(dir, old, func(path string, _ []byte) error { return os.Remove(path) })
	}},
	{"cut", "replaced", func(dir string, old, _ map[string][]byte) error {
		return eachLive(dir, old, func(path string, content []byte) error { return os.Truncate(path, int64(len(content)/3)) })
	}},
	{"rewritten in place", "changed-where-read", func(dir string, _, other map[string][]byte) error {
		return eachLive(dir, other, func(path string, content []byte) error { return overwrite(path, content) })
	}},
	{"dat rewritten in place", "changed-where-read", func(dir string, _, other map[string][]byte) error {
		return overwrite(filepath.Join(dir, filepath.FromSlash(liveDir), "dat"), other["dat"])
	}},
	{"rewritten in place and longer", "changed-where-read", func(dir string, _, other map[string][]byte) error {
		longer := liveFiles(1, len(other["ts"])/redex.TSSize+10)
		return eachLive(dir, longer, func(path string, content []byte) error { return overwrite(path, content) })
	}},
}

func eachLive(dir string, files map[string][]byte, do func(path string, content []byte) error) error {
	var err error
	for _, name := range []string{"idx", "dat", "ts"} {
		err = errors.Join(err, do(filepath.Join(dir, filepath.FromSlash(liveDir), name), files[name]))
	}
	return err
}

// overwrite changes bytes where they are, and the file's time for certain.
func overwrite(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(content, 0)
	info, statErr := f.Stat()
	if err = errors.Join(err, statErr, f.Close()); err != nil {
		return err
	}
	later := info.ModTime().Add(1_000_000_000)
	return os.Chtimes(path, later, later)
}

// Whatever happens to the files of an open chain, before, between or after any of its
// reads, is said; and no row is put together from two versions.
func TestChangedFilesAreSaidAndNeverMixed(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const n = 30_000 // four blocks
	old, other := liveFiles(0, n), liveFiles(1, n)
	for _, change := range liveChanges {
		t.Run(change.name, func(t *testing.T) {
			for at := range 6 {
				dir := t.TempDir()
				writeLive(t, dir, old)
				reads, happened := 0, false
				happen := func() {
					happened = true
					if err := change.do(dir, old, other); err != nil {
						t.Fatal(err)
					}
				}
				fsys := hookFS{os.DirFS(dir), func(op, name string) {
					if op != "read" || !strings.HasPrefix(name, liveDir) {
						return
					}
					if reads++; reads == 60+at && !happened {
						happen()
					}
				}}
				e, opened := openAll(t, fsys)
				early := happened
				if !happened {
					happen()
				}
				c := opened.Chains[0]
				wantRowsOfOneVersion(t, e, c.ID, c.Indexed)
				findings, err := e.Findings(c.ID)
				if err != nil {
					t.Fatal(err)
				}
				said := strings.Contains(titles(findings), "warning "+change.rule)
				// Later reads tell of what makes them impossible; what only lies at the
				// path is told when reading ends.
				if early && !said || !early && !said && change.rule != "replaced" {
					t.Errorf("read %d: not said, early %v: %s", at, early, titles(findings))
				}
			}
		})
	}
}

// wantRowsOfOneVersion looks at rows and details all over a chain.
func wantRowsOfOneVersion(t *testing.T, e *engine.Engine, id engine.ChainID, indexed int) {
	t.Helper()
	for _, first := range []int{0, 8100, 16_000, 29_900} {
		page, err := e.Rows(context.Background(), id, first, 200)
		if err != nil {
			t.Fatal(err)
		}
		if want := min(max(indexed-first, 0), 200); len(page.Rows) != want {
			t.Fatalf("%d rows from %d, want %d", len(page.Rows), first, want)
		}
		for _, row := range page.Rows {
			if row.Error == "" && row.Status == wire.EntryOK && !isOfOneVersion(row) {
				t.Fatalf("a row of two versions: %+v", row)
			}
		}
		d, err := e.Detail(context.Background(), id, first)
		if err == nil && d.Row.Status == wire.EntryOK && !isOfOneVersion(d.Row) {
			t.Fatalf("a detail of two versions: %+v", d.Row)
		}
	}
	var b bytes.Buffer
	if packed, err := e.Pack(context.Background(), engine.PackSpec{Chains: []engine.ChainID{id}}, &b); err == nil && packed.Entries != indexed && len(packed.Unread) == 0 {
		t.Fatalf("%d entries were packed and %d were read, and nobody says so", packed.Entries, indexed)
	}
}

func isOfOneVersion(row engine.Row) bool {
	for v := range 2 {
		if row.Kind == fmt.Sprintf("kind_%c", 'a'+v) && row.TSNS.Value == liveTime(v, row.Position) && row.ID == uint64(1000+row.Position) {
			return true
		}
	}
	return false
}
