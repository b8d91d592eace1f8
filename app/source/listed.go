package source

import (
	"io/fs"
	"slices"
)

// listedFS remembers what lies in the folders that have been listed: a search for
// channels and the list of all files go through the same folders, one after the other.
type listedFS struct {
	fs.FS
	folders map[string][]fs.DirEntry
}

func listOnce(fsys fs.FS) listedFS { return listedFS{fsys, map[string][]fs.DirEntry{}} }

// ReadDir implements fs.ReadDirFS.
func (l listedFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if entries, listed := l.folders[name]; listed {
		return slices.Clone(entries), nil
	}
	entries, err := fs.ReadDir(l.FS, name)
	if err == nil {
		l.folders[name] = entries
	}
	return slices.Clone(entries), err
}

// Stat implements fs.StatFS.
func (l listedFS) Stat(name string) (fs.FileInfo, error) { return fs.Stat(l.FS, name) }
