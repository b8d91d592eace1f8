package ui

import (
	"os"
	"strings"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/rpc"
	"chainglass/app/view"
	"chainglass/snapshot"
)

// incident is a session with the three nodes of the incident.
func incident(t *testing.T) *session {
	s := newSession(t)
	s.files = os.DirFS("../../wire/redex/testdata/incident")
	return s.opened()
}

// chainNamed finds an open chain by node and channel.
func (s *session) chainNamed(name string) engine.ChainID {
	s.t.Helper()
	for _, c := range s.allChains() {
		if c.Name() == name {
			return c.ID
		}
	}
	s.t.Fatalf("no chain %s", name)
	return 0
}

func TestTheStoryIsTold(t *testing.T) {
	s := incident(t).press("3")
	s.shows("The process restarted", "16:17:59.833", "A dispatcher panicked", `data-rule="restart"`)
	if first := s.insights.list[0]; first.Rule != insight.RuleBurst || first.Role != insight.RoleCause {
		t.Fatalf("first comes %s", first.Rule)
	}
	first := s.insights.list[1]
	s.jump(engine.ChainID(first.Chain), first.First)
	s.settle()
	if s.position != 10473 || s.info().Node != "node-1" {
		t.Errorf("the restart leads to %s, entry %d", s.info().Name(), s.position)
	}
	s.openInsight(first.Key)
	s.shows("last row of the old process", "certain, by rule restart")
}

func TestFindingsAreFilteredAndHidden(t *testing.T) {
	s := incident(t).press("3")
	s.filterRule("panic", false)
	if page := s.html(); strings.Contains(page, ">The process restarted<") || !strings.Contains(page, ">A dispatcher panicked<") {
		t.Error("not only the panic is shown")
	}
	s.filterRule("panic", false)
	all := len(s.insightsInScope())
	s.hideInsight(s.insights.list[0].Key)
	if got := len(s.insightsInScope()); got != all-1 {
		t.Errorf("%d of %d are shown with one hidden", got, all)
	}
	s.shows("1 hidden")
	s.hideInsight(s.insights.list[0].Key)
	s.selectChain(s.chainNamed("node-3 meshos/actions"))
	s.showScope(scopeNode)
	for _, f := range s.insightsInScope() {
		if f.Node != "node-3" {
			t.Errorf("a finding of %s among those of node-3", f.Node)
		}
	}
	s.showScope(scopeChain)
	for _, f := range s.insightsInScope() {
		if engine.ChainID(f.Chain) != s.chain {
			t.Errorf("finding %s is of another chain", f.Key)
		}
	}
}

func TestBeforeAndAfterTheFirstBurst(t *testing.T) {
	s := incident(t).press("3")
	for i := range s.insights.list {
		if f := &s.insights.list[i]; f.Rule == insight.RuleBurst {
			s.compareAround(f)
			break
		}
	}
	s.settle()
	d := s.time.pinned.diff.current()
	if d == nil || s.info().Node != "node-2" || s.tab != tabSnapshot {
		t.Fatalf("no difference on %s", s.info().Name())
	}
	appeared := 0
	for _, c := range d.Changes {
		if strings.HasPrefix(c.Path, "recent_failures[") && c.Op == snapshot.Appeared {
			appeared++
		}
	}
	if appeared != 256 {
		t.Errorf("%d of %d changes are new failures", appeared, len(d.Changes))
	}
}

func TestReasonsOfASpan(t *testing.T) {
	s := incident(t)
	s.showFindings(pageReasons)
	s.settle()
	s.askReasons("16:08..16:15")
	s.settle()
	s.shows("5,585", "peer # unreachable: connection refused", "began on node-2 at 2026-05-22 16:08:01.330")
	address := s.tabText()
	if address != "reasons:16:08..16:15" {
		t.Errorf("the address says %q", address)
	}
	again := incident(t)
	again.selectTab(again.restoreTab(address))
	again.settle()
	again.shows("5,585")
	s.askReasons("soon")
	s.shows("write a span of time like 16:08..16:15")
}

// Whose findings of what rules are shown is in the address.
func TestFindingsOfAnAddress(t *testing.T) {
	s := newSession(t).opened()
	s.filterRule("panic", true)
	s.showScope(scopeNode)
	other := newSession(t)
	other.restoreFindings(view.Place{Scope: "node", Rules: "!panic"})
	if in := &other.insights; in.scope != s.insights.scope || in.rules.Encode() != s.insights.rules.Encode() {
		t.Errorf("restored %q %q", in.scope, in.rules.Encode())
	}
	other.restoreFindings(view.Place{Scope: "nobody"})
	if in := &other.insights; in.scope != scopeAll || in.rules.Active() {
		t.Errorf("nonsense is restored as %q %q", in.scope, in.rules.Encode())
	}
}

func TestTabsOfAnAddress(t *testing.T) {
	s := newSession(t)
	for text, want := range map[string]struct {
		tab  tab
		page findingsPage
	}{
		"":              {tabRecord, pageStory},
		"snapshot":      {tabSnapshot, pageStory},
		"findings":      {tabFindings, pageStory},
		"operators":     {tabFindings, pageOperators},
		"reasons:x..y":  {tabFindings, pageReasons},
		"notes":         {tabNotes, pageStory},
		"compare":       {tabCompare, pageStory},
		"no such tab":   {tabRecord, pageStory},
		"record":        {tabRecord, pageStory},
		"story":         {tabRecord, pageStory},
		":16:00..17:00": {tabRecord, pageStory},
	} {
		if tab := s.restoreTab(text); tab != want.tab || s.insights.page != want.page {
			t.Errorf("%q: tab %q, page %q", text, tab, s.insights.page)
		}
	}
}

func TestOperatorsInOrder(t *testing.T) {
	s := incident(t)
	s.showFindings(pageOperators)
	s.shows("Refused: drain of node", "operator 53261", "not_authorized")
	page := s.html()
	if strings.Index(page, "Refused: drain") > strings.Index(page, "thaw cluster</button>") {
		t.Error("the list is not in order of time")
	}
}

func TestNothingIsNoticedOnceNothingIsOpen(t *testing.T) {
	s := incident(t)
	s.closeSource(s.sources[0].id)
	s.settle()
	if len(s.insights.list) != 0 || s.insights.busy {
		t.Errorf("%d findings of nothing", len(s.insights.list))
	}
}

func TestRelatedEntriesAndIndexRow(t *testing.T) {
	s := incident(t)
	s.jump(s.chainNamed("node-2 meshos/actions"), 953)
	s.settle()
	s.askRelated(rpc.PositionRequest{Chain: s.chain, Position: s.position})
	s.settle()
	s.shows("5 attempts of action 949", "seq 971", "on the failures chain, recorded live", "dispatch retry budget exhausted after",
		"payload_offset", "flags 0: none", "computed: equal")
}

func TestCompareAChainWithItsReplica(t *testing.T) {
	s := newSession(t).opened()
	s.opened()
	if len(s.sources) != 2 {
		t.Fatalf("%d sources", len(s.sources))
	}
	s.compareWith(s.chain)
	s.settle()
	if r := s.compared(); r == nil || r.Common != 120 {
		t.Fatalf("compared %+v, %v", r, s.comparing.err)
	}
	s.shows("Both chains are the same: 120 entries")
	s.compareStates(10, 60)
	s.settle()
	s.shows("recent_failures")
	s.closeSource(s.sources[1].id)
	s.settle()
	if s.compared() != nil {
		t.Error("a closed chain is still compared")
	}
	s.shows("Two chains have to be open")
}

func TestCompareFindsTheDivergence(t *testing.T) {
	s := incident(t)
	s.chooseComparison(s.chainNamed("node-1 meshos/actions"), s.chainNamed("node-2 meshos/actions"))
	s.press("5")
	s.compare()
	s.settle()
	s.shows("differ from the first entry on", "only in B", "common prefix")
}

func TestNotes(t *testing.T) {
	s := newSession(t).opened().press("End").press("c")
	s.shows("meshos/actions seq 119")
	if s.putNote("ann", "", "") {
		t.Error("a note without text is kept")
	}
	s.putNote("ann", "**here** it <img src=x> ends\n- `one`", "")
	s.settle()
	s.shows("ann", "seq 119", "<strong>", "<code>")
	if strings.Contains(s.html(), "<img src=x> ends") {
		t.Error("a note became an element")
	}
	s.press("Home")
	s.noteOnTime()
	if s.putNote("ann", "before", "soon") {
		t.Error("a note on no time is kept")
	}
	s.putNote("bob", "before", "15:00..15:30")
	s.settle()
	if len(s.notes.list) != 2 || s.notes.list[0].Author != "bob" {
		t.Fatalf("notes %+v, want them in order of time", s.notes.list)
	}
	s.editNote(s.notes.list[0])
	s.putNote("bob", "earlier", "15:00..15:30")
	s.settle()
	s.shows("earlier")
	id := s.notes.list[0].ID
	s.deleteNote(id)
	s.shows("Really delete")
	s.deleteNote(id)
	s.settle()
	if len(s.notes.list) != 1 {
		t.Errorf("%d notes", len(s.notes.list))
	}
}

func TestNoteOnAFinding(t *testing.T) {
	s := incident(t).press("3")
	s.noteOnInsight(&s.insights.list[1])
	s.putNote("ann", s.notes.draft.note.Text+"really", "")
	s.settle()
	if a := s.notes.list[0].Anchors; len(a) != 1 || a[0].Position != 10473 {
		t.Errorf("anchors %+v", a)
	}
}

func TestPalette(t *testing.T) {
	s := incident(t)
	s.togglePalette()
	s.shows("Command palette", "next record")
	p := &paletteSheet{Store: s.store}
	choose := func(text string) {
		t.Helper()
		p.text = text
		p.items = p.choices()
		if len(p.items) == 0 {
			t.Fatalf("%q: nothing", text)
		}
		p.perform(0)
		s.settle()
	}
	choose("node-2 actions")
	if s.info().Name() != "node-2 meshos/actions" || s.sheet != sheetNone {
		t.Errorf("at %s", s.info().Name())
	}
	choose("#1000")
	if s.position != 1000 {
		t.Errorf("at entry %d", s.position)
	}
	choose("notes")
	if s.tab != tabNotes {
		t.Errorf("tab %s", s.tab)
	}
	choose("16:08")
	if s.position != 943 {
		t.Errorf("at entry %d, want the last one before 16:08", s.position)
	}
}
