package report

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"chainglass/app/engine"
	"chainglass/app/view"
	"chainglass/wire"
	"chainglass/wire/export"
)

// annotated is the incident with two notes.
func annotated(t *testing.T) *engine.Engine {
	t.Helper()
	e := incident(t)
	actions := engine.ChainID(0)
	for _, c := range e.Chains() {
		if c.Node == "node-1" && c.Channel == "meshos/actions" {
			actions = c.ID
		}
	}
	remark(t, e, "n1", "Ada", "The process restarted **here**, after the panic of `16:12:30`.\n\n- ids begin at 1 again\n- nothing is lost",
		engine.NoteAnchor{Chain: actions, Position: 10473})
	remark(t, e, "n2", "", "The bad minutes: see <b>the bursts</b>.", engine.NoteAnchor{}, 1779466080000, 1779466500000)
	return e
}

func TestIncident(t *testing.T) {
	r := reportOn(t, annotated(t), Options{Remarks: []string{"Made from the reference's incident"}})
	golden(t, "incident.html", r.HTML())
	golden(t, "incident.md", r.Markdown())
	golden(t, "incident.svg", r.SVG())
}

// The markup of the incident is our own, and the picture is a document of its
// own.
func TestMarkupIsWhole(t *testing.T) {
	r := reportOn(t, annotated(t), Options{})
	checkMarkup(t, r.HTML())
	checkMarkup(t, r.SVG())
	for _, heading := range []string{"Notes", "Over time", "What happened", "In order of time", "The last failures", "Integrity", "Counts", "Ids", "Chains"} {
		if !strings.Contains(r.HTML(), "<h2>"+heading+"</h2>") {
			t.Errorf("no section %q", heading)
		}
	}
}

func TestDamageIsListedAndCut(t *testing.T) {
	r := reportOn(t, open(t, os.DirFS(filepath.Join(channelData, "damage", "rot-many"))), Options{})
	if !strings.Contains(r.HTML(), "Payload does not match its checksum") || !strings.Contains(r.Markdown(), "bad-checksum") {
		t.Error("the damage is not listed")
	}
	if !strings.Contains(r.SVG(), ">damage</text>") {
		t.Error("the damage is not marked")
	}
	var many [][]byte
	for i := range 200 {
		many = append(many, fmt.Append(nil, "\xff", i))
		many = append(many, failed(uint64(i), "pull_replica", "x"))
	}
	cut := reportOn(t, open(t, entries(t, export.ChainInfo{Node: "n", Channel: "meshos/actions", Kind: wire.ChainAction}, many...)), Options{})
	if html := cut.HTML(); len(html) > 200_000 {
		t.Errorf("a report of %d bytes", len(html))
	}
}

func TestNothingAtAll(t *testing.T) {
	for name, e := range map[string]*engine.Engine{
		"empty engine": engine.New(engine.Options{}),
		"empty chain":  open(t, entries(t, export.ChainInfo{Channel: "x"})),
	} {
		r := reportOn(t, e, Options{})
		checkMarkup(t, r.HTML())
		if r.SVG() != "" {
			t.Errorf("%s: there is a time axis", name)
		}
		if !strings.Contains(r.Markdown(), "Nothing in the records stands out.") {
			t.Errorf("%s: %s", name, r.Markdown())
		}
	}
}

// Leaving entries out on purpose is no damage.
func TestGapsOfAFilterAreNoFindings(t *testing.T) {
	e := incident(t)
	var b bytes.Buffer
	spec := engine.PackSpec{Where: "outcome:failed"}
	if _, err := e.Pack(context.Background(), spec, &b); err != nil {
		t.Fatal(err)
	}
	filtered := open(t, fstest.MapFS{"x.chain": {Data: b.Bytes()}})
	text := reportOn(t, filtered, Options{}).Markdown()
	if strings.Contains(text, "seq-gap") || !strings.Contains(text, "left out on purpose") || !strings.Contains(text, "**0** damaged chains") {
		t.Errorf("gaps of a filter are findings: %.2000s", text)
	}
}

func TestTitleOfItsOwn(t *testing.T) {
	for _, c := range []struct {
		nodes []string
		days  uint64
		want  string
	}{
		{nil, 0, "Chains"},
		{[]string{"a"}, 0, "Chains of a, 1970-01-01"},
		{[]string{"a", "b", "c", "d"}, 2, "Chains of 4 nodes, 1970-01-01 – 1970-01-03"},
	} {
		var chains []*engine.ChainInfo
		for _, n := range c.nodes {
			const day = 24 * 3600 * 1_000_000_000
			chains = append(chains, &engine.ChainInfo{Node: n, Times: []engine.TimeGroup{{LastNS: c.days * day, Entries: 1}}})
		}
		if got := defaultTitle(chains); got != c.want {
			t.Errorf("%v: %q, want %q", c.nodes, got, c.want)
		}
	}
}

// The colours of the picture are those of the page's light theme.
func TestColoursAreTheTokens(t *testing.T) {
	sheet, err := os.ReadFile("../../web/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	light := func(token string) string {
		m := regexp.MustCompile(`--` + token + `: light-dark\((#[0-9a-f]{6}),`).FindSubmatch(sheet)
		if m == nil {
			t.Fatalf("no token %s", token)
		}
		return string(m[1])
	}
	for tone, look := range looks {
		want := map[view.Tone][2]string{
			view.ToneQuiet: {"line-strong", "ink-faint"}, view.TonePlain: {"line-strong", "ink"},
		}[tone]
		if want[0] == "" {
			want = [2]string{"fill-" + string(tone), string(tone)}
		}
		if look.fill != light(want[0]) || look.ink != light(want[1]) {
			t.Errorf("%s is %+v, not %v", tone, look, want)
		}
	}
	for token, got := range map[string]string{"paper": paper, "line": line, "ink-quiet": inkQuiet} {
		if got != light(token) {
			t.Errorf("%s is %s", token, got)
		}
	}
}
