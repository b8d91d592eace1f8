package ui

import (
	"regexp"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/view"
)

func TestEmptyPage(t *testing.T) {
	s := newSession(t)
	s.shows("Open the sample incident", "Choose folder…", "Choose files…", "Paste a record", "Nothing is sent anywhere", "RedEX channel folders")
}

func TestPageOfADamagedChain(t *testing.T) {
	s := newSession(t).opened()
	s.shows("meshos/actions", "120 entries", "Dispatched", "bad-checksum", "1 chain · 1 node · 120 records")
	s.press("3").shows("Payload does not match its checksum", "damage · bad-checksum")
	s.press("2").shows("recent_failures", "admin_audit")
	s.press("?").shows("next record", "go to a seq or position", "Chain exports")
}

// quoted matches the values of attributes, which the browser gets as values.
var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// What a chain says cannot become part of the page.
func TestTextOfChainsIsOnlyText(t *testing.T) {
	s := newSession(t).opened()
	page := ""
	for _, position := range []int{2, 13} { // markup in a reason, an override in another
		s.selectEntry(position)
		page += s.settle().html()
	}
	if strings.Contains(quoted.ReplaceAllString(page, ""), "<img src") {
		t.Error("an element from a chain is in the page")
	}
	if strings.Contains(page, "\u202e") {
		t.Error("a bidirectional override from a chain is in the page")
	}
	if !strings.Contains(page, "⟨RLO⟩") {
		t.Error("the override is not shown")
	}
}

func TestUndecodableRecordSaysWhere(t *testing.T) {
	s := newSession(t).opened()
	for position := range s.info().Entries {
		s.selectEntry(position)
		s.settle()
		if d := s.detail.current(); d.Fault != nil && d.Row.Error != "" {
			s.shows(d.Fault.Text, "Decoding stopped at byte")
			return
		}
	}
	t.Fatal("the chain has no undecodable entry")
}

func TestRow(t *testing.T) {
	columns := view.Columns{List: []view.Column{{Key: view.ColumnSeq}, {Key: view.ColumnOutcome}}}
	cells := view.Cells{Outcome: view.OutcomeOf("Failed")}
	cells.Text[view.ColumnSeq], cells.Text[view.ColumnOutcome] = "1042", "Failed"
	line := &row{Pace: &browser.Pace{}, Slot: 3, Row: 1042, YPX: 44, Columns: &columns, Cells: &cells, Selected: true}
	e := app.NewTestEngine()
	if err := e.Load(line); err != nil {
		t.Fatal(err)
	}
	e.ConsumeAll()
	expected := app.Div().ID("row-3").Role("row").Class("row", "tone-failed selected").
		Aria("rowindex", 1044).Aria("selected", true).Style("transform", "translateY(44px)")
	if err := app.Match(expected, line, 0); err != nil {
		t.Error(err)
	}
	if err := app.Match(app.Text("1042"), line, 0, 0, 0); err != nil {
		t.Error(err)
	}
	letter := app.Div().Role("gridcell").Class("c-outcome").DataSet("letter", "F")
	if err := app.Match(letter, line, 0, 1); err != nil {
		t.Error(err)
	}
}

func BenchmarkRenderPage(b *testing.B) {
	t := &testing.T{}
	s := newSession(t).opened()
	page := &root{Store: s.store}
	e := app.NewTestEngine()
	if err := e.Load(page); err != nil {
		b.Fatal(err)
	}
	e.ConsumeAll()
	b.ReportAllocs()
	for b.Loop() {
		page.Render()
	}
}
