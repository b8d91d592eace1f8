package redact

import (
	"bytes"
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"chainglass/app/engine"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/message"
)

// storied is an export with what the sender found, some of it of a folder.
func storied(t *testing.T) []byte {
	t.Helper()
	e, _ := opened(t, incident(t))
	var out bytes.Buffer
	if _, err := e.Pack(context.Background(), engine.PackSpec{}, &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// facts is what of a finding no redaction changes.
func facts(f export.Finding) export.Finding {
	f.Where, f.Title, f.Detail, f.Time = "", message.Message{}, message.Message{}, export.Finding{}.Time
	for i := range f.Refs {
		f.Refs[i].What = message.Message{}
	}
	return f
}

// Our own words are not redacted, and neither are counts, measures, positions, rules
// and severities: only the values that stand for something are.
func TestFindingsKeepOurWords(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	b := storied(t)
	was := parsed(t, b).Findings()
	if len(was) < 20 {
		t.Fatalf("%d findings", len(was))
	}
	digits := regexp.MustCompile(`\d`)
	for name, o := range map[string]Options{"as it is": {}, "shifted": {ShiftTimes: true}, "without texts": {Texts: TextDrop}} {
		out, _ := rewritten(t, b, o)
		is := parsed(t, out).Findings()
		if len(is) != len(was) {
			t.Fatalf("%s: %d of %d findings", name, len(is), len(was))
		}
		for i := range was {
			if diff := cmp.Diff(facts(was[i]), facts(is[i])); diff != "" {
				t.Errorf("%s: %s: -original +redacted:\n%s", name, was[i].Title, diff)
			}
			if was[i].Title.Format != is[i].Title.Format || was[i].Detail.Format != is[i].Detail.Format {
				t.Errorf("%s: %q became %q", name, was[i].Detail, is[i].Detail)
			}
			if a, b := strings.Count(was[i].Title.String(), ","), strings.Count(is[i].Title.String(), ","); name == "as it is" && a != b {
				t.Errorf("%q became %q", was[i].Title, is[i].Title)
			}
			if text := is[i].Title.String() + is[i].Detail.String(); name != "without texts" && strings.Contains(text, "node-1") || !digits.MatchString(was[i].Detail.String()) && digits.MatchString(is[i].Detail.String()) {
				t.Errorf("%s: %q", name, text)
			}
		}
	}
}

// "0pp of 0pq entries are here; the others were left out on word-a", nine times: the
// note of a filter is our own sentence.
func TestFilteredStaysReadable(t *testing.T) {
	e, opened := opened(t, incident(t))
	at := slices.IndexFunc(opened.Chains, func(c engine.ChainInfo) bool { return c.Kind == wire.ChainAction })
	var packed bytes.Buffer
	kept, err := e.Pack(context.Background(), engine.PackSpec{Chains: []engine.ChainID{opened.Chains[at].ID}, Where: "outcome:failed", NoStory: true}, &packed)
	if err != nil || kept.Entries < 1000 {
		t.Fatal(kept, err)
	}
	out, _ := rewritten(t, packed.Bytes(), Options{})
	again, _ := openFS(t, fstest.MapFS{"x.chain": {Data: out}})
	list, err := again.Findings(again.Chains()[0].ID)
	if err != nil || len(list) == 0 {
		t.Fatal(list, err)
	}
	want := message.Grouped(uint64(kept.Entries)) + " of " + message.Grouped(uint64(opened.Chains[at].Entries)) + " entries are here; the others were left out on purpose."
	if got := list[0].Detail.String(); !strings.HasPrefix(got, want) {
		t.Errorf("%q does not begin with %q", got, want)
	}
}

// A format from a file is no place for anybody's words.
func TestForeignFormatsAreHidden(t *testing.T) {
	b := write(t, func(w *export.Writer) error {
		return w.AddFinding(export.Finding{By: export.BySource, Severity: export.SeverityNote, Title: message.Message{Format: "acme GmbH paid"}, Detail: message.Message{Format: "{acme|acmes} are here", Values: []message.Value{message.Count(3)}}})
	})
	out, _ := rewritten(t, b, Options{})
	f := parsed(t, out).Findings()
	if len(f) != 1 || f[0].Title.String() != "(redacted)" || f[0].Detail.String() != "(redacted)" || bytes.Contains(out, []byte("acme")) {
		t.Errorf("%+v", f)
	}
}
