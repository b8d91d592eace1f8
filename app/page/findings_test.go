package page

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
	s.engine.Files = os.DirFS("../../wire/redex/testdata/incident")
	return s.opened()
}

func TestTheStoryIsTold(t *testing.T) {
	s := incident(t).press("3")
	if first := s.Findings.List[0]; first.Rule != insight.RuleBurst || first.Role != insight.RoleCause {
		t.Fatalf("first comes %s", first.Rule)
	}
	first := s.Findings.List[1]
	s.Selection.Jump(engine.ChainID(first.Chain), first.First)
	s.settle()
	if s.Selection.Position != 10473 || s.Selection.Info().Node != "node-1" {
		t.Errorf("the restart leads to %s, entry %d", s.Selection.Info().Name(), s.Selection.Position)
	}
	s.Findings.ToggleOpen(first.Key)
}

func TestFindingsAreFilteredAndHidden(t *testing.T) {
	s := incident(t).press("3")
	s.Findings.FilterRule("panic", false)
	if rules := &s.Findings.Rules; rules.Keeps("restart") || !rules.Keeps("panic") {
		t.Error("not only the panic is shown")
	}
	s.Findings.FilterRule("panic", false)
	all := len(s.Findings.StoryInScope())
	s.Findings.Hide(s.Findings.List[0].Key)
	if got := len(s.Findings.StoryInScope()); got != all-1 {
		t.Errorf("%d of %d are shown with one hidden", got, all)
	}
	s.Findings.Hide(s.Findings.List[0].Key)
	s.Selection.SelectChain(s.chainNamed("node-3 meshos/actions"))
	s.Findings.ShowScope(ScopeNode)
	for _, f := range s.Findings.StoryInScope() {
		if f.Node != "node-3" {
			t.Errorf("a finding of %s among those of node-3", f.Node)
		}
	}
	s.Findings.ShowScope(ScopeChain)
	for _, f := range s.Findings.StoryInScope() {
		if engine.ChainID(f.Chain) != s.Selection.Chain {
			t.Errorf("finding %s is of another chain", f.Key)
		}
	}
}

func TestBeforeAndAfterTheFirstBurst(t *testing.T) {
	s := incident(t).press("3")
	for i := range s.Findings.List {
		if f := &s.Findings.List[i]; f.Rule == insight.RuleBurst {
			s.States.CompareAround(f)
			break
		}
	}
	s.settle()
	d := s.States.Pinned.Diff.Current()
	if d == nil || s.Selection.Info().Node != "node-2" || s.Details.Tab != TabSnapshot {
		t.Fatalf("no difference on %s", s.Selection.Info().Name())
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
	s.Findings.ShowPage(PageReasons)
	s.settle()
	s.Reasons.Ask("16:08..16:15")
	s.settle()
	address := s.Details.tabText()
	if address != "reasons:16:08..16:15" {
		t.Errorf("the address says %q", address)
	}
	again := incident(t)
	again.Details.Open(again.Details.restore(address))
	again.settle()
	s.Reasons.Ask("soon")
}

// Whose findings of what rules are shown is in the address.
func TestFindingsOfAnAddress(t *testing.T) {
	s := newSession(t).opened()
	s.Findings.FilterRule("panic", true)
	s.Findings.ShowScope(ScopeNode)
	other := newSession(t)
	other.Findings.restore(view.Place{Scope: "node", Rules: "!panic"})
	if in := &other.Findings; in.Scope != s.Findings.Scope || in.Rules.Encode() != s.Findings.Rules.Encode() {
		t.Errorf("restored %q %q", in.Scope, in.Rules.Encode())
	}
	other.Findings.restore(view.Place{Scope: "nobody"})
	if in := &other.Findings; in.Scope != ScopeAll || in.Rules.Active() {
		t.Errorf("nonsense is restored as %q %q", in.Scope, in.Rules.Encode())
	}
}

func TestTabsOfAnAddress(t *testing.T) {
	s := newSession(t)
	for text, want := range map[string]struct {
		tab  Tab
		page FindingsPage
	}{
		"":              {TabRecord, PageStory},
		"snapshot":      {TabSnapshot, PageStory},
		"findings":      {TabFindings, PageStory},
		"operators":     {TabFindings, PageOperators},
		"reasons:x..y":  {TabFindings, PageReasons},
		"notes":         {TabNotes, PageStory},
		"compare":       {TabCompare, PageStory},
		"no such tab":   {TabRecord, PageStory},
		"record":        {TabRecord, PageStory},
		"story":         {TabRecord, PageStory},
		":16:00..17:00": {TabRecord, PageStory},
	} {
		if tab := s.Details.restore(text); tab != want.tab || s.Findings.ShownPage != want.page {
			t.Errorf("%q: tab %q, page %q", text, tab, s.Findings.ShownPage)
		}
	}
}

func TestNothingIsNoticedOnceNothingIsOpen(t *testing.T) {
	s := incident(t)
	s.Sources.Close(s.Sources.List[0].ID)
	s.settle()
	if len(s.Findings.List) != 0 || s.Findings.Busy() {
		t.Errorf("%d findings of nothing", len(s.Findings.List))
	}
}

func TestRelatedEntriesAndIndexRow(t *testing.T) {
	s := incident(t)
	s.Selection.Jump(s.chainNamed("node-2 meshos/actions"), 953)
	s.settle()
	s.Details.AskRelated(rpc.PositionRequest{Chain: s.Selection.Chain, Position: s.Selection.Position})
	s.settle()
}

func TestCompareAChainWithItsReplica(t *testing.T) {
	s := newSession(t).opened()
	s.opened()
	if len(s.Sources.List) != 2 {
		t.Fatalf("%d sources", len(s.Sources.List))
	}
	s.Comparison.CompareWith(s.Selection.Chain)
	s.settle()
	if r := s.Comparison.Compared(); r == nil || r.Common != 120 {
		t.Fatalf("compared %+v, %v", r, s.Comparison.Err())
	}
	s.Comparison.CompareStates(10, 60)
	s.settle()
	s.Sources.Close(s.Sources.List[1].ID)
	s.settle()
	if s.Comparison.Compared() != nil {
		t.Error("a closed chain is still compared")
	}
}

func TestCompareFindsTheDivergence(t *testing.T) {
	s := incident(t)
	s.Comparison.Choose(s.chainNamed("node-1 meshos/actions"), s.chainNamed("node-2 meshos/actions"))
	s.press("5")
	s.Comparison.Compare()
	s.settle()
}

func TestNotes(t *testing.T) {
	s := newSession(t).opened().press("End").press("c")
	if s.Notes.Put("ann", "", "") {
		t.Error("a note without text is kept")
	}
	s.Notes.Put("ann", "**here** it <img src=x> ends\n- `one`", "")
	s.settle()
	s.press("Home")
	s.Notes.OnTime()
	if s.Notes.Put("ann", "before", "soon") {
		t.Error("a note on no time is kept")
	}
	s.Notes.Put("bob", "before", "15:00..15:30")
	s.settle()
	if len(s.Notes.List) != 2 || s.Notes.List[0].Author != "bob" {
		t.Fatalf("notes %+v, want them in order of time", s.Notes.List)
	}
	s.Notes.Edit(s.Notes.List[0])
	s.Notes.Put("bob", "earlier", "15:00..15:30")
	s.settle()
	id := s.Notes.List[0].ID
	s.Notes.Delete(id)
	s.Notes.Delete(id)
	s.settle()
	if len(s.Notes.List) != 1 {
		t.Errorf("%d notes", len(s.Notes.List))
	}
}

func TestNoteOnAFinding(t *testing.T) {
	s := incident(t).press("3")
	s.Notes.OnFinding(&s.Findings.List[1])
	s.Notes.Put("ann", s.Notes.Draft.Note.Text+"really", "")
	s.settle()
	if a := s.Notes.List[0].Anchors; len(a) != 1 || a[0].Position != 10473 {
		t.Errorf("anchors %+v", a)
	}
}
