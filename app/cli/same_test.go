//go:build !js

package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// surroundings are two places that a command may run in. Nothing of them gets
// into what it writes.
var surroundings = [...]struct {
	settings []string
	modified time.Time
}{
	{[]string{"TZ=UTC", "LANG=C", "GOMAXPROCS=1", "USER=one", "HOME=/nowhere"}, time.Date(2001, 2, 3, 4, 5, 6, 7, time.UTC)},
	{[]string{"TZ=Asia/Kathmandu", "LANG=tr_TR.UTF-8", "GOMAXPROCS=4", "USER=two", "HOME=/tmp", "NO_COLOR=1"}, time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)},
}

// copyTo copies files and folders, all last changed at one time.
func copyTo(t *testing.T, from, to string, modified time.Time) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	for name := range files(t, to) {
		if err := os.Chtimes(filepath.Join(to, name), modified, modified); err != nil {
			t.Fatal(err)
		}
	}
}

// The same input gives the same bytes, whatever folder, time zone, time of the
// files and number of processors, in files and on stdout.
func TestSameInputSameBytes(t *testing.T) {
	commands := map[string]string{
		"generate":        "generate --records 20000 --seed 7 -o OUT",
		"export":          "export IN/incident IN/damage -o OUT",
		"export one":      "export IN/damage/rot-many/meshos/actions -o OUT",
		"import":          "import IN/x.chain -o OUT",
		"report":          "report IN/incident IN/damage -o OUT",
		"report html":     "report IN/incident IN/damage --html",
		"report svg":      "report IN/incident --svg -o OUT",
		"report of share": "report IN/x.chain",
		"verify":          "verify IN/damage",
		"verify json":     "verify IN/damage --json",
		"fold":            "fold IN/incident --channel node-1/meshos/actions",
		"cat":             "cat IN/damage",
		"link":            "link IN/damage/rot-many --where id:1",
	}
	if hasPage(t) {
		commands["page"] = "page IN/incident IN/damage -o OUT --title Night"
		commands["page chosen"] = "page IN/incident -o OUT --where outcome:failed --notes IN/note.md"
		commands["site"] = "site -o OUT"
	}
	var places [2]string
	for i, s := range surroundings {
		in := filepath.Join(t.TempDir(), strings.Repeat("deeper/", i*3), "in")
		copyTo(t, incident, filepath.Join(in, "incident"), s.modified)
		copyTo(t, filepath.Join(channelData, "damage"), filepath.Join(in, "damage"), s.modified)
		writeFile(t, "A *note*.", in, "note.md")
		at(time.Unix(1, 0), "export", filepath.Join(in, "incident"), "-o", filepath.Join(in, "x.chain"))
		places[i] = in
	}
	for name, args := range commands {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var written [2]map[string]string
			for i, s := range surroundings {
				out := filepath.Join(t.TempDir(), "out")
				// In the folder of the inputs, which are named as a person would.
				cmd, said := process(t, s.settings, strings.Fields(strings.NewReplacer("IN/", "", "OUT", out).Replace(args))...)
				cmd.Dir = places[i]
				var stdout bytes.Buffer
				cmd.Stdout = &stdout
				if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != StatusDamaged {
					t.Fatalf("%v: %s", err, said)
				}
				written[i] = map[string]string{"stdout": stdout.String(), "stderr": strings.ReplaceAll(said.String(), out, "OUT")}
				if info, err := os.Stat(out); err == nil && info.IsDir() {
					for name, content := range files(t, filepath.Dir(out)) {
						written[i][name] = content
					}
				} else if err == nil {
					written[i]["out"] = readFile(t, out)
				}
			}
			for name, want := range written[0] {
				if got := written[1][name]; got != want {
					t.Errorf("%s differs: %s", name, firstDifference(want, got))
				}
			}
			if len(written[0]) != len(written[1]) || sum(written[0]) < 100 {
				t.Errorf("written: %v and %v", sizes(written[0]), sizes(written[1]))
			}
		})
	}
}

// firstDifference shows where two texts begin to differ.
func firstDifference(a, b string) string {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	show := func(s string) string { return s[min(max(at-60, 0), len(s)):min(at+60, len(s))] }
	return fmt.Sprintf("at byte %d of %d and %d: %q and %q", at, len(a), len(b), show(a), show(b))
}
