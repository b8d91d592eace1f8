package view

import (
	"strings"
	"testing"

	"chainglass/app/engine"
)

func TestComparisonInWords(t *testing.T) {
	for _, c := range []struct {
		result engine.Comparison
		a, b   int
		want   string
	}{
		{engine.Comparison{Common: 10, Complete: true}, 10, 10, "are the same: 10 entries"},
		{engine.Comparison{Common: 10, OnlyB: 1, Complete: true}, 10, 11, "B is A and 1 entry more"},
		{engine.Comparison{Common: 10, OnlyA: 2, Complete: true}, 12, 10, "A is B and 2 entries more"},
		{engine.Comparison{Different: 3, Complete: true}, 3, 3, "differ from the first entry"},
		{engine.Comparison{Common: 5, Different: 3, OnlyB: 1, Complete: true}, 8, 9, "first 5 entries are the same"},
		{engine.Comparison{Common: 5}, 8, 9, "Cancelled"},
	} {
		if got := ComparisonText(&c.result, c.a, c.b); !strings.Contains(got, c.want) {
			t.Errorf("%+v: %q, want %q in it", c.result, got, c.want)
		}
	}
	for want, s := range map[string]engine.Span{
		"1 entry, seq 7":           {Count: 1, FirstSeq: 7, LastSeq: 7},
		"3 entries, seq 7 to 1009": {Count: 3, FirstSeq: 7, LastSeq: 1009},
	} {
		if got := SpanText(&s); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
