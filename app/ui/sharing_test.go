package ui

import (
	"strings"
	"testing"

	"chainglass/app/browser"
	"chainglass/app/redact"
	"chainglass/app/rpc"
)

// shared opens the share sheet over the test chain.
func shared(t *testing.T) *session { return newSession(t).opened().press("S") }

// save chooses a form, saves and waits.
func (s *session) save(form shareForm) *session {
	s.t.Helper()
	s.share.form = form
	s.shareChanged()
	s.settle()
	s.saveShared()
	return s.settle()
}

func TestTheSheetSaysHowMuchGoes(t *testing.T) {
	s := shared(t)
	s.shows("Share or save", "1 chain · 120 entries", "the data ", "Save chains_2026-05-22T16.00.html")
	if s.sheet != sheetShare || !s.share.ready() {
		t.Errorf("sheet %d, ready %v, wrong %q", s.sheet, s.share.ready(), s.share.wrong)
	}
	// A name is made of what goes, not of what somebody calls it.
	s.setShareTitle("The night of <May>")
	s.shows("Save chains_2026-05-22T16.00.html")
}

func TestThereIsNothingToShareOfAnEmptyPage(t *testing.T) {
	if s := newSession(t).press("S"); s.sheet != sheetNone {
		t.Error("the sheet is open")
	}
}

func TestEveryFormIsSaved(t *testing.T) {
	for _, f := range shareForms {
		s := shared(t).save(f.form)
		if s.share.work != nil || s.share.wrong != "" {
			t.Errorf("%s: %+v, %q", f.form, s.share.work, s.share.wrong)
		}
		if f.form == formLink {
			if s.share.link == "" {
				t.Error("there is no link")
			}
			continue
		}
		if want := "Saved chains_2026-05-22T16.00." + f.extension; !strings.HasPrefix(s.share.said, want) || strings.Contains(s.share.said, " 0 B") {
			t.Errorf("%s: %q", f.form, s.share.said)
		}
	}
}

func TestTheFilterAndTheTimeInViewNarrowWhatGoes(t *testing.T) {
	s := newSession(t).opened()
	all := s.press("S").share.size.Size.Entries
	s.press("Escape")
	s.setQuery("outcome:failed")
	s.settle()
	s.press("S").share.filtered = true
	s.shareChanged()
	failed := s.settle().share.size.Size.Entries
	if failed == 0 || failed >= all {
		t.Errorf("%d of %d entries failed", failed, all)
	}
	whole := s.time.whole
	s.resizeAxis(800)
	s.showAxis(s.time.axis.Between(whole.FromNS, whole.FromNS+(whole.ToNS-whole.FromNS)/2, whole))
	s.share.inView = true
	s.shareChanged()
	if n := s.settle().share.size.Size.Entries; n == 0 || n >= failed {
		t.Errorf("%d of %d failed entries are in view", n, failed)
	}
	s.setQuery("")
	s.settle().press("Escape")
	if s.press("S"); s.share.filtered {
		t.Error("a filter that is gone still holds")
	}
}

func TestAFaultyFilterIsNotShared(t *testing.T) {
	s := newSession(t).opened()
	s.setQuery("outcome:")
	s.settle().press("S").share.filtered = true
	s.shareChanged()
	if s.settle(); s.share.ready() || s.share.wrong == "" {
		t.Errorf("ready %v, wrong %q", s.share.ready(), s.share.wrong)
	}
}

func TestWhatIsTooLargeIsRefusedWithAnOffer(t *testing.T) {
	s := shared(t)
	s.share.limitBytes = 1000
	s.shareChanged()
	s.settle()
	if s.share.ready() {
		t.Fatal("it is not refused")
	}
	s.shows("Too large for one page", "As a chain export", "1.00 kB")
	s.saveShared()
	if s.settle(); s.share.work != nil || s.share.said != "" {
		t.Errorf("it is made: %q", s.share.said)
	}
	if s.save(formChain); !strings.HasPrefix(s.share.said, "Saved ") || !strings.Contains(s.share.said, ".chain, ") {
		t.Errorf("%q, %q", s.share.said, s.share.wrong)
	}
	// What turns out larger than it was foretold is not kept either.
	s.share.form, s.share.known = formPage, true
	s.share.size.Size.ExportBytes = 1
	s.saveShared()
	if s.settle(); !strings.Contains(s.share.wrong, "more than the 1.00 kB") {
		t.Errorf("%q", s.share.wrong)
	}
}

func TestWhatLeavesIsShownAndIsWhatIsSaved(t *testing.T) {
	s := shared(t)
	s.share.redacted, s.share.redaction = true, redact.Options{Texts: redact.TextDrop, ShiftTimes: true}
	s.shareChanged()
	s.settle()
	s.previewShared()
	s.settle()
	made := s.share.made
	if made == nil || made.Redacted == nil || made.Redacted.Texts != redact.TextDrop || !made.Redacted.TimesShifted || len(made.Samples) == 0 {
		t.Fatalf("%+v, %q", made, s.share.wrong)
	}
	s.shows("Searched for", "what leaves", "Some entries as they will be seen", "order")
	s.saveShared()
	if s.settle(); s.share.made != nil || !strings.HasPrefix(s.share.said, "Saved redacted.html, ") {
		t.Errorf("%q, %q", s.share.said, s.share.wrong)
	}
}

func TestAnotherChoiceForgetsWhatWasMade(t *testing.T) {
	s := shared(t)
	s.share.redacted = true
	s.shareChanged()
	for what, change := range map[string]func(){
		"another choice": s.shareChanged,
		"another title":  func() { s.setShareTitle("x") },
		"closing":        func() { s.closeSheet() },
	} {
		s.settle()
		s.previewShared()
		if s.settle(); s.share.made == nil {
			t.Fatal(s.share.wrong)
		}
		number := s.share.made.Number
		change()
		if s.settle(); s.share.made != nil {
			t.Errorf("%s: it is still there", what)
		}
		s.takeShared(s.beginShare(""), &rpc.ShareResponse{Number: number}, nil)
		if s.settle(); s.share.wrong == "" {
			t.Errorf("%s: the engine still has it", what)
		}
		s.press("Escape", "S")
	}
}

// What is being measured is of use on the sheet alone: it ends with it, and none begins
// by an answer that comes later.
func TestMeasuringEndsWithTheSheet(t *testing.T) {
	for what, leave := range map[string]func(s *session){
		"closing": func(s *session) { s.closeSheet() },
		"opening": func(s *session) { s.takeFiles(browser.FromDrop, browser.Files{Count: 1}, nil) },
	} {
		s := newSession(t).opened()
		s.openShare()
		for range 20 { // until the first answer has begun to measure
			if s.share.measuring != nil {
				break
			}
			s.next()
		}
		if s.share.measuring == nil {
			t.Fatal("nothing is measured")
		}
		if leave(s); s.share.measuring != nil {
			t.Errorf("%s: it goes on", what)
		}
		if s.settle(); s.share.measuring != nil || s.share.measured.Known {
			t.Errorf("%s: %+v", what, s.share.measured)
		}
		early := newSession(t).opened() // left before anything was answered
		early.openShare()
		if leave(early); early.share.measuring != nil {
			t.Errorf("%s early: it is measured", what)
		}
		if early.settle(); early.share.measuring != nil || early.share.measured.Known {
			t.Errorf("%s early: %+v", what, early.share.measured)
		}
	}
}

func TestSavingCanBeCancelled(t *testing.T) {
	s := shared(t)
	s.saveShared()
	s.cancelShare()
	if s.settle(); s.share.work != nil || s.share.said != "Cancelled. Nothing was saved." {
		t.Errorf("%+v, %q, %q", s.share.work, s.share.said, s.share.wrong)
	}
}

func TestRowsAndLinesAreCopied(t *testing.T) {
	s := newSession(t).opened().press("y")
	if !strings.HasPrefix(s.notice.text, "Row copied") {
		t.Errorf("%q", s.notice.text)
	}
	s.press("S").share.form = formCSV
	s.shareChanged()
	s.settle().copyShared()
	if s.settle(); !strings.HasPrefix(s.share.said, "Copied 120 entries") {
		t.Errorf("%q, %q", s.share.said, s.share.wrong)
	}
	s.copyPlace()
	if !strings.HasPrefix(s.notice.text, "Link to this place copied") {
		t.Errorf("%q", s.notice.text)
	}
}

// A template is moved from one group to the other in what is shown, and the salt of
// what was saved is there for the asking.
func TestTextsAreMovedAndTheSaltIsOffered(t *testing.T) {
	s := shared(t)
	s.share.redacted = true
	s.shareChanged()
	s.settle()
	s.previewShared()
	s.settle()
	find := func(numbers bool) (found *redact.TemplateCount) {
		for i := range s.share.made.Redacted.Templates {
			if c := &s.share.made.Redacted.Templates[i]; c.Stays > 0 == numbers && c.Numbers && !c.Fixed {
				return c
			}
		}
		return nil
	}
	stays := find(true)
	if stays == nil {
		t.Fatalf("no number stays: %+v", s.share.made.Redacted.Templates)
	}
	s.shows("Numbers stay in these", "Hide the numbers")
	original := stays.Original
	s.chooseTexts(func(o *redact.Options) { o.Hide, o.Keep = moved(o.Hide, o.Keep, original) })
	if s.settle(); s.share.made == nil || len(s.share.redaction.Hide) != 1 {
		t.Fatalf("%+v, %q", s.share.redaction, s.share.wrong)
	}
	for _, c := range s.share.made.Redacted.Templates {
		if c.Original == original && c.Stays > 0 {
			t.Errorf("%+v", c)
		}
	}
	s.shows("Numbers are replaced in these", "Keep the numbers")
	s.chooseTexts(func(o *redact.Options) { o.Keep, o.Hide = moved(o.Keep, o.Hide, original) })
	if s.settle(); len(s.share.redaction.Hide)+len(s.share.redaction.Keep) != 0 || find(true) == nil {
		t.Errorf("%+v", s.share.redaction)
	}
	salt := redact.SaltText(s.share.made.Redacted.Salt)
	s.saveShared()
	s.settle().shows("Show the salt", "Save the salt", "commits to its original")
	if s.share.salt != salt {
		t.Errorf("%q, want %q", s.share.salt, salt)
	}
	s.share.saltShown = true
	s.share.rev++
	s.shows(salt)
	s.saveSalt()
	s.save(formChain)
	if s.share.salt == salt || s.share.saltOf != "redacted_2026-05-22T16.00.chain" {
		t.Errorf("%q of %q", s.share.salt, s.share.saltOf)
	}
}
