//go:build !js

package cli

import (
	"errors"
	"io"
	"time"
)

// console is what a command talks to.
type console struct {
	stdin io.Reader
	// stdout and stderr are for people: whatever is written there is visible.
	stdout, stderr io.Writer
	// json is stdout for programs, which takes JSON alone.
	json io.Writer
	now  func() time.Time // the clock for times in outputs
}

// guard puts filters in front of the writers. Nothing else of this package gets
// to see them bare. The result is called at the end.
func (c *console) guard() (done func()) {
	stdout, json, stderr := people(c.stdout), programs(c.stdout), people(c.stderr)
	c.stdout, c.json, c.stderr = stdout, json, stderr
	return func() {
		for _, f := range []*filter{stdout, json, stderr} {
			// Where the last bytes cannot be written, others could not before, and that
			// was told.
			_ = f.flush()
		}
	}
}

// say writes one line to stderr. A stderr that is gone has nobody to tell.
func (c *console) say(format string, args ...any) { _ = printLine(c.stderr, format, args) }

// warn is say with the name of the program in front.
func (c *console) warn(format string, args ...any) { c.say(program+": "+format, args...) }

// print writes one line to stdout.
func (c *console) print(format string, args ...any) error {
	return printLine(c.stdout, format, args)
}

func printLine(w io.Writer, format string, args []any) error {
	line := newText(w)
	line.printf(format+"\n", args...)
	return line.flush()
}

// tell says what went wrong, if anything did, and returns the exit status.
func (c *console) tell(err error) int {
	var status statusError
	switch {
	case err == nil:
		return StatusOK
	case !errors.As(err, &status):
		status.status = StatusFailed
	}
	if err.Error() != "" {
		c.warn("%s", err)
	}
	if list := (listError{}); errors.As(err, &list) {
		for _, line := range list.lines {
			c.say("  %s", line)
		}
	}
	return status.status
}
