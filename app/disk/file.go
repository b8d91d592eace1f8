//go:build !js

package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"

	"chainglass/wire/redex"
)

// file is an open file under the name that it has in its tree. Its descriptor may be
// closed between reads. It is an io.ReaderAt, an io.ReadSeeker and an fs.File.
type file struct {
	name       string // of the file
	at         string // for people
	descriptor *descriptor

	mu     sync.Mutex
	offset int64 // of the next Read
}

// newFile returns the file that f is, which is opened as open does.
func (t *Tree) newFile(name string, f *os.File, was fs.FileInfo) *file {
	called := path.Base(name)
	if name == "." {
		called = t.Name
	}
	return &file{name: called, at: t.at(name), descriptor: t.descriptors.add(f, func() (io.Closer, error) {
		again, is, err := t.open(name)
		if err == nil && !os.SameFile(was, is) {
			_ = again.Close() // it was not even read
			err = redex.ErrChanged
		}
		if err != nil {
			return nil, t.located("read", name, err)
		}
		return again, nil
	})}
}

// use calls do with the file on disk.
func (f *file) use(do func(*os.File) error) error {
	opened, err := f.descriptor.use()
	if errors.Is(err, fs.ErrClosed) {
		return &fs.PathError{Op: "read", Path: f.at, Err: err}
	}
	if err != nil {
		return err
	}
	defer f.descriptor.done()
	return do(opened.(*os.File))
}

// Stat implements fs.File.
func (f *file) Stat() (info fs.FileInfo, err error) {
	err = f.use(func(on *os.File) error {
		info, err = on.Stat()
		return err
	})
	if err != nil {
		return nil, err
	}
	return namedInfo{info, f.name}, nil
}

// ReadAt implements io.ReaderAt.
func (f *file) ReadAt(b []byte, offset int64) (n int, err error) {
	err = f.use(func(on *os.File) error {
		n, err = on.ReadAt(b, offset)
		return err
	})
	return n, err
}

// Read implements fs.File.
func (f *file) Read(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.ReadAt(b, f.offset)
	f.offset += int64(n)
	if n > 0 && err == io.EOF {
		err = nil // the next Read says it
	}
	return n, err
}

// Seek implements io.Seeker.
func (f *file) Seek(offset int64, whence int) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch whence {
	case io.SeekCurrent:
		offset += f.offset
	case io.SeekEnd:
		info, err := f.Stat()
		if err != nil {
			return 0, err
		}
		offset += info.Size()
	}
	if offset < 0 {
		return 0, &fs.PathError{Op: "seek", Path: f.at, Err: fs.ErrInvalid}
	}
	f.offset = offset
	return offset, nil
}

// Close implements fs.File.
func (f *file) Close() error {
	if err := f.descriptor.close(); err != nil {
		return &fs.PathError{Op: "close", Path: f.at, Err: err}
	}
	return nil
}

// folder is an open folder.
type folder struct {
	*os.File
	tree *Tree
	name string // in the tree
}

// Stat implements fs.File.
func (f *folder) Stat() (fs.FileInfo, error) {
	info, err := f.File.Stat()
	if err != nil {
		return nil, err
	}
	called := path.Base(f.name)
	if f.name == "." {
		called = f.tree.Name
	}
	return namedInfo{info, called}, nil
}

// ReadDir implements fs.ReadDirFile.
func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	entries, err := f.File.ReadDir(n)
	return f.tree.shown(f.name, entries), err
}
