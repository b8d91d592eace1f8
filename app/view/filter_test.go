package view

import (
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"chainglass/app/engine"
	"chainglass/app/query"
)

func TestFaultRuns(t *testing.T) {
	for _, c := range []struct {
		query      string
		start, end int
		want       []FilterRun
	}{
		{"kind:x outcome:faild", 15, 20, []FilterRun{{Text: "kind:x outcome:"}, {"faild", true}, {}}},
		{"(a", 2, 2, []FilterRun{{Text: "(a"}, {" ", true}, {}}},
		{"abc", 7, 1, []FilterRun{{Text: "abc"}, {" ", true}, {}}},
	} {
		got := FaultRuns(c.query, &engine.QueryFault{Start: c.start, End: c.end})
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.query, diff)
		}
	}
	if FaultRuns("fine", nil) != nil {
		t.Error("a query without a fault has runs")
	}
}

func TestCursorOffsets(t *testing.T) {
	const text = "aü𝄞b"
	for _, c := range []struct{ units, bytes int }{{0, 0}, {1, 1}, {2, 3}, {4, 7}, {5, 8}, {9, 8}} {
		if got := ByteOffset(text, c.units); got != c.bytes {
			t.Errorf("unit %d is byte %d, want %d", c.units, got, c.bytes)
		}
	}
	for offset := range text {
		if got := ByteOffset(text, UnitOffset(text, offset)); utf8.RuneStart(text[offset]) && got != offset {
			t.Errorf("byte %d comes back as %d", offset, got)
		}
	}
}

func TestFilterCount(t *testing.T) {
	for _, c := range []struct {
		table  engine.Table
		chains int
		busy   bool
		want   string
	}{
		{engine.Table{Rows: 1204, Searched: 40306, Total: 40306, Complete: true}, 1, false, "1,204 of 40,306, whole chain searched"},
		{engine.Table{Rows: 7, Searched: 99, Total: 99, Complete: true}, 12, false, "7 of 99, 12 chains searched"},
		{engine.Table{Rows: 7, Searched: 25, Total: 100}, 1, true, "7 of 100, searched 25 %"},
		{engine.Table{Rows: 7, Searched: 25, Total: 100}, 1, false, "7 of 100, stopped at 25 %"},
	} {
		got := FilterCountOf(&c.table, c.chains, c.busy)
		if text := got.Rows + ", " + got.Searched; text != c.want {
			t.Errorf("%q, want %q", text, c.want)
		}
	}
}

func TestFacets(t *testing.T) {
	all := []engine.Facet{
		{Field: "node", Values: []engine.Count{{Name: "node-1", Count: 9}}},
		{Field: "outcome", Values: []engine.Count{{Name: "dispatched", Count: 5}, {Name: "failed", Count: 3}, {Name: "gated", Count: 1}}},
	}
	found := []engine.Facet{{Field: "outcome", Values: []engine.Count{{Name: "failed", Count: 2}}, Others: 1}}
	want := []FacetGroup{{Field: "outcome", Title: "outcome", Others: 1, Values: []FacetValue{
		{"failed", 2, query.TermAdded}, {"gated", 0, query.TermExcluded}, {"dispatched", 0, query.TermNone},
	}}}
	if diff := cmp.Diff(want, Facets(all, found, "outcome:failed -outcome:gated")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := Facets(all, found, "node:node-1"); len(got) != 2 {
		t.Errorf("a value that is asked for is not listed: %v", got)
	}
}

func TestFacetClicks(t *testing.T) {
	text := ToggleFacet("", "outcome", "failed")
	if text != "outcome:failed" {
		t.Errorf("a click makes %q", text)
	}
	if text = ToggleExclusion(text, "outcome", "failed"); text != "-outcome:failed" {
		t.Errorf("an alt-click makes %q", text)
	}
	if text = ToggleExclusion(text, "outcome", "failed"); text != "" {
		t.Errorf("another one makes %q", text)
	}
}
