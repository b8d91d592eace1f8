package engine_test

import (
	"context"
	"testing"

	"chainglass/app/engine"
	"chainglass/wire/postcard"

	gocmp "github.com/google/go-cmp/cmp"
)

// walk returns the rows of the entries of a spec.
func walk(t testing.TB, e *engine.Engine, spec engine.EntriesSpec) ([]engine.Row, engine.Walked) {
	t.Helper()
	var rows []engine.Row
	begun := engine.Walked{}
	walked, err := e.Entries(context.Background(), spec,
		func(w engine.Walked) error { begun = w; return nil },
		func(w *engine.WalkedEntry) error { rows = append(rows, w.Row); return nil })
	if err != nil {
		t.Fatal(err)
	}
	if walked.Entries != len(rows) || begun.Total != walked.Total || begun.Entries != 0 {
		t.Errorf("%d rows, %+v, at the beginning %+v", len(rows), walked, begun)
	}
	return rows, walked
}

func TestEntriesComeInTheOrderOfTheTable(t *testing.T) {
	e, _ := open(t, "incident")
	for _, spec := range []engine.TableSpec{
		{Query: "outcome:failed"},
		{Query: "time:16:08..16:10", Order: engine.OrderRecorded, ShiftMS: map[string]int64{"node-3": -4000}},
	} {
		want := allRows(t, e, search(t, e, spec))
		got, _ := walk(t, e, engine.EntriesSpec{TableSpec: spec})
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%s: table -, walked +\n%s", spec.Query, diff)
		}
	}
}

func TestEntriesCanBeBounded(t *testing.T) {
	e, opened := open(t, "incident")
	c := find(t, opened, "node-2", "meshos/actions")
	spec := engine.EntriesSpec{TableSpec: engine.TableSpec{Chains: []engine.ChainID{c.ID}}, MaxEntries: 10}
	rows, walked := walk(t, e, spec)
	if len(rows) != 10 || walked.Total != c.Entries || walked.Chains != 1 {
		t.Errorf("%d rows, %+v", len(rows), walked)
	}
	spec.MaxEntries, spec.ToNS = 0, postcard.Some(c.FirstTSNS.Value+1)
	if rows, _ := walk(t, e, spec); len(rows) != 1 || rows[0].Position != 0 {
		t.Errorf("%d rows", len(rows))
	}
}
