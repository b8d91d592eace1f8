package browser

import (
	"errors"
	"io"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// file describes a file whose content is given.
func file(path, content string) described {
	return described{
		path:       path,
		sizeBytes:  int64(len(content)),
		modifiedAt: time.UnixMilli(1_700_000_000_000),
		content:    text(content),
	}
}

// contents reads everything in a tree, by path.
func contents(t *testing.T, files fs.FS) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, path)
		all[path] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFileFSKeepsTheRulesOfFS(t *testing.T) {
	files := newFileFS([]described{
		file("node-1/meshos/actions/manifest", "0123456789abcdef"),
		file("node-1/meshos/actions/v0000000001/idx", "entries"),
		file("node-1/meshos/actions/v0000000001/ts", ""),
		file("node-2/log/manifest", "x"),
		file("loose", "y"),
	}, nil)
	if err := fstest.TestFS(files, "node-1/meshos/actions/v0000000001/ts", "node-2/log/manifest", "loose"); err != nil {
		t.Error(err)
	}
	if err := fstest.TestFS(newFileFS(nil, nil)); err != nil {
		t.Errorf("empty: %v", err)
	}
}

// Whatever the names are, every file is there once and nothing panics.
func TestFileFSPlaces(t *testing.T) {
	for _, c := range []struct {
		name  string
		files []described
		want  map[string]string
	}{
		{"same path", []described{file("dat", "1"), file("dat", "2"), file("dat", "3")},
			map[string]string{"dat": "1", "dat (2)": "2", "dat (3)": "3"}},
		{"file where a folder is", []described{file("a/b", "1"), file("a", "2")},
			map[string]string{"a/b": "1", "a (2)": "2"}},
		{"folder where a file is", []described{file("a", "1"), file("a/b/c", "2"), file("a/b/d", "3")},
			map[string]string{"a": "1", "a (2)/b/c": "2", "a (2)/b/d": "3"}},
		{"folder below a file below a folder", []described{file("a/b", "1"), file("a/b/c", "2")},
			map[string]string{"a/b": "1", "a/b (2)/c": "2"}},
		{"no path at all", []described{file("", "1"), file("/", "2"), file(".", "3"), file("..", "4")},
			map[string]string{"unnamed": "1", "unnamed (2)": "2", "unnamed (3)": "3", "(..)": "4"}},
		{"odd parts", []described{file("/a//b/./../c/", "1"), file("\\a\x00\xff", "2")},
			map[string]string{"a/b/(..)/c": "1", "\\a\x00\uFFFD": "2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := newFileFS(c.files, nil)
			if diff := cmp.Diff(c.want, contents(t, files)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// A folder that had to be renamed keeps its files together.
func TestFileFSRenamedFolderStaysOne(t *testing.T) {
	files := newFileFS([]described{file("v1", "file"), file("v1/idx", "i"), file("v1/dat", "d"), file("v1/ts", "t")}, nil)
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 {
		t.Errorf("%d entries at the top, want the file and one folder: %v", len(entries), entries)
	}
}

// gone fails to be read, as a file that was deleted.
type gone struct{ err error }

func (g gone) read(int64, int64) *reading {
	r := newReading()
	r.finish(nil, g.err)
	return r
}

func TestFileFSNamesTheFileThatFails(t *testing.T) {
	reason := errors.New("it went away")
	files := newFileFS([]described{{path: "n/dat", sizeBytes: 9, content: gone{reason}}}, nil)
	_, err := fs.ReadFile(files, "n/dat")
	var located *fs.PathError
	if !errors.As(err, &located) || located.Path != "n/dat" || !errors.Is(err, reason) {
		t.Errorf("error %v, want one with the path and the reason", err)
	}
}

func TestFileFSFilesCanBeReadAnywhere(t *testing.T) {
	opened, err := newFileFS([]described{file("dat", "0123456789")}, nil).Open("dat")
	if err != nil {
		t.Fatal(err)
	}
	part := make([]byte, 4)
	if n, err := opened.(io.ReaderAt).ReadAt(part, 3); n != 4 || err != nil || string(part) != "3456" {
		t.Errorf("ReadAt gave %q, %d, %v", part, n, err)
	}
	if n, err := opened.(io.ReaderAt).ReadAt(part, 8); n != 2 || err != io.EOF {
		t.Errorf("ReadAt across the end gave %d, %v, want 2, EOF", n, err)
	}
	if at, err := opened.(io.Seeker).Seek(-1, io.SeekEnd); at != 9 || err != nil {
		t.Errorf("Seek gave %d, %v", at, err)
	}
}

func FuzzFileFS(f *testing.F) {
	f.Add("a/b", "a", "a/b/c")
	f.Add("..", "/", "")
	f.Add("x (2)", "x", "x")
	f.Fuzz(func(t *testing.T, first, second, third string) {
		files := newFileFS([]described{file(first, "1"), file(second, "2"), file(third, "3")}, nil)
		if got := contents(t, files); len(got) != 3 {
			t.Errorf("%d files of 3: %q", len(got), got)
		}
	})
}
