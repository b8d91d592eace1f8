//go:build !js

package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/message"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

// TestImportOfExportIsTheSame rebuilds folders byte for byte, the manifest
// included.
func TestImportOfExportIsTheSame(t *testing.T) {
	for name, path := range map[string]string{
		"incident":  incident,
		"compacted": compacted,
		"inline":    damageCase("clean"),
		"rot":       damageCase("rot-many"),
		"seq":       damageCase("seq-back"),
		"times":     damageCase("ts-short"),
		"torn":      damageCase("torn-dat-deep"),
	} {
		t.Run(name, func(t *testing.T) {
			file, rebuilt := filepath.Join(t.TempDir(), "x.chain"), filepath.Join(t.TempDir(), "rebuilt")
			command("export", path, "-o", file).want(t, StatusOK)
			command("import", file, "-o", rebuilt).want(t, StatusOK)
			want, got := files(t, path), files(t, rebuilt)
			if name != "incident" {
				// One node, which has the name of the folder.
				got = files(t, filepath.Join(rebuilt, filepath.Base(path)))
			}
			if diff := cmp.Diff(sizes(want), sizes(got)); diff != "" {
				t.Fatalf("original -, rebuilt +\n%s", diff)
			}
			for name := range want {
				if want[name] != got[name] {
					t.Errorf("%s differs", name)
				}
			}
		})
	}
}

func sizes(files map[string]string) map[string]int {
	n := map[string]int{}
	for name, content := range files {
		n[name] = len(content)
	}
	return n
}

func TestExportOfTheSameIsTheSame(t *testing.T) {
	dir, now := t.TempDir(), time.UnixMilli(1779465600000)
	for _, name := range []string{"a.chain", "b.chain"} {
		at(now, "export", incident, "-o", filepath.Join(dir, name)).want(t, StatusOK)
	}
	if readFile(t, filepath.Join(dir, "a.chain")) != readFile(t, filepath.Join(dir, "b.chain")) {
		t.Error("two exports of the same differ")
	}
}

func TestExportOverwritesNothing(t *testing.T) {
	dir := t.TempDir()
	name := writeFile(t, "precious", dir, "x.chain")
	command("export", compacted, "-o", name).want(t, StatusFailed)
	command("import", name, "-o", filepath.Join(dir, "rebuilt")).want(t, StatusFailed).says(t, "not a chain export")
	if readFile(t, name) != "precious" {
		t.Error("the file was overwritten")
	}
	good := filepath.Join(t.TempDir(), "good.chain")
	command("export", compacted, "-o", good).want(t, StatusOK)
	command("import", good, "-o", dir).want(t, StatusFailed).says(t, "not empty")
	command("export", t.TempDir(), "-o", filepath.Join(dir, "nothing.chain")).want(t, StatusFailed)
	if _, err := os.Stat(filepath.Join(dir, "nothing.chain")); !os.IsNotExist(err) {
		t.Errorf("an export of nothing is there: %v", err)
	}
}

func TestImportLeavesOutWhatIsNotThere(t *testing.T) {
	file, rebuilt := filepath.Join(t.TempDir(), "x.chain"), filepath.Join(t.TempDir(), "rebuilt")
	command("export", damageCase("torn-dat-deep"), "-o", file, "--entries-only").want(t, StatusOK)
	command("import", file, "-o", rebuilt).want(t, StatusDamaged).says(t, "entries are left out, the first at position 1")
	if want, got := foldOf(t, damageCase("torn-dat-deep")).Payload, foldOf(t, rebuilt).Payload; want != got {
		t.Errorf("payloads of the original %s, of the rebuilt %s", want, got)
	}
}

func TestImportOfACutExport(t *testing.T) {
	whole, dir := filepath.Join(t.TempDir(), "x.chain"), t.TempDir()
	command("export", incident, "-o", whole).want(t, StatusOK)
	content := readFile(t, whole)
	cut := writeFile(t, content[:len(content)*2/3], dir, "cut.chain")
	command("import", cut, "-o", filepath.Join(dir, "rebuilt")).want(t, StatusDamaged).says(t, "the file ends here")
	command("verify", cut).want(t, StatusDamaged)
	command("verify", whole).want(t, StatusOK)
	command("verify", filepath.Join(dir, "rebuilt")).want(t, StatusOK)
}

// writeExport makes an export by hand.
func writeExport(t *testing.T, fill func(w *export.Writer) error) (name string) {
	t.Helper()
	var b bytes.Buffer
	w, err := export.NewWriter(&b, export.Options{})
	if err == nil {
		err = fill(w)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return writeFile(t, b.String(), t.TempDir(), "made.chain")
}

func TestImportStaysInItsFolder(t *testing.T) {
	name := writeExport(t, func(w *export.Writer) error {
		for _, info := range []export.ChainInfo{
			{Node: "../evil", Channel: "log"}, {Node: "a/../b", Channel: "log"}, {Node: "..", Channel: "log"},
			{Node: "n", Channel: "../../log"}, {Node: "n", Channel: "Upper"}, {Node: "n", Channel: ""},
			{Node: "good", Channel: "log", Origin: "x/v9999999999"}, {Node: "good", Channel: "log", Origin: "x/v4294967295"},
			{Channel: "no/node"}, {Node: "host/node", Channel: "log"},
		} {
			if _, err := w.AddChain(info); err != nil {
				return err
			}
		}
		return nil
	})
	outer := t.TempDir()
	r := command("import", name, "-o", filepath.Join(outer, "in", "to")).want(t, StatusDamaged)
	if n := strings.Count(r.text, "left out"); n != 6 {
		t.Errorf("%d chains left out, want 6: %s", n, r.text)
	}
	var got []string
	for name := range files(t, outer) {
		if strings.HasSuffix(name, "manifest") {
			got = append(got, name)
		}
	}
	// The map's order is none.
	want := map[string]bool{"in/to/good/log/manifest": true, "in/to/good (2)/log/manifest": true, "in/to/no/node/manifest": true, "in/to/host/node/log/manifest": true}
	for _, name := range got {
		if !want[name] {
			t.Errorf("wrote %s", name)
		}
	}
	if len(got) != len(want) {
		t.Errorf("wrote %v", got)
	}
	c, err := redex.OpenChannel(os.DirFS(filepath.Join(outer, "in", "to", "good (2)", "log")), ".")
	if err != nil || c.Manifest.Generation != 4294967295 {
		t.Errorf("the generation is %d, %v", c.Manifest.Generation, err)
	}
}

func TestImportOfStrangeEntries(t *testing.T) {
	name := writeExport(t, func(w *export.Writer) error {
		id, err := w.AddChain(export.ChainInfo{Node: "n", Channel: "log"})
		if err != nil {
			return err
		}
		return w.AppendEntries(id, []wire.Entry{
			{Seq: 0, TSNS: postcard.Some[uint64](1), Payload: []byte("a"), FlagsAndChecksum: redex.Checksum([]byte("a"))},
			{Seq: 1, TSNS: postcard.Some[uint64](2), Payload: []byte("short"), FlagsAndChecksum: redex.FlagInline | redex.Checksum([]byte("short"))},
			{Seq: 2, Payload: []byte("b"), FlagsAndChecksum: redex.Checksum([]byte("b"))},
			{Seq: 3, TSNS: postcard.Some[uint64](3), Payload: []byte("c"), FlagsAndChecksum: redex.Checksum([]byte("c"))},
		})
	})
	dir := filepath.Join(t.TempDir(), "rebuilt")
	command("import", name, "-o", dir).want(t, StatusDamaged).
		says(t, "1 entries are left out, the first at position 1").says(t, "1 append times are left out")
	got := sizes(files(t, filepath.Join(dir, "n")))
	want := map[string]int{"log/manifest": 16, "log/v0000000001/idx": 60, "log/v0000000001/dat": 3, "log/v0000000001/ts": 8}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// TestExportOfExports merges two exports: notes stay with their entries, the
// newer state of a note wins, origins are kept.
func TestExportOfExports(t *testing.T) {
	anchored := func(channel string, updatedAtMS uint64) string {
		return writeExport(t, func(w *export.Writer) error {
			for _, name := range []string{"other", channel} {
				if _, err := w.AddChain(export.ChainInfo{Node: "n", Channel: name, Origin: "x/v0000000007"}); err != nil {
					return err
				}
			}
			note := export.Note{ID: "n1", Text: channel, UpdatedAtMS: updatedAtMS, Anchors: []export.Anchor{{Chain: 1, Seq: 4}}}
			finding := export.Finding{Chain: postcard.Some(export.ChainID(1)), By: export.BySource, Rule: "k", Severity: export.SeverityNote, Title: message.New("{}", message.Channel(channel))}
			if err := w.AddNote(note); err != nil {
				return err
			}
			return w.AddFinding(finding)
		})
	}
	merged := filepath.Join(t.TempDir(), "merged.chain")
	command("export", anchored("old", 1), anchored("new", 2), "-o", merged).want(t, StatusOK)
	b := readFile(t, merged)
	f, err := export.Open(strings.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	chains := f.Chains()
	if len(chains) != 4 || chains[3].Channel != "new" || chains[3].Origin != "x/v0000000007" {
		t.Fatalf("chains: %+v", chains)
	}
	want := []export.Note{{ID: "n1", Text: "new", UpdatedAtMS: 2, Anchors: []export.Anchor{{Chain: chains[3].ID, Seq: 4}}}}
	if diff := cmp.Diff(want, f.Notes()); diff != "" {
		t.Errorf("notes: want -, got +\n%s", diff)
	}
	findings := f.Findings()
	if len(findings) != 2 || findings[0].Chain.Value != chains[1].ID || findings[1].Chain.Value != chains[3].ID {
		t.Errorf("findings: %+v", findings)
	}
}

func TestExportRecordsWhatItCouldNotRead(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "x.chain")
	sample := readFile(t, "../../web/sample/incident.zip")
	writeFile(t, sample[:1000], dir, "cut.zip")
	command("generate", "-o", filepath.Join(dir, "node"), "--records", "10").want(t, StatusOK)
	command("export", dir, "-o", file).want(t, StatusDamaged).says(t, "cut.zip").says(t, "is incomplete")
	b := readFile(t, file)
	f, err := export.Open(strings.NewReader(b), int64(len(b)))
	if err != nil || len(f.Findings()) == 0 || f.Findings()[0].Rule != export.FindingNotRead || !strings.HasSuffix(f.Findings()[0].Where, "cut.zip") {
		t.Errorf("findings %+v, %v", f.Findings(), err)
	}
}

// What an export says that it lacks of its source, its folders lack too.
func TestImportSaysWhatTheExportLacks(t *testing.T) {
	dir := t.TempDir()
	whole, entries := filepath.Join(dir, "whole.chain"), filepath.Join(dir, "entries.chain")
	command("export", damageCase("empty-idx"), "-o", whole)
	command("import", whole, "-o", filepath.Join(dir, "whole")).want(t, StatusOK)
	command("export", damageCase("empty-idx"), "-o", entries, "--entries-only")
	command("import", entries, "-o", filepath.Join(dir, "entries")).want(t, StatusDamaged).says(t, "5,873 bytes of the folder were left out on purpose")
}

// Damage that goes along whole leaves nothing out of an export, and is said all the same,
// by the measure of verify.
func TestExportSaysThatDamageIsCarried(t *testing.T) {
	for _, path := range []string{incident, compacted, damageCase("clean"), damageCase("rot-many"), damageCase("seq-back"), damageCase("torn-dat-deep")} {
		file := filepath.Join(t.TempDir(), "x.chain")
		damaged := command("verify", path).status == StatusDamaged
		said := command("export", path, "-o", file).want(t, StatusOK).text
		if strings.Contains(said, "damaged, and carried as") != damaged {
			t.Errorf("%s: damaged %v: %s", path, damaged, said)
		}
		if again := command("verify", file).status == StatusDamaged; again != damaged {
			t.Errorf("%s: damaged %v, and its export %v", path, damaged, again)
		}
	}
}
