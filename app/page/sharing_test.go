package page

import (
	"strings"
	"testing"

	"chainglass/app/host"
	"chainglass/app/redact"
	"chainglass/app/rpc"
)

// shared opens the share sheet over the test chain.
func shared(t *testing.T) *session { return newSession(t).opened().press("S") }

// save chooses a form, saves and waits.
func (s *session) save(form ShareForm) *session {
	s.t.Helper()
	s.Sharing.Form = form
	s.Sharing.Changed()
	s.settle()
	s.Sharing.Save()
	return s.settle()
}

func TestTheSheetSaysHowMuchGoes(t *testing.T) {
	s := shared(t)
	if s.Sheets.Sheet != SheetShare || !s.Sharing.Ready() {
		t.Errorf("sheet %d, ready %v, wrong %q", s.Sheets.Sheet, s.Sharing.Ready(), s.Sharing.Wrong)
	}
	// A name is made of what goes, not of what somebody calls it.
	s.Sharing.SetTitle("The night of <May>")
}

func TestThereIsNothingToShareOfAnEmptyPage(t *testing.T) {
	if s := newSession(t).press("S"); s.Sheets.Sheet != SheetNone {
		t.Error("the sheet is open")
	}
}

func TestEveryFormIsSaved(t *testing.T) {
	for _, f := range ShareForms {
		s := shared(t).save(f.Form)
		if s.Sharing.Work != nil || s.Sharing.Wrong != "" {
			t.Errorf("%s: %+v, %q", f.Form, s.Sharing.Work, s.Sharing.Wrong)
		}
		if f.Form == FormLink {
			if s.Sharing.Link == "" {
				t.Error("there is no link")
			}
			continue
		}
		if want := "Saved chains_2026-05-22T16.00." + f.Extension; !strings.HasPrefix(s.Sharing.Said, want) || strings.Contains(s.Sharing.Said, " 0 B") {
			t.Errorf("%s: %q", f.Form, s.Sharing.Said)
		}
	}
}

func TestTheFilterAndTheTimeInViewNarrowWhatGoes(t *testing.T) {
	s := newSession(t).opened()
	all := s.press("S").Sharing.Size.Size.Entries
	s.press("Escape")
	s.Shown.setQuery("outcome:failed")
	s.settle()
	s.press("S").Sharing.Filtered = true
	s.Sharing.Changed()
	failed := s.settle().Sharing.Size.Size.Entries
	if failed == 0 || failed >= all {
		t.Errorf("%d of %d entries failed", failed, all)
	}
	whole := s.Axis.Whole
	s.Axis.Resize(800)
	s.Axis.show(s.Axis.Scale.Between(whole.FromNS, whole.FromNS+(whole.ToNS-whole.FromNS)/2, whole))
	s.Sharing.InView = true
	s.Sharing.Changed()
	if n := s.settle().Sharing.Size.Size.Entries; n == 0 || n >= failed {
		t.Errorf("%d of %d failed entries are in view", n, failed)
	}
	s.Shown.setQuery("")
	s.settle().press("Escape")
	if s.press("S"); s.Sharing.Filtered {
		t.Error("a filter that is gone still holds")
	}
}

func TestAFaultyFilterIsNotShared(t *testing.T) {
	s := newSession(t).opened()
	s.Shown.setQuery("outcome:")
	s.settle().press("S").Sharing.Filtered = true
	s.Sharing.Changed()
	if s.settle(); s.Sharing.Ready() || s.Sharing.Wrong == "" {
		t.Errorf("ready %v, wrong %q", s.Sharing.Ready(), s.Sharing.Wrong)
	}
}

func TestWhatIsTooLargeIsRefusedWithAnOffer(t *testing.T) {
	s := shared(t)
	s.Sharing.LimitBytes = 1000
	s.Sharing.Changed()
	s.settle()
	if s.Sharing.Ready() {
		t.Fatal("it is not refused")
	}
	s.Sharing.Save()
	if s.settle(); s.Sharing.Work != nil || s.Sharing.Said != "" {
		t.Errorf("it is made: %q", s.Sharing.Said)
	}
	if s.save(FormChain); !strings.HasPrefix(s.Sharing.Said, "Saved ") || !strings.Contains(s.Sharing.Said, ".chain, ") {
		t.Errorf("%q, %q", s.Sharing.Said, s.Sharing.Wrong)
	}
	// What turns out larger than it was foretold is not kept either.
	s.Sharing.Form, s.Sharing.Known = FormPage, true
	s.Sharing.Size.Size.ExportBytes = 1
	s.Sharing.Save()
	if s.settle(); !strings.Contains(s.Sharing.Wrong, "more than the 1.00 kB") {
		t.Errorf("%q", s.Sharing.Wrong)
	}
}

func TestWhatLeavesIsShownAndIsWhatIsSaved(t *testing.T) {
	s := shared(t)
	s.Sharing.Redacted, s.Sharing.Redaction = true, redact.Options{Texts: redact.TextDrop, ShiftTimes: true}
	s.Sharing.Changed()
	s.settle()
	s.Sharing.Preview()
	s.settle()
	made := s.Sharing.Made
	if made == nil || made.Redacted == nil || made.Redacted.Texts != redact.TextDrop || !made.Redacted.TimesShifted || len(made.Samples) == 0 {
		t.Fatalf("%+v, %q", made, s.Sharing.Wrong)
	}
	s.Sharing.Save()
	if s.settle(); s.Sharing.Made != nil || !strings.HasPrefix(s.Sharing.Said, "Saved redacted.html, ") {
		t.Errorf("%q, %q", s.Sharing.Said, s.Sharing.Wrong)
	}
}

func TestAnotherChoiceForgetsWhatWasMade(t *testing.T) {
	s := shared(t)
	s.Sharing.Redacted = true
	s.Sharing.Changed()
	for what, change := range map[string]func(){
		"another choice": s.Sharing.Changed,
		"another title":  func() { s.Sharing.SetTitle("x") },
		"closing":        func() { s.Sheets.Close() },
	} {
		s.settle()
		s.Sharing.Preview()
		if s.settle(); s.Sharing.Made == nil {
			t.Fatal(s.Sharing.Wrong)
		}
		number := s.Sharing.Made.Number
		change()
		if s.settle(); s.Sharing.Made != nil {
			t.Errorf("%s: it is still there", what)
		}
		s.Sharing.fetchMade(s.Sharing.begin(""), &rpc.ShareResponse{Number: number}, nil)
		if s.settle(); s.Sharing.Wrong == "" {
			t.Errorf("%s: the engine still has it", what)
		}
		s.press("Escape", "S")
	}
}

// What is being measured is of use on the sheet alone: it ends with it, and none begins
// by an answer that comes later.
func TestMeasuringEndsWithTheSheet(t *testing.T) {
	for what, leave := range map[string]func(s *session){
		"closing": func(s *session) { s.Sheets.Close() },
		"opening": func(s *session) { s.Sources.TakeFiles(host.FromDrop, host.Files{Count: 1}, nil) },
	} {
		s := newSession(t).opened()
		s.Sharing.Open()
		for range 20 { // until the first answer has begun to measure
			if s.Sharing.Measuring() {
				break
			}
			s.engine.Next()
		}
		if !s.Sharing.Measuring() {
			t.Fatal("nothing is measured")
		}
		if leave(s); s.Sharing.Measuring() {
			t.Errorf("%s: it goes on", what)
		}
		if s.settle(); s.Sharing.Measuring() || s.Sharing.Measured.Known {
			t.Errorf("%s: %+v", what, s.Sharing.Measured)
		}
		early := newSession(t).opened() // left before anything was answered
		early.Sharing.Open()
		if leave(early); early.Sharing.Measuring() {
			t.Errorf("%s early: it is measured", what)
		}
		if early.settle(); early.Sharing.Measuring() || early.Sharing.Measured.Known {
			t.Errorf("%s early: %+v", what, early.Sharing.Measured)
		}
	}
}

func TestSavingCanBeCancelled(t *testing.T) {
	s := shared(t)
	s.Sharing.Save()
	s.Sharing.Cancel()
	if s.settle(); s.Sharing.Work != nil || s.Sharing.Said != "Cancelled. Nothing was saved." {
		t.Errorf("%+v, %q, %q", s.Sharing.Work, s.Sharing.Said, s.Sharing.Wrong)
	}
}

func TestRowsAndLinesAreCopied(t *testing.T) {
	s := newSession(t).opened().press("y")
	if !strings.HasPrefix(s.Notice.Text, "Row copied") {
		t.Errorf("%q", s.Notice.Text)
	}
	s.press("S").Sharing.Form = FormCSV
	s.Sharing.Changed()
	s.settle().Sharing.CopyLines()
	if s.settle(); !strings.HasPrefix(s.Sharing.Said, "Copied 120 entries") {
		t.Errorf("%q, %q", s.Sharing.Said, s.Sharing.Wrong)
	}
	s.Address.copyLink()
	if !strings.HasPrefix(s.Notice.Text, "Link to this place copied") {
		t.Errorf("%q", s.Notice.Text)
	}
}

// A template is moved from one group to the other in what is shown, and the salt of
// what was saved is there for the asking.
func TestTextsAreMovedAndTheSaltIsOffered(t *testing.T) {
	s := shared(t)
	s.Sharing.Redacted = true
	s.Sharing.Changed()
	s.settle()
	s.Sharing.Preview()
	s.settle()
	find := func(numbers bool) (found *redact.TemplateCount) {
		for i := range s.Sharing.Made.Redacted.Templates {
			if c := &s.Sharing.Made.Redacted.Templates[i]; c.Stays > 0 == numbers && c.Numbers && !c.Fixed {
				return c
			}
		}
		return nil
	}
	stays := find(true)
	if stays == nil {
		t.Fatalf("no number stays: %+v", s.Sharing.Made.Redacted.Templates)
	}
	original := stays.Original
	s.Sharing.ChooseTexts(func(o *redact.Options) { o.Hide, o.Keep = Moved(o.Hide, o.Keep, original) })
	if s.settle(); s.Sharing.Made == nil || len(s.Sharing.Redaction.Hide) != 1 {
		t.Fatalf("%+v, %q", s.Sharing.Redaction, s.Sharing.Wrong)
	}
	for _, c := range s.Sharing.Made.Redacted.Templates {
		if c.Original == original && c.Stays > 0 {
			t.Errorf("%+v", c)
		}
	}
	s.Sharing.ChooseTexts(func(o *redact.Options) { o.Keep, o.Hide = Moved(o.Keep, o.Hide, original) })
	if s.settle(); len(s.Sharing.Redaction.Hide)+len(s.Sharing.Redaction.Keep) != 0 || find(true) == nil {
		t.Errorf("%+v", s.Sharing.Redaction)
	}
	salt := redact.SaltText(s.Sharing.Made.Redacted.Salt)
	s.Sharing.Save()
	s.settle()
	if s.Sharing.Salt != salt {
		t.Errorf("%q, want %q", s.Sharing.Salt, salt)
	}
	s.Sharing.SaltShown = true
	s.Sharing.Rev++
	s.Sharing.SaveSalt()
	s.save(FormChain)
	if s.Sharing.Salt == salt || s.Sharing.SaltOf != "redacted_2026-05-22T16.00.chain" {
		t.Errorf("%q of %q", s.Sharing.Salt, s.Sharing.SaltOf)
	}
}
