//go:build !js

package engine_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chainglass/app/engine"
)

func failureText(v, i int) string {
	return fmt.Sprintf(`{"seq":%d,"source":"s","reason":"version %d","recorded_at_ms":%d}`, i, v, 1_700_000_000_000+i)
}

// lines are n JSON lines of a version, the last of them without its end.
func lines(v, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(failureText(v, i) + "\n")
	}
	return b.String()
}

// A file of JSON lines whose last line is being written is not damaged; one whose last
// line stays as it is, is.
func TestALineThatIsBeingWrittenIsInFlight(t *testing.T) {
	whole := lines(0, 50)
	for _, tt := range []struct {
		name, more, want string
		worst            engine.Severity
	}{
		{"the line is written on", failureText(0, 50)[20:] + "\n", "note being-written: The files were being written while they were read: the last entry is in flight", engine.SeverityNote},
		{"lines follow a broken one", "\n" + failureText(0, 51) + "\n", "damage text-cut", engine.SeverityDamage},
		{"nothing follows", "", "damage text-cut", engine.SeverityDamage},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			name := filepath.Join(dir, "failures.ndjson")
			if err := os.WriteFile(name, []byte(whole+failureText(0, 50)[:20]), 0o666); err != nil {
				t.Fatal(err)
			}
			reads := 0
			fsys := hookFS{os.DirFS(dir), func(op, _ string) {
				if op != "read" {
					return
				}
				if reads++; reads == 3 {
					appendTo(t, name, tt.more)
				}
			}}
			e, opened := openAll(t, fsys)
			findings, err := e.Findings(opened.Chains[0].ID)
			if err != nil || !strings.Contains(titles(findings), tt.want) || opened.Chains[0].Worst != tt.worst || reads < 3 {
				t.Errorf("%v after %d reads: %s", err, reads, titles(findings))
			}
		})
	}
}

func appendTo(t *testing.T, name, text string) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString(text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// One file with chains in it, JSON lines or a chain export, is watched as a channel's
// files are; being touched without a change is nothing.
func TestChangedSingleFilesAreSaid(t *testing.T) {
	pack := func(v int) string {
		dir := t.TempDir()
		writeLive(t, dir, liveFiles(v, 500))
		e, _ := openAll(t, os.DirFS(dir))
		var b bytes.Buffer
		if _, err := e.Pack(context.Background(), engine.PackSpec{CreatedAtMS: 1}, &b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for form, contents := range map[string][2]string{
		"JSON lines": {lines(0, 3000), lines(1, 3000)}, "chain export": {pack(0), pack(1)},
	} {
		for _, change := range []struct {
			name, rule string
			do         func(name string) error
		}{
			{"touched", "", func(name string) error { return overwrite(name, []byte(contents[0])) }},
			{"rewritten in place", "changed-where-read", func(name string) error { return overwrite(name, []byte(contents[1])) }},
			{"cut", "replaced", func(name string) error { return os.Truncate(name, int64(len(contents[0])/2)) }},
			{"deleted", "replaced", os.Remove},
			{"renamed over", "replaced", func(name string) error {
				return errors.Join(os.WriteFile(name+".new", []byte(contents[1]), 0o666), os.Rename(name+".new", name))
			}},
		} {
			t.Run(form+"/"+change.name, func(t *testing.T) {
				dir := t.TempDir()
				name := filepath.Join(dir, "file")
				if err := os.WriteFile(name, []byte(contents[0]), 0o666); err != nil {
					t.Fatal(err)
				}
				e, opened := openAll(t, os.DirFS(dir))
				if err := change.do(name); err != nil {
					t.Fatal(err)
				}
				c := opened.Chains[0]
				page, err := e.Rows(context.Background(), c.ID, 0, 100)
				if err != nil || len(page.Rows) != 100 {
					t.Fatalf("%d rows, %v", len(page.Rows), err)
				}
				inPlace := change.name == "rewritten in place" || change.name == "cut"
				for _, row := range page.Rows {
					if (row.Error != "") != inPlace || !inPlace && row.Text != "version 0" && row.Kind != "kind_a" {
						t.Fatalf("%+v", row)
					}
				}
				findings, err := e.Findings(c.ID)
				if err != nil || inPlace && !strings.Contains(titles(findings), "warning "+change.rule) || change.rule == "" && strings.Contains(titles(findings), "warning") {
					t.Errorf("%v: %s", err, titles(findings))
				}
			})
		}
	}
}
