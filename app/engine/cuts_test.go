package engine

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"chainglass/app/engine/part"
	"chainglass/app/insight"
	"chainglass/app/source"
	"chainglass/app/synth"
	"chainglass/wire/redex"

	"github.com/google/go-cmp/cmp"
)

// cutPool reads runs in pieces of random lengths, encodes and decodes them as if they
// came from elsewhere, and joins them in a random order. Some runs it refuses.
type cutPool struct {
	size int
	// asked counts the questions that it answered.
	asked atomic.Int64

	mu     sync.Mutex
	random *rand.Rand
}

func (p *cutPool) Size() int { return p.size }

func (p *cutPool) Prepare(fs.FS) {}

// Search answers questions as if they came from elsewhere. Some it refuses.
func (p *cutPool) Search(ctx context.Context, files fs.FS, q *Question) ([]byte, error) {
	if p.draw(8) == 0 {
		return nil, fmt.Errorf("busy: %w", ErrNoHelp)
	}
	p.asked.Add(1)
	chain, err := source.Reopen(files, q.Task.Recipe)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoHelp, err)
	}
	var a Answerer
	answer, err := a.Answer(ctx, &chain, q, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoHelp, err)
	}
	return answer, chain.Close()
}

// draw returns a random number below n.
func (p *cutPool) draw(n int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.random.IntN(n)
}

func (p *cutPool) Read(ctx context.Context, files fs.FS, t part.Task) (*part.Part, error) {
	if p.draw(8) == 0 {
		return nil, fmt.Errorf("busy: %w", ErrNoHelp)
	}
	chain, err := source.Reopen(files, t.Recipe)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoHelp, err)
	}
	var pieces []*part.Part
	var r part.Reader
	for end := t.First + t.Count; t.First < end; t.First += t.Count {
		t.Count = min(1+p.draw(300), end-t.First)
		leaf, err := r.Read(ctx, &chain, t, nil)
		if err != nil {
			return nil, err
		}
		b, err := (&part.Part{Leaves: []*part.Leaf{leaf}}).MarshalBinary()
		if err != nil {
			return nil, err
		}
		piece := &part.Part{}
		if err := piece.UnmarshalBinary(b); err != nil {
			return nil, err
		}
		pieces = append(pieces, piece)
	}
	for len(pieces) > 1 {
		i := p.draw(len(pieces) - 1)
		joined, err := part.Join(pieces[i], pieces[i+1])
		if err != nil {
			return nil, err
		}
		pieces = append(append(pieces[:i:i], joined), pieces[i+2:]...)
	}
	return pieces[0], chain.Close()
}

// answers are what is said of what was opened.
type answers struct {
	Opened     Opened
	Findings   [][]Finding
	Tables     []Table
	Rows       [][]Row
	Histograms []Histogram
	States     []State
	Related    []Related
	Story      []insight.Finding
	Reasons    []insight.Group
	Offsets    []insight.ClockOffset
}

var cutQueries = []string{"", "outcome:failed", "reason:timed", "id:100..400", "kind:pull_replica or outcome:gated", "/[0-9]{4}/", "damage:any", "no:5..90", "reason:5000", "71", "/after 5[0-9]* ms/ -id:..3000", "id:100..400 or reason:5000", `template:"*#*" or 71`, "time:00:00..23:59"}

// ask asks everything. The questions are the same for the same seed.
func ask(t *testing.T, e *Engine, files fs.FS, seed uint64) (a answers) {
	t.Helper()
	opened, err := e.Open(context.Background(), "cuts", files, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(opened.Source)
	a = askOf(t, e, opened.Chains, seed)
	a.Opened = opened
	a.Opened.Progress.ElapsedMS, a.Opened.Progress.BytesDone, a.Opened.Progress.Current = 0, 0, ""
	return a
}

// askOf asks everything of what is open.
func askOf(t *testing.T, e *Engine, chains []ChainInfo, seed uint64) (a answers) {
	t.Helper()
	ctx := context.Background()
	r := rand.New(rand.NewPCG(seed, 99))
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range chains {
		f, err := e.Findings(c.ID)
		check(err)
		a.Findings = append(a.Findings, f)
		for range 3 {
			state, err := e.State(ctx, c.ID, r.IntN(c.Entries+1))
			check(err)
			a.States = append(a.States, state)
		}
		if c.Entries > 0 {
			related, err := e.Related(ctx, c.ID, r.IntN(c.Entries))
			check(err)
			a.Related = append(a.Related, related)
		}
	}
	for _, text := range cutQueries {
		table, err := e.Search(ctx, TableSpec{Query: text}, nil)
		check(err)
		if table.Fault != nil {
			continue
		}
		page, err := e.TableRows(ctx, table.ID, max(table.Rows/2-20, 0), 60)
		check(err)
		h, err := e.Histogram(HistogramSpec{FromNS: 1_500_000_000e9, ToNS: 2_000_000_000e9, Columns: 50, Table: table.ID})
		check(err)
		a.Tables, a.Rows, a.Histograms = append(a.Tables, table), append(a.Rows, page.Rows), append(a.Histograms, h)
	}
	var err error
	a.Story, err = e.Insights(ctx, nil, nil)
	check(err)
	a.Reasons, err = e.Reasons(ctx, nil, 0, ^uint64(0))
	check(err)
	a.Offsets, err = e.ClockOffsets()
	check(err)
	return a
}

// hurt returns a channel with damage of every kind here and there.
func hurt(t *testing.T, made fs.FS, times bool) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(made, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !times && path.Base(name) == "ts" {
			return err
		}
		b, err := fs.ReadFile(made, name)
		files[name] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(5, 6))
	at := func(base string) []byte {
		for name, f := range files {
			if path.Base(name) == base && strings.Contains(name, "/v") {
				return f.Data
			}
		}
		return nil
	}
	idx, dat, ts := at("idx"), at("dat"), at("ts")
	entries := len(idx) / redex.RowSize
	for range entries / 4 {
		n := r.IntN(entries)
		row := idx[n*redex.RowSize:][:redex.RowSize]
		switch r.IntN(6) {
		case 0:
			row[r.IntN(8)] ^= byte(1 << r.IntN(8)) // its number
		case 1:
			row[8+r.IntN(8)] ^= byte(1 << r.IntN(3)) // its place or length
		case 2:
			dat[r.IntN(len(dat))] ^= 1
		case 3:
			if times {
				binary.LittleEndian.PutUint64(ts[8*n:], binary.LittleEndian.Uint64(ts[8*n:])-r.Uint64N(1<<32))
			}
		default: // a run of payloads that are no records, with right checksums
			for n := n; n < min(n+r.IntN(4), entries); n++ {
				row := idx[n*redex.RowSize:][:redex.RowSize]
				parsed := redex.ParseRow(row)
				if parsed.Inline() || parsed.PayloadEnd() > uint64(len(dat)) || parsed.PayloadLen == 0 {
					continue
				}
				payload := dat[parsed.PayloadOffset:parsed.PayloadEnd()]
				payload[0] = byte(r.IntN(4))
				word := binary.LittleEndian.Uint32(row[16:])
				binary.LittleEndian.PutUint32(row[16:], word&0xf0000000|redex.Checksum(payload))
			}
		}
	}
	return files
}

// Whatever the cuts of a chain, whoever reads the parts and in whatever order they are
// joined: all answers are the same.
func TestAnswersDoNotDependOnTheCut(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const testdata = "../../wire/redex/testdata/"
	made := t.TempDir()
	w, err := redex.Create(made + "/node-1/meshos/actions")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(synth.NewNode(3).Append(w, 12_000), w.Close()); err != nil {
		t.Fatal(err)
	}
	folders := map[string]fs.FS{"made": os.DirFS(made), "hurt": hurt(t, os.DirFS(made), true), "hurt without times": hurt(t, os.DirFS(made), false), "incident": os.DirFS(testdata + "incident"), "compacted": os.DirFS(testdata + "compacted")}
	damaged, err := os.ReadDir(testdata + "damage")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range damaged {
		folders["damage/"+d.Name()] = os.DirFS(testdata + "damage/" + d.Name())
	}
	seeds := uint64(3)
	if runtime.GOOS == "js" { // where one goroutine does it all, slowly
		delete(folders, "incident")
		seeds = 2
	}
	answered := int64(0)
	for name, files := range folders {
		t.Run(name, func(t *testing.T) {
			want := ask(t, New(Options{Readers: 1}), files, 1)
			for seed := range seeds {
				r := rand.New(rand.NewPCG(seed, 7))
				o := Options{Readers: 1 + r.IntN(4)}
				pool := &cutPool{size: 2 + r.IntN(3), random: r}
				if seed > 0 {
					o.Pool = pool
				}
				e := New(o)
				var mu sync.Mutex
				cuts := rand.New(rand.NewPCG(seed, 8))
				e.cut = func(*chainLoad, int) int {
					mu.Lock()
					defer mu.Unlock()
					return 1 + cuts.IntN(1+cuts.IntN(6000))
				}
				if diff := cmp.Diff(want, ask(t, e, files, 1), cmp.AllowUnexported()); diff != "" {
					t.Fatalf("seed %d: want -, got +\n%.3000s", seed, diff)
				}
				answered += pool.asked.Load()
			}
		})
	}
	if answered == 0 {
		t.Error("the pool answered no question")
	}
}

// What a hostile chain can make the engine remember is bounded.
func TestNamesAreBounded(t *testing.T) {
	n := newNamer()
	for first := 0; first < 2*maxClasses; first += part.LeafRows {
		l := &part.Leaf{First: first, Names: part.Names{Kinds: []string{""}, Templates: []part.Template{{}}, Classes: make([]part.Class, part.FirstClass)}}
		l.Counts = make([]int, part.FirstClass)
		for i := range part.LeafRows - int(part.FirstClass) {
			l.Kinds = append(l.Kinds, fmt.Sprint("kind", first+i))
			l.Templates = append(l.Templates, part.Template{Text: fmt.Sprint("text", (first+i)/7)})
			l.Classes = append(l.Classes, part.Class{Kind: uint32(i + 1), Template: uint32(i + 1), Outcome: uint8(i % 3)})
			l.Counts = append(l.Counts, 1)
		}
		for range part.LeafRows {
			l.Class = append(l.Class, part.ClassID(len(l.Class)%len(l.Classes)))
		}
		n.take(l)
	}
	if len(n.kinds) > maxKinds || len(n.templates) > maxTemplates || len(n.table) > maxClasses || len(n.counts) != len(n.table) {
		t.Errorf("%d kinds, %d templates, %d classes are kept", len(n.kinds), len(n.templates), len(n.table))
	}
	sum := 0
	for _, c := range n.counts {
		sum += c
	}
	if want := 2 * maxClasses / part.LeafRows * (part.LeafRows - int(part.FirstClass)); sum != want {
		t.Errorf("%d entries are counted, want %d", sum, want)
	}
	if _, err := New(Options{}).Search(context.Background(), TableSpec{Query: "kind:x"}, nil); err != nil {
		t.Error(err)
	}
}
