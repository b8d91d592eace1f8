package kind_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/kind"
	"chainglass/app/saveas"
	"chainglass/app/source"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

// fifth is a kind that the reference does not have: a doorkeeper's. This is all there is of
// it; everything below follows.
func fifth() *kind.Kind {
	return kind.New(kind.Kind{
		ID: 5, Name: "door", Version: 7,
		Fields: []kind.Field{
			kind.NewNumber("visit", kind.SortOrder).As(kind.RoleID),
			kind.NewNumber("at_ms", kind.SortTime).As(kind.RoleTime),
			kind.NewEnum("act", kind.NewStruct("Knock"), kind.NewStruct("AskForKey", kind.NewText("key", kind.SortText).As(kind.RoleDetail))).As(kind.RoleKind),
			kind.NewEnum("answer",
				kind.NewStruct("Opened"),
				kind.NewStruct("Ignored", kind.NewText("why", kind.SortReason).As(kind.RoleText), kind.NewOption("come_back_ms", kind.NewNumber("", kind.SortSpan).As(kind.RoleRetry))),
			).As(kind.RoleOutcome),
			kind.NewSeq("keepers", kind.NewNumber("", kind.SortOperator).As(kind.RoleOperators)),
		},
		Outcomes:   []kind.Outcome{{Name: "Opened", Letter: "O", Tone: kind.ToneGood}, {Name: "Ignored", Letter: "I", Tone: kind.ToneBad}},
		KindIsText: true,
	})
}

const firstMS = 1_779_465_600_000

// visit is the payload of the n-th visit: every third one is ignored.
func visit(n uint64) []byte {
	b := postcard.AppendUvarint(postcard.AppendUvarint([]byte{7}, n), firstMS+1000*n)
	if n%2 == 0 {
		b = append(b, 0)
	} else {
		b = postcard.AppendString(append(b, 1), fmt.Sprint("key ", n))
	}
	if n%3 > 0 {
		b = append(b, 0)
	} else {
		b = postcard.AppendString(append(b, 1), fmt.Sprintf("asleep for %d ms", n))
		b = postcard.AppendOptionU64(b, postcard.Some(100*n))
	}
	return append(b, 1, byte(n%4))
}

const visits = 300

// openDoor writes a chain of visits, one of them damaged, and opens it.
func openDoor(t *testing.T, o engine.Options) (*engine.Engine, engine.ChainInfo) {
	t.Helper()
	var payloads [][]byte
	for n := range uint64(visits) {
		payloads = append(payloads, visit(n))
	}
	payloads[200] = []byte{7, 1, 2, 9}
	return openChain(t, o, payloads)
}

// openChain writes a chain and opens it.
func openChain(t *testing.T, o engine.Options, payloads [][]byte) (*engine.Engine, engine.ChainInfo) {
	t.Helper()
	dir := t.TempDir()
	path, err := redex.ChannelPath(dir, "house/door")
	if err != nil {
		t.Fatal(err)
	}
	w, err := redex.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for n, payload := range payloads {
		if _, err := w.AppendAt(payload, firstMS*1_000_000+uint64(n)*1_000_000_000); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	e := engine.New(o)
	opened, err := e.Open(context.Background(), "house", os.DirFS(dir), nil)
	if err != nil || len(opened.Chains) != 1 {
		t.Fatal(opened, err)
	}
	t.Cleanup(func() { e.Close(opened.Source) })
	return e, e.Chains()[0]
}

// count returns how many entries a filter keeps, and the facets of them.
func count(t *testing.T, e *engine.Engine, query string) (int, map[string]map[string]int) {
	t.Helper()
	table, err := e.Search(context.Background(), engine.TableSpec{Query: query}, nil)
	if err != nil || table.Fault != nil {
		t.Fatalf("%s: %v, %+v", query, err, table.Fault)
	}
	facets := map[string]map[string]int{}
	for _, f := range table.Facets {
		facets[f.Field] = map[string]int{}
		for _, v := range f.Values {
			facets[f.Field][v.Name] = v.Count
		}
	}
	return table.Rows, facets
}

// A kind that is described has everything the others have, and is added in one place.
func TestAFifthKindIsOneDescription(t *testing.T) {
	ctx := context.Background()
	e, info := openDoor(t, engine.Options{Kinds: kind.Set{}.With(fifth())})

	t.Run("known by content", func(t *testing.T) {
		if info.Kind != 5 || info.KindBasis != string(source.ByContent) || info.Entries != visits || info.Counts.Undecodable != 1 {
			t.Errorf("%+v", info)
		}
		if _, alien := openDoor(t, engine.Options{}); alien.Kind != wire.ChainUnknown {
			t.Errorf("without its description it is %v", alien.Kind)
		}
	})

	t.Run("rows", func(t *testing.T) {
		page, err := e.Rows(ctx, info.ID, 0, visits)
		if err != nil || len(page.Rows) != visits {
			t.Fatal(len(page.Rows), err)
		}
		row := page.Rows[3]
		if row.ID != 3 || row.TimeMS != postcard.Some[uint64](firstMS+3000) || row.Kind != "ask_for_key" || row.Outcome != "Ignored" ||
			row.Text != "asleep for 3 ms" || row.DelayMS != postcard.Some[uint64](300) {
			t.Errorf("%+v", row)
		}
		if bad := page.Rows[200]; bad.Error == "" || bad.Kind != "" {
			t.Errorf("%+v", bad)
		}
	})

	t.Run("fields beside bytes", func(t *testing.T) {
		d, err := e.Detail(ctx, info.ID, 3)
		if err != nil || d.Fault != nil {
			t.Fatal(err, d.Fault)
		}
		var names []string
		at := 0
		for _, f := range d.Fields {
			if f.Offset != at {
				t.Errorf("%s is at %d, want %d", f.Name, f.Offset, at)
			}
			at += f.Length
			names = append(names, f.Name)
		}
		if want := "version visit at_ms act key answer why come_back_ms come_back_ms keepers [0]"; strings.Join(names, " ") != want || at != len(d.Payload) {
			t.Errorf("%q up to %d", names, at)
		}
		if want := `{"visit":3,"at_ms":1779465603000,"act":{"AskForKey":{"key":"key 3"}},"answer":{"Ignored":{"why":"asleep for 3 ms","come_back_ms":300}},"keepers":[3]}`; d.JSON != want {
			t.Error(d.JSON)
		}
		if d, err = e.Detail(ctx, info.ID, 200); err != nil || d.Fault == nil || d.Fault.Field != "act" || d.JSON != "" {
			t.Errorf("%+v, %v", d.Fault, err)
		}
	})

	t.Run("filters", func(t *testing.T) {
		for query, holds := range map[string]func(n uint64) bool{
			"chain:door":                   func(uint64) bool { return true },
			"chain:action":                 func(uint64) bool { return false },
			"kind:knock":                   func(n uint64) bool { return n%2 == 0 && n != 200 },
			"kind:ask_* outcome:ignored":   func(n uint64) bool { return n%2 == 1 && n%3 == 0 },
			"outcome:opened":               func(n uint64) bool { return n%3 > 0 && n != 200 },
			"id:10..19":                    func(n uint64) bool { return 10 <= n && n <= 19 },
			`reason:"asleep for 30"`:       func(n uint64) bool { return n == 30 },
			"asleep":                       func(n uint64) bool { return n%3 == 0 },
			"ignored":                      func(n uint64) bool { return n%3 == 0 },
			"retry:>=27000":                func(n uint64) bool { return n%3 == 0 && n >= 270 },
			"retry:none":                   func(uint64) bool { return false },
			"operator:2":                   func(n uint64) bool { return n%4 == 2 && n != 200 },
			"daemon:any":                   func(uint64) bool { return false },
			"cooldown:any":                 func(uint64) bool { return false },
			"decoded:no":                   func(n uint64) bool { return n == 200 },
			`template:"asleep for # ms"`:   func(n uint64) bool { return n%3 == 0 },
			"recorded:>=2026-05-22T16:04Z": func(n uint64) bool { return firstMS+1000*n >= 1_779_465_840_000 && n != 200 },
		} {
			want := 0
			for n := range uint64(visits) {
				if holds(n) {
					want++
				}
			}
			if rows, _ := count(t, e, query); rows != want {
				t.Errorf("%s keeps %d, want %d", query, rows, want)
			}
		}
	})

	t.Run("facets", func(t *testing.T) {
		_, facets := count(t, e, "")
		if facets["chain"]["door"] != visits || facets["kind"]["ask_for_key"] != visits/2 || facets["outcome"]["ignored"] != visits/3 || facets["template"]["asleep for # ms"] != visits/3 {
			t.Errorf("%v", facets)
		}
	})

	t.Run("state and difference", func(t *testing.T) {
		text := func(n int) string {
			d, err := e.Detail(ctx, info.ID, n)
			if err != nil {
				t.Fatal(err)
			}
			return d.JSON
		}
		for _, position := range []int{0, 1, 7, 200, 201, visits} {
			state, err := e.State(ctx, info.ID, position)
			if err != nil || len(state.Parts) != 1 || state.Parts[0].Error != "" {
				t.Fatalf("%+v, %v", state.Parts, err)
			}
			var want []string
			for n := range position {
				if n != 200 {
					want = append(want, text(n))
				}
			}
			want = want[max(len(want)-256, 0):]
			if got := state.Others["door"]; !slices.Equal(got, want) {
				t.Errorf("at %d: %d records, want %d", position, len(got), len(want))
			}
		}
		d, err := e.DiffStates(ctx, engine.At{Chain: info.ID, Position: 5}, engine.At{Chain: info.ID, Position: 7}, false)
		if err != nil || len(d.Changes) != 2 || d.Changes[0] != (snapshot.Change{Path: "door[5]", Op: snapshot.Appeared, After: text(5)}) {
			t.Errorf("%+v, %v", d.Changes, err)
		}
		back, err := e.DiffStates(ctx, engine.At{Chain: info.ID, Position: 299}, engine.At{Chain: info.ID, Position: 298}, false)
		if err != nil || len(back.Changes) != 2 || back.Changes[0].Op != snapshot.Appeared || back.Changes[1] != (snapshot.Change{Path: "door[255]", Op: snapshot.Went, Before: text(298)}) {
			t.Errorf("%+v, %v", back.Changes, err)
		}
	})

	t.Run("saved lines", func(t *testing.T) {
		var table, lines []byte
		_, err := e.Entries(ctx, engine.EntriesSpec{TableSpec: engine.TableSpec{Query: "id:3 or decoded:no"}}, nil, func(w *engine.WalkedEntry) error {
			table = saveas.AppendCSV(table, w)
			lines = saveas.AppendNDJSON(lines, "", w.Kind, &w.Entry, w.ParseError)
			return nil
		})
		if err != nil || !strings.Contains(string(table), ",door,3,3,") || !strings.Contains(string(table), ",3,ask_for_key,Ignored,300,asleep for 3 ms,") {
			t.Errorf("%s, %v", table, err)
		}
		read := json.NewDecoder(strings.NewReader(string(lines)))
		var whole struct {
			Record struct{ Visit uint64 }
		}
		var bad struct{ Error, Hex string }
		if err := read.Decode(&whole); err != nil || whole.Record.Visit != 3 {
			t.Errorf("%s, %v", lines, err)
		}
		if err := read.Decode(&bad); err != nil || bad.Error == "" || bad.Hex != "07010209" {
			t.Errorf("%s, %v", lines, err)
		}
	})
}

// The least that a kind can be is a name and a field.
func TestAKindOfOneFieldIsWhole(t *testing.T) {
	ctx := context.Background()
	tick := kind.New(kind.Kind{ID: 9, Name: "tick", Fields: []kind.Field{kind.NewNumber("at_ms", kind.SortTime).As(kind.RoleTime)}})
	var payloads [][]byte
	for n := range uint64(100) {
		payloads = append(payloads, postcard.AppendUvarint(nil, firstMS+n))
	}
	e, info := openChain(t, engine.Options{Kinds: kind.Set{}.With(tick)}, payloads)
	if info.Kind != tick.ID || info.Counts.Undecodable != 0 {
		t.Fatalf("%+v", info)
	}
	rows, facets := count(t, e, "outcome:record recorded:>=2026-05-22T16:00:00.050Z")
	if rows != 50 || facets["outcome"]["record"] != 50 || facets["chain"]["tick"] != 50 {
		t.Errorf("%d rows, %v", rows, facets)
	}
	state, err := e.State(ctx, info.ID, 2)
	if err != nil || !slices.Equal(state.Others["tick"], []string{`{"at_ms":1779465600000}`, `{"at_ms":1779465600001}`}) {
		t.Errorf("%q, %v", state.Others, err)
	}
}

// More outcomes than an index can count are refused where the kind is described.
func TestTooManyOutcomesAreRefused(t *testing.T) {
	var variants []kind.Field
	for n := range kind.MaxOutcomes + 1 {
		variants = append(variants, kind.NewStruct(fmt.Sprint("V", n)))
	}
	for _, described := range []kind.Kind{
		{Name: "many", Fields: []kind.Field{kind.NewEnum("end", variants...).As(kind.RoleOutcome)}},
		{Name: "few", Fields: []kind.Field{kind.NewEnum("end", variants[:3]...).As(kind.RoleOutcome)}, Outcomes: make([]kind.Outcome, 2)},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is taken", described.Name)
				}
			}()
			kind.New(described)
		}()
	}
}
