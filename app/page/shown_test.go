package page

import (
	"archive/zip"
	"os"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/host"
	"chainglass/app/query"
	"chainglass/app/view"
)

// filtered types a query and waits for the answer.
func (s *session) filtered(query string) *session {
	s.t.Helper()
	s.Filter.Typed(query, len(query), 0)
	s.Filter.Apply()
	return s.settle()
}

// seqs are the sequence numbers of the rows.
func (s *session) seqs() (list []uint64) {
	for row := range s.Table.Scroller.Rows {
		if shown := s.Table.Pages.Row(row); shown != nil {
			list = append(list, shown.row.Seq)
		}
	}
	return list
}

func TestFilterShowsWhatItKeeps(t *testing.T) {
	s := newSession(t).opened().filtered("seq:10..39")
	table := s.Shown.Active().Table
	if !table.Complete || table.Total != 120 || table.Rows == 0 || table.Rows != s.Table.Scroller.Rows {
		t.Fatalf("table %+v, %d rows", table, s.Table.Scroller.Rows)
	}
	if got := len(s.seqs()); got != table.Rows {
		t.Errorf("%d rows are there, want %d", got, table.Rows)
	}
	if s.filtered(""); s.Table.ID != 0 || s.Table.Scroller.Rows != 120 {
		t.Errorf("without a filter %d rows of table %d", s.Table.Scroller.Rows, s.Table.ID)
	}
}

func TestKeysMoveInAFilteredTable(t *testing.T) {
	s := newSession(t).opened().filtered("seq:10..19")
	if s.Table.SelectedRow() != -1 {
		t.Errorf("row %d is selected, though the filter leaves the entry out", s.Table.SelectedRow())
	}
	for _, step := range []struct {
		key  string
		want int
	}{{"ArrowDown", 10}, {"ArrowDown", 11}, {"End", 19}, {"ArrowDown", 19}, {"Home", 10}, {"ArrowUp", 10}} {
		s.press(step.key)
		if s.Selection.Position != step.want || s.Table.SelectedRow() != step.want-10 {
			t.Fatalf("after %s entry %d is selected in row %d, want %d", step.key, s.Selection.Position, s.Table.SelectedRow(), step.want)
		}
		if d := s.Details.Detail.Current(); d == nil || d.Row.Position != step.want {
			t.Fatalf("after %s the record panel shows another entry", step.key)
		}
	}
	if s.filtered(""); s.Selection.Position != 10 || s.Table.SelectedRow() != 10 {
		t.Errorf("without the filter entry %d is selected in row %d", s.Selection.Position, s.Table.SelectedRow())
	}
}

func TestFaultOfAFilterIsShown(t *testing.T) {
	s := newSession(t).opened().filtered("outcome:failed")
	rows := s.Table.Scroller.Rows
	s.filtered("outcome:faild")
	s.Filter.CloseSuggestions()
	fault := s.Shown.Active().Table.Fault
	if fault == nil || s.Shown.Query[fault.Start:fault.End] != "faild" {
		t.Fatalf("fault %+v", fault)
	}
	if s.Table.Scroller.Rows != rows {
		t.Error("the rows before the fault are gone")
	}
}

func TestFacetsEditTheFilter(t *testing.T) {
	s := newSession(t).opened()
	s.Facets.Pick("outcome", "failed")
	s.settle()
	if s.Shown.Query != "outcome:failed" || s.Shown.Active().Table.Rows == 0 {
		t.Fatalf("query %q, %d rows", s.Shown.Query, s.Shown.Active().Table.Rows)
	}
	groups := view.Facets(s.Shown.Base.Table.Facets, s.Shown.Active().Table.Facets, s.Shown.Query)
	for _, g := range groups {
		if g.Field == "outcome" && (g.Values[0].Name != "failed" || g.Values[0].State != query.TermAdded || len(g.Values) < 2) {
			t.Errorf("outcomes %+v", g.Values)
		}
	}
	s.Facets.Exclude("outcome", "failed")
	if s.settle(); s.Shown.Query != "-outcome:failed" {
		t.Errorf("query %q", s.Shown.Query)
	}
	s.Facets.Pick("outcome", "failed")
	if s.settle(); s.Shown.Query != "" || s.Table.ID != 0 {
		t.Errorf("query %q, table %d", s.Shown.Query, s.Table.ID)
	}
}

func TestSuggestionsCompleteTheFilter(t *testing.T) {
	s := newSession(t).opened()
	s.Filter.Typed("outc", 4, 0)
	if f := &s.Filter; !f.Open || f.Suggestions[0].Text != "outcome:" {
		t.Fatalf("suggestions %+v", f.Suggestions)
	}
	s.Filter.Accept(0)
	f := &s.Filter
	if f.Text != "outcome:" || !f.Open {
		t.Fatalf("text %q, open %v", f.Text, f.Open)
	}
	s.Filter.Choose(-1)
	s.Filter.Choose(1)
	s.Filter.Accept(f.Chosen)
	if s.settle(); s.Shown.Active().Table.Fault != nil || s.Shown.Query != f.Text || f.Open {
		t.Errorf("query %q, text %q", s.Shown.Query, f.Text)
	}
}

func TestEscapeTakesBackOneThing(t *testing.T) {
	s := newSession(t).opened().filtered("id:3")
	s.Filter.Focused = true
	s.Filter.Suggest(0)
	if s.press("Escape"); s.Filter.Open || s.Shown.Query == "" {
		t.Error("the first Escape does not close the suggestions, and them alone")
	}
	if s.press("Escape"); s.Shown.Query != "" {
		t.Error("the second Escape leaves the query")
	}
}

func TestMixedTable(t *testing.T) {
	s := newSession(t).opened()
	s.Sources.Paste("012a0c70756c6c5f7265706c696361fbd095ffbc310104626f6f6d00")
	s.settle()
	s.press("m")
	if !s.Shown.Mixed() || s.Table.Scroller.Rows != 121 || s.Table.Columns.Mixed == nil {
		t.Fatalf("%d rows of %d chains", s.Table.Scroller.Rows, len(s.Shown.Chains()))
	}
	if s.Table.SelectedRow() < 0 {
		t.Error("the selected entry is not in the table")
	}
	s.press("End")
	last := s.Table.Pages.Row(120)
	if last == nil || last.row.Chain != s.Selection.Chain || last.row.Position != s.Selection.Position {
		t.Errorf("the last row is %+v, selected is %d of %d", last, s.Selection.Position, s.Selection.Chain)
	}
	s.Shown.SetOrder(engine.OrderRecorded, false)
	if s.settle(); !s.Table.Columns.RecordTime || s.Table.SelectedRow() < 0 {
		t.Error("the order is not by the record clock, or the selection is lost")
	}
	s.Shown.Toggle(s.Selection.Chain)
	if s.settle(); s.Shown.Mixed() || s.Table.ID != 0 {
		t.Error("one chain is left, and still a table is shown")
	}
	s.Shown.Toggle(s.Selection.Chain)
	if s.settle(); len(s.Shown.Chains()) != 1 {
		t.Error("the last chain was taken away")
	}
}

func TestStepToFailuresAndFindings(t *testing.T) {
	s := newSession(t).opened()
	seen := []int{}
	for range 3 {
		s.press("f")
		if got := s.Details.Detail.Current(); got == nil || got.Row.Outcome != "Failed" {
			t.Fatalf("entry %d is %+v", s.Selection.Position, got)
		}
		seen = append(seen, s.Selection.Position)
	}
	if s.press("F"); s.Selection.Position != seen[1] {
		t.Errorf("back at %d, want %d", s.Selection.Position, seen[1])
	}
	s.press("Home", "n")
	first := s.Selection.Position
	if first == 0 {
		t.Fatal("no finding was found")
	}
	if s.press("n"); s.Selection.Position <= first {
		t.Errorf("the next finding is at %d, after %d", s.Selection.Position, first)
	}
	if s.press("N"); s.Selection.Position != first {
		t.Errorf("back at %d, want %d", s.Selection.Position, first)
	}
}

func TestTableIsRestored(t *testing.T) {
	s := newSession(t).opened().filtered("outcome:failed")
	s.press("End")
	place := view.Place{Node: s.Selection.Info().Node, Channel: s.Selection.Info().Channel, Position: s.Selection.Position, Table: s.Shown.place()}
	fresh := newSession(t)
	fresh.Address.Restore(place.Encode())
	fresh.opened()
	if fresh.Shown.Query != "outcome:failed" || fresh.Selection.Position != s.Selection.Position || fresh.Table.SelectedRow() != s.Table.SelectedRow() {
		t.Errorf("query %q, entry %d in row %d; want entry %d in row %d",
			fresh.Shown.Query, fresh.Selection.Position, fresh.Table.SelectedRow(), s.Selection.Position, s.Table.SelectedRow())
	}
	fresh.Table.ask() // an answer that is still on its way does no harm
	fresh.Table.Pages.Outdate()
	fresh.Table.ask()
	fresh.Address.Visit(view.Place{Node: s.Selection.Info().Node, Channel: s.Selection.Info().Channel, Position: 5}.Encode())
	if fresh.settle(); fresh.Shown.Query != "" || fresh.Selection.Position != 5 || fresh.Table.ID != 0 {
		t.Errorf("back: query %q, entry %d", fresh.Shown.Query, fresh.Selection.Position)
	}
}

// A row that is far away is not there yet when it is selected.
func TestSelectARowThatIsNotThere(t *testing.T) {
	s := newSession(t).opened().filtered("seq:10..99")
	s.Table.Pages = view.Pages[shownRow]{}
	s.press("End")
	if d := s.Details.Detail.Current(); s.Selection.Position != 99 || d == nil || d.Row.Position != 99 {
		t.Errorf("entry %d is selected, shown is %+v", s.Selection.Position, d)
	}
}

// While chains are being read a table is searched again and again; what is shown
// in the end is the last one, with the entry that the address names.
func TestTableOfManyChainsIsRestored(t *testing.T) {
	archive, err := zip.OpenReader("../../web/sample/incident.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	folder := t.TempDir()
	if err := os.CopyFS(folder, archive); err != nil {
		t.Fatal(err)
	}
	s := newSession(t)
	s.engine.Files = os.DirFS(folder)
	s.Address.Restore(view.Place{
		Node: "node-1", Channel: "meshos/actions", Position: 10471,
		Table: view.TablePlace{Query: "outcome:gated node:node-1 chain:action", Chains: view.AllNames},
	}.Encode())
	s.opened()
	if s.Selection.Position != 10471 || s.Table.SelectedRow() != 795 || s.Table.Scroller.Rows != 796 {
		t.Errorf("entry %d in row %d of %d, want 10471 in row 795 of 796", s.Selection.Position, s.Table.SelectedRow(), s.Table.Scroller.Rows)
	}
	if first, end := s.Table.Scroller.Window(); first > 795 || end <= 795 {
		t.Errorf("rows [%d, %d) are in sight", first, end)
	}
}

// The last row is chosen while the place of the selected entry in the table is still
// being looked for, and before that row has come: what is found is of the entry before.
func TestRowChosenWhileTheTableIsPlaced(t *testing.T) {
	s := newSession(t).opened().filtered("seq:10..99")
	s.Table.Pages = view.Pages[shownRow]{}
	s.Table.showTable(s.Shown.Active().Table)
	s.press("End")
	if d := s.Details.Detail.Current(); s.Selection.Position != 99 || s.Table.SelectedRow() != 89 || d == nil || d.Row.Position != 99 {
		t.Errorf("entry %d in row %d is selected, shown is %+v", s.Selection.Position, s.Table.SelectedRow(), d)
	}
	if first, end := s.Table.Scroller.Window(); first > 89 || end <= 89 {
		t.Errorf("rows [%d, %d) are in sight", first, end)
	}
	// Whoever chooses another entry meanwhile has the last word.
	s.Table.Pages = view.Pages[shownRow]{}
	CommandOf(host.Key{Name: "Home"}).Perform(s.Page)
	s.Selection.Jump(s.Selection.Chain, 50)
	if s.settle(); s.Selection.Position != 50 {
		t.Errorf("entry %d is selected, want 50", s.Selection.Position)
	}
}
