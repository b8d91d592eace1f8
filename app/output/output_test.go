//go:build !js

package output

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// put is what writes a text.
func put(text string) func(context.Context, io.Writer) error {
	return func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

// fillWith fills a folder with files.
func fillWith(t *testing.T, files map[string]string) func(context.Context, string) error {
	return func(_ context.Context, dir string) error {
		for name, text := range files {
			writeIn(t, dir, name, text)
		}
		return nil
	}
}

func writeIn(t *testing.T, dir, name, text string) {
	t.Helper()
	whole := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(whole), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(whole, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// tree returns what lies below dir: the content of files, "/" for folders.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == dir {
			return err
		}
		below, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			found[filepath.ToSlash(below)] = "/"
			return nil
		}
		content, err := os.ReadFile(name)
		found[filepath.ToSlash(below)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// holds fails the test unless exactly want lies below dir.
func holds(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, tree(t, dir)); diff != "" {
		t.Errorf("%s: want -, got +\n%s", dir, diff)
	}
}

// refused fails the test unless err is an *Error with these words.
func refused(t *testing.T, err error, words ...string) {
	t.Helper()
	if fault := (*Error)(nil); !errors.As(err, &fault) {
		t.Fatalf("error %v, want an *Error", err)
	}
	for _, w := range append(words, "nothing was written") {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q lacks %q", err, w)
		}
	}
	if strings.Contains(err.Error(), ".partial") {
		t.Errorf("error %q names the temporary", err)
	}
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	if err := File(t.Context(), filepath.Join(dir, "a"), put("text")); err != nil {
		t.Fatal(err)
	}
	holds(t, dir, map[string]string{"a": "text"})
}

func TestDirMakesAllAbove(t *testing.T) {
	dir := t.TempDir()
	if err := Dir(t.Context(), filepath.Join(dir, "x", "y", "z"), fillWith(t, map[string]string{"f/g": "text"})); err != nil {
		t.Fatal(err)
	}
	holds(t, dir, map[string]string{"x": "/", "x/y": "/", "x/y/z": "/", "x/y/z/f": "/", "x/y/z/f/g": "text"})
}

func TestDirTakesAnEmptyFolderWithItsMode(t *testing.T) {
	dir := t.TempDir()
	empty, link := filepath.Join(dir, "private"), filepath.Join(dir, "link")
	if err := errors.Join(os.Mkdir(empty, 0o700), os.Symlink("private", link)); err != nil {
		t.Fatal(err)
	}
	if err := Dir(t.Context(), link, fillWith(t, map[string]string{"f": "text"})); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(empty); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if got, err := os.ReadFile(filepath.Join(link, "f")); err != nil || string(got) != "text" {
		t.Errorf("through the link: %q, %v", got, err)
	}
}

func TestNothingIsOverwritten(t *testing.T) {
	dir := t.TempDir()
	writeIn(t, dir, "file", "precious")
	writeIn(t, dir, "full/file", "precious")
	if err := os.Symlink("nowhere", filepath.Join(dir, "dangling")); err != nil {
		t.Fatal(err)
	}
	never := func(context.Context, io.Writer) error { t.Error("written before it was refused"); return nil }
	neverDir := func(context.Context, string) error { t.Error("filled before it was refused"); return nil }
	refused(t, File(t.Context(), filepath.Join(dir, "file"), never), "exists already", "Name another file")
	refused(t, File(t.Context(), filepath.Join(dir, "dangling"), never), "exists already")
	refused(t, File(t.Context(), filepath.Join(dir, "full"), never), "is a folder")
	refused(t, Dir(t.Context(), filepath.Join(dir, "full"), neverDir), "not empty", "Name a folder that does not exist yet")
	refused(t, Dir(t.Context(), filepath.Join(dir, "file"), neverDir), "is a file")
	t.Chdir(t.TempDir())
	refused(t, Dir(t.Context(), ".", neverDir), "runs in")
}

// What comes into being meanwhile is not overwritten either.
func TestNothingIsOverwrittenLate(t *testing.T) {
	dir := t.TempDir()
	late := func(name string) { writeIn(t, dir, name, "precious") }
	refused(t, File(t.Context(), filepath.Join(dir, "file"), func(_ context.Context, w io.Writer) error {
		late("file")
		_, err := io.WriteString(w, "ours")
		return err
	}), "exists already")
	refused(t, Dir(t.Context(), filepath.Join(dir, "folder"), func(context.Context, string) error { late("folder/f"); return nil }), "not empty")
	refused(t, Dir(t.Context(), filepath.Join(dir, "turned"), func(context.Context, string) error { late("turned"); return nil }))
	refused(t, Dir(t.Context(), filepath.Join(dir, "x", "y"), func(context.Context, string) error { late("x/other"); return nil }), "not empty")
	holds(t, dir, map[string]string{
		"file": "precious", "folder": "/", "folder/f": "precious", "turned": "precious", "x": "/", "x/other": "precious",
	})
	// Without second names for files it is the same.
	writeIn(t, dir, "new", "ours")
	if err := takeName(filepath.Join(dir, "new"), filepath.Join(dir, "file")); !errors.Is(err, errExists) {
		t.Errorf("error %v", err)
	}
	if err := takeName(filepath.Join(dir, "new"), filepath.Join(dir, "moved")); err != nil {
		t.Error(err)
	}
	if got := tree(t, dir); got["file"] != "precious" || got["moved"] != "ours" || got["new"] != "" {
		t.Errorf("%v", got)
	}
}

func TestFailuresLeaveNothing(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		fail func(cancel context.CancelFunc) error
		says string
	}{
		"error":     {func(context.CancelFunc) error { return broken }, "broken"},
		"interrupt": {func(cancel context.CancelFunc) error { cancel(); return nil }, "interrupted"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			ctx, cancel := context.WithCancel(t.Context())
			refused(t, File(ctx, filepath.Join(dir, "f"), func(ctx context.Context, w io.Writer) error {
				return errors.Join(put("half")(ctx, w), c.fail(cancel))
			}), c.says, filepath.Join(dir, "f"))
			ctx, cancel = context.WithCancel(t.Context())
			refused(t, Dir(ctx, filepath.Join(dir, "x", "d"), func(ctx context.Context, into string) error {
				writeIn(t, into, "half", "half")
				return c.fail(cancel)
			}), c.says)
			holds(t, dir, map[string]string{})
		})
	}
}

// A writer that never looks at its context is stopped at the next write.
func TestInterruptStopsAWriter(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	refused(t, File(ctx, filepath.Join(dir, "f"), func(_ context.Context, w io.Writer) error {
		for i := 0; ; i++ {
			if _, err := io.WriteString(w, "more"); err != nil {
				return err
			}
			if i == 3 {
				cancel()
			} else if i > 3 {
				t.Fatal("written after the end")
			}
		}
	}), "interrupted")
	holds(t, dir, map[string]string{})
}

func TestPanicLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	func() {
		defer func() { _ = recover() }()
		_ = File(t.Context(), filepath.Join(dir, "f"), func(context.Context, io.Writer) error { panic("bug") })
	}()
	holds(t, dir, map[string]string{})
}

func TestWhereNothingCanBeWritten(t *testing.T) {
	dir := t.TempDir()
	refused(t, File(t.Context(), filepath.Join(dir, "missing", "f"), put("text")), filepath.Join(dir, "missing", "f"), "its folder does not exist", "Make the folder first")
	writeIn(t, dir, "file", "precious")
	if err := File(t.Context(), filepath.Join(dir, "file", "f"), put("text")); err == nil {
		t.Error("written below a file")
	}
	if err := Dir(t.Context(), filepath.Join(dir, "file", "f", "g"), fillWith(t, nil)); err == nil {
		t.Error("made below a file")
	}
	holds(t, dir, map[string]string{"file": "precious"})
}

// The temporary has a name that the search for chains passes over.
func TestTheTemporaryIsKnown(t *testing.T) {
	dir := t.TempDir()
	err := Dir(t.Context(), filepath.Join(dir, "d"), func(_ context.Context, into string) error {
		if !IsPartial(filepath.Base(into)) || filepath.Dir(into) != dir {
			t.Errorf("the temporary is %s", into)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestScratchLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	s, err := NewScratch("out")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(s, "text"); err != nil {
		t.Fatal(err)
	}
	// Even now nobody else finds it, so that a kill leaves nothing.
	holds(t, dir, map[string]string{})
	text := make([]byte, 4)
	if _, err := s.ReadAt(text, 0); err != nil || string(text) != "text" || s.Size() != 4 {
		t.Errorf("%q, %d bytes, %v", text, s.Size(), err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(s, "late")
	want := "out: write a temporary file in " + dir + " (TMPDIR names another folder): file already closed; nothing was written"
	if !errors.Is(err, fs.ErrClosed) || err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
	holds(t, dir, map[string]string{})
}

// What is private is so from its first byte on, under the name that it has meanwhile.
func TestPrivateFiles(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "salt")
	seen := 0
	err := Private(t.Context(), path, func(_ context.Context, w io.Writer) error {
		entries, err := os.ReadDir(dir)
		for _, e := range entries {
			seen++
			if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 || !IsPartial(e.Name()) {
				t.Errorf("%s: %v, %v", e.Name(), info.Mode(), err)
			}
		}
		_, writeErr := io.WriteString(w, "s3cret")
		return errors.Join(err, writeErr)
	})
	info, statErr := os.Stat(path)
	if err != nil || statErr != nil || seen != 1 || info.Mode().Perm() != 0o600 {
		t.Errorf("%d files, %v, %v", seen, err, statErr)
	}
	broken := errors.New("the disk is full")
	err = Private(t.Context(), filepath.Join(dir, "other"), func(_ context.Context, w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return broken
	})
	if got := tree(t, dir); !errors.Is(err, broken) || len(got) != 1 || got["salt"] != "s3cret" {
		t.Errorf("%v: %v", err, got)
	}
}
