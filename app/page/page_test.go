package page

import (
	"errors"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/host"
	"chainglass/app/view"
	"chainglass/wire"
)

func TestOpenShowsTheChain(t *testing.T) {
	s := newSession(t).opened()
	info := s.Selection.Info()
	if info == nil || info.Kind != wire.ChainAction || info.Entries != 120 {
		t.Fatalf("selected %+v, want the action chain of 120 entries", info)
	}
	if s.Selection.Position != 0 || s.Details.Detail.Current() == nil {
		t.Errorf("entry %d is selected, detail %v", s.Selection.Position, s.Details.Detail.Current())
	}
	if row := s.Table.Pages.Row(0); row == nil || row.Cells == nil {
		t.Error("the first row is not there")
	}
	if len(s.Sources.Loads) != 0 || s.Notice.Bad || s.Notice.Text == "" {
		t.Errorf("loads %d, notice %+v", len(s.Sources.Loads), s.Notice)
	}
}

func TestKeysMoveTheSelection(t *testing.T) {
	s := newSession(t).opened()
	page := s.Table.Scroller.PageRows()
	for _, step := range []struct {
		key  string
		want int
	}{
		{"ArrowDown", 1}, {"j", 2}, {"ArrowUp", 1}, {"PageDown", 1 + page}, {"k", page}, {"End", 119},
		{"ArrowDown", 119}, {"PageUp", 119 - page}, {"Home", 0}, {"ArrowUp", 0},
	} {
		s.press(step.key)
		if s.Selection.Position != step.want {
			t.Fatalf("after %s entry %d is selected, want %d", step.key, s.Selection.Position, step.want)
		}
		if d := s.Details.Detail.Current(); d == nil || d.Row.Position != step.want {
			t.Fatalf("after %s the record panel shows another entry", step.key)
		}
		if first, end := s.Table.Scroller.Window(); s.Selection.Position < first || s.Selection.Position >= end {
			t.Fatalf("after %s entry %d is not in sight: [%d, %d)", step.key, s.Selection.Position, first, end)
		}
	}
}

func TestKeysInFieldsAreLeftAlone(t *testing.T) {
	if CommandOf(host.Key{Name: "j", InField: true}) != nil {
		t.Error("j moves the selection while a text is typed")
	}
	if CommandOf(host.Key{Name: "Escape", InField: true}) == nil {
		t.Error("Escape does not close the sheet from its field")
	}
	if CommandOf(host.Key{Name: "1", Ctrl: true}) != nil {
		t.Error("a key of the browser is taken")
	}
}

func TestKeysDoNotReachBelowASheet(t *testing.T) {
	s := newSession(t).opened().press("?", "ArrowDown", "End")
	if s.Selection.Position != 0 || s.Sheets.Sheet != SheetHelp {
		t.Errorf("entry %d, sheet %d", s.Selection.Position, s.Sheets.Sheet)
	}
	if s.press("Escape", "ArrowDown"); s.Selection.Position != 1 || s.Sheets.Sheet != SheetNone {
		t.Errorf("after Escape entry %d, sheet %d", s.Selection.Position, s.Sheets.Sheet)
	}
}

// While an answer is under way only the newest question is kept.
func TestLaneAsksOnlyForTheNewest(t *testing.T) {
	s := newSession(t).opened()
	before := s.engine.Posts()
	for position := 1; position <= 50; position++ {
		s.Selection.SelectEntry(position)
	}
	s.settle()
	const lanes = 2 // the record panel's and the playhead's: each asks for the first and the last
	if asked := s.engine.Posts() - before; asked > 2*lanes {
		t.Errorf("fifty moves asked the engine %d times", asked)
	}
	if d := s.Details.Detail.Current(); d == nil || d.Row.Position != 50 {
		t.Error("the last entry is not shown")
	}
}

func TestSnapshotFollowsTheSelection(t *testing.T) {
	s := newSession(t).opened().press("2", "End")
	state := s.States.State.Current()
	if state == nil || state.Position != 120 {
		t.Fatalf("state %+v", state)
	}
	if len(state.Snapshot.RecentFailures) == 0 {
		t.Error("the snapshot at the end has no failures")
	}
	s.press("Home")
	if state := s.States.State.Current(); state == nil || state.Position != 1 {
		t.Errorf("state %+v after going home", state)
	}
}

func TestFindingsLeadToTheirEntry(t *testing.T) {
	s := newSession(t).opened().press("3")
	known := s.Findings.Integrity.Known[s.Selection.Chain]
	if len(known.List) == 0 || known.List[0].Severity != engine.SeverityDamage {
		t.Fatalf("findings %+v, want damage first", known.List)
	}
	first := known.List[0]
	s.Selection.Jump(first.Chain, first.Position)
	s.settle()
	if s.Selection.Position != first.Position {
		t.Errorf("entry %d is selected, want %d", s.Selection.Position, first.Position)
	}
}

func TestJumpToSeq(t *testing.T) {
	s := newSession(t).opened()
	s.Selection.JumpToSeq(77)
	s.settle()
	if got := s.Details.Detail.Current(); got == nil || got.Row.Seq != 77 {
		t.Errorf("shown is %+v, want seq 77", got)
	}
}

func TestSetKindReadsTheChainAnew(t *testing.T) {
	s := newSession(t).opened()
	s.Sources.SetKind(wire.ChainUnknown)
	s.settle()
	if s.Selection.Info().Kind != wire.ChainUnknown || s.Table.Columns.Kind != wire.ChainUnknown {
		t.Errorf("kind %v, columns for %v", s.Selection.Info().Kind, s.Table.Columns.Kind)
	}
	if row := s.Table.Pages.Row(0); row == nil || row.row.Kind != "" {
		t.Errorf("row 0 is still %+v", row)
	}
}

func TestCloseSource(t *testing.T) {
	s := newSession(t).opened()
	s.Sources.Close(s.Sources.List[0].ID)
	s.settle()
	if !s.Sources.Empty() || s.Selection.Info() != nil || len(s.Sources.List) != 0 {
		t.Errorf("left: %d chains, %d sources", len(s.Sources.Chains), len(s.Sources.List))
	}
}

func TestSecondSourceKeepsTheSelection(t *testing.T) {
	s := newSession(t).opened().press("End")
	s.Sources.Paste("012a0c70756c6c5f7265706c696361fbd095ffbc310104626f6f6d00")
	s.settle()
	if len(s.Sources.List) != 2 || s.Selection.Position != 119 {
		t.Fatalf("%d sources, entry %d", len(s.Sources.List), s.Selection.Position)
	}
	s.press("]")
	if s.Selection.Info().Entries != 1 || s.Selection.Position != 0 {
		t.Errorf("the next chain has %d entries, entry %d is selected", s.Selection.Info().Entries, s.Selection.Position)
	}
	s.press("[")
	if s.Selection.Position != 119 {
		t.Errorf("back at entry %d, want 119 where it was left", s.Selection.Position)
	}
}

func TestWhatCannotBeOpenedIsACard(t *testing.T) {
	s := newSession(t)
	s.Sources.Paste("no record at all")
	s.settle()
	if len(s.Sources.Cards) != 1 {
		t.Fatalf("%d cards", len(s.Sources.Cards))
	}
	s.Sources.DismissCard(0)
	if len(s.Sources.Cards) != 0 {
		t.Error("the card stays")
	}
	s.Sources.TakeFiles(host.FromDrop, host.Files{}, []string{"a/b: not readable"})
	s.Sources.Paste("  \n")
	if !s.Notice.Bad {
		t.Error("an empty field opens something")
	}
}

func TestCrashEndsWhatWasGoingOn(t *testing.T) {
	s := newSession(t).opened()
	s.Sources.TakeFiles(host.FromDrop, host.Files{Count: 1}, nil)
	s.engine.Crash(errors.New("panic: deliberately broken"))
	if len(s.Sources.Loads) != 0 {
		t.Error("something is still being opened")
	}
	s.Restart()
	if s.engine.Restarts != 1 || !s.Sources.Empty() || s.Page.Crash != "" {
		t.Errorf("restarts %d, empty %v, crash %q", s.engine.Restarts, s.Sources.Empty(), s.Page.Crash)
	}
}

func TestPlaceIsRestored(t *testing.T) {
	s := newSession(t)
	s.Address.Restore(view.Place{Node: "", Channel: "meshos/actions", Position: 42, Tab: "findings", Zone: "local"}.Encode())
	s.Address.requested.Node = "testdata"
	s.opened()
	if s.Details.Tab != TabFindings || s.Zones.Name != "UTC" {
		t.Errorf("tab %q, zone %q", s.Details.Tab, s.Zones.Name)
	}
	if s.Address.requested.Channel == s.Selection.Info().Channel && s.Address.requested.Node == s.Selection.Info().Node {
		t.Error("the place is still requested")
	}
}

func TestLocalTime(t *testing.T) {
	s := newSession(t).opened()
	s.Zones.local = "Europe/Berlin"
	utc := s.Table.Pages.Row(0).Cells.Text[view.ColumnTime]
	s.press("u")
	local := s.Table.Pages.Row(0).Cells.Text[view.ColumnTime]
	if utc == local {
		t.Errorf("both zones show %q", utc)
	}
}

// A panel above the table is gone for a moment: the browser scrolls back from the
// end, and nobody did.
func TestSelectedRowStaysInSightWhenTheBrowserScrolls(t *testing.T) {
	s := newSession(t).opened()
	s.Table.Resize(200)
	s.Selection.moveToEnd(true)
	at := s.Table.Scroller.Follow()
	s.Table.Scrolled(at-60, false)
	if first, end := s.Table.Scroller.Window(); s.Selection.Position < first || s.Selection.Position >= end {
		t.Errorf("rows %d to %d are in sight, %d is selected", first, end, s.Selection.Position)
	}
	s.Table.Scrolled(at-120, true)
	if _, end := s.Table.Scroller.Window(); s.Selection.Position < end {
		t.Error("a hand cannot scroll the selected row away")
	}
}

// Panels above the table grow while they are filled.
func TestSelectedRowStaysInSightWhenTheTableShrinks(t *testing.T) {
	s := newSession(t).opened()
	s.Table.Resize(440)
	s.Selection.moveToEnd(true)
	s.Table.Resize(200)
	if first, end := s.Table.Scroller.Window(); s.Selection.Position < first || s.Selection.Position >= end {
		t.Errorf("rows %d to %d are in sight, %d is selected", first, end, s.Selection.Position)
	}
}
