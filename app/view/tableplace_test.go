package view

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTablePlaceRoundTrip(t *testing.T) {
	for _, table := range []TablePlace{
		{Query: `outcome:failed reason:"timed out" -kind:x & y=1 #%`},
		{Chains: AllNames, ByRecord: true},
		{Chains: JoinNames([]ChainName{{"node-1", "meshos/actions"}, {"", "a;b%3B/c"}}), Corrected: true},
	} {
		p := Place{Node: "n", Channel: "c", Table: table}
		if got := ParsePlace(p.Encode()); got != p {
			t.Errorf("%+v comes back as %+v from %q", p, got, p.Encode())
		}
	}
}

func TestNamesRoundTrip(t *testing.T) {
	names := []ChainName{{"node-1", "meshos/actions"}, {"", "x"}, {"a/b;c%", "d/e;f%2F"}, {"ü", ""}}
	if diff := cmp.Diff(names, SplitNames(JoinNames(names))); diff != "" {
		t.Error(diff)
	}
	if got := SplitNames("no name;%zz/x;a/%"); len(got) != 0 {
		t.Errorf("names out of nothing: %v", got)
	}
}
