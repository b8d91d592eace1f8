package view

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/app/engine"
	"chainglass/app/insight"
)

func TestRuleFilter(t *testing.T) {
	var f RuleFilter
	states := func() (states [3]RuleState) {
		for i, rule := range []string{"restart", "panic", "silence"} {
			states[i] = f.State(rule)
		}
		return states
	}
	for _, step := range []struct {
		name    string
		rule    string
		exclude bool
		want    [3]RuleState
	}{
		{"one is chosen", "restart", false, [3]RuleState{RuleChosen, RuleLeftOut, RuleLeftOut}},
		{"another joins it", "panic", false, [3]RuleState{RuleChosen, RuleChosen, RuleLeftOut}},
		{"a chosen one is left out", "panic", true, [3]RuleState{RuleChosen, RuleLeftOut, RuleLeftOut}},
		{"the first is let go", "restart", false, [3]RuleState{RuleShown, RuleLeftOut, RuleShown}},
		{"nothing is left out any more", "panic", true, [3]RuleState{RuleShown, RuleShown, RuleShown}},
	} {
		f.Toggle(step.rule, step.exclude)
		if diff := cmp.Diff(step.want, states()); diff != "" {
			t.Errorf("%s: %s", step.name, diff)
		}
	}
	if f.Active() {
		t.Error("the filter is still active")
	}
}

func TestRuleFilterRoundTrip(t *testing.T) {
	for _, text := range []string{"", "panic", "panic,restart", "!panic", "restart,!panic,!silence"} {
		if f := ParseRuleFilter(text); f.Encode() != text {
			t.Errorf("%q comes back as %q", text, f.Encode())
		}
	}
	for text, want := range map[string]string{",,!": "", "a,a": "a", "!a,!a": "!a", "!a,a": "!a", "b,a": "a,b"} {
		if f := ParseRuleFilter(text); f.Encode() != want {
			t.Errorf("%q is understood as %q, want %q", text, f.Encode(), want)
		}
	}
}

func TestRuleCountsKeepTheOrderOfTheStory(t *testing.T) {
	got := RuleCounts([]insight.Finding{{Rule: "restart"}, {Rule: "burst"}, {Rule: "restart"}, {Rule: "a"}})
	if diff := cmp.Diff([]engine.Count{{Name: "restart", Count: 2}, {Name: "burst", Count: 1}, {Name: "a", Count: 1}}, got); diff != "" {
		t.Error(diff)
	}
}
