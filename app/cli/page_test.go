//go:build !js

package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chainglass/app/engine"
	"chainglass/app/share"
	"chainglass/app/site"
	"chainglass/wire/export"
)

// hasPage reports whether this binary was built with the page in it. Without it
// the command says what to do, and there is nothing else to test.
func hasPage(t *testing.T) bool {
	t.Helper()
	if _, err := site.Embedded(); errors.Is(err, site.ErrNotBuilt) {
		command("page", incident, "-o", filepath.Join(t.TempDir(), "x.html")).want(t, StatusFailed).says(t, "built without the page")
		return false
	}
	return true
}

// pageOf makes a page and returns its path and what was said.
func pageOf(t *testing.T, args ...string) (path string, said ran) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "incident.html")
	return path, at(time.UnixMilli(1779465600000), append([]string{"page", "-o", path}, args...)...).want(t, StatusOK)
}

// exportOf opens the chain export inside a page.
func exportOf(t *testing.T, page string) *export.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.chain")
	command("export", page, "-o", path).want(t, StatusOK)
	b := readFile(t, path)
	f, err := export.Open(strings.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// A page made of chains gives back what it was made of.
func TestPageGivesBackTheFolders(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	if !hasPage(t) {
		return
	}
	page, said := pageOf(t, incident)
	said.says(t, "12 chains, 57,365 entries, 0 notes")
	again := filepath.Join(t.TempDir(), "again.chain")
	command("export", page, "-o", again).want(t, StatusOK)
	for _, from := range []string{page, again} {
		rebuilt := filepath.Join(t.TempDir(), "rebuilt")
		command("import", from, "-o", rebuilt).want(t, StatusOK)
		want, got := files(t, incident), files(t, rebuilt)
		if diff := cmp.Diff(sizes(want), sizes(got)); diff != "" {
			t.Fatalf("%s: original -, rebuilt +\n%s", from, diff)
		}
		for name := range want {
			if want[name] != got[name] {
				t.Errorf("%s: %s differs", from, name)
			}
		}
	}
	direct := command("fold", incident, "--channel", "node-1/meshos/actions").want(t, StatusOK).stdout
	if carried := command("fold", page, "--channel", "node-1/meshos/actions").want(t, StatusOK).stdout; carried != direct {
		t.Errorf("the page folds to\n%.200s\nnot to\n%.200s", carried, direct)
	}
	command("page", incident, "-o", page).want(t, StatusFailed)
}

func TestPageHasATitleAndAReport(t *testing.T) {
	if !hasPage(t) {
		return
	}
	page, _ := pageOf(t, incident, "--title", "22 May </title><b>")
	text := readFile(t, page)
	for _, want := range []string{
		"<title>22 May &lt;/title&gt;&lt;b&gt; &#183; Chainglass</title>",
		"<section id=\"report\">\n<header><h1>22 May &lt;/title&gt;&lt;b&gt;</h1>",
		"<h2>What happened</h2>",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	page, _ = pageOf(t, compacted)
	if !strings.Contains(readFile(t, page), "<title>Chains of base, ") {
		t.Error("a page without a title has none of its own")
	}
}

func TestPageOfAFilter(t *testing.T) {
	if !hasPage(t) {
		return
	}
	page, said := pageOf(t, incident, "--where", "outcome:failed node:node-2 chain:action", "--range", "16:08..16:09")
	said.says(t, "1 chain, ")
	chains := exportOf(t, page).Chains()
	if len(chains) != 1 || chains[0].Node != "node-2" {
		t.Fatalf("chains %+v", chains)
	}
	text := readFile(t, page)
	for _, want := range []string{"of 57,365 that the sender had open", "outcome:failed node:node-2"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %q", want)
		}
	}
	if strings.Contains(text, "sequence numbers are missing") {
		t.Error("what the filter left out is taken for damage")
	}
	redacted, _ := pageOf(t, page, "--redact=drop")
	for _, of := range []string{page, redacted} {
		var rules []string
		for _, f := range exportOf(t, of).Findings() {
			if f.By == export.BySource {
				rules = append(rules, f.Rule)
			}
		}
		if len(rules) != 1 || rules[0] != export.FindingFiltered {
			t.Errorf("the export does not say that it was filtered, or something else: %q", rules)
		}
		if !strings.Contains(readFile(t, of), "left out on purpose") {
			t.Error("the report does not say that entries were left out")
		}
	}
	whole := fed("", "cat", incident, "--channel", "node-2/meshos/actions").want(t, StatusOK).lines()
	kept := map[string]bool{}
	for _, line := range whole {
		kept[line] = true
	}
	lines := fed("", "cat", page).want(t, StatusOK).lines()
	for _, line := range lines {
		if !kept[line] {
			t.Fatalf("an entry changed: %s", line)
		}
	}
	if len(lines) != chains[0].Entries || len(lines) == 0 || len(lines) == len(whole) {
		t.Errorf("%d of %d entries went, the export says %d", len(lines), len(whole), chains[0].Entries)
	}
}

// Nothing of a redacted page names anything: neither what it carries nor what it
// says of that.
func TestPageRedacted(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	if !hasPage(t) {
		return
	}
	note := writeFile(t, "telemetry of node-1 is 9f3c5a7be1d20417", t.TempDir(), "note.md")
	page, said := pageOf(t, incident, "--redact", "--notes", note)
	said.says(t, "redacted view, commitment").says(t, "none is left")
	text := readFile(t, page)
	report := text[strings.LastIndex(text, `<section id="report">`):]
	file := filepath.Join(t.TempDir(), "public.chain")
	command("export", page, "-o", file).want(t, StatusOK)
	for name, content := range map[string]string{"report": report, "export": readFile(t, file)} {
		for _, original := range []string{"node-1", "telemetry", "9f3c5a7be1d20417", "11474145438749295639", "659918"} {
			if strings.Contains(content, original) {
				t.Errorf("the %s has %q", name, original)
			}
		}
	}
	if !strings.Contains(report, "A redacted view") || !strings.Contains(report, "The process restarted") {
		t.Error("the report says less than it may")
	}
	command("page", compacted, "-o", page+".2", "--redact=some").want(t, StatusUsage).says(t, "template or drop")
}

func TestPageTakesNotes(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	if !hasPage(t) {
		return
	}
	dir := t.TempDir()
	text := writeFile(t, "# The night\n\nIt began on **node-2**.\n", dir, "note.md")
	first, said := pageOf(t, incident, "--notes", text, "--range", "16:08..16:20")
	said.says(t, "1 note;")
	second, _ := pageOf(t, incident, "--notes", first, "--notes", text)
	notes := exportOf(t, second).Notes()
	if len(notes) != 1 || notes[0].Text != "# The night\n\nIt began on **node-2**." {
		t.Fatalf("notes %+v", notes)
	}
	// The text came last, for all of the time.
	if span := notes[0].Span.Value; span.FromMS != 1779465600379 || span.ToMS != 1779467762120 {
		t.Errorf("the note is about %+v", span)
	}
	if !strings.Contains(readFile(t, second), "<strong>node-2</strong>") {
		t.Error("the report lacks the note")
	}
}

func TestPageRefuses(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	if !hasPage(t) {
		return
	}
	dir := t.TempDir()
	empty := writeFile(t, " \n", dir, "empty.md")
	for _, c := range []struct {
		args   []string
		status int
		text   string
	}{
		{[]string{"--where", "kindd:x"}, StatusUsage, `--where: at "kindd:"`},
		{[]string{"--where", "kind:("}, StatusUsage, "--where: "},
		{[]string{"--where", "kind:unheard_of"}, StatusFailed, `--where "kind:unheard_of" keeps no entry`},
		{[]string{"--range", "2001-01-01..2002-01-01"}, StatusFailed, "--range 2001-01-01..2002-01-01 keeps no entry"},
		{[]string{"--range", "16:08..16:15 outcome:failed"}, StatusUsage, "is no range of times"},
		{[]string{"--range", "16:99..17:00"}, StatusUsage, `"16:99" is no time`},
		{[]string{"--range", "17:00..16:99"}, StatusUsage, `"16:99" is no time`},
		{[]string{"--notes", filepath.Join(dir, "missing.chain")}, StatusFailed, "missing.chain"},
		{[]string{"--notes", empty}, StatusFailed, "empty.md is empty"},
		{[]string{"--notes", filepath.Join(incident, "node-1")}, StatusFailed, "holds no notes"},
	} {
		path := filepath.Join(dir, "never.html")
		command(append([]string{"page", incident, "-o", path}, c.args...)...).want(t, c.status).says(t, c.text)
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("%v: a page was written", c.args)
		}
	}
	command("page", incident).want(t, StatusUsage)
	command("page", t.TempDir(), "-o", filepath.Join(dir, "never.html")).want(t, StatusFailed).says(t, "no chain found")
}

func TestImportNeedsOneExport(t *testing.T) {
	dir := t.TempDir()
	page := writeFile(t, "<!doctype html><p>nothing", dir, "plain.html")
	command("import", page, "-o", filepath.Join(dir, "a")).want(t, StatusFailed).says(t, "nor a page with one in it")
	command("import", incident, "-o", filepath.Join(dir, "b")).want(t, StatusFailed).says(t, "not a chain export")
}

func TestImportOfACutPage(t *testing.T) {
	if !hasPage(t) {
		return
	}
	page, _ := pageOf(t, incident)
	text := readFile(t, page)
	start := strings.LastIndex(text, `id="chainglass-data"`)
	cut := writeFile(t, text[:start+(len(text)-start)/2], t.TempDir(), "cut.html")
	command("import", cut, "-o", filepath.Join(t.TempDir(), "rebuilt")).want(t, StatusDamaged).says(t, "a damaged page")
}

func TestReport(t *testing.T) {
	markdown := command("report", incident).want(t, StatusOK).stdout
	if !strings.HasPrefix(markdown, "# Chains of node-1, node-2, node-3, 2026-05-22\n") {
		t.Errorf("the report begins with %.80q", markdown)
	}
	if again := command("report", incident, "--markdown").want(t, StatusOK).stdout; again != markdown {
		t.Error("--markdown is something else")
	}
	html := command("report", incident, "--html", "--title", "A <b>").want(t, StatusOK).stdout
	for _, want := range []string{"<!doctype html>", "<title>A &lt;b&gt;</title>", `<main id="report">`, "default-src 'none'", ".report-axis"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	path := filepath.Join(t.TempDir(), "axis.svg")
	command("report", incident, "--svg", "-o", path).want(t, StatusOK)
	if svg := readFile(t, path); !strings.HasPrefix(svg, "<svg xmlns=") {
		t.Errorf("the picture begins with %.40q", svg)
	}
	command("report", incident, "--svg", "-o", path).want(t, StatusFailed)
	command("report", incident, "--svg", "--html").want(t, StatusUsage).says(t, "exclude each other")
	command("report", t.TempDir()).want(t, StatusFailed).says(t, "no chain found")
}

// A page without a name of its own is called after what is in it.
func TestPageIsNamedAfterWhatIsInIt(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	if !hasPage(t) {
		return
	}
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	if err := os.Mkdir(out, 0o777); err != nil {
		t.Fatal(err)
	}
	command("page", incident, "-o", out, "--where", "node:node-2", "--range", "2026-05-22T16:08..16:15").want(t, StatusOK)
	if _, err := os.Stat(filepath.Join(out, "node-2_2026-05-22T16.08-16.15.html")); err != nil {
		t.Error(err)
	}
	command("page", incident, "-o", out, "--where", "node:node-2", "--range", "2026-05-22T16:08..16:15").want(t, StatusFailed)
	command("page", incident, "-o", out, "--redact", "--shift-times").want(t, StatusOK)
	if _, err := os.Stat(filepath.Join(out, "redacted.html")); err != nil {
		t.Error(err)
	}
}

// TestPageSizesAreForetold: what the share sheet says of a page is within five
// hundredths of what is written.
func TestPageSizesAreForetold(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	if !hasPage(t) {
		return
	}
	s, err := embeddedSite()
	if err != nil {
		t.Fatal(err)
	}
	viewer, err := s.Single(nil)
	if err != nil {
		t.Fatal(err)
	}
	generated := filepath.Join(t.TempDir(), "node")
	command("generate", "-o", generated, "--records", "60000").want(t, StatusOK)
	for _, path := range []string{incident, incident + "/node-3", generated, damageCase("rot-many")} {
		page, _ := pageOf(t, path)
		e := engine.New(engine.Options{})
		if _, err := e.Open(context.Background(), "x", os.DirFS(path), nil); err != nil {
			t.Fatal(err)
		}
		m, err := share.Measure(context.Background(), e, share.Spec{})
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(page)
		if err != nil {
			t.Fatal(err)
		}
		foretold := int64(len(viewer)) + m.PageBytes
		if off := float64(foretold)/float64(info.Size()) - 1; off > 0.05 || off < -0.05 {
			t.Errorf("%s: a page of %d bytes, %d foretold: %.1f %% off", path, info.Size(), foretold, 100*off)
		}
	}
}
