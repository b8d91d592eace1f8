package query

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var vocabulary = Vocabulary{
	"kind":     {{"pull_replica", "1,204"}, {"start_daemon", "77"}, {"stop_daemon", "3"}},
	"node":     {{"node-1", ""}, {"node-2", ""}},
	"template": {{"pull of # timed out", "801"}},
	"level":    {{"Warn", "12"}},
}

// completed applies every suggestion at the bar in text and puts a bar where it
// ends.
func completed(text string) []string {
	cursor := strings.IndexByte(text, '|')
	text = text[:cursor] + text[cursor+1:]
	var list []string
	for _, s := range Complete(text, cursor, vocabulary) {
		list = append(list, text[:s.ReplaceStart]+s.Text+"|"+text[s.ReplaceEnd:])
	}
	return list
}

func TestCompletion(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		// Fields, and values that contain a word.
		{"ki|", []string{"kind:|"}},
		{"x (KI|", []string{"x (kind:|"}},
		{"-pul| x", []string{"-kind:pull_replica| x", `-template:"pull of # timed out"| x`}},
		{"dae|", []string{"daemon:|", "daemon_id:|", "kind:start_daemon|", "kind:stop_daemon|"}},
		{"dispo|", []string{"disposition:|"}},
		{"o|", nil},
		{"ki|:x", []string{"kind:|x"}},
		{"nothing|", nil},
		// Values.
		{"kind:|", []string{"kind:pull_replica|", "kind:start_daemon|", "kind:stop_daemon|"}},
		{"kind:st| y", []string{"kind:start_daemon| y", "kind:stop_daemon| y"}},
		{"kind:s|xyz", []string{"kind:start_daemon|", "kind:stop_daemon|"}},
		{"kind:daemon|", []string{"kind:start_daemon|", "kind:stop_daemon|"}},
		{"kind:x,pu|,y", []string{"kind:x,pull_replica|,y"}},
		{"kind:x,|", []string{"kind:x,pull_replica|", "kind:x,start_daemon|", "kind:x,stop_daemon|"}},
		{`template:"pull o|`, []string{`template:"pull of # timed out"|`}},
		{`template:"pull o|"`, []string{`template:"pull of # timed out"|`}},
		{"level:w|", []string{"level:warn|"}},
		{"outcome:fail|", []string{"outcome:failed|", "outcome:failure|"}},
		{"decoded:|", []string{"decoded:no|", "decoded:yes|"}},
		{"retry:|", []string{"retry:none|", "retry:any|"}},
		{"status:b|", []string{"status:bad-checksum|"}},
		{"nothing:|", nil},
	} {
		got := completed(c.text)
		if c.text == "o|" {
			if len(got) == 0 || got[0] != "outcome:|" {
				t.Errorf("%s: %q, want outcome: first", c.text, got)
			}
			continue
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.text, diff)
		}
	}
	if n := len(completed("|")); n != len(fields) {
		t.Errorf("%d suggestions for nothing, want every field", n)
	}
	many := Vocabulary{}
	for i := range 1000 {
		many["kind"] = append(many["kind"], Word{fmt.Sprint("kind", i), ""})
	}
	for _, text := range []string{"kind:", "kind:ind", "ind"} {
		if n := len(Complete(text, len(text), many)); n != MaxSuggestions {
			t.Errorf("%s: %d suggestions", text, n)
		}
	}
}

func TestSuggestionsSayWhatTheyAre(t *testing.T) {
	got := Complete("pull", 4, vocabulary)
	want := []Suggestion{
		{"kind:pull_replica", 0, 4, "kind:pull_replica", "1,204"},
		{`template:"pull of # timed out"`, 0, 4, "template:pull of # timed out", "801"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzComplete(f *testing.F) {
	f.Add(`kind:a,"b c" (x or -/y/i`, 9)
	f.Fuzz(func(t *testing.T, text string, cursor int) {
		for _, s := range Complete(text, cursor, vocabulary) {
			if s.ReplaceStart < 0 || s.ReplaceStart > s.ReplaceEnd || s.ReplaceEnd > len(text) {
				t.Fatalf("%q at %d: %+v", text, cursor, s)
			}
		}
	})
}
