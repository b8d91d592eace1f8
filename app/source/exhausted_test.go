package source

import (
	"io/fs"
	"strings"
	"syscall"
	"testing"
)

// noneLeft is a file system on a machine that lets a program open nothing more.
type noneLeft struct{ fs.FS }

func (n noneLeft) Open(name string) (fs.File, error) {
	if strings.HasSuffix(name, "idx") || strings.HasSuffix(name, ".json") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.EMFILE}
	}
	return n.FS.Open(name)
}

func (n noneLeft) Stat(name string) (fs.FileInfo, error) { return fs.Stat(n.FS, name) }

// The advice about a file that is gone is not given about one that only could not be
// opened.
func TestALimitOfOpenFilesIsSaid(t *testing.T) {
	in := files{"a/meshos/actions/v0000000001/idx": strings.Repeat("x", 20), "a/meshos/actions/v0000000001/dat": "x", "b.json": "{}"}
	set := find(t, noneLeft{in.fsys()})
	if len(set.Problems) != 2 {
		t.Fatalf("%q", problemLines(set))
	}
	for _, p := range set.Problems {
		if !p.Level.Damage() || !strings.Contains(p.Title, "too many files are open") || strings.Contains(p.Advice, "exists") || !strings.Contains(p.Advice, "limit") {
			t.Errorf("%v", p)
		}
	}
}
