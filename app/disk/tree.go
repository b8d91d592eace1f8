//go:build !js

package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"chainglass/app/source"
)

// Tree is a file or a folder that a person named, and what lies below it. It
// implements fs.FS; "." is what was named.
type Tree struct {
	// Name is what "." is called: the end of the path, unless it is set.
	Name string

	path string // as it was named
	real string // absolute, without links
	// root, of a folder, holds every open below it; nil for a file.
	root        *heldFolder
	descriptors *Descriptors

	mu   sync.Mutex
	held []*heldFolder // the one used last at the end
	// direct are folders whose paths have no link on them, nextDirect is the place of the
	// next, and topAt when the folder that was named was last where it is.
	direct     [mostFolders]directFolder
	nextDirect int
	topAt      time.Time

	findCredentials sync.Once
	credentials     []fs.FileInfo // that have another name
}

// Open returns the tree of a path, which must exist and may be a link. Trees of the
// same Descriptors share them.
func (p *Descriptors) Open(disk string) (*Tree, error) {
	info, err := os.Stat(disk)
	if err != nil {
		return nil, err
	}
	t := &Tree{Name: filepath.Base(disk), path: disk, descriptors: p}
	// A name for something without a path, such as /dev/stdin, leads nowhere.
	if t.real, err = filepath.EvalSymlinks(disk); err != nil {
		t.real = disk
	}
	if t.real, err = filepath.Abs(t.real); err == nil && info.IsDir() {
		t.root, err = t.openTop()
	}
	return t, err
}

// Open returns the tree of a path, which must exist and may be a link.
func Open(disk string) (*Tree, error) { return new(Descriptors).Open(disk) }

// Holds reports whether other is what t shows, or lies in it.
func (t *Tree) Holds(other *Tree) bool {
	if t.real == other.real {
		return true
	}
	_, below := t.below(other.real)
	return below && !t.isFile()
}

// at returns the path on disk of a name, for people.
func (t *Tree) at(name string) string {
	if name == "." {
		return t.path
	}
	return filepath.Join(t.path, filepath.FromSlash(name))
}

// Open implements fs.FS.
func (t *Tree) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	f, info, err := t.open(name)
	switch {
	case err != nil:
		return nil, t.located("open", name, err)
	case info.IsDir():
		return &folder{f, t, name}, nil
	}
	return t.newFile(name, f, info), nil
}

// Stat implements fs.StatFS: files that are open are looked at often. It describes
// what Open would open, and refuses what Open would refuse.
func (t *Tree) Stat(name string) (fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrInvalid}
	}
	target, info, err := t.stat(name)
	if err == nil && !info.IsDir() && source.IsCredential(t.called(target)) {
		err = source.RefuseCredential(t.at(name))
	} else if err == nil && t.isCredential(info) {
		err = &source.RefusedError{Path: t.at(name), Reason: hardLinkReason}
	}
	if err != nil {
		return nil, t.located("stat", name, err)
	}
	called := path.Base(name)
	if name == "." {
		called = t.Name
	}
	return namedInfo{info, called}, nil
}

func (t *Tree) isFile() bool { return t.root == nil }

// called is the name on disk, without links, of what stat found.
func (t *Tree) called(target string) string {
	if t.isFile() {
		return filepath.Base(t.real)
	}
	return target
}

// located gives an error the path that people know.
func (t *Tree) located(op, name string, err error) error {
	var refused *source.RefusedError
	if errors.As(err, &refused) {
		return err
	}
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	return &fs.PathError{Op: op, Path: t.at(name), Err: err}
}

// openAttempts bounds how often a file is opened again that was replaced while
// it was opened, as programs do that rename a new file over the old one.
const openAttempts = 3

func (t *Tree) open(name string) (f *os.File, opened fs.FileInfo, err error) {
	for range openAttempts {
		target, looked, err := t.stat(name)
		if err != nil {
			return nil, nil, err
		}
		if reason := refusal(looked.Mode()); reason != "" {
			return nil, nil, &source.RefusedError{Path: t.at(name), Reason: reason}
		}
		if !looked.IsDir() && source.IsCredential(t.called(target)) {
			return nil, nil, source.RefuseCredential(t.at(name))
		}
		if t.isCredential(looked) {
			return nil, nil, &source.RefusedError{Path: t.at(name), Reason: hardLinkReason}
		}
		if f, err = t.openAt(target); err != nil {
			return nil, nil, err
		}
		if opened, err = f.Stat(); err == nil && os.SameFile(looked, opened) {
			return f, opened, nil
		}
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, nil, err
		}
	}
	return nil, nil, &source.RefusedError{Path: t.at(name), Reason: "it is being replaced all the time"}
}

// openAt opens what has been looked at. Nothing is waited for, should it have
// become a pipe meanwhile.
func (t *Tree) openAt(target string) (*os.File, error) {
	const flags = os.O_RDONLY | syscall.O_NONBLOCK
	c, err := t.descriptors.make(func() (f io.Closer, err error) {
		if t.isFile() {
			return os.OpenFile(t.path, flags, 0)
		}
		err = t.in(target, func(folder *os.Root, base string) error {
			f, err = folder.OpenFile(base, flags, 0)
			return err
		})
		return f, err
	})
	if err != nil {
		return nil, err
	}
	return c.(*os.File), nil
}

// stat returns where name is once all links are followed, and what is there.
func (t *Tree) stat(name string) (target string, info fs.FileInfo, err error) {
	if t.isFile() {
		if name != "." {
			return "", nil, fs.ErrNotExist
		}
		info, err = os.Stat(t.path)
		return name, info, err
	}
	if info, is := t.lookDirect(name); is {
		return name, info, nil
	}
	// Few names have links in them, and then this is all there is to do.
	info, err = t.lstat(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode()&fs.ModeSymlink == 0 {
		return name, info, err
	}
	if target, err = t.follow(name); err != nil {
		return "", nil, err
	}
	info, err = t.lstat(target)
	if err == nil && !info.IsDir() && source.IsCredential(target) {
		err = &source.RefusedError{Path: t.at(name), Reason: "it is a link to a file with credentials of a node, which are never opened"}
	}
	return target, info, err
}

// own describes what name is itself, in a folder that may be reached by links.
func (t *Tree) own(name string) (fs.FileInfo, error) {
	folder, err := t.follow(path.Dir(name))
	if err != nil {
		return nil, err
	}
	return t.lstat(path.Join(folder, path.Base(name)))
}

// shown makes of what lies in a folder what the tree shows of it. What is there has a
// type of its own: a link that is followed has the type of what it leads to.
func (t *Tree) shown(folder string, entries []fs.DirEntry) []fs.DirEntry {
	all := make([]entry, len(entries))
	for i, e := range entries {
		own := e.Type()
		all[i] = entry{tree: t, folder: folder, name: e.Name(), mode: own}
		if own&fs.ModeSymlink != 0 {
			if _, info, err := t.stat(all[i].path()); err == nil {
				all[i].mode = info.Mode().Type()
			}
		}
		entries[i] = &all[i]
	}
	return entries
}

// entry is an entry of a folder.
type entry struct {
	tree         *Tree
	folder, name string // the folder in the tree
	mode         fs.FileMode
}

// path is the name in the tree.
func (e entry) path() string { return path.Join(e.folder, e.name) }

// Name implements fs.DirEntry.
func (e entry) Name() string { return e.name }

// IsDir implements fs.DirEntry.
func (e entry) IsDir() bool { return e.mode.IsDir() }

// Type implements fs.DirEntry.
func (e entry) Type() fs.FileMode { return e.mode }

// Info implements fs.DirEntry.
func (e entry) Info() (fs.FileInfo, error) {
	name := e.path()
	_, info, err := e.tree.stat(name)
	if e.mode&fs.ModeSymlink != 0 && err != nil {
		// A link that is refused describes itself.
		info, err = e.tree.own(name)
	}
	if err != nil {
		return nil, e.tree.located("stat", name, err)
	}
	return namedInfo{info, e.name}, nil
}

// namedInfo is a file under another name.
type namedInfo struct {
	fs.FileInfo
	name string
}

// Name implements fs.FileInfo.
func (i namedInfo) Name() string { return i.name }

// Unwrap returns the description by which the file is known again.
func (i namedInfo) Unwrap() fs.FileInfo { return i.FileInfo }
