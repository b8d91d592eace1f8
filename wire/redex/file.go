package redex

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// ErrNotReaderAt says that a file system cannot be read from: its files are
// not io.ReaderAt.
var ErrNotReaderAt = errors.New("file cannot be read at an offset")

// FileState says whether a file of a channel is there, and its size.
type FileState struct {
	// Present is true for a regular file, an empty one included.
	Present bool
	// Size is in bytes.
	Size int64
}

// SmallFS is a file system that can describe a file and read it in one go, if it is small:
// a node keeps tens of thousands of channels with files of a few bytes.
type SmallFS interface {
	fs.FS
	// ReadSmall describes a file, as [fs.Stat] does. With that it may return all of its
	// content, not empty and as it was when it was described, if that has at most most bytes.
	// It is asked for what was listed as a regular file: it may open it without looking.
	ReadSmall(name string, most int64) (content []byte, info fs.FileInfo, err error)
}

// statSmall is fs.Stat, with the content of a small file if it can be had with it.
func statSmall(fsys fs.FS, name string, listed bool) (content []byte, info fs.FileInfo, err error) {
	if small, is := fsys.(SmallFS); is && listed {
		return small.ReadSmall(name, MaxHeldBytes)
	}
	info, err = fs.Stat(fsys, name)
	return nil, info, err
}

// statFile returns the state of a regular file and its description; anything else is
// absent. Of a small file that was listed as one it may return the content with it.
func statFile(fsys fs.FS, name string, listed bool) (FileState, foundFile, error) {
	content, info, err := statSmall(fsys, name, listed)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return FileState{}, foundFile{}, nil
	case err != nil:
		return FileState{}, foundFile{}, fmt.Errorf("redex: %w", err)
	case !info.Mode().IsRegular():
		return FileState{}, foundFile{}, nil
	}
	return FileState{Present: true, Size: info.Size()}, foundFile{name, info, content}, nil
}

// foundFile is a file as it was found.
type foundFile struct {
	path    string
	info    fs.FileInfo // nil if it is not there
	content []byte      // all of it, if that was read at once
}

// file is a file that is open for reads at an offset. The zero file is absent
// and empty.
type file struct {
	path string
	size int64
	r    io.ReaderAt
	c    io.Closer
	was  fs.FileInfo // as it was found; nil if nobody asks
	held []byte      // all of it, of a small file, which is closed
}

// openFile opens the named file, whose state has been taken before. What is
// appended to the file from then on is not seen. If was is not nil the file must be
// the one that it describes, and no shorter.
func openFile(fsys fs.FS, name string, state FileState, was fs.FileInfo) (file, error) {
	if !state.Present {
		return file{path: name}, nil
	}
	f, err := fsys.Open(name)
	if err != nil {
		return file{}, fmt.Errorf("redex: %w", err)
	}
	r, ok := f.(io.ReaderAt)
	if !ok {
		return file{}, errors.Join(&fs.PathError{Op: "read", Path: name, Err: ErrNotReaderAt}, f.Close())
	}
	if was != nil {
		info, err := f.Stat()
		if err == nil && (!SameFile(was, info) || info.Size() < was.Size()) {
			err = &fs.PathError{Op: "open", Path: name, Err: ErrChanged}
		}
		if err != nil {
			return file{}, errors.Join(fmt.Errorf("redex: %w", err), f.Close())
		}
	}
	return file{path: name, size: state.Size, r: r, c: f, was: was}, nil
}

// readAt fills b from offset on. Bytes that should be there and are not are an
// error: the file shrank while it was open.
func (f *file) readAt(b []byte, offset int64) error {
	if len(b) == 0 {
		return nil
	}
	if f.held != nil {
		// No size is beyond what was read when the file was opened.
		copy(b, f.held[offset:])
		return nil
	}
	n, err := f.r.ReadAt(b, offset)
	if n == len(b) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("redex: %s at byte %d: %w", f.path, offset+int64(n), err)
}

// hold reads all of the file into memory and closes it.
func (f *file) hold() error {
	if f.held != nil || f.size == 0 {
		return f.close()
	}
	held := make([]byte, f.size)
	if err := f.readAt(held, 0); err != nil {
		return err
	}
	f.held = held
	return f.close()
}

// same reports whether the file, opened once more, begins as what is held of it.
func (f *file) same(fsys fs.FS) (bool, error) {
	now, err := openFile(fsys, f.path, FileState{Present: f.was != nil, Size: f.size}, f.was)
	if err == nil {
		err = now.hold()
	}
	return err == nil && bytes.Equal(now.held, f.held), errors.Join(err, now.close())
}

func (f *file) close() error {
	if f.c == nil {
		return nil
	}
	c := f.c
	f.r, f.c = nil, nil
	return c.Close()
}
