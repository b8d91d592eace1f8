//go:build !js

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// The exit statuses.
const (
	StatusOK      = 0 // done; nothing is wrong
	StatusFailed  = 1 // failed, or nothing could be read
	StatusUsage   = 2 // the command line is wrong
	StatusDamaged = 3 // done; something is damaged, and is located
)

// program is the name in front of messages.
const program = "chainglass"

// Main runs the command that args name, without the name of the program in
// front, and returns the exit status.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &console{stdin: stdin, stdout: stdout, stderr: stderr}
	now, err := clock(os.LookupEnv)
	if err != nil {
		return c.tell(err)
	}
	c.now = now
	return run(context.Background(), args, c)
}

// run runs a command in a console. It ends with ctx.
func run(ctx context.Context, args []string, c *console) int {
	done := c.guard()
	defer done()
	root := rootCommand(c)
	// A nil slice would make cobra take the arguments of the process.
	root.SetArgs(append([]string{}, args...))
	cmd, err := root.ExecuteContextC(ctx)
	status := c.tell(err)
	if status == StatusUsage {
		c.say("Run %q for help.", cmd.CommandPath()+" --help")
	}
	return status
}

func rootCommand(c *console) *cobra.Command {
	root := &cobra.Command{
		Use:   program,
		Short: "Open the action chains of a net-mesh cluster",
		Long: fmt.Sprintf(`Chainglass opens the action chains of a net-mesh cluster: every record decoded,
the snapshot they fold to, and what is damaged or missing. It never writes to
what it reads.

PATH is a node's storage folder or any folder above one, a channel folder, an
archive of such (zip, tar, gzip, zstandard), a chain export, or JSON records.

With %s set (Unix seconds) that is the time in what is written, and the
same input gives the same bytes.

Exit status: 0 done, 1 failed, 2 wrong usage, 3 done but damage was found.`, epochVariable),
		Example: `  chainglass verify /var/lib/net-mesh
  chainglass fold /var/lib/net-mesh --channel meshos/actions --rules v0.34.0
  chainglass serve /var/lib/net-mesh`,
		Args:          refuseUnknownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors: true,
		SilenceUsage:  true,
		// How many letters may differ in what is suggested.
		SuggestionsMinimumDistance: 2,
	}
	root.SetIn(c.stdin)
	root.SetOut(c.stdout)
	root.SetErr(c.stderr)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError(err) })
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(
		decodeCommand(c), encodeCommand(c),
		foldCommand(c), verifyCommand(c), catCommand(c),
		exportCommand(c), redactCommand(c), importCommand(c), salvageCommand(c),
		generateCommand(c), serveCommand(c), siteCommand(c), pageCommand(c), linkCommand(c), reportCommand(c), statsCommand(c), versionCommand(c),
	)
	return root
}

func refuseUnknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	text := fmt.Sprintf("unknown command %q", args[0])
	if like := cmd.SuggestionsFor(args[0]); len(like) > 0 {
		text += fmt.Sprintf(", did you mean %q?", like[0])
	}
	return usageError(errors.New(text))
}

// atLeast is the rule for commands that take paths.
func atLeast(n int, what string) cobra.PositionalArgs {
	return between(n, -1, what)
}

// exactly is the rule for commands that take a fixed number of arguments.
func exactly(n int, what string) cobra.PositionalArgs {
	return between(n, n, what)
}

func between(least, most int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < least {
			return usageError(fmt.Errorf("%s is missing", what))
		}
		if most >= 0 && len(args) > most {
			return usageError(fmt.Errorf("unexpected argument %q", args[most]))
		}
		return nil
	}
}

// statusError is an error that decides the exit status. Without a cause there
// is nothing left to say.
type statusError struct {
	status int
	err    error
}

// Error returns the text of the cause.
func (e statusError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

// Unwrap returns the cause.
func (e statusError) Unwrap() error { return e.err }

// listError is an error with lines below it, such as what there is to choose from.
// They are texts of ours, or went through [text.printf].
type listError struct {
	error
	lines []string
}

// Unwrap returns the error without its lines.
func (e listError) Unwrap() error { return e.error }

// usageError marks an error in the command line.
func usageError(err error) error { return statusError{StatusUsage, err} }

// usagef is usageError with a text.
func usagef(format string, args ...any) error { return usageError(fmt.Errorf(format, args...)) }

// errDamaged ends a command that has told of damage already.
func errDamaged() error { return statusError{status: StatusDamaged} }
