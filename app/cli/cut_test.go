//go:build !js

package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// textForms are the ways in which JSON files string values together. whole says
// whether a text is a complete document of the form.
var textForms = []struct {
	name               string
	before, sep, after string
	pretty             bool
	rows               bool
	whole              func(text string) bool
}{
	{name: "lines", sep: "\n", whole: wholeLines},
	{name: "lines with CRLF and a BOM", before: "\uFEFF", sep: "\r\n", after: "\r\n", whole: wholeLines},
	{name: "rows", sep: "\n", rows: true, whole: wholeLines},
	{name: "array", before: "[", sep: ", ", after: "]", whole: wholeArray},
	{name: "array of rows", before: "[", sep: ",", after: "]\n", rows: true, whole: wholeArray},
	{name: "pretty array", before: "\uFEFF[\n", sep: ",\n", after: "\n]\n", pretty: true, whole: wholeArray},
	{name: "pretty values", sep: "\n", pretty: true, whole: wholeValues},
}

func withoutBOM(text string) string { return strings.TrimPrefix(text, "\uFEFF") }

func wholeLines(text string) bool {
	for line := range strings.Lines(withoutBOM(text)) {
		if line = strings.TrimSpace(line); line != "" && !json.Valid([]byte(line)) {
			return false
		}
	}
	return true
}

func wholeArray(text string) bool { return json.Valid([]byte(withoutBOM(text))) }

func wholeValues(text string) bool {
	d := json.NewDecoder(strings.NewReader(withoutBOM(text)))
	for {
		var v any
		if err := d.Decode(&v); err != nil {
			return err == io.EOF
		}
	}
}

// randomRecord is a record of one kind with strings that hold what JSON is made of.
func randomRecord(rng *rand.Rand, kind string, seq int) string {
	texts := []string{"timed out", `a "quoted" reason`, `{"id":[1,2`, "]}", `\`, "ends with \\\"", "日本", ""}
	text, err := json.Marshal(texts[rng.IntN(len(texts))])
	if err != nil {
		panic(err)
	}
	ms := 1700000000000 + seq
	switch kind {
	case "failure":
		return fmt.Sprintf(`{"seq":%d,"source":"action-id:%d","reason":%s,"recorded_at_ms":%d}`, seq, seq, text, ms)
	case "log":
		return fmt.Sprintf(`{"seq":%d,"ts_ms":%d,"level":"Warn","daemon_id":null,"node_id":%d,"message":%s}`, seq, ms, rng.Uint32(), text)
	}
	dispositions := []string{`"Dispatched"`, `{"Failed":{"reason":` + string(text) + `,"retry_after_ms":null}}`}
	return fmt.Sprintf(`{"id":%d,"kind":"pull_replica","emitted_at_ms":%d,"disposition":%s}`, seq, ms, dispositions[rng.IntN(2)])
}

// A JSON file of records is cut at every byte: what is whole before the cut is read,
// and the cut is damage with its file and its byte, unless it leaves a whole document.
func TestEveryCutOfJSONIsDamage(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	rng := rand.New(rand.NewPCG(8, 2))
	for i, form := range textForms {
		kind := []string{"action", "failure", "log"}[i%3]
		t.Run(form.name+" of "+kind, func(t *testing.T) {
			text, ends := form.before, []int(nil)
			for seq := range 3 {
				record := randomRecord(rng, kind, seq)
				if form.rows {
					record = fmt.Sprintf(`{"seq":%d,"ts":null,"status":"ok","record":%s}`, seq, record)
					if seq == 1 && kind == "log" {
						record = `{"seq":1,"status":"ok","hex":"0101020304"}`
					}
				}
				if form.pretty {
					var b bytes.Buffer
					if err := json.Indent(&b, []byte(record), "", "  "); err != nil {
						t.Fatal(err)
					}
					record = b.String()
				}
				if seq > 0 {
					text += form.sep
				}
				text += record
				ends = append(ends, len(text))
			}
			text += form.after
			name := filepath.Join(t.TempDir(), "node", "records.json")
			for cut := 1; cut <= len(text); cut++ {
				whole := 0
				for _, end := range ends {
					if end <= cut {
						whole++
					}
				}
				for _, tail := range []string{"", "\n", " \r\n\uFEFF"} {
					checkCut(t, name, text[:cut], tail, whole, form.whole(text[:cut]))
				}
			}
		})
	}
}

// checkCut verifies a text that was cut, with something after it that must not hide
// the cut.
func checkCut(t *testing.T, name, text, tail string, whole int, complete bool) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	writeFile(t, text+tail, name)
	// What was written a moment ago is given a moment to be finished.
	long := time.Now().Add(-time.Hour)
	if err := os.Chtimes(name, long, long); err != nil {
		t.Fatal(err)
	}
	ran := command("verify", "--json", name)
	var got verification
	if err := json.Unmarshal([]byte(ran.stdout), &got); err != nil {
		t.Fatal(err)
	}
	fail := func(why string) {
		t.Fatalf("%s: status %d, %d records are whole\n%q + %q\n%s", why, ran.status, whole, text, tail, ran.stdout)
	}
	read := 0
	if tail != "" {
		read = whole // asked for without a tail
	}
	for _, line := range catLines(name, tail == "") {
		if strings.Contains(line, `"record":{`) || strings.Contains(line, `"hex":"0101020304"`) {
			read++
		}
	}
	switch {
	case whole > 0 && read != whole:
		fail(fmt.Sprintf("%d records are read", read))
	case complete && whole > 0:
		if ran.status != StatusOK {
			fail("a whole document is damaged")
		}
		return
	case whole > 0 && ran.status != StatusDamaged, ran.status == StatusOK:
		fail("the cut is no damage")
	case whole > 0 && !got.locates(name, int64(len(text)), int64(len(text+tail))):
		fail("the cut is not located")
	}
	for _, c := range got.Chains {
		if c.Worst != "damage" {
			fail("the chain looks " + c.Worst)
		}
	}
	if strings.Contains(ran.stdout, "checksum matches") {
		fail("text has no checksum")
	}
}

// catLines are the entries of a file, if they are asked for.
func catLines(name string, asked bool) []string {
	if !asked {
		return nil
	}
	return command("cat", name).lines()
}

// locates reports whether damage is found in a file where it ends.
func (r *verification) locates(file string, end, size int64) bool {
	for _, f := range r.Findings {
		if f.Severity == "damage" && f.PayloadFile == file && f.PayloadOffset != nil &&
			*f.PayloadOffset <= size && *f.PayloadOffset+*f.PayloadBytes >= end {
			return true
		}
	}
	return false
}
