package engine

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"chainglass/app/engine/part"
	"chainglass/app/query"
	"chainglass/app/synth"
	"chainglass/wire/redex"
)

// opened is a chain of a node, and an engine that has read it.
func openedNode(t *testing.T, records int) *reading {
	t.Helper()
	dir := t.TempDir()
	w, err := redex.Create(dir + "/node-1/meshos/actions")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(synth.NewNode(3).Append(w, records), w.Close()); err != nil {
		t.Fatal(err)
	}
	e := New(Options{Readers: 1})
	opened, err := e.Open(context.Background(), "", os.DirFS(dir), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(opened.Source) })
	c, err := e.chain(opened.Chains[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// question asks about some entries of a chain.
func questionAbout(t *testing.T, c *reading, text string, positions []int) *Question {
	t.Helper()
	q, err := query.Parse(text, query.Context{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := cbor.Marshal(asked{1, q.String(), *c.queryTables()})
	if err != nil {
		t.Fatal(err)
	}
	asks := &Question{Task: part.Task{Recipe: c.source.Recipe, Kind: c.source.Kind, First: positions[0], Count: part.LeafRows}, Asked: b}
	for _, position := range positions {
		block, i := c.index.at(position)
		row := block.queryRow(i, position)
		asks.Rows = appendRow(asks.Rows, positions[0], &row)
	}
	return asks
}

// A question that is wrong, about what has changed, or that nobody waits for has an error
// for an answer.
func TestWrongQuestionsHaveNoAnswer(t *testing.T) {
	c := openedNode(t, 3000)
	positions := []int{10, 11, 500, 2999}
	const text = "/after 5[0-9]* ms/"
	var a Answerer
	ask := func(ctx context.Context, change func(q *Question)) ([]byte, error) {
		q := questionAbout(t, c, text, positions)
		change(q)
		return a.Answer(ctx, &c.source, q, nil)
	}
	if answer, err := ask(context.Background(), func(*Question) {}); err != nil || len(answer) != len(positions) {
		t.Fatalf("%v, %v", answer, err)
	}
	for name, change := range map[string]func(q *Question){
		"cut":           func(q *Question) { q.Rows = q.Rows[:len(q.Rows)-1] },
		"not ascending": func(q *Question) { copy(q.Rows[rowBytes:], q.Rows[:rowBytes]) },
		"beyond":        func(q *Question) { q.Task.First = 1 << 30 },
		"changed":       func(q *Question) { q.Rows[4] ^= 1 },
		"no query":      func(q *Question) { q.Asked = []byte{0x80} },
	} {
		if answer, err := ask(context.Background(), change); err == nil {
			t.Errorf("%s: %v", name, answer)
		}
	}
	ended, end := context.WithCancel(context.Background())
	end()
	if _, err := ask(ended, func(*Question) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("a question that nobody waits for: %v", err)
	}
}

// Rows travel whole.
func TestRowsTravelWhole(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		first := r.IntN(1 << 30)
		row := query.Row{Position: uint64(first + r.IntN(part.LeafRows)), Seq: r.Uint64(), TimeNS: r.Uint64(), TimeMS: r.Uint64(), ID: r.Uint64(), Class: uint16(r.Uint32()), Status: 3}
		b := appendRow(nil, first, &row)
		if got := rowAt(b, first); got != row || len(b) != rowBytes || slices.Equal(b, make([]byte, rowBytes)) {
			t.Fatalf("%+v became %+v", row, got)
		}
	}
}
