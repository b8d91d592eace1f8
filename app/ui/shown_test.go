package ui

import (
	"archive/zip"
	"os"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/query"
	"chainglass/app/view"
)

// filtered types a query and waits for the answer.
func (s *session) filtered(query string) *session {
	s.t.Helper()
	s.typedFilter(query, len(query), 0)
	s.applyFilter()
	return s.settle()
}

// seqs are the sequence numbers of the rows.
func (s *session) seqs() (list []uint64) {
	for row := range s.rows.scroller.Rows {
		if shown := s.rows.pages.Row(row); shown != nil {
			list = append(list, shown.row.Seq)
		}
	}
	return list
}

func TestFilterShowsWhatItKeeps(t *testing.T) {
	s := newSession(t).opened().filtered("seq:10..39")
	table := s.active().table
	if !table.Complete || table.Total != 120 || table.Rows == 0 || table.Rows != s.rows.scroller.Rows {
		t.Fatalf("table %+v, %d rows", table, s.rows.scroller.Rows)
	}
	if got := len(s.seqs()); got != table.Rows {
		t.Errorf("%d rows are there, want %d", got, table.Rows)
	}
	s.shows("whole chain searched")
	if s.filtered(""); s.rows.table != 0 || s.rows.scroller.Rows != 120 {
		t.Errorf("without a filter %d rows of table %d", s.rows.scroller.Rows, s.rows.table)
	}
}

func TestKeysMoveInAFilteredTable(t *testing.T) {
	s := newSession(t).opened().filtered("seq:10..19")
	if s.selectedRow() != -1 {
		t.Errorf("row %d is selected, though the filter leaves the entry out", s.selectedRow())
	}
	for _, step := range []struct {
		key  string
		want int
	}{{"ArrowDown", 10}, {"ArrowDown", 11}, {"End", 19}, {"ArrowDown", 19}, {"Home", 10}, {"ArrowUp", 10}} {
		s.press(step.key)
		if s.position != step.want || s.selectedRow() != step.want-10 {
			t.Fatalf("after %s entry %d is selected in row %d, want %d", step.key, s.position, s.selectedRow(), step.want)
		}
		if d := s.detail.current(); d == nil || d.Row.Position != step.want {
			t.Fatalf("after %s the record panel shows another entry", step.key)
		}
	}
	if s.filtered(""); s.position != 10 || s.selectedRow() != 10 {
		t.Errorf("without the filter entry %d is selected in row %d", s.position, s.selectedRow())
	}
}

func TestFaultOfAFilterIsShown(t *testing.T) {
	s := newSession(t).opened().filtered("outcome:failed")
	rows := s.rows.scroller.Rows
	s.filtered("outcome:faild")
	s.closeSuggestions()
	fault := s.active().table.Fault
	if fault == nil || s.shown.query[fault.Start:fault.End] != "faild" {
		t.Fatalf("fault %+v", fault)
	}
	s.shows("outcome is never", `class="wrong"`)
	if s.rows.scroller.Rows != rows {
		t.Error("the rows before the fault are gone")
	}
}

func TestFacetsEditTheFilter(t *testing.T) {
	s := newSession(t).opened()
	s.pickFacet("outcome", "failed")
	s.settle()
	if s.shown.query != "outcome:failed" || s.active().table.Rows == 0 {
		t.Fatalf("query %q, %d rows", s.shown.query, s.active().table.Rows)
	}
	groups := view.Facets(s.shown.base.table.Facets, s.active().table.Facets, s.shown.query)
	for _, g := range groups {
		if g.Field == "outcome" && (g.Values[0].Name != "failed" || g.Values[0].State != query.TermAdded || len(g.Values) < 2) {
			t.Errorf("outcomes %+v", g.Values)
		}
	}
	s.excludeFacet("outcome", "failed")
	if s.settle(); s.shown.query != "-outcome:failed" {
		t.Errorf("query %q", s.shown.query)
	}
	s.pickFacet("outcome", "failed")
	if s.settle(); s.shown.query != "" || s.rows.table != 0 {
		t.Errorf("query %q, table %d", s.shown.query, s.rows.table)
	}
}

func TestSuggestionsCompleteTheFilter(t *testing.T) {
	s := newSession(t).opened()
	s.typedFilter("outc", 4, 0)
	if f := &s.shown.filter; !f.open || f.suggestions[0].Text != "outcome:" {
		t.Fatalf("suggestions %+v", f.suggestions)
	}
	s.accept(0)
	f := &s.shown.filter
	if f.text != "outcome:" || !f.open {
		t.Fatalf("text %q, open %v", f.text, f.open)
	}
	s.chooseSuggestion(-1)
	s.chooseSuggestion(1)
	s.accept(f.chosen)
	if s.settle(); s.active().table.Fault != nil || s.shown.query != f.text || f.open {
		t.Errorf("query %q, text %q", s.shown.query, f.text)
	}
}

func TestEscapeTakesBackOneThing(t *testing.T) {
	s := newSession(t).opened().filtered("id:3")
	s.shown.filter.focused = true
	s.suggest(0)
	if s.press("Escape"); s.shown.filter.open || s.shown.query == "" {
		t.Error("the first Escape does not close the suggestions, and them alone")
	}
	if s.press("Escape"); s.shown.query != "" {
		t.Error("the second Escape leaves the query")
	}
}

func TestMixedTable(t *testing.T) {
	s := newSession(t).opened()
	s.paste("012a0c70756c6c5f7265706c696361fbd095ffbc310104626f6f6d00")
	s.settle()
	s.press("m")
	if !s.mixed() || s.rows.scroller.Rows != 121 || s.rows.columns.Mixed == nil {
		t.Fatalf("%d rows of %d chains", s.rows.scroller.Rows, len(s.shownChains()))
	}
	if s.selectedRow() < 0 {
		t.Error("the selected entry is not in the table")
	}
	s.press("End")
	last := s.rows.pages.Row(120)
	if last == nil || last.row.Chain != s.chain || last.row.Position != s.position {
		t.Errorf("the last row is %+v, selected is %d of %d", last, s.position, s.chain)
	}
	s.shows("2 chains", "append time", "All chains")
	s.setOrder(engine.OrderRecorded, false)
	if s.settle(); !s.rows.columns.RecordTime || s.selectedRow() < 0 {
		t.Error("the order is not by the record clock, or the selection is lost")
	}
	s.toggleChain(s.chain)
	if s.settle(); s.mixed() || s.rows.table != 0 {
		t.Error("one chain is left, and still a table is shown")
	}
	s.toggleChain(s.chain)
	if s.settle(); len(s.shownChains()) != 1 {
		t.Error("the last chain was taken away")
	}
}

func TestStepToFailuresAndFindings(t *testing.T) {
	s := newSession(t).opened()
	seen := []int{}
	for range 3 {
		s.press("f")
		if got := s.detail.current(); got == nil || got.Row.Outcome != "Failed" {
			t.Fatalf("entry %d is %+v", s.position, got)
		}
		seen = append(seen, s.position)
	}
	if s.press("F"); s.position != seen[1] {
		t.Errorf("back at %d, want %d", s.position, seen[1])
	}
	s.press("Home", "n")
	first := s.position
	if first == 0 {
		t.Fatal("no finding was found")
	}
	if s.press("n"); s.position <= first {
		t.Errorf("the next finding is at %d, after %d", s.position, first)
	}
	if s.press("N"); s.position != first {
		t.Errorf("back at %d, want %d", s.position, first)
	}
}

func TestTableIsRestored(t *testing.T) {
	s := newSession(t).opened().filtered("outcome:failed")
	s.press("End")
	place := view.Place{Node: s.info().Node, Channel: s.info().Channel, Position: s.position, Table: s.tablePlace()}
	fresh := newSession(t)
	fresh.restorePlace(place.Encode())
	fresh.opened()
	if fresh.shown.query != "outcome:failed" || fresh.position != s.position || fresh.selectedRow() != s.selectedRow() {
		t.Errorf("query %q, entry %d in row %d; want entry %d in row %d",
			fresh.shown.query, fresh.position, fresh.selectedRow(), s.position, s.selectedRow())
	}
	fresh.askRows() // an answer that is still on its way does no harm
	fresh.rows.pages.Outdate()
	fresh.askRows()
	fresh.visit(view.Place{Node: s.info().Node, Channel: s.info().Channel, Position: 5}.Encode())
	if fresh.settle(); fresh.shown.query != "" || fresh.position != 5 || fresh.rows.table != 0 {
		t.Errorf("back: query %q, entry %d", fresh.shown.query, fresh.position)
	}
}

// A row that is far away is not there yet when it is selected.
func TestSelectARowThatIsNotThere(t *testing.T) {
	s := newSession(t).opened().filtered("seq:10..99")
	s.rows.pages = view.Pages[shownRow]{}
	s.press("End")
	if d := s.detail.current(); s.position != 99 || d == nil || d.Row.Position != 99 {
		t.Errorf("entry %d is selected, shown is %+v", s.position, d)
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
	s.files = os.DirFS(folder)
	s.restorePlace(view.Place{
		Node: "node-1", Channel: "meshos/actions", Position: 10471,
		Table: view.TablePlace{Query: "outcome:gated node:node-1 chain:action", Chains: view.AllNames},
	}.Encode())
	s.opened()
	if s.position != 10471 || s.selectedRow() != 795 || s.rows.scroller.Rows != 796 {
		t.Errorf("entry %d in row %d of %d, want 10471 in row 795 of 796", s.position, s.selectedRow(), s.rows.scroller.Rows)
	}
	if first, end := s.rows.scroller.Window(); first > 795 || end <= 795 {
		t.Errorf("rows [%d, %d) are in sight", first, end)
	}
	s.shows("12 chains of 3 nodes", "record clock is 1.701 s behind")
}
