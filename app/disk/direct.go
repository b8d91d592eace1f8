//go:build !js

package disk

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"chainglass/app/source"
)

// A store has a hundred thousand small files in as many folders. To look a name up folder
// by folder, each held open, takes many system calls a file. Where the system can be asked
// to open a path only if no link lies on it, that is one, and what it opens is what the
// folders lead to. Whatever cannot be had so, is had the long way, which knows links and
// says what is wrong.

var errNoFolder = errors.New("not a folder")

// directFolder is a folder whose path was known to have no link on it at a time.
type directFolder struct {
	name string // in the tree
	at   time.Time
}

// absolute is the path on disk of a name.
func (t *Tree) absolute(name string) string {
	if name == "." {
		return t.real
	}
	return t.real + string(filepath.Separator) + filepath.FromSlash(name)
}

// isDirect reports whether the path of a folder has no link on it, and the tree is where
// it was.
func (t *Tree) isDirect(dir string) bool {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.direct {
		if t.direct[i].name == dir && now.Sub(t.direct[i].at) < burst {
			return true
		}
	}
	if !t.topIsHere(now) || dir != "." && !leadsDirectly(t.absolute(dir)) {
		return false
	}
	t.direct[t.nextDirect] = directFolder{dir, now}
	t.nextDirect = (t.nextDirect + 1) % len(t.direct)
	return true
}

// isHere reports whether t is a folder, and where it was.
func (t *Tree) isHere() bool {
	if t.isFile() {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.topIsHere(time.Now())
}

// topIsHere reports whether the path of the tree leads to the folder that was named.
func (t *Tree) topIsHere(now time.Time) bool {
	if now.Sub(t.topAt) < burst {
		return true
	}
	info, err := os.Lstat(t.real)
	if err != nil || !os.SameFile(info, t.root.info) {
		return false
	}
	t.topAt = now
	return true
}

// lookDirect describes a file or a folder. It refuses a link, at its name or on the path to it.
func (t *Tree) lookDirect(name string) (fs.FileInfo, bool) {
	if t.isFile() || !t.isDirect(path.Dir(name)) {
		return nil, false
	}
	info, err := os.Lstat(t.absolute(name))
	return info, err == nil && info.Mode()&fs.ModeSymlink == 0
}

// ReadDir implements fs.ReadDirFS.
func (t *Tree) ReadDir(name string) ([]fs.DirEntry, error) {
	if fs.ValidPath(name) && t.isHere() {
		if entries, err := listDirect(t.absolute(name)); err == nil {
			return t.sorted(name, entries), nil
		}
	}
	f, err := t.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	listed, isFolder := f.(*folder)
	if !isFolder {
		return nil, &fs.PathError{Op: "readdir", Path: t.at(name), Err: errNoFolder}
	}
	entries, err := listed.File.ReadDir(-1)
	return t.sorted(name, entries), err
}

func (t *Tree) sorted(folder string, entries []fs.DirEntry) []fs.DirEntry {
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return t.shown(folder, entries)
}

// ReadSmall implements [redex.SmallFS].
func (t *Tree) ReadSmall(name string, most int64) (content []byte, info fs.FileInfo, err error) {
	if fs.ValidPath(name) && t.isHere() && !source.IsCredential(name) {
		if content, info, ok := readDirect(t.absolute(name), path.Base(name), most); ok {
			return content, info, nil
		}
	}
	info, err = t.Stat(name)
	return nil, info, err
}
