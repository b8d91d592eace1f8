package query

import (
	"strings"
	"testing"
)

func TestClicksEditTheText(t *testing.T) {
	const add, exclude, remove, set = "add", "exclude", "remove", "set"
	edits := map[string]func(text, field, value string) string{
		add: AddTerm, exclude: ExcludeTerm, remove: RemoveTerm, set: SetTerm,
	}
	for _, c := range []struct{ edit, text, field, value, want string }{
		{add, "", "kind", "pull_replica", "kind:pull_replica"},
		{add, "  ", "kind", "a", "kind:a"},
		{add, "timed  out ", "kind", "a", "timed  out kind:a"},
		{add, "kind:a", "kind", "a", "kind:a"},
		{add, "kind:A  x", "kind", "b", "kind:A,b  x"},
		{add, "x kind:a,b y", "kind", "c", "x kind:a,b,c y"},
		{add, "disposition:failed", "outcome", "Gated", "disposition:failed,gated"},
		{add, "x", "level", "Warn", "x outcome:warn"},
		{add, "-kind:a x", "kind", "a", "x kind:a"},
		{add, "-kind:a,b x", "kind", "b", "-kind:a x kind:b"},
		{add, "not kind:a", "kind", "a", "kind:a"},
		{add, "kind:a* kind:*b", "kind", "c", "kind:a*,c kind:*b,c"},
		{add, "a or b", "kind", "c", "(a or b) kind:c"},
		{add, "(kind:a or b)", "kind", "c", "(kind:a or b) kind:c"},
		{add, `x "open`, "kind", "a", `kind:a x "open`},
		{add, "(x", "kind", "a", "kind:a (x"},
		{add, "kind:", "kind", "a", "kind:a kind:"},
		{add, "", "template", "pull of # timed out", `template:"pull of # timed out"`},
		{add, "", "kind", "a*b", `kind:"a*b"`},
		{add, "kind:a*", "kind", "a*", `kind:a*,"a*"`},
		{add, "id:0x2a", "id", "42", "id:0x2a"},
		{add, "id:>5", "id", "3", "id:>5,3"},
		{add, "x", "nothing", "a", "x"},
		{exclude, "", "kind", "a", "-kind:a"},
		{exclude, "kind:a x", "kind", "a", "x -kind:a"},
		{exclude, "kind:a,b x", "kind", "a", "kind:b x -kind:a"},
		{exclude, "-kind:b x", "kind", "a", "-kind:b,a x"},
		{exclude, "-kind:a", "kind", "a", "-kind:a"},
		{exclude, "a or b", "kind", "c", "(a or b) -kind:c"},
		{remove, "kind:a", "kind", "a", ""},
		{remove, "x kind:a", "kind", "a", "x"},
		{remove, "x  kind:a  y", "kind", "a", "x  y"},
		{remove, "x and kind:a and y", "kind", "a", "x and y"},
		{remove, "kind:a and y", "kind", "a", "y"},
		{remove, "x and -kind:a", "kind", "a", "x"},
		{remove, "x not kind:a", "kind", "a", "x"},
		{remove, "kind:a,b,a", "kind", "a", "kind:b"},
		{remove, `kind:"x y",b`, "kind", "B", `kind:"x y"`},
		{remove, "kind:a kind:a,b", "kind", "a", "kind:b"},
		{remove, "kind:a or x", "kind", "a", "kind:a or x"},
		{remove, "(kind:a)", "kind", "a", "(kind:a)"},
		{remove, "kind:/a/ kind:*", "kind", "a", "kind:/a/ kind:*"},
		{set, "x time:16:08 y", "time", "16:08..16:15", "x y time:16:08..16:15"},
		{set, "time:>16:08 -time:16:10 time:<16:20", "time", "16:00", "-time:16:10 time:16:00"},
		{set, "x", "time", "2026-05-22T16:08+02:00..16:15", "x time:2026-05-22T16:08+02:00..16:15"},
	} {
		if got := edits[c.edit](c.text, c.field, c.value); got != c.want {
			t.Errorf("%s %s:%s in %q = %q, want %q", c.edit, c.field, c.value, c.text, got, c.want)
		}
	}
}

func TestHowAValueStands(t *testing.T) {
	for _, c := range []struct {
		text, field, value string
		want               TermState
	}{
		{"", "kind", "a", TermNone},
		{"kind:b,a", "kind", "a", TermAdded},
		{"-kind:b,A", "kind", "a", TermExcluded},
		{"--kind:a", "kind", "a", TermAdded},
		{"not -kind:a", "kind", "a", TermAdded},
		{"level:warn", "disposition", "Warn", TermAdded},
		{"id:0x2a", "id", "42", TermAdded},
		{"id:40..44", "id", "42", TermNone},
		{"kind:*", "kind", "a", TermNone},
		{`kind:"*"`, "kind", "*", TermAdded},
		{"kind:a or x", "kind", "a", TermNone},
		{"kind:a", "nothing", "a", TermNone},
	} {
		if got := HasTerm(c.text, c.field, c.value); got != c.want {
			t.Errorf("%s:%s in %q = %v, want %v", c.field, c.value, c.text, got, c.want)
		}
	}
}

// Whatever was typed, a click leaves a query that is right and says what was
// clicked, and another click takes it back.
func FuzzEdit(f *testing.F) {
	for _, item := range Help() {
		f.Add(item.Example, "a b")
	}
	f.Add("-kind:a and not kind:b,a kind:*,/x/ (y or kind:a)", "a")
	f.Fuzz(func(t *testing.T, text, value string) {
		_, err := Parse(text, incident)
		added, excluded := AddTerm(text, "kind", value), ExcludeTerm(text, "kind", value)
		if err != nil || len(text)+len(value) > 1000 || strings.Count(text, "(")+strings.Count(text, "-")+strings.Count(text, "not") > 40 || strings.ToValidUTF8(value, "") != value {
			return
		}
		for state, edited := range map[TermState]string{TermAdded: added, TermExcluded: excluded} {
			if _, err := Parse(edited, incident); err != nil {
				t.Fatalf("%q with %q: %q: %v", text, value, edited, err)
			}
			if got := HasTerm(edited, "kind", value); got != state {
				t.Fatalf("%q with %q: %q: %v, want %v", text, value, edited, got, state)
			}
			removed := RemoveTerm(edited, "kind", value)
			if _, err := Parse(removed, incident); err != nil || HasTerm(removed, "kind", value) != TermNone {
				t.Fatalf("%q without %q: %q: %v", edited, value, removed, err)
			}
		}
	})
}
