package engine_test

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"chainglass/app/engine"
	"chainglass/wire"
)

// slowFS makes every read wait a little, so that questions come while chains are read.
type slowFS struct{ fs.FS }

func (s slowFS) Open(name string) (fs.File, error) {
	f, err := s.FS.Open(name)
	if err != nil {
		return nil, err
	}
	r, reads := f.(io.ReaderAt)
	if info, err := f.Stat(); err == nil && !info.IsDir() && reads {
		return slowFile{f, r}, nil
	}
	return f, nil
}

type slowFile struct {
	fs.File
	r io.ReaderAt
}

func (f slowFile) ReadAt(p []byte, off int64) (int, error) {
	time.Sleep(time.Millisecond)
	return f.r.ReadAt(p, off)
}

// Everything can be asked and done at any moment of a load, at the same time; what is
// said in the end is right. It is worth running with -race.
func TestEverythingAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	files := slowFS{generated(t, t.TempDir(), 60_000)}
	plain, _ := openAll(t, files.FS)
	for seed := range uint64(3) {
		e := engine.New(engine.Options{Readers: 3})
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		appeared := make(chan engine.ChainID, 1)
		all.Go(func() {
			_, err := e.Open(ctx, "", files, func(p engine.Progress) {
				if len(p.Chains) > 0 {
					select {
					case appeared <- p.Chains[0].ID:
					default:
					}
				}
			})
			if err != nil {
				t.Error(err)
			}
			close(appeared)
		})
		id := <-appeared
		for i := range 6 {
			all.Go(func() { askAtRandom(ctx, t, e, id, rand.New(rand.NewPCG(seed, uint64(i)))) })
		}
		all.Go(func() {
			for _, kind := range []wire.ChainKind{wire.ChainLog, wire.ChainUnknown, wire.ChainAction} {
				if _, err := e.SetKind(ctx, id, kind); err != nil {
					t.Error(err)
				}
			}
		})
		all.Wait()
		cancel()
		same(t, plain, e)
	}
}

// askAtRandom asks some questions. They may not be answered wrongly; that a table is gone by
// now is no fault.
func askAtRandom(ctx context.Context, t *testing.T, e *engine.Engine, id engine.ChainID, r *rand.Rand) {
	for range 12 {
		var err error
		switch r.IntN(9) {
		case 0:
			var page engine.RowPage
			page, err = e.Rows(ctx, id, r.IntN(50_000), 50)
			for i, row := range page.Rows {
				if row.Position != page.First+i || row.Seq != uint64(row.Position) {
					t.Errorf("row %d has position %d and seq %d", page.First+i, row.Position, row.Seq)
				}
			}
		case 1:
			_, err = e.State(ctx, id, r.IntN(60_000))
		case 2:
			var table engine.Table
			table, err = e.Search(ctx, engine.TableSpec{Query: "outcome:failed timed"}, func(engine.Progress) {})
			if err == nil && table.Fault == nil {
				if page, err := e.TableRows(ctx, table.ID, 0, 100); err == nil && len(page.Rows) > table.Rows {
					t.Errorf("%d rows of %d", len(page.Rows), table.Rows)
				}
			}
		case 3:
			_, err = e.Histogram(engine.HistogramSpec{FromNS: 1_700_000_000e9, ToNS: 1_900_000_000e9, Columns: 200})
		case 4:
			_, err = e.Findings(id)
		case 5:
			_, err = e.Reasons(ctx, nil, 0, ^uint64(0))
		case 6:
			e.Notes()
			_, err = e.PutNote(engine.Note{Text: "a note", Anchors: []engine.NoteAnchor{{Chain: id, Position: 3}}})
		case 7:
			_, err = e.PackSize(ctx, engine.PackSpec{})
		case 8:
			e.Chains()
			_, err = e.ClockOffsets()
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// same compares what two engines say of a chain.
func same(t *testing.T, a, b *engine.Engine) {
	t.Helper()
	var packed [2]bytes.Buffer
	for i, e := range []*engine.Engine{a, b} {
		for _, n := range e.Notes() {
			e.DeleteNote(n.ID)
		}
		if _, err := e.Pack(t.Context(), engine.PackSpec{CreatedAtMS: 1, Tool: "test"}, &packed[i]); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(packed[0].Bytes(), packed[1].Bytes()) {
		t.Errorf("exports differ: %d and %d bytes", packed[0].Len(), packed[1].Len())
	}
	for _, text := range []string{"", "outcome:failed", "/[0-9]{4}/"} {
		if x, y := search(t, a, engine.TableSpec{Query: text}), search(t, b, engine.TableSpec{Query: text}); x.Rows != y.Rows {
			t.Errorf("%q keeps %d and %d rows", text, x.Rows, y.Rows)
		}
	}
}

// A source can be closed at any moment: who asks then gets an error or an answer.
func TestClosingWhileReading(t *testing.T) {
	files := slowFS{generated(t, t.TempDir(), 60_000)}
	for seed := range uint64(6) {
		e := engine.New(engine.Options{Readers: 2})
		var all sync.WaitGroup
		appeared := make(chan engine.ChainInfo, 1)
		all.Go(func() {
			if _, err := e.Open(t.Context(), "", files, func(p engine.Progress) {
				if len(p.Chains) > 0 {
					select {
					case appeared <- p.Chains[0]:
					default:
					}
				}
			}); err != nil {
				t.Error(err)
			}
			close(appeared)
		})
		c := <-appeared
		for range 4 {
			all.Go(func() {
				for i := range 20 {
					_, _ = e.Rows(t.Context(), c.ID, i, 50)
					_, _ = e.Search(t.Context(), engine.TableSpec{Query: "timed"}, nil)
					_, _ = e.Insights(t.Context(), []engine.ChainID{c.ID}, nil)
					_, _ = e.SetKind(t.Context(), c.ID, wire.ChainLog)
				}
			})
		}
		time.Sleep(time.Duration(seed) * 7 * time.Millisecond)
		e.Close(c.Source)
		all.Wait()
		if n := len(e.Chains()); n != 0 {
			t.Errorf("%d chains are open", n)
		}
		if _, err := e.Rows(t.Context(), c.ID, 0, 1); err == nil {
			t.Error("a closed chain has rows")
		}
	}
}
