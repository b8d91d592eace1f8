package page

import (
	"strings"
	"testing"

	"chainglass/app/view"
	"chainglass/app/zone"
)

// What the page leaves with the browser: the address and its steps, the clipboard,
// files, notes, and the texts of fields.
func TestWhatTheHostGets(t *testing.T) {
	s := newSession(t).opened().press("End").press("y")
	place, said := view.ReadPlace(s.host.Fragment)
	if said != "" || place.Position != 119 || place.Channel != "meshos/actions" {
		t.Errorf("the address %q says %+v, %s", s.host.Fragment, place, said)
	}
	if !strings.Contains(s.host.Copied, "\t119\t") && !strings.HasPrefix(s.host.Copied, "119\t") {
		t.Errorf("copied %q", s.host.Copied)
	}
	steps := len(s.host.Earlier)
	s.Filter.Put("outcome:failed")
	if s.settle(); s.host.Texts[FilterID] != "outcome:failed" || len(s.host.Earlier) != steps+1 {
		t.Errorf("the field holds %q, %d steps in the history", s.host.Texts[FilterID], len(s.host.Earlier)-steps)
	}
	s.Filter.Put("")
	s.settle().press("c")
	s.Notes.Put("ann", "it ends here", "")
	if s.settle(); !strings.Contains(s.host.Kept[keptNotesKey], "it ends here") || strings.Contains(s.host.Kept[keptNotesKey], "meshos") {
		t.Errorf("kept are %q", s.host.Kept)
	}
	s.Notes.SaveExport()
	if s.settle(); s.host.Saved["chainglass.chain"] == 0 {
		t.Errorf("saved are %v", s.host.Saved)
	}
	s.CycleTheme()
	if s.host.Look != "light" {
		t.Errorf("the theme is %q", s.host.Look)
	}
	if _, err := zone.Load("Europe/Berlin"); err == nil {
		s.Zones.Set("Europe/Berlin")
		if !strings.Contains(s.host.Fragment, "Berlin") {
			t.Errorf("the address %q names no zone", s.host.Fragment)
		}
	}
}

// A host that remembers nothing keeps no note, and the page says so.
func TestHostThatRemembersNothing(t *testing.T) {
	s := newSession(t).opened()
	s.host.Kept = nil
	s.press("c")
	s.Notes.Put("ann", "lost with the page", "")
	s.settle()
	if !s.Notes.Keeping.Refused || !strings.Contains(s.Notice.Text, "lasts as long as this page") {
		t.Errorf("refused %v, said %q", s.Notes.Keeping.Refused, s.Notice.Text)
	}
}
