package ui

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/host"
	"chainglass/app/insight"
	"chainglass/app/page"
	"chainglass/app/redact"
	"chainglass/app/rpc"
	"chainglass/app/ui/uitest"
)

func TestEmptyPage(t *testing.T) {
	newSession(t).shows("Open the sample incident", "Choose folder…", "Choose files…", "Paste a record", "Nothing is sent anywhere", "RedEX channel folders")
}

func TestPageOfADamagedChain(t *testing.T) {
	s := opened(t)
	s.shows("meshos/actions", "120 entries", "Dispatched", "bad-checksum", "1 chain · 1 node · 120 records")
	s.press("3").shows("Payload does not match its checksum", "damage · bad-checksum")
	s.press("2").shows("recent_failures", "admin_audit", "Copy JSON")
	s.press("?").shows("next record", "go to a seq or position", "Chain exports")
	s.press("Escape").Sources.Close(s.Sources.List[0].ID)
	s.Settle()
	s.shows("Drop a node&#39;s storage folder")
}

func TestProblemsAreCards(t *testing.T) {
	s := newSession(t)
	s.Sources.Paste("no record at all")
	s.Settle()
	s.shows(s.Sources.Cards[0].Title)
	s.Sources.DismissCard(0)
	s.Sources.TakeFiles(host.FromDrop, host.Files{}, []string{"a/b: not readable"})
	s.shows("a/b: not readable")
}

func TestCrashIsShown(t *testing.T) {
	s := opened(t)
	s.Engine.Crash(errors.New("panic: deliberately broken"))
	s.shows("The engine stopped", "panic: deliberately broken")
}

func TestLocalTimeIsShown(t *testing.T) {
	s := opened(t)
	s.Zones.Set("Europe/Berlin")
	s.shows("Europe/Berlin", "+02:00")
}

// quoted matches the values of attributes, which the browser gets as values.
var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// What a chain says cannot become part of the page.
func TestTextOfChainsIsOnlyText(t *testing.T) {
	s := opened(t)
	html := ""
	for _, position := range []int{2, 13} { // markup in a reason, an override in another
		s.Selection.SelectEntry(position)
		s.Settle()
		html += s.html()
	}
	if strings.Contains(quoted.ReplaceAllString(html, ""), "<img src") {
		t.Error("an element from a chain is in the page")
	}
	if strings.Contains(html, "\u202e") {
		t.Error("a bidirectional override from a chain is in the page")
	}
	if !strings.Contains(html, "⟨RLO⟩") {
		t.Error("the override is not shown")
	}
}

func TestUndecodableRecordSaysWhere(t *testing.T) {
	s := opened(t)
	for position := range s.Selection.Info().Entries {
		s.Selection.SelectEntry(position)
		s.Settle()
		if d := s.Details.Detail.Last(); d.Fault != nil && d.Row.Error != "" {
			s.shows(d.Fault.Text, "Decoding stopped at byte")
			return
		}
	}
	t.Fatal("the chain has no undecodable entry")
}

func TestSnapshotDroppedLaterIsShown(t *testing.T) {
	s := opened(t)
	s.Engine.Files = baseFiles()
	s.Sources.TakeFiles(host.FromDrop, host.Files{Count: 1}, nil)
	s.Settle()
	s.shows("slow disk", "avoid_list", "runtime_epoch_id", "from base before.json")
}

func TestFilterAndFacets(t *testing.T) {
	s := opened(t)
	s.Filter.Put("seq:10..39")
	s.Settle()
	s.shows("whole chain searched")
	s.Filter.Put("outcome:faild")
	s.Settle()
	s.shows("outcome is never", `class="wrong"`)
}

func TestMixedTableIsShown(t *testing.T) {
	s := opened(t)
	s.Sources.Paste("012a0c70756c6c5f7265706c696361fbd095ffbc310104626f6f6d00")
	s.Settle()
	s.press("m").shows("2 chains", "append time", "All chains")
}

func TestAxis(t *testing.T) {
	s := opened(t)
	s.Axis.Resize(1000)
	s.Settle()
	s.shows("axis-chart", "Playhead", "tone-failed", "2026-05-22 16:00:00", "axis-mark", "Payload does not match its checksum")
	for _, x := range []float64{300, 500, 700} {
		s.Axis.PointRuler(host.Pointer{X: x, Down: true})
	}
	s.Axis.PointRuler(host.Pointer{X: 700})
	s.Settle()
	s.shows("Filter to range")
	s.Filter.ToAxis()
	s.Settle()
	if html := s.html(); !strings.Contains(html, "axis-matching") || strings.Contains(html, "Filter to range") {
		t.Error("what the filter keeps is not drawn, or the button is still there")
	}
}

func TestChangesSinceAPinAreShown(t *testing.T) {
	s := opened(t)
	s.Axis.Resize(1000)
	s.Selection.SelectEntry(20)
	s.Settle()
	s.press("a").shows("Nothing changed", "axis-flag")
	s.Selection.SelectEntry(80)
	s.Settle()
	s.shows("recent_failures", "appeared", "after 21 entries", "after 81 entries", "action-id:")
	s.States.ShowChanges(false, false)
	s.Settle()
	s.shows("from the action chain")
	s.press("A").States.ShowChanges(true, false)
	s.Settle()
	s.shows("Pin a state as A first")
}

func TestTheStoryIsShown(t *testing.T) {
	s := incident(t).press("3")
	s.shows("The process restarted", "16:17:59.833", "A dispatcher panicked", `data-rule="restart"`)
	first := s.Findings.List[1].Key
	s.Findings.ToggleOpen(first)
	s.shows("last row of the old process", "certain, by rule restart")
	s.Findings.FilterRule("panic", false)
	if html := s.html(); strings.Contains(html, ">The process restarted<") || !strings.Contains(html, ">A dispatcher panicked<") {
		t.Error("not only the panic is shown")
	}
	s.Findings.FilterRule("panic", false)
	s.Findings.Hide(first)
	s.shows("1 hidden")
}

func TestReasonsAreShown(t *testing.T) {
	s := incident(t)
	s.Findings.ShowPage(page.PageReasons)
	s.Reasons.Ask("16:08..16:15")
	s.Settle()
	s.shows("5,585", "peer # unreachable: connection refused", "began on node-2 at 2026-05-22 16:08:01.330")
	s.Reasons.Ask("soon")
	s.shows("write a span of time like 16:08..16:15")
}

func TestOperatorsInOrder(t *testing.T) {
	s := incident(t)
	s.Findings.ShowPage(page.PageOperators)
	s.shows("Refused: drain of node", "operator 53261", "not_authorized")
	if html := s.html(); strings.Index(html, "Refused: drain") > strings.Index(html, "thaw cluster</button>") {
		t.Error("the list is not in order of time")
	}
}

func TestRelatedEntriesAndIndexRow(t *testing.T) {
	s := incident(t)
	s.Selection.Jump(s.Chain("node-2 meshos/actions"), 953)
	s.Settle()
	s.Details.AskRelated(rpc.PositionRequest{Chain: s.Selection.Chain, Position: s.Selection.Position})
	s.Settle()
	s.shows("5 attempts of action 949", "seq 971", "on the failures chain, recorded live", "dispatch retry budget exhausted after",
		"payload_offset", "flags 0: none", "computed: equal")
}

func TestComparisonIsShown(t *testing.T) {
	s := opened(t)
	s.Opened()
	s.Comparison.CompareWith(s.Selection.Chain)
	s.Settle()
	s.shows("Both chains are the same: 120 entries")
	s.Comparison.CompareStates(10, 60)
	s.Settle()
	s.shows("recent_failures")
	s.Sources.Close(s.Sources.List[1].ID)
	s.Settle()
	s.shows("Two chains have to be open")
	s = incident(t)
	s.Comparison.Choose(s.Chain("node-1 meshos/actions"), s.Chain("node-2 meshos/actions"))
	s.press("5").Comparison.Compare()
	s.Settle()
	s.shows("differ from the first entry on", "only in B", "common prefix")
}

func TestNotesAreShown(t *testing.T) {
	s := opened(t).press("End").press("c")
	s.shows("meshos/actions seq 119")
	s.Notes.Put("ann", "**here** it <img src=x> ends\n- `one`", "")
	s.Settle()
	s.shows("ann", "seq 119", "<strong>", "<code>")
	if strings.Contains(s.html(), "<img src=x> ends") {
		t.Error("a note became an element")
	}
	s.Notes.Edit(s.Notes.List[0])
	s.Notes.Put("ann", "changed", "")
	s.Settle()
	s.shows("changed")
	s.Notes.Delete(s.Notes.List[0].ID)
	s.shows("Really delete")
}

func TestPalette(t *testing.T) {
	s := incident(t)
	s.Sheets.Open(page.SheetPalette)
	s.shows("Command palette", "next record")
	p := &paletteSheet{Page: s.Page}
	choose := func(text string) {
		t.Helper()
		p.text = text
		p.items = p.choices()
		if len(p.items) == 0 {
			t.Fatalf("%q: nothing", text)
		}
		p.perform(0)
		s.Settle()
	}
	choose("node-2 actions")
	if s.Selection.Info().Name() != "node-2 meshos/actions" || s.Sheets.Sheet != page.SheetNone {
		t.Errorf("at %s", s.Selection.Info().Name())
	}
	choose("#1000")
	if s.Selection.Position != 1000 {
		t.Errorf("at entry %d", s.Selection.Position)
	}
	choose("notes")
	if s.Details.Tab != page.TabNotes {
		t.Errorf("tab %s", s.Details.Tab)
	}
	p.text = "16:08"
	if items := p.choices(); len(items) == 0 || items[0].Title != "Go to 2026-05-22 16:08:00.000 UTC" {
		t.Errorf("a time offers %+v", items)
	}
}

func TestShareSheet(t *testing.T) {
	s := opened(t).press("S")
	s.shows("Share or save", "1 chain · 120 entries", "the data ", "Save chains_2026-05-22T16.00.html")
	// A name is made of what goes, not of what somebody calls it.
	s.Sharing.SetTitle("The night of <May>")
	s.shows("Save chains_2026-05-22T16.00.html")
	s.Sharing.LimitBytes = 1000
	s.Sharing.Changed()
	s.Settle()
	s.shows("Too large for one page", "As a chain export", "1.00 kB")
}

func TestWhatLeavesIsShown(t *testing.T) {
	s := opened(t).press("S")
	s.Sharing.Redacted, s.Sharing.Redaction = true, redact.Options{Texts: redact.TextDrop, ShiftTimes: true}
	s.Sharing.Changed()
	s.Settle()
	s.Sharing.Preview()
	s.Settle()
	s.shows("Searched for", "what leaves", "Some entries as they will be seen", "order")
	s.Sharing.Redaction = redact.Options{}
	s.Sharing.Changed()
	s.Settle()
	s.Sharing.Preview()
	s.Settle()
	s.shows("Numbers stay in these", "Hide the numbers")
	for _, c := range s.Sharing.Made.Redacted.Templates {
		if c.Stays > 0 && c.Numbers && !c.Fixed {
			s.Sharing.ChooseTexts(func(o *redact.Options) { o.Hide, o.Keep = page.Moved(o.Hide, o.Keep, c.Original) })
			break
		}
	}
	s.Settle()
	s.shows("Numbers are replaced in these", "Keep the numbers")
	s.Sharing.Save()
	s.Settle()
	s.shows("Show the salt", "Save the salt", "commits to its original")
	s.Sharing.SaltShown = true
	s.Sharing.Rev++
	s.shows(s.Sharing.Salt)
}

// Stories and tabs lead to their records.
func TestFindingLeadsToItsRecord(t *testing.T) {
	s := incident(t)
	for i := range s.Findings.List {
		if f := &s.Findings.List[i]; f.Rule == insight.RuleRestart {
			s.Selection.Jump(engine.ChainID(f.Chain), f.First)
			break
		}
	}
	s.Settle()
	s.shows("node-1", "10,473")
}

func BenchmarkRenderPage(b *testing.B) {
	r := &root{Page: opened(b).Page}
	uitest.Draw(b, r)
	b.ReportAllocs()
	for b.Loop() {
		r.Render()
	}
}
