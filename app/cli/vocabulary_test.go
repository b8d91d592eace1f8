//go:build !js

package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The reference's data, where the packages that read it keep it.
const (
	channelData = "../../wire/redex/testdata"
	incident    = channelData + "/incident"
	compacted   = channelData + "/compacted/base"
)

func damageCase(name string) string { return filepath.Join(channelData, "damage", name) }

// ran is what a command did.
type ran struct {
	status       int
	stdout, text string // text is what stderr got
}

// command runs a command with nothing on stdin.
func command(args ...string) ran { return fed("", args...) }

// fed runs a command with input on stdin.
func fed(stdin string, args ...string) ran {
	var stdout, stderr bytes.Buffer
	status := Main(args, strings.NewReader(stdin), &stdout, &stderr)
	return ran{status, stdout.String(), stderr.String()}
}

// at runs a command at a fixed time.
func at(now time.Time, args ...string) ran {
	var stdout, stderr bytes.Buffer
	c := &console{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, now: func() time.Time { return now }}
	return ran{run(context.Background(), args, c), stdout.String(), stderr.String()}
}

// want fails the test unless the command ended with status.
func (r ran) want(t *testing.T, status int) ran {
	t.Helper()
	if r.status != status {
		t.Fatalf("exit status %d, want %d\nstdout: %.2000s\nstderr: %.2000s", r.status, status, r.stdout, r.text)
	}
	return r
}

// says fails the test unless stderr has text in it.
func (r ran) says(t *testing.T, text string) ran {
	t.Helper()
	if !strings.Contains(r.text, text) {
		t.Errorf("stderr lacks %q: %s", text, r.text)
	}
	return r
}

// lines returns the lines of stdout.
func (r ran) lines() []string { return strings.Split(strings.TrimSuffix(r.stdout, "\n"), "\n") }

// parseJSON parses text with its numbers whole.
func parseJSON(t *testing.T, text string) (v any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v: %.200s", err, text)
	}
	return v
}

// sameJSON compares two texts as JSON, with numbers as they are spelled.
func sameJSON(t *testing.T, want, got string) {
	t.Helper()
	if diff := cmp.Diff(parseJSON(t, want), parseJSON(t, got)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func readFile(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func writeFile(t testing.TB, content string, elements ...string) string {
	t.Helper()
	name := filepath.Join(elements...)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

// files returns the content of all files below dir, by path. Those at the top
// are no part of a channel.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.Contains(name, "/") {
			found[name] = readFile(t, filepath.Join(dir, name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
