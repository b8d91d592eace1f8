//go:build !js

package engine

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"chainglass/app/synth"
	"chainglass/wire"
	"chainglass/wire/redex"
)

// growing is a folder that grows: at each step its files are longer prefixes of what they
// become, entries in flight at their ends included.
type growing struct {
	random *rand.Rand
	all    map[string][]byte
	now    fstest.MapFS
	steps  int
}

func newGrowing(t *testing.T, made fs.FS, r *rand.Rand) *growing {
	t.Helper()
	g := &growing{random: r, all: map[string][]byte{}, now: fstest.MapFS{}}
	err := fs.WalkDir(made, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			g.all[name], err = fs.ReadFile(made, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// step lets every file grow; the last one to its end.
func (g *growing) step(last bool) {
	g.steps++
	for name, content := range g.all {
		size := len(content)
		if dir := path.Dir(name); path.Base(name) == "idx" && !last {
			if g.random.IntN(3) == 0 && g.steps > 1 {
				continue // nothing happens here
			}
			g.entries(dir, g.random.IntN(size/redex.RowSize+1))
		} else if last || path.Base(name) != "dat" && path.Base(name) != "ts" {
			g.grow(name, size)
		}
	}
}

// entries writes so many entries, and some that are in flight: payloads without rows, rows
// without times, and parts of all.
func (g *growing) entries(dir string, n int) {
	idx, end := g.all[dir+"/idx"], 0
	for i := range n {
		if row := redex.ParseRow(idx[i*redex.RowSize:]); !row.Inline() && row.PayloadEnd() <= uint64(len(g.all[dir+"/dat"])) {
			end = max(end, int(row.PayloadEnd()))
		}
	}
	inFlight := g.random.IntN(3)
	g.grow(dir+"/dat", end+g.random.IntN(1+40*inFlight)-g.random.IntN(1+20*inFlight))
	g.grow(dir+"/idx", n*redex.RowSize+g.random.IntN(1+20*inFlight))
	g.grow(dir+"/ts", n*redex.TSSize-g.random.IntN(1+12*inFlight))
}

func (g *growing) grow(name string, size int) {
	content, is := g.all[name]
	if !is {
		return
	}
	size = min(max(size, 0), len(content))
	if was := g.now[name]; was == nil || len(was.Data) < size {
		g.now[name] = &fstest.MapFile{Data: content[:size], ModTime: time.Unix(int64(1_600_000_000+g.steps), 0)}
	}
}

// opened is what is there at a step, which does not change any more.
func (g *growing) opened() fstest.MapFS {
	files := fstest.MapFS{}
	for name, f := range g.now {
		files[name] = f
	}
	return files
}

// A folder that grows and is read on after each step says in the end, and at each step, what
// it says when it is opened then.
func TestReadOnIsReadingTheWhole(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	made, one := t.TempDir(), t.TempDir()
	for name, n := range map[string]int{made + "/n/meshos/actions": 2500, made + "/n/other/actions": 40, one + "/n/meshos/actions": 1500} {
		w, err := redex.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(synth.NewNode(3).Append(w, n), w.Close()); err != nil {
			t.Fatal(err)
		}
	}
	folders := map[string]fs.FS{"made": os.DirFS(made), "hurt": hurt(t, os.DirFS(one), true), "incident": os.DirFS("../../wire/redex/testdata/incident")}
	wentOn := 0
	for name, files := range folders {
		t.Run(name, func(t *testing.T) {
			seeds := uint64(4)
			if name == "incident" {
				seeds = 1
			}
			for seed := range seeds {
				r := rand.New(rand.NewPCG(seed, 21))
				g := newGrowing(t, files, r)
				e := New(Options{Readers: 1 + r.IntN(3)})
				e.leastKept = r.IntN(60)
				e.cut = func(*chainLoad, int) int { return 700 }
				g.step(false)
				opened, err := e.Open(t.Context(), "x", g.opened(), nil)
				if err != nil {
					t.Fatal(err)
				}
				for step := range 4 {
					for _, c := range readings(must(e.source(opened.Source)).chains()) {
						if c.kept != nil {
							wentOn++
						}
					}
					g.step(step == 3)
					now := g.opened()
					resumed, err := e.ReadOn(t.Context(), ReadOnSpec{Source: opened.Source}, now, nil)
					if err != nil || resumed.Cancelled {
						t.Fatalf("%+v, %v", resumed, err)
					}
					for _, c := range resumed.Changes {
						if c.Kind.Apart() || c.Kind == ChangeGone || !c.Read || c.Chain.Entries != c.Chain.Indexed {
							t.Fatalf("seed %d, step %d: %+v", seed, step, c)
						}
					}
					other := New(Options{})
					if _, err := other.Open(t.Context(), "x", now, nil); err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(sayAll(t, other, seed), sayAll(t, e, seed)); diff != "" {
						t.Fatalf("seed %d, step %d: at once -, read on +\n%.3000s", seed, step, diff)
					}
				}
			}
		})
	}
	if wentOn == 0 {
		t.Error("nothing was kept to go on from: all was read anew")
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// said is what an engine says of all that is open, by the names of chains, with ids left out.
type said struct {
	Chains   map[string]ChainInfo
	Findings map[string][]Finding
	Rows     map[string][]Row
	Problems []Problem
	Rest     []string
}

func sayAll(t *testing.T, e *Engine, seed uint64) said {
	t.Helper()
	s := said{Chains: map[string]ChainInfo{}, Findings: map[string][]Finding{}, Rows: map[string][]Row{}}
	chains := e.Chains()
	slices.SortFunc(chains, func(a, b ChainInfo) int { return strings.Compare(a.Name(), b.Name()) })
	var ids []ChainID
	for _, c := range chains {
		ids = append(ids, c.ID)
		name := c.Name()
		for _, f := range must(e.Findings(c.ID)) {
			f.Chain = 0
			s.Findings[name] = append(s.Findings[name], f)
		}
		for first := 0; first < c.Entries; first += 900 {
			page := must(e.Rows(t.Context(), c.ID, first, 900))
			for _, row := range page.Rows {
				row.Chain = 0
				s.Rows[name] = append(s.Rows[name], row)
			}
		}
		r := rand.New(rand.NewPCG(seed, 5))
		for range 3 {
			state := must(e.State(t.Context(), c.ID, r.IntN(c.Entries+1)))
			s.Rest = append(s.Rest, string(state.Snapshot.AppendJSON(nil)), fmt.Sprint(len(state.LiveFailures)))
		}
		c.ID, c.Source = 0, 0
		s.Chains[name] = c
	}
	for _, f := range must(e.Insights(t.Context(), ids, nil)) {
		s.Rest = append(s.Rest, fmt.Sprint(f.Rule, f.Node, f.Severity, f.Confidence, f.Title, f.Detail, f.First, f.Last, f.Count, f.FirstTimeNS, f.LastTimeNS, len(f.Related)))
	}
	for _, query := range []string{"outcome:failed", "kind:pull_replica or outcome:gated", "/after 5[0-9]* ms/", "damage:any"} {
		table := must(e.Search(t.Context(), TableSpec{Query: query, Chains: ids}, nil))
		s.Rest = append(s.Rest, fmt.Sprint(query, table.Rows, table.Fault))
	}
	s.Problems = e.Problems()
	return s
}

// followed is a folder of one channel that is open, and its writer.
type followed struct {
	dir    string
	files  *countedFS
	engine *Engine
	opened Opened
}

// countedFS counts the bytes that are read of its files.
type countedFS struct {
	fs.FS
	bytes atomic.Int64
}

func (c *countedFS) Open(name string) (fs.File, error) {
	f, err := c.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || info.IsDir() {
		return f, err
	}
	return countedFile{f, f.(io.ReaderAt), c}, nil
}

type countedFile struct {
	fs.File
	r io.ReaderAt
	c *countedFS
}

func (f countedFile) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.r.ReadAt(p, off)
	f.c.bytes.Add(int64(n))
	return n, err
}

func follow(t *testing.T, entries int) *followed {
	t.Helper()
	f := &followed{dir: t.TempDir(), engine: New(Options{})}
	f.files = &countedFS{FS: os.DirFS(f.dir)}
	f.write(t, "a", 0, entries)
	f.opened = must(f.engine.Open(t.Context(), "", f.files, nil))
	t.Cleanup(func() { f.engine.Close(f.opened.Source) })
	return f
}

func (f *followed) channel() string { return f.dir + "/n/meshos/actions" }

// write appends entries, whose kinds have a name.
func (f *followed) write(t *testing.T, name string, from, n int) {
	t.Helper()
	open := redex.OpenAppend
	if from == 0 {
		open = redex.Create
	}
	w, err := open(f.channel())
	if err != nil {
		t.Fatal(err)
	}
	for i := from; i < from+n; i++ {
		r := wire.ActionChainRecord{ID: uint64(i), Kind: name, EmittedAtMS: uint64(1_700_000_000_000 + i)}
		_, appendErr := w.AppendAt(wire.AppendRecord(nil, &r), uint64(1_700_000_000_000_000_000+1000*i+int(name[0])))
		err = errors.Join(err, appendErr)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
}

// trim does what the retention of a node does: a generation without the first entries.
func (f *followed) trim(t *testing.T, n int) {
	t.Helper()
	c := must(redex.OpenChannel(os.DirFS(f.channel()), "."))
	g := must(c.OpenLive(redex.Readable))
	dir := fmt.Sprintf("%s/%s/", f.channel(), redex.GenerationDir(g.Number()+1))
	var idx, dat, ts []byte
	var b wire.Block
	for at := n; at < g.Len(); at += len(b.Entries) {
		if err := g.ReadBlock(at, &b); err != nil {
			t.Fatal(err)
		}
		for _, e := range b.Entries {
			row := redex.HeapRow(e.Seq, uint32(len(dat)), e.Payload)
			idx, dat, ts = redex.AppendRow(idx, row), append(dat, e.Payload...), redex.AppendTS(ts, e.TSNS.Value)
		}
	}
	err := errors.Join(os.Mkdir(dir, 0o777), os.WriteFile(dir+"idx", idx, 0o666), os.WriteFile(dir+"dat", dat, 0o666), os.WriteFile(dir+"ts", ts, 0o666),
		os.WriteFile(f.channel()+"/manifest", redex.AppendManifest(nil, g.Number()+1), 0o666), g.Close(),
		os.RemoveAll(f.channel()+"/"+redex.GenerationDir(g.Number())))
	if err != nil {
		t.Fatal(err)
	}
}

func (f *followed) readOn(t *testing.T, again bool) Resumed {
	t.Helper()
	f.files.bytes.Store(0)
	return must(f.engine.ReadOn(t.Context(), ReadOnSpec{Source: f.opened.Source, Again: again}, nil, nil))
}

// wantRows expects rows of one name, with no error.
func (f *followed) wantRows(t *testing.T, name string, first, count, id int) {
	t.Helper()
	page := must(f.engine.Rows(t.Context(), f.opened.Chains[0].ID, first, count))
	if len(page.Rows) != count {
		t.Fatalf("%d rows, want %d", len(page.Rows), count)
	}
	for i, row := range page.Rows {
		if row.Error != "" || row.Kind != name || row.ID != uint64(id+i) {
			t.Fatalf("%+v", row)
		}
	}
}

// What was appended is read, and of the rest no more than is compared.
func TestReadOnReadsWhatWasAppended(t *testing.T) {
	const n = 60_000
	f := follow(t, n)
	if got := f.readOn(t, false); len(got.Changes)+len(got.Problems) != 0 {
		t.Fatalf("nothing happened: %+v", got)
	}
	table := must(f.engine.Search(t.Context(), TableSpec{}, nil))
	f.write(t, "a", n, 412)
	got := f.readOn(t, false)
	if len(got.Changes) != 1 || got.Changes[0].Kind != ChangeAppended || got.Changes[0].Added != 412 || got.Changes[0].Chain.Indexed != n+412 || got.Progress.Records != 412 {
		t.Fatalf("%+v", got)
	}
	// The rows are compared, and some payloads; the kind is sought in a few hundred kB.
	payloads := got.Changes[0].Chain.Bytes
	if read := f.files.bytes.Load(); read > n*(redex.RowSize+redex.TSSize)+payloads/4 {
		t.Errorf("%d bytes are read for 412 entries, and the payloads have %d", read, payloads)
	}
	f.wantRows(t, "a", n+400, 12, n+400)
	// A table that was made before still shows its rows.
	page := must(f.engine.TableRows(t.Context(), table.ID, n-5, 5))
	for _, row := range page.Rows {
		if row.Error != "" {
			t.Errorf("%+v", row)
		}
	}
	for i := range 5 { // no end of openings
		f.write(t, "a", n+412+i, 1)
		f.readOn(t, false)
	}
	if s := must(f.engine.source(f.opened.Source)); len(s.openings) > 2 {
		t.Errorf("%d openings are kept", len(s.openings))
	}
}

// A chain that does not begin any more as it was read is said to, with what has become of it,
// stays as it was read, and is read again when that is asked for.
func TestReadOnSaysWhatHasChanged(t *testing.T) {
	for _, n := range []int{30, 9000} {
		for _, tt := range []struct {
			name           string
			do             func(t *testing.T, f *followed)
			kind           ChangeKind
			removed, added int
			rule           string
			// row is that of which kind the first row is in the end, id its id, entries how
			// many there are.
			row         string
			id, entries int
		}{
			{"trimmed", func(t *testing.T, f *followed) { f.trim(t, 20); f.write(t, "a", n, 7) }, ChangeTrimmed, 20, 7, "trimmed", "a", 20, n - 13},
			{"all trimmed", func(t *testing.T, f *followed) { f.write(t, "a", n, 7); f.trim(t, n+2) }, ChangeTrimmed, n, 5, "trimmed", "a", n + 2, 5},
			{"emptied", func(t *testing.T, f *followed) { f.trim(t, n) }, ChangeTrimmed, n, 0, "trimmed", "a", 0, 0},
			{"replaced by a longer one", func(t *testing.T, f *followed) { f.replace(t, n+50) }, ChangeReplaced, 0, 50, "replaced", "b", 0, n + 50},
			{"replaced by a shorter one", func(t *testing.T, f *followed) { f.replace(t, n-10) }, ChangeReplaced, 0, 0, "replaced", "b", 0, n - 10},
			{"another generation", func(t *testing.T, f *followed) { f.replace(t, n+1); f.trim(t, 0) }, ChangeGeneration, 0, 1, "generation-changed", "b", 0, n + 1},
			{"cut", func(t *testing.T, f *followed) {
				if err := os.Truncate(f.channel()+"/v0000000001/idx", 20*11); err != nil {
					t.Fatal(err)
				}
			}, ChangeReplaced, 0, 0, "replaced", "a", 0, 11},
			{"changed at its end", func(t *testing.T, f *followed) { f.flip(t, "dat", -3); f.write2(t) }, ChangeReplaced, 0, 1, "replaced", "a", 0, n + 1},
		} {
			t.Run(fmt.Sprint(tt.name, " ", n), func(t *testing.T) {
				f := follow(t, n)
				tt.do(t, f)
				got := f.readOn(t, false)
				if len(got.Changes) == 0 || got.Changes[0].Kind != tt.kind || got.Changes[0].Removed != tt.removed || got.Changes[0].Added != tt.added ||
					got.Changes[0].Read || got.Changes[0].Why == "" || got.Changes[0].Chain.Entries != n {
					t.Fatalf("%+v", got)
				}
				rules := ""
				for _, found := range must(f.engine.Findings(f.opened.Chains[0].ID)) {
					rules += found.Rule + " "
				}
				if !strings.Contains(rules, tt.rule) {
					t.Errorf("the chain says %s", rules)
				}
				got = f.readOn(t, true)
				if len(got.Changes) == 0 || !got.Changes[0].Read || got.Changes[0].Chain.Entries != tt.entries || got.Changes[0].Chain.ID != f.opened.Chains[0].ID {
					t.Fatalf("%+v", got)
				}
				if tt.entries > 0 {
					f.wantRows(t, tt.row, 0, min(tt.entries, 10), tt.id)
				}
				if got = f.readOn(t, false); len(got.Changes) != 0 {
					t.Errorf("it is as it is: %+v", got)
				}
			})
		}
	}
}

// replace puts another chain in the place of the channel.
func (f *followed) replace(t *testing.T, entries int) {
	t.Helper()
	if err := os.RemoveAll(f.channel()); err != nil {
		t.Fatal(err)
	}
	f.write(t, "b", 0, entries)
}

// flip turns a bit of a file, counted from its end.
func (f *followed) flip(t *testing.T, file string, at int) {
	t.Helper()
	name := f.channel() + "/v0000000001/" + file
	b := must(os.ReadFile(name))
	b[len(b)+at] ^= 1
	if err := os.WriteFile(name, b, 0o666); err != nil {
		t.Fatal(err)
	}
}

// write2 appends an entry as a node that knows of no damage does.
func (f *followed) write2(t *testing.T) {
	t.Helper()
	dir := f.channel() + "/v0000000001/"
	idx, dat, ts := must(os.ReadFile(dir+"idx")), must(os.ReadFile(dir+"dat")), must(os.ReadFile(dir+"ts"))
	payload := wire.AppendRecord(nil, &wire.ActionChainRecord{ID: 7, Kind: "a"})
	idx = redex.AppendRow(idx, redex.HeapRow(uint64(len(idx)/redex.RowSize), uint32(len(dat)), payload))
	err := errors.Join(os.WriteFile(dir+"idx", idx, 0o666), os.WriteFile(dir+"dat", append(dat, payload...), 0o666),
		os.WriteFile(dir+"ts", redex.AppendTS(ts, 1_800_000_000_000_000_000), 0o666))
	if err != nil {
		t.Fatal(err)
	}
}

// What is gone is said to be; a chain and a source that are not open cannot be read on; what
// was pasted does not change.
func TestReadOnOfWhatIsGone(t *testing.T) {
	f := follow(t, 50)
	if err := os.RemoveAll(f.dir + "/n"); err != nil {
		t.Fatal(err)
	}
	got := f.readOn(t, false)
	if len(got.Changes) != 1 || got.Changes[0].Kind != ChangeGone || got.Changes[0].Chain.Entries != 50 {
		t.Errorf("%+v", got)
	}
	pasted := must(f.engine.Paste(t.Context(), "0100000000"))
	if _, err := f.engine.ReadOn(t.Context(), ReadOnSpec{Source: pasted.Source}, nil, nil); !errors.Is(err, errPasted) {
		t.Error(err)
	}
	f.engine.Close(f.opened.Source)
	if _, err := f.engine.ReadOn(t.Context(), ReadOnSpec{Source: f.opened.Source}, nil, nil); err == nil {
		t.Error("a closed source is read on")
	}
}

// A text that grows is read on too; one that has become another is not taken for it.
func TestReadOnOfText(t *testing.T) {
	dir := t.TempDir()
	lines := func(v, n int) []byte {
		var b []byte
		for i := range n {
			b = fmt.Appendf(b, `{"seq":%d,"source":"s","reason":"v%d","recorded_at_ms":%d}`+"\n", i, v, 1_700_000_000_000+i)
		}
		return b
	}
	write := func(b []byte) {
		if err := os.WriteFile(dir+"/failures.ndjson", b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	whole := lines(0, 500)
	write(whole[:len(lines(0, 100))+20])
	e := New(Options{})
	opened := must(e.Open(t.Context(), "", os.DirFS(dir), nil))
	for _, step := range []struct {
		text  []byte
		again bool
		kind  ChangeKind
		added int
		read  bool
	}{{whole, false, ChangeAppended, 399, true}, {lines(1, 600), false, ChangeReplaced, 0, false}, {lines(1, 600), true, ChangeReplaced, 0, true}} {
		write(step.text)
		got := must(e.ReadOn(t.Context(), ReadOnSpec{Source: opened.Source, Again: step.again}, nil, nil))
		if len(got.Changes) != 1 || got.Changes[0].Kind != step.kind || got.Changes[0].Added != step.added || got.Changes[0].Read != step.read {
			t.Errorf("%+v", got)
		}
	}
	if c := e.Chains()[0]; c.Entries != 600 {
		t.Errorf("%+v", c)
	}
}

// Whatever is asked while a source is read on is answered, of one moment or the other, and a
// kind that is chosen meanwhile stays chosen. It is worth running with -race.
func TestReadOnAmongQuestions(t *testing.T) {
	const n, steps, more = 6000, 12, 50
	f := follow(t, n)
	id := f.opened.Chains[0].ID
	done := make(chan struct{})
	var all sync.WaitGroup
	ask := func(question func() error) {
		all.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if err := question(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	ask(func() error {
		page, err := f.engine.Rows(t.Context(), id, n-20, 20)
		for _, row := range page.Rows {
			if row.Seq != uint64(row.Position) {
				err = fmt.Errorf("%+v", row)
			}
		}
		return err
	})
	ask(func() error {
		table, err := f.engine.Search(t.Context(), TableSpec{Query: "seq:100..400"}, nil)
		if err == nil && table.Rows != 301 {
			err = fmt.Errorf("%d rows", table.Rows)
		}
		return err
	})
	ask(func() error {
		_, err := f.engine.State(t.Context(), id, n)
		return err
	})
	ask(func() error {
		_, err := f.engine.Insights(t.Context(), nil, nil)
		return err
	})
	kind := wire.ChainLog
	for step := range steps {
		f.write(t, "a", n+step*more, more)
		var both sync.WaitGroup
		if step%4 == 3 {
			if kind = wire.ChainAction; step%8 == 3 {
				kind = wire.ChainLog
			}
			both.Go(func() {
				if _, err := f.engine.SetKind(t.Context(), id, kind); err != nil {
					t.Error(err)
				}
			})
		}
		got := f.readOn(t, false)
		both.Wait()
		if len(got.Changes) != 1 || got.Changes[0].Added != more {
			t.Fatalf("step %d: %+v", step, got)
		}
		if c := f.engine.Chains()[0]; step >= 3 && c.Kind != kind || c.Indexed != n+(step+1)*more {
			t.Fatalf("step %d: %+v", step, c)
		}
	}
	close(done)
	all.Wait()
}
