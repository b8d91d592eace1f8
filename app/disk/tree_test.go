//go:build !js

package disk

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"chainglass/app/source"
)

// garden is a random folder with links of every kind, beside things that do not
// belong to it.
type garden struct {
	t       *testing.T
	random  *rand.Rand
	root    string // the folder, itself without links
	folders []string
	names   []string // of everything in it, relative
}

func newGarden(t *testing.T, seed uint64) *garden {
	t.Helper()
	outer, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	g := &garden{t: t, random: rand.New(rand.NewPCG(seed, 1)), root: filepath.Join(outer, "root"), folders: []string{"."}}
	g.must(os.MkdirAll(filepath.Join(outer, "root2"), 0o755))
	g.must(os.Mkdir(g.root, 0o755))
	g.must(os.WriteFile(filepath.Join(outer, "root2", "f0"), []byte("outside"), 0o644))
	g.must(os.WriteFile(filepath.Join(outer, "f0"), []byte("outside"), 0o644))
	for i := range 4 + g.random.IntN(8) {
		g.grow(i)
	}
	for i := range 2 + g.random.IntN(8) {
		g.link(outer, i)
	}
	return g
}

func (g *garden) must(err error) {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
}

func (g *garden) pick(of []string) string { return of[g.random.IntN(len(of))] }

func (g *garden) disk(name string) string { return filepath.Join(g.root, filepath.FromSlash(name)) }

// grow adds a folder or a file, whose content is its name.
func (g *garden) grow(i int) {
	in := g.pick(g.folders)
	if g.random.IntN(2) == 0 {
		name := path.Join(in, fmt.Sprintf("d%d", i))
		g.must(os.Mkdir(g.disk(name), 0o755))
		g.folders, g.names = append(g.folders, name), append(g.names, name)
		return
	}
	name := path.Join(in, fmt.Sprintf("f%d", i))
	g.must(os.WriteFile(g.disk(name), []byte(name), 0o644))
	g.names = append(g.names, name)
}

// link adds a link to something inside or outside, to nothing, or to itself.
func (g *garden) link(outer string, i int) {
	name := path.Join(g.pick(g.folders), fmt.Sprintf("l%d", i))
	to := g.disk(g.pick(append(g.names, g.folders...)))
	switch g.random.IntN(6) {
	case 0:
		to = g.pick([]string{outer, filepath.Join(outer, "f0"), filepath.Join(outer, "root2"), filepath.Join(outer, "root2", "f0"), "/etc/hostname", "/"})
	case 1:
		to = g.pick([]string{g.disk("missing"), filepath.Join(outer, "missing"), g.disk(name)})
	}
	if g.random.IntN(3) > 0 {
		var err error
		to, err = filepath.Rel(filepath.Dir(g.disk(name)), to)
		g.must(err)
	}
	g.must(os.Symlink(to, g.disk(name)))
	g.names = append(g.names, name)
}

// real is the naive answer: where name leads, "" if it leaves, leads nowhere, or
// comes by a link to a folder that it lies in.
func (g *garden) real(name string) string {
	above, at := []string{g.root}, g.root
	for part := range strings.SplitSeq(name, "/") {
		next := filepath.Join(at, part)
		real, err := filepath.EvalSymlinks(next)
		if err != nil || !isAtOrBelow(real, g.root) {
			return ""
		}
		if real != next && slices.ContainsFunc(above, func(folder string) bool { return isAtOrBelow(folder, real) }) {
			return ""
		}
		at, above = real, append(above, real)
	}
	return at
}

// A random folder shows what a naive reading of it shows, all of it and nothing
// else, and a walk through it ends.
func TestLinksLeadToWhatLiesInside(t *testing.T) {
	refused, followed, atOnce := 0, 0, 0
	for seed := range uint64(200) {
		g := newGarden(t, seed)
		tree, err := Open(g.root)
		g.must(err)
		listed := map[string]bool{}
		g.must(fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				t.Errorf("seed %d: %s: %v", seed, name, err)
			}
			listed[name] = true
			if name == "." {
				return nil
			}
			isLink := entry.Type()&fs.ModeSymlink != 0
			real := g.real(name)
			if isLink != (real == "") {
				t.Errorf("seed %d: %s leads to %q and is listed as %v", seed, name, real, entry.Type())
			}
			if info, err := entry.Info(); err != nil || info.Name() != path.Base(name) || info.Mode().Type() != entry.Type() {
				t.Errorf("seed %d: %s: %v, %v", seed, name, info, err)
			}
			f, err := tree.Open(name)
			if isLink {
				refused++
				var why *source.RefusedError
				if !errors.Is(err, fs.ErrNotExist) || !errors.As(err, &why) || why.Path != g.disk(name) || why.Reason == "" {
					t.Errorf("seed %d: %s: %v", seed, name, err)
				}
				return nil
			}
			if err != nil {
				t.Errorf("seed %d: %v", seed, err)
				return nil
			}
			g.must(f.Close())
			if entry.IsDir() {
				return nil
			}
			got, err := fs.ReadFile(tree, name)
			want, wantErr := os.ReadFile(real)
			if err != nil || wantErr != nil || !bytes.Equal(got, want) || string(got) == "outside" {
				t.Errorf("seed %d: %s: %q, want %q; %v, %v", seed, name, got, want, err, wantErr)
			}
			if real != g.disk(name) {
				followed++
			}
			content, info, err := tree.ReadSmall(name, 64)
			if err != nil || info.Size() != int64(len(want)) || content != nil && !bytes.Equal(content, want) {
				t.Errorf("seed %d: %s at once: %q of %v, want %q; %v", seed, name, content, info, want, err)
			}
			if content != nil {
				atOnce++
			}
			return nil
		}))
		for _, name := range g.names {
			content, _, err := tree.ReadSmall(name, 64)
			if g.real(name) == "" && (content != nil || !errors.Is(err, fs.ErrNotExist)) {
				t.Errorf("seed %d: %s is refused, and read at once: %q, %v", seed, name, content, err)
			}
			if content, _, err := tree.ReadSmall(name, 1); content != nil {
				t.Errorf("seed %d: %s is no small file, and read at once: %q, %v", seed, name, content, err)
			}
		}
		for _, name := range g.names {
			if !listed[name] {
				t.Errorf("seed %d: %s is not listed", seed, name)
			}
		}
	}
	if refused < 100 || followed < 100 || atOnce < 100 && leadsDirectly(t.TempDir()) {
		t.Errorf("the test sees too little: %d refused, %d followed, %d read at once", refused, followed, atOnce)
	}
}

// Without anything refused a tree keeps the rules of file systems.
func TestATreeIsAFileSystem(t *testing.T) {
	dir := t.TempDir()
	for _, err := range []error{
		os.MkdirAll(filepath.Join(dir, "a", "b"), 0o755),
		os.WriteFile(filepath.Join(dir, "a", "b", "dat"), []byte("x"), 0o644),
		os.Symlink("b", filepath.Join(dir, "a", "folder")),
		os.Symlink("a/b/dat", filepath.Join(dir, "file")),
		os.Symlink(filepath.Join(dir, "a", "b"), filepath.Join(dir, "absolute")),
		os.Symlink(dir, filepath.Join(dir, "..", "named")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	// What is named may be a link itself.
	for _, named := range []string{dir, filepath.Join(dir, "..", "named")} {
		tree, err := Open(named)
		if err != nil {
			t.Fatal(err)
		}
		if err := fstest.TestFS(tree, "a/b/dat", "a/folder/dat", "file", "absolute/dat"); err != nil {
			t.Error(err)
		}
	}
	one, err := Open(filepath.Join(dir, "file"))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := fs.ReadFile(one, "."); err != nil || string(b) != "x" {
		t.Errorf("a link to a file: %q, %v", b, err)
	}
}

// What is neither a file nor a folder is refused at once.
func TestPipesAreNotWaitedFor(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "dat"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("dat", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", filepath.Join(dir, "up.sock"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	tree, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	pipe, err := Open(filepath.Join(dir, "dat"))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for name, want := range map[string]string{"dat": "pipe", "link": "pipe", "up.sock": "socket"} {
			if _, err := tree.Open(name); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := pipe.Open("."); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("named by itself: %v", err)
		}
		// Should it become a pipe just before it is opened, it is not waited for.
		if f, err := tree.openAt("dat"); err != nil {
			t.Error(err)
		} else if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("it waits for a pipe")
	}
}

// A credential is refused under its name and under the name of a link to it.
func TestCredentialsAreNotOpened(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "control.json")
	for _, err := range []error{
		os.WriteFile(secret, []byte("s3cret"), 0o644),
		os.Symlink("control.json", filepath.Join(dir, "records.json")),
		os.MkdirAll(filepath.Join(dir, "log", "v0000000001"), 0o755),
		os.Link(secret, filepath.Join(dir, "log", "v0000000001", "dat")),
		os.WriteFile(filepath.Join(dir, "plain"), []byte("plain"), 0o644),
		os.Link(filepath.Join(dir, "plain"), filepath.Join(dir, "plain2")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, at := range []struct{ named, name string }{
		{dir, "control.json"}, {dir, "records.json"}, {secret, "."}, {filepath.Join(dir, "records.json"), "."},
		{dir, "log/v0000000001/dat"},
	} {
		tree, err := Open(at.named)
		if err != nil {
			t.Fatal(err)
		}
		if f, err := tree.Open(at.name); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "credentials") {
			t.Errorf("%v: %v, %v", at, f, err)
		}
		if info, err := fs.Stat(tree, at.name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v: %v, %v", at, info, err)
		}
	}
	tree, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := fs.ReadFile(tree, "plain2"); err != nil || string(b) != "plain" {
		t.Errorf("another name of another file: %q, %v", b, err)
	}
}
