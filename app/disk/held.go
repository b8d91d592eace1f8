//go:build !js

package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"chainglass/wire/redex"
)

// mostFolders is how many folders of a tree are kept at hand: whoever reads a
// channel goes back and forth between its folder, its generation and those above.
const mostFolders = 8

// heldFolder is a folder of a tree in which names are looked up without walking the
// whole path again.
type heldFolder struct {
	name       string // in the tree
	info       fs.FileInfo
	descriptor *descriptor
	// leadsHere is when the path was last known to lead to it.
	leadsHere time.Time
}

// burst is how long a path is taken to lead where it led: what reads a channel asks
// for its files one right after the other.
const burst = 5 * time.Millisecond

// in calls do with the folder that name lies in, and what name is called there. The
// folder is what the path leads to now: one that was held is asked for again.
func (t *Tree) in(name string, do func(folder *os.Root, base string) error) error {
	dir, base := path.Dir(name), path.Base(name)
	if dir == "." {
		return t.root.within(func(r *os.Root) error { return do(r, base) })
	}
	h, err := t.hold(dir)
	if err != nil {
		return err
	}
	done := false
	err = h.within(func(r *os.Root) error {
		done = true
		return do(r, base)
	})
	if !done && errors.Is(err, fs.ErrClosed) {
		// Others have looked into many folders since it was asked for.
		return t.root.within(func(r *os.Root) error { return do(r, name) })
	}
	return err
}

// within calls do with the folder.
func (h *heldFolder) within(do func(*os.Root) error) error {
	opened, err := h.descriptor.use()
	if err != nil {
		return err
	}
	defer h.descriptor.done()
	return do(opened.(*os.Root))
}

// hold returns a folder below the root.
func (t *Tree) hold(dir string) (*heldFolder, error) {
	t.mu.Lock()
	for i, h := range t.held {
		if h.name != dir {
			continue
		}
		if t.leadsTo(h) {
			copy(t.held[i:], t.held[i+1:])
			t.held[len(t.held)-1] = h
			t.mu.Unlock()
			return h, nil
		}
		t.held = append(t.held[:i], t.held[i+1:]...)
		t.mu.Unlock()
		// It was only looked into.
		_ = h.descriptor.close()
		return t.holdNew(dir)
	}
	t.mu.Unlock()
	return t.holdNew(dir)
}

// leadsTo reports whether the path of a folder leads to it still.
func (t *Tree) leadsTo(h *heldFolder) bool {
	now := time.Now()
	if now.Sub(h.leadsHere) < burst {
		return true
	}
	info, err := os.Stat(filepath.Join(t.real, filepath.FromSlash(h.name)))
	if err != nil || !os.SameFile(info, h.info) {
		return false
	}
	h.leadsHere = now
	return true
}

// holdNew opens a folder and keeps it at hand.
func (t *Tree) holdNew(dir string) (*heldFolder, error) {
	r, info, err := t.openFolder(dir)
	if err != nil {
		return nil, err
	}
	h := &heldFolder{name: dir, info: info, leadsHere: time.Now()}
	h.descriptor = t.descriptors.add(r, func() (io.Closer, error) {
		again, is, err := t.openFolder(dir)
		return sameFolder(t.at(dir), again, info, is, err)
	})
	t.mu.Lock()
	t.held = append(t.held, h)
	var last *heldFolder
	if len(t.held) > mostFolders {
		last = t.held[0]
		t.held = append(t.held[:0], t.held[1:]...)
	}
	t.mu.Unlock()
	if last != nil {
		_ = last.descriptor.close() // it was only looked into
	}
	return h, nil
}

// openFolder opens a folder from the one above it, or if a link leads on from there,
// from the root.
func (t *Tree) openFolder(dir string) (r *os.Root, info fs.FileInfo, err error) {
	open := func(from *os.Root, name string) error {
		c, err := t.descriptors.make(func() (io.Closer, error) { return from.OpenRoot(name) })
		if err != nil {
			return err
		}
		r = c.(*os.Root)
		return nil
	}
	if err = t.in(dir, open); err != nil {
		err = t.root.within(func(root *os.Root) error { return open(root, dir) })
	}
	if err != nil {
		return nil, nil, err
	}
	if info, err = r.Stat("."); err != nil {
		_ = r.Close() // it was not even looked into
		return nil, nil, err
	}
	return r, info, nil
}

// openTop opens the folder that was named.
func (t *Tree) openTop() (*heldFolder, error) {
	open := func() (*os.Root, fs.FileInfo, error) {
		c, err := t.descriptors.make(func() (io.Closer, error) { return os.OpenRoot(t.real) })
		if err != nil {
			return nil, nil, err
		}
		r := c.(*os.Root)
		info, err := r.Stat(".")
		return r, info, err
	}
	r, info, err := open()
	if err != nil {
		return nil, err
	}
	h := &heldFolder{name: ".", info: info}
	h.descriptor = t.descriptors.add(r, func() (io.Closer, error) {
		again, is, err := open()
		return sameFolder(t.path, again, info, is, err)
	})
	return h, nil
}

// sameFolder is what opening a folder again comes to: it has to be the one that it was.
func sameFolder(at string, again *os.Root, was, is fs.FileInfo, err error) (io.Closer, error) {
	if err == nil && os.SameFile(was, is) {
		return again, nil
	}
	if again != nil {
		_ = again.Close() // it was not even looked into
	}
	if err == nil {
		err = &fs.PathError{Op: "open", Path: at, Err: redex.ErrChanged}
	}
	return nil, err
}

// linkOf returns what a name without links in it leads to, if it is a link.
func (t *Tree) linkOf(name string) (to string, err error) {
	err = t.in(name, func(folder *os.Root, base string) error {
		to, err = folder.Readlink(base)
		return err
	})
	return to, err
}

// lstat describes what name is itself.
func (t *Tree) lstat(name string) (info fs.FileInfo, err error) {
	err = t.in(name, func(folder *os.Root, base string) error {
		info, err = folder.Lstat(base)
		return err
	})
	return info, err
}
