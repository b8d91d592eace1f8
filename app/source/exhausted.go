package source

import (
	"errors"
	"syscall"
)

// isExhausted reports whether a file could not be opened because too many are open.
func isExhausted(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

// exhausted is the problem of such a file: the file itself is as it was.
func exhausted(origin string, err error) Problem {
	return Problem{
		Level: LevelError, Path: origin, Err: err,
		Title:  "cannot be opened: too many files are open",
		Detail: err.Error(),
		Advice: "Raise the limit of open files, or end programs that hold many, then open it again",
	}
}
