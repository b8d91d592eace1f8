package view

import (
	"strings"
	"testing"
)

func TestChoose(t *testing.T) {
	all := []Choice{{Title: "Next record"}, {Title: "Open node-1 log"}, {Title: "Open node-2 log"}, {Title: "Reopen"}}
	for text, want := range map[string]string{
		"":          "Next record|Open node-1 log|Open node-2 log|Reopen",
		"open":      "Open node-1 log|Open node-2 log|Reopen",
		"LOG 2":     "Open node-2 log",
		"nothing":   "",
		"record ne": "Next record",
	} {
		var titles []string
		for _, c := range Choose(all, text) {
			titles = append(titles, c.Title)
		}
		if got := strings.Join(titles, "|"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestParseGoto(t *testing.T) {
	day := at(t, "2026-05-22 09:00:00.000")
	for _, c := range []struct {
		text  string
		kind  GotoKind
		value uint64
	}{
		{"1,042", GotoSeq, 1042},
		{"18446744073709551615", GotoSeq, 1<<64 - 1},
		{"#7", GotoPosition, 7},
		{"16:08", GotoTime, at(t, "2026-05-22 16:08:00.000") * nsPerMS},
		{"2026-05-21T16:08:03", GotoTime, at(t, "2026-05-21 16:08:03.000") * nsPerMS},
		{"", GotoNothing, 0},
		{"#", GotoNothing, 0},
		{"theme", GotoNothing, 0},
	} {
		if kind, value := ParseGoto(c.text, day, UTC); kind != c.kind || value != c.value {
			t.Errorf("%q: %v %d, want %v %d", c.text, kind, value, c.kind, c.value)
		}
	}
}
