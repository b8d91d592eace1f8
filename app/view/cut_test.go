package view

import (
	"testing"

	"chainglass/app/engine"
)

func TestWhatAStateIsFoldedFrom(t *testing.T) {
	run := engine.StatePart{Channel: "meshos/log", Position: 12, Entries: 937, Cut: engine.Cut{Kind: engine.CutRun, Position: 16_125, Entries: 17_062}}
	late := run
	late.Elsewhere = true
	some := engine.StatePart{Channel: "meshos/log", Position: 937, Entries: 937, Cut: engine.Cut{Kind: engine.CutSome, Entries: 17_062}}
	old := some
	old.Cut.Entries = 0
	lost := some
	lost.Cut.Kind = engine.CutLost
	whole := engine.StatePart{Channel: "meshos/log", Position: 5, Entries: 9}
	for _, tt := range []struct {
		name          string
		part          engine.StatePart
		text, warning string
	}{
		{"whole", whole, "meshos/log 5 of 9", ""},
		{"a run", run, "meshos/log 12 of 937, 16,137 of 17,062 in the source", ""},
		{"another time", late, "meshos/log 12 of 937, 16,137 of 17,062 in the source",
			"This is not the state of the source. meshos/log had other entries by then, which were left out."},
		{"filtered", some, "meshos/log folded from 937 of 17,062 entries",
			"This is not the state of the source. meshos/log is folded from 937 of 17,062 entries: the others were left out."},
		{"filtered by an older version", old, "meshos/log folded from 937 entries",
			"This is not the state of the source. meshos/log is folded from 937 entries: the others were left out."},
		{"damaged", lost, "meshos/log folded from 937 of 17,062 entries",
			"This is not the state of the source. meshos/log is folded from 937 of 17,062 entries: what it starts from is lost to damage."},
	} {
		if got := StatePartText(&tt.part); got != tt.text {
			t.Errorf("%s: %q", tt.name, got)
		}
		if got := StateWarning([]engine.StatePart{whole, tt.part}); got != tt.warning {
			t.Errorf("%s: %q", tt.name, got)
		}
	}
}
