//go:build !js

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chainglass/wire/export"
)

func TestExportRedacted(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	dir := t.TempDir()
	whole, public, merged := filepath.Join(dir, "whole.chain"), filepath.Join(dir, "public.chain"), filepath.Join(dir, "merged.chain")
	command("export", incident, "-o", whole).want(t, StatusOK)
	command("export", whole, "-o", public, "--redact").want(t, StatusOK).
		says(t, "redacted view, commitment").says(t, "3 node ids").says(t, "none is left")
	b := readFile(t, public)
	for _, original := range []string{"node-1", "telemetry", "9f3c5a7be1d20417", "incident/"} {
		if strings.Contains(b, original) {
			t.Errorf("%q is still there", original)
		}
	}
	command("verify", public).want(t, StatusOK)
	command("import", public, "-o", filepath.Join(dir, "rebuilt")).want(t, StatusOK)
	command("verify", filepath.Join(dir, "rebuilt")).want(t, StatusOK)
	// The label stays with what comes of it.
	command("export", public, compacted, "-o", merged).want(t, StatusOK)
	if !strings.Contains(readFile(t, merged), "commitment") {
		t.Error("the label was lost on the way")
	}
}

func TestExportRedactedWithoutTexts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.chain")
	command("export", incident, "-o", file, "--redact=drop", "--shift-times").want(t, StatusOK).says(t, "moved by one random amount")
	if strings.Contains(readFile(t, file), "unreachable") {
		t.Error("a text is still there")
	}
}

func TestRedactFlagsThatMakeNoSense(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.chain")
	command("export", compacted, "-o", file, "--redact=some").want(t, StatusUsage).says(t, "template or drop")
	command("export", compacted, "-o", file, "--shift-times").want(t, StatusUsage).says(t, "goes with --redact")
}

// A redacted file commits to its original: who has the salt can check it, and
// nobody else can check a guess.
func TestReveal(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	command("export", compacted, "-o", in("whole.chain")).want(t, StatusOK)
	said := command("export", in("whole.chain"), "-o", in("shown.chain"), "--redact").want(t, StatusOK).text
	_, shown, found := strings.Cut(said, "the salt, for you alone: ")
	if !found {
		t.Fatal(said)
	}
	shown = strings.TrimSpace(shown)
	command("export", in("whole.chain"), "-o", in("saved.chain"), "--redact", "--salt", in("salt")).want(t, StatusOK).says(t, "the salt is in")
	saved := strings.TrimSpace(readFile(t, in("salt")))
	if info, err := os.Stat(in("salt")); err != nil || info.Mode().Perm() != 0o600 || saved == shown {
		t.Errorf("%v, %v", info, err)
	}
	for _, args := range [][]string{{shown, in("whole.chain"), in("shown.chain")}, {in("salt"), in("whole.chain"), in("saved.chain")}, {saved, compacted, in("saved.chain")}} {
		if r := command(append([]string{"verify", "--reveal"}, args...)...).want(t, StatusOK); !strings.Contains(r.stdout, "is a redacted view of") {
			t.Errorf("%v: %q", args, r.stdout)
		}
	}
	command("export", incident, "-o", in("other.chain")).want(t, StatusOK)
	for _, args := range [][]string{{saved, in("whole.chain"), in("shown.chain")}, {shown, in("other.chain"), in("shown.chain")}} {
		command(append([]string{"verify", "--reveal"}, args...)...).want(t, StatusDamaged).says(t, "is another")
	}
	command("verify", "--reveal", shown, in("whole.chain"), in("other.chain")).want(t, StatusFailed).says(t, "no redacted view")
	command("verify", "--reveal", "12", in("whole.chain"), in("shown.chain")).want(t, StatusUsage).says(t, "64 hexadecimal digits")
	command("verify", "--reveal", shown, in("whole.chain")).want(t, StatusUsage).says(t, "REDACTED is missing")
	command("export", in("whole.chain"), "-o", in("x.chain"), "--redact", "--salt", in("salt")).want(t, StatusFailed).says(t, "exists")
	command("export", in("whole.chain"), "-o", in("x.chain"), "--salt", in("salt")).want(t, StatusUsage).says(t, "goes with --redact")
}

// redact makes an export of an export; its salt shows of which it is.
func TestRedactAnExport(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	command("export", incident, "-o", in("whole.chain")).want(t, StatusOK)
	command("redact", in("whole.chain"), "-o", in("public.chain"), "--salt", in("salt"), "--hide-template", "pull timed out after # ms").want(t, StatusOK).
		says(t, "redacted view, commitment").says(t, `"dispatch retry budget exhausted after # attempts" leaves as "dispatch retry budget exhausted after 6 attempts"`)
	b := readFile(t, in("public.chain"))
	for _, original := range []string{"node-1", "telemetry", "9f3c5a7be1d20417", "after 10000 ms"} {
		if strings.Contains(b, original) {
			t.Errorf("%q is still there", original)
		}
	}
	if !strings.Contains(b, "exhausted after 6 attempts") {
		t.Error("measures do not stay")
	}
	command("verify", "--reveal", in("salt"), in("whole.chain"), in("public.chain")).want(t, StatusOK)
	command("redact", in("whole.chain"), "-o", in("dropped.chain"), "--texts", "drop", "--shift-times").want(t, StatusOK).says(t, "moved by one random amount")
	if strings.Contains(readFile(t, in("dropped.chain")), "unreachable") {
		t.Error("a text is still there")
	}
	// What was to be hidden may have left under another template.
	command("redact", in("whole.chain"), "-o", in("x.chain"), "--keep-template", "no such #").want(t, StatusDamaged).says(t, "no text has the template")
	command("redact", in("whole.chain"), "-o", in("public.chain")).want(t, StatusFailed).says(t, "public.chain")
	command("redact", incident, "-o", in("y.chain")).want(t, StatusFailed).says(t, "not a chain export")
	command("redact", in("whole.chain")).want(t, StatusUsage).says(t, "-o FILE is missing")
	command("redact", in("whole.chain"), "-o", in("y.chain"), "--texts", "some").want(t, StatusUsage).says(t, "template or drop")
	cut := writeFile(t, readFile(t, in("whole.chain"))[:1<<20], dir, "cut.chain")
	command("redact", cut, "-o", in("z.chain")).want(t, StatusDamaged).says(t, "is damaged")
}

// redact makes a page of a page, which opens at the same place.
func TestRedactAPage(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	if !hasPage(t) {
		return
	}
	note := writeFile(t, "telemetry of node-1 is 9f3c5a7be1d20417", t.TempDir(), "note.md")
	page, _ := pageOf(t, incident, "--notes", note, "--title", "node-1 at night")
	whole := strings.Replace(readFile(t, page), ` id="chainglass-data" data-encoding="gzip"`,
		` id="chainglass-data" data-fragment="v1&amp;node=node-2&amp;channel=meshos/actions&amp;at=947&amp;q=node:node-2" data-encoding="gzip"`, 1)
	dir := t.TempDir()
	placed, public := writeFile(t, whole, dir, "placed.html"), filepath.Join(dir, "public.html")
	salt := filepath.Join(dir, "salt")
	command("redact", placed, "-o", public, "--salt", salt).want(t, StatusOK).says(t, "redacted view, commitment")
	text := readFile(t, public)
	data := text[strings.LastIndex(text, ` id="chainglass-data" data-`):]
	for _, original := range []string{"node-1", "node-2", "telemetry", "9f3c5a7be1d20417", "11474145438749295639"} {
		if strings.Contains(data, original) || strings.Contains(text[:strings.Index(text, "</title>")], original) {
			t.Errorf("the page has %q", original)
		}
	}
	for _, kept := range []string{"at=947", "channel=meshos", "A redacted view", "Commitment to the original"} {
		if !strings.Contains(data, kept) {
			t.Errorf("the page lacks %q", kept)
		}
	}
	command("verify", "--reveal", salt, page, public).want(t, StatusOK)
	command("verify", public).want(t, StatusOK)
}

// report and link redact as export and page do.
func TestReportAndLinkRedacted(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, args := range [][]string{{"report", incident}, {"report", incident, "--html"}, {"report", incident, "--svg"}, {"link", incident, "--where", "pos:0..9", "--range", "16:00..16:30"}} {
		said := command(append(args, "--redact")...).want(t, StatusOK).says(t, "redacted view, commitment").says(t, "the salt, for you alone")
		for _, original := range []string{"node-1", "node-2", "telemetry", "9f3c5a7be1d20417"} {
			if strings.Contains(said.stdout, original) {
				t.Errorf("%v: %q is still there", args, original)
			}
		}
	}
}

// What no entry holds does not leave, and that is told.
func TestRedactTellsOfRawParts(t *testing.T) {
	whole, public := filepath.Join(t.TempDir(), "whole.chain"), filepath.Join(t.TempDir(), "public.chain")
	command("export", damageCase("empty-dat"), "-o", whole)
	command("redact", whole, "-o", public).says(t, "raw parts of folders")
	if parts := exportFile(t, public).RawParts(0); len(parts) != 0 {
		t.Errorf("%d raw parts left", len(parts))
	}
}

func exportFile(t *testing.T, name string) *export.File {
	t.Helper()
	b := readFile(t, name)
	f, err := export.Open(strings.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}
