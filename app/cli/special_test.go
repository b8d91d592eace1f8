//go:build unix

package cli

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// special puts a pipe or a socket at a path, which nobody serves.
func special(t *testing.T, socket bool, elements ...string) string {
	t.Helper()
	name := filepath.Join(elements...)
	err := os.MkdirAll(filepath.Dir(name), 0o777)
	if err == nil {
		err = os.RemoveAll(name)
	}
	if err == nil && socket {
		var l net.Listener
		if l, err = net.Listen("unix", name); err == nil {
			t.Cleanup(func() { _ = l.Close() })
		}
	} else if err == nil {
		err = syscall.Mkfifo(name, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// No command waits for the other end of a pipe, wherever it lies and whatever it is
// called: in a folder, as one of the files of a channel, or named by itself.
func TestNoCommandWaitsForSpecialFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	incidentFolder := func(t *testing.T, out string) string {
		dir := filepath.Join(out, "n")
		if err := os.CopyFS(dir, os.DirFS(damageCase("clean"))); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	manifests, err := filepath.Glob(filepath.Join(damageCase("clean"), "*", "*", "manifest"))
	if err != nil || len(manifests) != 1 {
		t.Fatal(manifests, err)
	}
	channel, err := filepath.Rel(damageCase("clean"), filepath.Dir(manifests[0]))
	if err != nil {
		t.Fatal(err)
	}
	places := []string{
		"pipe", "manifest", "a.zip", "control.json", "x.idx", "a/b/idx", "v0000000001/idx",
		channel + "/manifest", channel + "/v0000000001/idx", channel + "/v0000000001/dat", channel + "/v0000000001/ts", channel + "/v0000000002",
	}
	for i, place := range places {
		t.Run(strings.ReplaceAll(place, "/", "-"), func(t *testing.T) {
			out, err := os.MkdirTemp("", "s") // the path of a socket must be short
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.RemoveAll(out) })
			dir := incidentFolder(t, out)
			special(t, i%2 == 1, dir, filepath.FromSlash(place))
			alone := special(t, false, out, "alone")
			file := func(name string) string { return filepath.Join(out, name) }
			for j, args := range [][]string{
				{"verify", dir}, {"verify", dir, "--json"}, {"fold", dir}, {"cat", dir}, {"link", dir},
				{"export", dir, "-o", file("a.chain")}, {"report", dir, "-o", file("a.md")}, {"redact", dir, "-o", file("r.chain")},
				{"import", dir, "-o", file("folders")}, {"verify", "--reveal", strings.Repeat("a", 64), dir, dir},
				{"verify", alone}, {"fold", alone}, {"cat", alone}, {"link", alone}, {"export", alone, "-o", file("b.chain")},
				{"report", alone, "-o", file("b.md")}, {"redact", alone, "-o", file("s.chain")}, {"import", alone, "-o", file("others")},
				{"verify", "--reveal", alone, dir, dir},
			} {
				done := make(chan ran, 1)
				go func() { done <- command(args...) }()
				select {
				case r := <-done:
					if j >= 10 && r.status != StatusFailed {
						t.Errorf("%s: exit status %d, %s", args, r.status, r.text)
					}
				case <-time.After(time.Minute):
					t.Fatalf("%s waits", args)
				}
			}
			said := "which is not opened"
			if place == "control.json" {
				said = "they were not opened"
			}
			if r := command("verify", dir); !strings.Contains(r.stdout, said) {
				t.Errorf("verify does not say %q: %.2000s", said, r.stdout)
			}
		})
	}
}
