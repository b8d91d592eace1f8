package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"chainglass/app/view"
)

// The exit statuses, which are those of the chainglass program.
const (
	statusOK      = 0 // done; nothing is wrong
	statusFailed  = 1 // failed, or nothing could be read
	statusUsage   = 2 // the command line is wrong
	statusDamaged = 3 // done; something is damaged or was left out, and is located
)

// console is what a command talks to, and its exit status so far.
type console struct {
	program        string
	stdout, stderr io.Writer
	incomplete     bool
}

// print writes a line to stdout. Every character of it is visible.
func (c *console) print(format string, args ...any) error {
	_, err := io.WriteString(c.stdout, view.VisibleText(fmt.Sprintf(format, args...))+"\n")
	return err
}

// warn writes a line to stderr. A stderr that is gone has nobody to tell.
func (c *console) warn(format string, args ...any) {
	_, _ = io.WriteString(c.stderr, view.VisibleText(c.program+": "+fmt.Sprintf(format, args...))+"\n")
}

// incompletef says that something is damaged or was left out, which the exit status tells.
func (c *console) incompletef(format string, args ...any) {
	c.incomplete = true
	c.warn(format, args...)
}

// usageError is an error in the command line.
type usageError struct{ error }

// Unwrap returns the cause.
func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// run runs a command and returns its exit status. It ends when the process is told to.
func (c *console) run(cmd *cobra.Command, args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.CompletionOptions.DisableDefaultCmd = true
	cmd.SetArgs(append([]string{}, args...))
	cmd.SetOut(c.stdout)
	cmd.SetErr(c.stderr)
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	ran, err := cmd.ExecuteContextC(ctx)
	var usage usageError
	switch {
	case errors.As(err, &usage):
		c.warn("%v", err)
		c.warn("run %q for help", ran.CommandPath()+" --help")
		return statusUsage
	case err != nil && ctx.Err() != nil:
		c.warn("interrupted")
		return statusFailed
	case err != nil:
		c.warn("%v", err)
		return statusFailed
	case c.incomplete:
		return statusDamaged
	}
	return statusOK
}

// atLeastOne is the rule for commands that take places.
func atLeastOne(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usagef("%s is missing", what)
		}
		return nil
	}
}
