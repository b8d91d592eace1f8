//go:build !js

package output

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Scratch is a file for what is on its way to an output. It is gone when it is
// closed, and where the system allows that it has no name from the start: not even
// a process that is killed leaves it behind.
type Scratch struct {
	f      *os.File
	output string
	size   int64
}

// NewScratch makes a scratch file for the output at path, which its errors of
// writing name. The caller closes it.
func NewScratch(path string) (*Scratch, error) {
	f, err := os.CreateTemp("", partialPrefix+"*"+partialSuffix)
	if err != nil {
		return nil, &Error{Path: path, Err: err}
	}
	// Some systems remove no file that is open.
	_ = os.Remove(f.Name())
	return &Scratch{f: f, output: path}, nil
}

// Write implements [io.Writer].
func (s *Scratch) Write(p []byte) (int, error) {
	n, err := s.f.Write(p)
	s.size += int64(n)
	if err != nil {
		err = &Error{Path: s.output, Err: unnamed(s.f.Name(), err)}
	}
	return n, err
}

// ReadAt implements [io.ReaderAt].
func (s *Scratch) ReadAt(p []byte, off int64) (int, error) { return s.f.ReadAt(p, off) }

// Size returns how many bytes have been written.
func (s *Scratch) Size() int64 { return s.size }

// Close removes the file.
func (s *Scratch) Close() error {
	err := s.f.Close()
	if gone := os.Remove(s.f.Name()); !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

// unnamed is an error about the file of that name, which says nothing to people.
func unnamed(name string, err error) error {
	if !strings.Contains(err.Error(), name) {
		return err
	}
	return &renamed{err, name, "a temporary file in " + filepath.Dir(name) + " (TMPDIR names another folder)"}
}

// renamed is an error with another name for a file.
type renamed struct {
	error
	from, to string
}

// Error implements error.
func (r *renamed) Error() string { return strings.ReplaceAll(r.error.Error(), r.from, r.to) }

// Unwrap returns the error with the name as it was.
func (r *renamed) Unwrap() error { return r.error }
