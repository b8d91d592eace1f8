package engine_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"chainglass/app/engine"
	"chainglass/snapshot"
	"chainglass/wire"

	gocmp "github.com/google/go-cmp/cmp"
)

// search makes a table and fails the test if the query is none.
func search(t testing.TB, e *engine.Engine, spec engine.TableSpec) engine.Table {
	t.Helper()
	table, err := e.Search(context.Background(), spec, nil)
	if err != nil {
		t.Fatal(err)
	}
	if table.Fault != nil {
		t.Fatalf("%s: %+v", spec.Query, table.Fault)
	}
	if !table.Complete || table.Searched != table.Total {
		t.Errorf("%s: %d of %d searched", spec.Query, table.Searched, table.Total)
	}
	return table
}

// allRows reads all rows of a table, in pages.
func allRows(t testing.TB, e *engine.Engine, table engine.Table) []engine.Row {
	t.Helper()
	var rows []engine.Row
	for len(rows) < table.Rows {
		page, err := e.TableRows(context.Background(), table.ID, len(rows), 700)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Rows) == 0 {
			t.Fatalf("no rows at %d of %d", len(rows), table.Rows)
		}
		rows = append(rows, page.Rows...)
	}
	return rows
}

// naiveMerge puts the rows of chains in order of time as plainly as it can be
// done: an entry's time is the latest so far on its chain.
func naiveMerge(t testing.TB, e *engine.Engine, chains []engine.ChainInfo, keep func(engine.ChainInfo, engine.Row) bool) []engine.Row {
	t.Helper()
	type timed struct {
		row   engine.Row
		ns    uint64
		chain int
	}
	var all []timed
	for i, c := range chains {
		var latest uint64
		for first := 0; first < c.Entries; first += 1000 {
			page, err := e.Rows(context.Background(), c.ID, first, 1000)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range page.Rows {
				latest = max(latest, row.TSNS.Value)
				if keep(c, row) {
					all = append(all, timed{row, latest, i})
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b timed) int {
		return cmp.Or(cmp.Compare(a.ns, b.ns), cmp.Compare(a.chain, b.chain))
	})
	rows := make([]engine.Row, len(all))
	for i, x := range all {
		rows[i] = x.row
	}
	return rows
}

func name(r engine.Row) string { return fmt.Sprintf("%d/%d", r.Chain, r.Position) }

func sameRows(t *testing.T, want, got []engine.Row) {
	t.Helper()
	if len(want) != len(got) {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
	for i := range want {
		if name(want[i]) != name(got[i]) {
			t.Fatalf("row %d is %s, want %s", i, name(got[i]), name(want[i]))
		}
	}
}

// All twelve chains of the incident on one time line, by queries of every sort.
func TestTablesAgreeWithANaiveOne(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	e, opened := open(t, "incident")
	action := func(c engine.ChainInfo) bool { return c.Kind == wire.ChainAction }
	for query, keep := range map[string]func(engine.ChainInfo, engine.Row) bool{
		"":                                 func(engine.ChainInfo, engine.Row) bool { return true },
		"kind:pull_replica outcome:failed": func(c engine.ChainInfo, r engine.Row) bool { return r.Kind == "pull_replica" && r.Outcome == "Failed" },
		"id:42..99 chain:action":           func(c engine.ChainInfo, r engine.Row) bool { return action(c) && r.ID >= 42 && r.ID <= 99 },
		"node:node-2 -outcome:dispatched": func(c engine.ChainInfo, r engine.Row) bool {
			return c.Node == "node-2" && r.Outcome != "Dispatched"
		},
		`reason:"timed out"`: func(c engine.ChainInfo, r engine.Row) bool { return strings.Contains(r.Text, "timed out") },
		"retry:>500":         func(c engine.ChainInfo, r engine.Row) bool { return r.Outcome == "Failed" && r.DelayMS.Value > 500 },
		"level:>=warn":       func(c engine.ChainInfo, r engine.Row) bool { return r.Outcome == "Warn" || r.Outcome == "Error" },
		"(outcome:gated or outcome:rejected)": func(c engine.ChainInfo, r engine.Row) bool {
			return r.Outcome == "Gated" || r.Outcome == "Rejected"
		},
		"time:16:08..16:15 outcome:failed": func(c engine.ChainInfo, r engine.Row) bool {
			const minute = 60_000_000_000
			start := uint64(1779465600_000_000_000)
			return r.Outcome == "Failed" && r.TSNS.Value >= start+8*minute && r.TSNS.Value < start+15*minute
		},
		"nothing_like_this": func(engine.ChainInfo, engine.Row) bool { return false },
	} {
		t.Run(query, func(t *testing.T) {
			table := search(t, e, engine.TableSpec{Query: query})
			want := naiveMerge(t, e, opened.Chains, keep)
			got := allRows(t, e, table)
			sameRows(t, want, got)
			if len(got) == 0 {
				return
			}
			for r, i := rand.New(rand.NewPCG(1, 2)), 0; i < 100; i++ {
				n := r.IntN(len(got))
				place, err := e.FindRow(table.ID, got[n].Chain, got[n].Position)
				if err != nil || place.Row != n || !place.Exact {
					t.Fatalf("row %d is found at %+v, %v", n, place, err)
				}
			}
		})
	}
}

func TestFacetsCountTheRows(t *testing.T) {
	e, opened := open(t, "incident")
	for _, query := range []string{"", "outcome:failed", `"checksum mismatch"`} {
		table := search(t, e, engine.TableSpec{Query: query})
		want := map[string]int{}
		nodes := map[engine.ChainID]string{}
		for _, c := range opened.Chains {
			nodes[c.ID] = c.Node
		}
		for _, row := range allRows(t, e, table) {
			want["node:"+nodes[row.Chain]]++
			want["outcome:"+strings.ToLower(row.Outcome)]++
		}
		got := map[string]int{}
		for _, f := range table.Facets {
			for _, v := range f.Values {
				if f.Field == "node" || f.Field == "outcome" {
					got[f.Field+":"+v.Name] = v.Count
				}
			}
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
}

func TestAQueryThatIsNoneSaysWhy(t *testing.T) {
	e, _ := open(t, "compacted")
	table, err := e.Search(context.Background(), engine.TableSpec{Query: "kind:pull_replica nonsense:1"}, nil)
	if err != nil || table.Fault == nil || table.Fault.Start != 18 || table.Fault.Text == "" {
		t.Errorf("%+v, %v", table.Fault, err)
	}
}

// A search that is cancelled keeps what it found and says how far it got.
func TestCancelledSearch(t *testing.T) {
	e, _ := open(t, "incident")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	table, err := e.Search(ctx, engine.TableSpec{Query: "some text"}, nil)
	if err != nil || table.Complete || table.Searched >= table.Total {
		t.Errorf("%+v, %v", table, err)
	}
}

func TestOldTablesGo(t *testing.T) {
	e, opened := open(t, "compacted")
	first := search(t, e, engine.TableSpec{})
	for range 16 {
		search(t, e, engine.TableSpec{})
	}
	if _, err := e.TableRows(context.Background(), first.ID, 0, 1); err == nil {
		t.Error("the first of seventeen tables is still there")
	}
	last := search(t, e, engine.TableSpec{})
	e.Close(opened.Source)
	if _, err := e.TableRows(context.Background(), last.ID, 0, 1); err == nil {
		t.Error("a table outlives its chain")
	}
}

// Merging by the records' clocks needs node 3 put right: its clock is 1.7 s
// behind.
func TestRecordOrderWithAShift(t *testing.T) {
	e, opened := open(t, "incident")
	var actions []engine.ChainID
	for _, c := range opened.Chains {
		if c.Kind == wire.ChainAction {
			actions = append(actions, c.ID)
		}
	}
	misplaced := func(shift map[string]int64) int {
		table := search(t, e, engine.TableSpec{Chains: actions, Order: engine.OrderRecorded, ShiftMS: shift})
		rows := allRows(t, e, table)
		n := 0
		for i := 1; i < len(rows); i++ {
			if rows[i].TSNS.Value+50_000_000 < rows[i-1].TSNS.Value {
				n++
			}
		}
		return n
	}
	if off, right := misplaced(nil), misplaced(map[string]int64{"node-3": 1700}); off < 100 || right > off/10 {
		t.Errorf("%d rows out of order as recorded, %d with the shift", off, right)
	}
}

func TestHistogramAddsUp(t *testing.T) {
	e, opened := open(t, "incident")
	table := search(t, e, engine.TableSpec{Query: "outcome:failed"})
	from, to := uint64(0), uint64(0)
	for i, c := range opened.Chains {
		if i == 0 || c.FirstTSNS.Value < from {
			from = c.FirstTSNS.Value
		}
		to = max(to, c.LastTSNS.Value+1)
	}
	for _, columns := range []int{1, 7, 1000} {
		h, err := e.Histogram(engine.HistogramSpec{FromNS: from, ToNS: to, Columns: columns, Table: table.ID})
		if err != nil {
			t.Fatal(err)
		}
		for i, lane := range h.Lanes {
			got := map[string]int{}
			matching := 0
			for column := range columns {
				for o, name := range lane.Outcomes {
					got[name] += int(lane.Counts[o][column])
				}
				matching += int(lane.Matching[column])
			}
			for _, o := range opened.Chains[i].Counts.Outcomes {
				if got[o.Name] != o.Count {
					t.Errorf("%s: %d %s in %d columns, want %d", opened.Chains[i].Name(), got[o.Name], o.Name, columns, o.Count)
				}
			}
			if matching != got["Failed"] {
				t.Errorf("%s: %d match, %d failed", opened.Chains[i].Name(), matching, got["Failed"])
			}
		}
	}
}

func TestRelatedEntries(t *testing.T) {
	e, opened := open(t, "incident")
	table := search(t, e, engine.TableSpec{Query: `reason:"retry budget exhausted" node:node-1 chain:action`})
	row := allRows(t, e, table)[0]
	related, err := e.Related(context.Background(), row.Chain, row.Position)
	if err != nil {
		t.Fatal(err)
	}
	if len(related.Attempts) < 3 || len(related.Live) != 1 || len(related.Neighbours) == 0 {
		t.Fatalf("%d attempts, %d live, %d neighbours", len(related.Attempts), len(related.Live), len(related.Neighbours))
	}
	for _, r := range related.Attempts {
		if r.ID != row.ID || r.Kind != row.Kind {
			t.Errorf("attempt %+v of %+v", r, row)
		}
	}
	if live := related.Live[0]; live.Text != row.Text || live.Kind != fmt.Sprintf("action-id:%d", row.ID) {
		t.Errorf("live %+v of %+v", live, row)
	}
	for _, r := range related.Neighbours {
		if r.Chain == row.Chain {
			t.Error("a neighbour on the same chain")
		}
	}
	_ = opened
}

func TestDiffOfStates(t *testing.T) {
	e, opened := open(t, "incident")
	c := find(t, opened, "node-1", "meshos/actions")
	diff, err := e.DiffStates(context.Background(), engine.At{Chain: c.ID, Position: 5000}, engine.At{Chain: c.ID, Position: 5000}, false)
	if err != nil || len(diff.Changes) != 0 {
		t.Errorf("a state differs from itself: %v, %v", diff.Changes, err)
	}
	diff, err = e.DiffStates(context.Background(), engine.At{Chain: c.ID, Position: 0}, engine.At{Chain: c.ID, Position: c.Entries}, false)
	if err != nil || len(diff.Changes) < 256 || diff.B.Chain != c.ID || diff.B.Position != c.Entries || !diff.B.AtTSNS.Some {
		t.Errorf("%d changes to %+v, %v", len(diff.Changes), diff.B, err)
	}
	if len(diff.Live) != 256 || diff.Live[0].Path != "live_failures[0]" || diff.Elsewhere != nil {
		t.Errorf("%d live changes %v, %d nodes elsewhere", len(diff.Live), diff.Live[:min(1, len(diff.Live))], len(diff.Elsewhere))
	}
}

// The other nodes are compared as of the times of the two positions.
func TestDiffOfStatesEverywhere(t *testing.T) {
	e, opened := open(t, "incident")
	c := find(t, opened, "node-2", "meshos/actions")
	diff, err := e.DiffStates(context.Background(), engine.At{Chain: c.ID, Position: 0}, engine.At{Chain: c.ID, Position: 5000}, true)
	if err != nil || len(diff.Elsewhere) != 2 {
		t.Fatalf("%d other nodes, %v", len(diff.Elsewhere), err)
	}
	for i, node := range []string{"node-1", "node-3"} {
		other := diff.Elsewhere[i]
		want := find(t, opened, node, "meshos/actions")
		if other.B.Chain != want.ID || other.A.Position != 0 || other.B.AtTSNS != diff.B.AtTSNS {
			t.Errorf("%s: chain %d from %d to %v", node, other.B.Chain, other.A.Position, other.B.AtTSNS)
		}
		alone, err := e.DiffStates(context.Background(), other.A.At, other.B.At, false)
		if err != nil {
			t.Fatal(err)
		}
		if len(alone.Changes) == 0 || !slices.Equal(alone.Changes, other.Changes) || !slices.Equal(alone.Live, other.Live) {
			t.Errorf("%s: %d and %d changes, alone %d and %d", node, len(other.Changes), len(other.Live), len(alone.Changes), len(alone.Live))
		}
	}
}

func TestCompare(t *testing.T) {
	e := engine.New(engine.Options{})
	clean, err := e.Open(context.Background(), "clean", os.DirFS(testdata+"damage/clean"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for folder, want := range map[string]engine.Comparison{
		"clean":     {Common: 120},
		"flat":      {Common: 120},
		"rot-one":   {Common: 36, Same: 83, Different: 1},
		"torn-idx":  {Common: 119, OnlyA: 1},
		"dup-entry": {Common: 60, OnlyB: 1, Same: 60},
		"seq-jump":  {Common: 60, OnlyA: 60, OnlyB: 60},
	} {
		other, err := e.Open(context.Background(), folder, os.DirFS(testdata+"damage/"+folder), nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := e.Compare(context.Background(), clean.Chains[0].ID, other.Chains[0].ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		count := 0
		for _, s := range got.Spans {
			count += s.Count
		}
		if count != got.Same+got.Different+got.OnlyA+got.OnlyB || !got.Complete {
			t.Errorf("%s: spans count %d: %+v", folder, count, got)
		}
		got.A, got.B, got.Spans, got.Complete = 0, 0, nil, false
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", folder, diff)
		}
	}
}

// Questions are answered while a chain is being read.
func TestQuestionsWhileReading(t *testing.T) {
	e := engine.New(engine.Options{})
	asked := 0
	_, err := e.Open(context.Background(), "incident", os.DirFS(testdata+"incident"), func(p engine.Progress) {
		for _, c := range p.Chains {
			if c.Indexed == 0 {
				continue
			}
			asked++
			table, err := e.Search(context.Background(), engine.TableSpec{Chains: []engine.ChainID{c.ID}, Query: "outcome:failed"}, nil)
			if err != nil || !table.Complete || table.Total > c.Entries {
				t.Errorf("%+v, %v", table, err)
			}
			if _, err := e.TableRows(context.Background(), table.ID, 0, 10); err != nil {
				t.Error(err)
			}
			if _, err := e.State(context.Background(), c.ID, c.Indexed); err != nil {
				t.Error(err)
			}
			if _, err := e.Histogram(engine.HistogramSpec{ToNS: c.LastTSNS.Value, Columns: 100}); err != nil {
				t.Error(err)
			}
		}
	})
	if err != nil || asked == 0 {
		t.Errorf("%d questions, %v", asked, err)
	}
}

func TestChangesTravelWhole(t *testing.T) {
	long := strings.Repeat("x", 300)
	for _, changes := range []engine.Changes{nil, {{Path: "a", Op: snapshot.Changed, Before: "1", After: "2"}},
		{{Path: "log_ring[3]", Op: snapshot.Appeared, After: long}, {Path: "b", Op: snapshot.Went, Before: long}}} {
		packed, err := changes.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var got engine.Changes
		if err := got.UnmarshalBinary(packed); err != nil || !slices.Equal(got, changes) {
			t.Errorf("%v came back as %v, %v", changes, got, err)
		}
		for n := 1; n < len(packed); n++ {
			if err := got.UnmarshalBinary(packed[:n]); err == nil && len(got) >= len(changes) {
				t.Errorf("%d of %d bytes were taken for %v", n, len(packed), got)
			}
		}
	}
}

func TestColumnCountsTravelWhole(t *testing.T) {
	for _, counts := range []engine.ColumnCounts{nil, {0}, {0, 1, 127, 128, 0, 1<<32 - 1}} {
		packed, err := counts.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var got engine.ColumnCounts
		if err := got.UnmarshalBinary(packed); err != nil || !slices.Equal(got, counts) {
			t.Errorf("%v came back as %v, %v", counts, got, err)
		}
	}
	for _, packed := range [][]byte{{0x80}, {1, 0xff}, {0x80, 0x80, 0x80, 0x80, 0x10}} {
		var got engine.ColumnCounts
		if err := got.UnmarshalBinary(packed); err == nil {
			t.Errorf("%x was taken for %v", packed, got)
		}
	}
}
