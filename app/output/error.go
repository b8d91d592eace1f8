//go:build !js

package output

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// Why something cannot be written.
var (
	errExists   = errors.New("it exists already")
	errNoFolder = errors.New("its folder does not exist")
	errIsFolder = errors.New("it is a folder")
	errIsFile   = errors.New("it is a file")
	errNotEmpty = errors.New("the folder is not empty")
	errCurrent  = errors.New("it is the folder that the program runs in")
)

// Error says that nothing was written at Path, and why.
type Error struct {
	Path string
	Err  error
	// partial is the temporary name, which causes may know it by.
	partial string
}

// Error implements error: where, why, and what to do.
func (e *Error) Error() string {
	text := e.Err.Error()
	if e.partial != "" && strings.Contains(text, e.partial) {
		text = strings.ReplaceAll(text, e.partial, e.Path)
	} else {
		text = e.Path + ": " + text
	}
	text += "; nothing was written"
	if advice := advice(e.Err); advice != "" {
		text += ". " + advice
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// interrupted is the end of a context.
type interrupted struct{ cause error }

// Error implements error.
func (interrupted) Error() string { return "interrupted" }

// Unwrap returns the cause.
func (i interrupted) Unwrap() error { return i.cause }

// failed is the error of an output that did not come to be.
func (p pending) failed(err error) error {
	rename, told := (*os.LinkError)(nil), (*Error)(nil)
	switch {
	case errors.As(err, &told) && told.Path == p.final:
		return err // a scratch file of this output said so
	case errors.Is(err, context.Canceled):
		err = interrupted{err}
	case errors.As(err, &rename) && errors.Is(err, fs.ErrExist):
		// Somebody was faster. ENOTEMPTY is an ErrExist as well.
		err = errNotEmpty
	case errors.As(err, &rename):
		err = rename.Err
	}
	return &Error{Path: p.final, Err: err, partial: p.partial}
}

// advice says what to do about a cause. Causes that say it themselves have none.
func advice(err error) string {
	for _, a := range []struct {
		causes []error
		text   string
	}{
		{[]error{errExists, errIsFolder}, "Name another file, or remove this one first"},
		{[]error{errNoFolder}, "Make the folder first"},
		{[]error{errNotEmpty, errIsFile, errCurrent, syscall.EBUSY, syscall.EXDEV}, "Name a folder that does not exist yet"},
		{[]error{syscall.ENOSPC, syscall.EDQUOT}, "Free some space, or name a place on another disk"},
		{[]error{syscall.EFBIG}, "The file is larger than this disk or this account may hold: name a place on another disk, or raise the limit (ulimit -f)"},
		{[]error{syscall.EROFS, fs.ErrPermission}, "Name a place where you may write"},
		{[]error{syscall.EIO}, "The disk fails: name a place on another one"},
	} {
		for _, cause := range a.causes {
			if errors.Is(err, cause) {
				return a.text
			}
		}
	}
	return ""
}
