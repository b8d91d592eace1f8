package builds

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Two builds of the same sources are the same, byte for byte, wherever they lie:
// whoever is handed a program or a page can make it again and compare. They are
// made as the Makefile makes them, but for how long packing takes.
func TestTwoBuildsAreTheSame(t *testing.T) {
	root := t.TempDir()
	one, two := filepath.Join(root, "one"), filepath.Join(root, "a longer place", "two")
	// Whoever works on the sources meanwhile changes none of both.
	for _, dir := range []string{one, two} {
		checkout(t, dir)
	}
	for _, dir := range []string{one, two} {
		build(t, dir)
	}
	built := []string{"bin/app.wasm", "bin/chainglass"}
	packed, err := filepath.Glob(filepath.Join(one, "app/site/dist/app.wasm.*"))
	if err != nil || len(packed) == 0 {
		t.Fatalf("%v, %v", packed, err)
	}
	for _, name := range packed {
		built = append(built, filepath.Join("app/site/dist", filepath.Base(name)))
	}
	for _, name := range built {
		a, b := read(t, one, name), read(t, two, name)
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs from byte %d on: %d and %d bytes", name, firstDifference(a, b), len(a), len(b))
		}
		if bytes.Contains(a, []byte(root)) {
			t.Errorf("%s holds the name of the folder that it was built in", name)
		}
	}
}

// checkout copies the sources that git knows into a repository of their own, which
// has one commit, always the same one.
func checkout(t *testing.T, dir string) {
	t.Helper()
	const top = "../../.."
	list, err := exec.Command("git", "-C", top, "ls-files", "-z").Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(list), "\x00"), "\x00") {
		content, err := os.ReadFile(filepath.Join(top, name))
		if os.IsNotExist(err) {
			continue // deleted, and not committed yet
		}
		to := filepath.Join(dir, name)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(to), 0o777)
		}
		if err == nil {
			err = os.WriteFile(to, content, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range []string{"init -q", "add -A", "commit -q -m sources"} {
		run(t, dir, "git", strings.Fields(args)...)
	}
}

func build(t *testing.T, dir string) {
	t.Helper()
	run(t, dir, "make", "build", "BROTLI_LEVEL=1", "ZSTD_FLAGS=-3 --long=23")
}

func run(t *testing.T, dir, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	for _, who := range []string{"AUTHOR", "COMMITTER"} {
		cmd.Env = append(cmd.Env, fmt.Sprintf("GIT_%s_NAME=x", who), fmt.Sprintf("GIT_%s_EMAIL=x", who), fmt.Sprintf("GIT_%s_DATE=@1779465600 +0000", who))
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, out)
	}
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func firstDifference(a, b []byte) int {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	return at
}
