package source

import (
	"context"
	"io/fs"
	"runtime"
	"sync"
	"sync/atomic"

	"chainglass/wire/redex"
)

// listedFS remembers what lies in the folders that have been listed: a search for
// channels and the list of all files go through the same folders, one after the other.
type listedFS struct {
	fs.FS
	folders map[string][]fs.DirEntry
}

func listOnce(fsys fs.FS) listedFS { return listedFS{fsys, map[string][]fs.DirEntry{}} }

// ReadDir implements fs.ReadDirFS. The caller does not change what it returns.
func (l listedFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if entries, listed := l.folders[name]; listed {
		return entries, nil
	}
	entries, err := fs.ReadDir(l.FS, name)
	if err == nil {
		l.folders[name] = entries
	}
	return entries, err
}

// listedAtOnce is how many folders are listed by several at the same time, at least: for
// fewer it is not worth it.
const listedAtOnce = 64

// listAhead lists folders that will be asked for, several at a time where there are
// processors for it, until about most names have been seen. What cannot be listed is left
// to whoever asks for it.
func (l listedFS) listAhead(ctx context.Context, most int) {
	workers := runtime.GOMAXPROCS(0)
	if workers == 1 {
		return
	}
	level := []string{"."}
	for depth := 0; depth <= redex.MaxFindDepth && len(level) > 0 && most > 0; depth++ {
		level = level[:min(len(level), most)]
		lists := make([][]fs.DirEntry, len(level))
		var next atomic.Int64
		list := func() {
			for i := int(next.Add(1)) - 1; i < len(level) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				if entries, err := fs.ReadDir(l.FS, level[i]); err == nil {
					lists[i] = entries
				}
			}
		}
		var all sync.WaitGroup
		for range workers {
			if len(level) >= listedAtOnce {
				all.Go(list)
			}
		}
		all.Wait()
		list()
		var below []string
		for i, entries := range lists {
			if entries == nil {
				continue
			}
			l.folders[level[i]] = entries
			most -= len(entries)
			for _, e := range entries {
				if e.IsDir() {
					below = append(below, inFolder(level[i], e.Name()))
				}
			}
		}
		level = below
	}
}

// inFolder is path.Join of a folder and a name in it.
func inFolder(folder, name string) string {
	if folder == "." {
		return name
	}
	return folder + "/" + name
}

// Stat implements fs.StatFS.
func (l listedFS) Stat(name string) (fs.FileInfo, error) { return fs.Stat(l.FS, name) }
