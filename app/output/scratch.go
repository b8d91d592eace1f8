//go:build !js

package output

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Scratch has use work with a file that is gone when use returns, and where the
// system allows that has no name from the start: not even a process that is killed
// leaves it behind.
func Scratch(use func(f *os.File) error) error {
	f, err := os.CreateTemp("", partialPrefix+"*"+partialSuffix)
	if err != nil {
		return err
	}
	// Some systems remove no file that is open.
	_ = os.Remove(f.Name())
	err = errors.Join(scratchError(f.Name(), use(f)), f.Close())
	if gone := os.Remove(f.Name()); !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

// scratchError is an error of using a file whose name says nothing to people.
func scratchError(name string, err error) error {
	if err == nil || !strings.Contains(err.Error(), name) {
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
