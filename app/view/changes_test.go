package view

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/snapshot"
)

func TestChangesByField(t *testing.T) {
	groups := GroupChanges([]snapshot.Change{
		{Path: "daemons[7].restart_state", Op: snapshot.Changed},
		{Path: "recent_failures[0]", Op: snapshot.Went},
		{Path: "recent_failures[1]", Op: snapshot.Went},
		{Path: "recent_failures[254]", Op: snapshot.Appeared},
		{Path: "recent_failures[255]", Op: snapshot.Appeared},
		{Path: "runtime_epoch_id", Op: snapshot.Changed},
	})
	var got []string
	for _, g := range groups {
		text := g.Field + ": " + g.Summary + ":"
		for _, c := range g.Changes {
			text += " " + c.Path
		}
		got = append(got, text)
	}
	want := []string{
		"daemons: 1 changed: daemons[7].restart_state",
		"recent_failures: 2 appeared, 2 went: recent_failures[255] recent_failures[254] recent_failures[1] recent_failures[0]",
		"runtime_epoch_id: 1 changed: runtime_epoch_id",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestChangeInWords(t *testing.T) {
	for _, c := range []struct {
		change snapshot.Change
		want   ChangeView
	}{
		{
			snapshot.Change{Path: "recent_failures[3]", Op: snapshot.Appeared, After: `{"source":"executor","reason":"a \"b\"","recorded_at_ms":1779465600000}`},
			ChangeView{"[3]", snapshot.Appeared, []ChangeLine{{"source", "", "executor"}, {"reason", "", `a "b"`}, {"recorded_at_ms", "", "2026-05-22 16:00:00.000"}}},
		},
		{
			snapshot.Change{Path: "daemons[7].restart_state", Op: snapshot.Changed, Before: `"Idle"`, After: `{"CoolingDown":{"until_ms":5}}`},
			ChangeView{"[7].restart_state", snapshot.Changed, []ChangeLine{{"", "Idle", `{"CoolingDown":{"until_ms":5}}`}}},
		},
		{
			snapshot.Change{Path: "local_maintenance", Op: snapshot.Changed, Before: `{"a":1,"b":2}`, After: `{"a":1,"b":3}`},
			ChangeView{"", snapshot.Changed, []ChangeLine{{"b", "2", "3"}}},
		},
		{
			snapshot.Change{Path: "runtime_epoch_id", Op: snapshot.Changed, Before: `18446744073709551615`, After: `null`},
			ChangeView{"", snapshot.Changed, []ChangeLine{{"", "18446744073709551615", "null"}}},
		},
		{
			snapshot.Change{Path: "x", Op: snapshot.Changed, Before: `{"broken`, After: "\u202e"},
			ChangeView{"", snapshot.Changed, []ChangeLine{{"", `{"broken`, "⟨RLO⟩"}}},
		},
	} {
		if diff := cmp.Diff(c.want, ViewChange(&c.change, UTC)); diff != "" {
			t.Errorf("%s: %s", c.change.Path, diff)
		}
	}
}
