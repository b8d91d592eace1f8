package ui

import (
	"errors"
	"testing"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/view"
	"chainglass/wire"
)

func TestOpenShowsTheChain(t *testing.T) {
	s := newSession(t).opened()
	info := s.info()
	if info == nil || info.Kind != wire.ChainAction || info.Entries != 120 {
		t.Fatalf("selected %+v, want the action chain of 120 entries", info)
	}
	if s.position != 0 || s.detail.current() == nil {
		t.Errorf("entry %d is selected, detail %v", s.position, s.detail.current())
	}
	if row := s.rows.pages.Row(0); row == nil || row.cells == nil {
		t.Error("the first row is not there")
	}
	if len(s.loads) != 0 || s.notice.bad || s.notice.text == "" {
		t.Errorf("loads %d, notice %+v", len(s.loads), s.notice)
	}
}

func TestKeysMoveTheSelection(t *testing.T) {
	s := newSession(t).opened()
	page := s.rows.scroller.PageRows()
	for _, step := range []struct {
		key  string
		want int
	}{
		{"ArrowDown", 1}, {"j", 2}, {"ArrowUp", 1}, {"PageDown", 1 + page}, {"k", page}, {"End", 119},
		{"ArrowDown", 119}, {"PageUp", 119 - page}, {"Home", 0}, {"ArrowUp", 0},
	} {
		s.press(step.key)
		if s.position != step.want {
			t.Fatalf("after %s entry %d is selected, want %d", step.key, s.position, step.want)
		}
		if d := s.detail.current(); d == nil || d.Row.Position != step.want {
			t.Fatalf("after %s the record panel shows another entry", step.key)
		}
		if first, end := s.rows.scroller.Window(); s.position < first || s.position >= end {
			t.Fatalf("after %s entry %d is not in sight: [%d, %d)", step.key, s.position, first, end)
		}
	}
}

func TestKeysInFieldsAreLeftAlone(t *testing.T) {
	if commandOf(browser.Key{Name: "j", InField: true}) != nil {
		t.Error("j moves the selection while a text is typed")
	}
	if commandOf(browser.Key{Name: "Escape", InField: true}) == nil {
		t.Error("Escape does not close the sheet from its field")
	}
	if commandOf(browser.Key{Name: "1", Ctrl: true}) != nil {
		t.Error("a key of the browser is taken")
	}
}

func TestKeysDoNotReachBelowASheet(t *testing.T) {
	s := newSession(t).opened().press("?", "ArrowDown", "End")
	if s.position != 0 || s.sheet != sheetHelp {
		t.Errorf("entry %d, sheet %d", s.position, s.sheet)
	}
	if s.press("Escape", "ArrowDown"); s.position != 1 || s.sheet != sheetNone {
		t.Errorf("after Escape entry %d, sheet %d", s.position, s.sheet)
	}
}

// While an answer is under way only the newest question is kept.
func TestLaneAsksOnlyForTheNewest(t *testing.T) {
	s := newSession(t).opened()
	before := s.posts
	for position := 1; position <= 50; position++ {
		s.selectEntry(position)
	}
	s.settle()
	const lanes = 2 // the record panel's and the playhead's: each asks for the first and the last
	if asked := s.posts - before; asked > 2*lanes {
		t.Errorf("fifty moves asked the engine %d times", asked)
	}
	if d := s.detail.current(); d == nil || d.Row.Position != 50 {
		t.Error("the last entry is not shown")
	}
}

func TestSnapshotFollowsTheSelection(t *testing.T) {
	s := newSession(t).opened().press("2", "End")
	state := s.state.current()
	if state == nil || state.Position != 120 {
		t.Fatalf("state %+v", state)
	}
	if len(state.Snapshot.RecentFailures) == 0 {
		t.Error("the snapshot at the end has no failures")
	}
	s.press("Home")
	if state := s.state.current(); state == nil || state.Position != 1 {
		t.Errorf("state %+v after going home", state)
	}
}

func TestFindingsLeadToTheirEntry(t *testing.T) {
	s := newSession(t).opened().press("3")
	known := s.findings.known[s.chain]
	if len(known.list) == 0 || known.list[0].Severity != engine.SeverityDamage {
		t.Fatalf("findings %+v, want damage first", known.list)
	}
	first := known.list[0]
	s.jump(first.Chain, first.Position)
	s.settle()
	if s.position != first.Position {
		t.Errorf("entry %d is selected, want %d", s.position, first.Position)
	}
}

func TestJumpToSeq(t *testing.T) {
	s := newSession(t).opened()
	s.jumpToSeq(77)
	s.settle()
	if got := s.detail.current(); got == nil || got.Row.Seq != 77 {
		t.Errorf("shown is %+v, want seq 77", got)
	}
}

func TestSetKindReadsTheChainAnew(t *testing.T) {
	s := newSession(t).opened()
	s.setKind(wire.ChainUnknown)
	s.settle()
	if s.info().Kind != wire.ChainUnknown || s.rows.columns.Kind != wire.ChainUnknown {
		t.Errorf("kind %v, columns for %v", s.info().Kind, s.rows.columns.Kind)
	}
	if row := s.rows.pages.Row(0); row == nil || row.row.Kind != "" {
		t.Errorf("row 0 is still %+v", row)
	}
}

func TestCloseSource(t *testing.T) {
	s := newSession(t).opened()
	s.closeSource(s.sources[0].id)
	s.settle()
	if !s.empty() || s.info() != nil || len(s.sources) != 0 {
		t.Errorf("left: %d chains, %d sources", len(s.chains), len(s.sources))
	}
	s.shows("Drop a node&#39;s storage folder")
}

func TestSecondSourceKeepsTheSelection(t *testing.T) {
	s := newSession(t).opened().press("End")
	s.paste("012a0c70756c6c5f7265706c696361fbd095ffbc310104626f6f6d00")
	s.settle()
	if len(s.sources) != 2 || s.position != 119 {
		t.Fatalf("%d sources, entry %d", len(s.sources), s.position)
	}
	s.press("]")
	if s.info().Entries != 1 || s.position != 0 {
		t.Errorf("the next chain has %d entries, entry %d is selected", s.info().Entries, s.position)
	}
	s.press("[")
	if s.position != 119 {
		t.Errorf("back at entry %d, want 119 where it was left", s.position)
	}
}

func TestWhatCannotBeOpenedIsACard(t *testing.T) {
	s := newSession(t)
	s.paste("no record at all")
	s.settle()
	if len(s.cards) != 1 {
		t.Fatalf("%d cards", len(s.cards))
	}
	s.shows(s.cards[0].Title)
	s.dismissCard(0)
	if len(s.cards) != 0 {
		t.Error("the card stays")
	}
	s.takeFiles(browser.FromDrop, browser.Files{}, []string{"a/b: not readable"})
	s.shows("a/b: not readable")
	s.paste("  \n")
	if !s.notice.bad {
		t.Error("an empty field opens something")
	}
}

func TestCrashEndsWhatWasGoingOn(t *testing.T) {
	s := newSession(t).opened()
	s.takeFiles(browser.FromDrop, browser.Files{Count: 1}, nil)
	s.crash(errors.New("panic: deliberately broken"))
	if len(s.loads) != 0 {
		t.Error("something is still being opened")
	}
	s.shows("The engine stopped", "panic: deliberately broken")
	s.restart()
	if s.restarts != 1 || !s.empty() || s.store.crash != "" {
		t.Errorf("restarts %d, empty %v, crash %q", s.restarts, s.empty(), s.store.crash)
	}
}

func TestPlaceIsRestored(t *testing.T) {
	s := newSession(t)
	s.restorePlace(view.Place{Node: "", Channel: "meshos/actions", Position: 42, Tab: "findings", Zone: "local"}.Encode())
	s.place.Node = "testdata"
	s.opened()
	if s.tab != tabFindings || s.zones.name != "UTC" {
		t.Errorf("tab %q, zone %q", s.tab, s.zones.name)
	}
	if s.place.Channel == s.info().Channel && s.place.Node == s.info().Node {
		t.Error("the place is still wanted")
	}
}

func TestLocalTime(t *testing.T) {
	s := newSession(t).opened()
	s.zones.local = "Europe/Berlin"
	utc := s.rows.pages.Row(0).cells.Text[view.ColumnTime]
	s.press("u")
	local := s.rows.pages.Row(0).cells.Text[view.ColumnTime]
	if utc == local {
		t.Errorf("both zones show %q", utc)
	}
	s.shows("time local", "+02:00")
}

// A panel above the table is gone for a moment: the browser scrolls back from the
// end, and nobody did.
func TestSelectedRowStaysInSightWhenTheBrowserScrolls(t *testing.T) {
	s := newSession(t).opened()
	s.resizeTable(200)
	s.moveToEnd(true)
	at := s.rows.scroller.Follow()
	s.scrolled(at-60, false)
	if first, end := s.rows.scroller.Window(); s.position < first || s.position >= end {
		t.Errorf("rows %d to %d are in sight, %d is selected", first, end, s.position)
	}
	s.scrolled(at-120, true)
	if _, end := s.rows.scroller.Window(); s.position < end {
		t.Error("a hand cannot scroll the selected row away")
	}
}

// Panels above the table grow while they are filled.
func TestSelectedRowStaysInSightWhenTheTableShrinks(t *testing.T) {
	s := newSession(t).opened()
	s.resizeTable(440)
	s.moveToEnd(true)
	s.resizeTable(200)
	if first, end := s.rows.scroller.Window(); s.position < first || s.position >= end {
		t.Errorf("rows %d to %d are in sight, %d is selected", first, end, s.position)
	}
}
