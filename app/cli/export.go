//go:build !js

package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"chainglass/app/engine"
	"chainglass/app/output"
	"chainglass/app/redact"
	"chainglass/app/view"
	"chainglass/wire/export"
)

func exportCommand(c *console) *cobra.Command {
	var file string
	var entriesOnly bool
	var redacting redactFlags
	cmd := &cobra.Command{
		Use:   "export PATH... -o FILE.chain",
		Short: "Put chains into one file",
		Long: `Export writes every chain found in the paths to one chain export, with the
snapshots and notes found beside them. Entries are copied as they are stored,
damaged ones included, and with them all else that their folders hold: bytes that
no row leads to, other generations, the manifest. Import gives the folders back byte
for byte. --entries-only leaves out what is in no entry, and says so in the file.

What could not be read is told, recorded in the file, and the exit status is 3.
Damage that goes along whole leaves nothing out: it is told, and the status is 0.

` + redactHelp + `

An existing FILE is not overwritten.`,
		Example: `  chainglass export /var/lib/net-mesh -o node.chain
  chainglass export node-1 node-2 node-3 -o incident.chain
  chainglass export incident.chain -o public.chain --redact --shift-times`,
		Args: atLeast(1, "PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if file == "" {
				return usagef("-o FILE.chain is missing")
			}
			o, err := redacting.options()
			if err != nil {
				return err
			}
			return runExport(cmd.Context(), c, args, file, entriesOnly, o, &redacting)
		},
	}
	cmd.Flags().StringVarP(&file, "output", "o", "", "file to write")
	cmd.Flags().BoolVar(&entriesOnly, "entries-only", false, "leave out what the folders hold besides the entries")
	redacting.addFlags(cmd)
	return cmd
}

// runExport writes an export, redacted if o is set.
func runExport(ctx context.Context, c *console, paths []string, file string, entriesOnly bool, o *redact.Options, f *redactFlags) error {
	if err := output.CheckFile(file); err != nil {
		return err
	}
	l, err := c.load(ctx, paths...)
	if err != nil {
		return err
	}
	defer l.close()
	spec := engine.PackSpec{EntriesOnly: entriesOnly, Tool: program + " " + version(), CreatedAtMS: c.nowMS()}
	var packed engine.Packed
	var left redact.Summary
	err = output.File(ctx, file, func(ctx context.Context, out io.Writer) (err error) {
		write := func(out io.Writer) (err error) {
			packed, err = packTo(ctx, l.Engine, spec, out)
			return err
		}
		if o == nil {
			return write(out)
		}
		left, err = writeRedacted(file, out, write, o)
		return err
	})
	if err != nil {
		return err
	}
	besides := ""
	if packed.RawBytes > 0 && o == nil {
		besides = fmt.Sprintf(", %s besides the entries", view.Bytes(packed.RawBytes))
	}
	c.warn("%s: %s%s", file, summary(packed.Chains, packed.Entries), besides)
	if o != nil {
		if err := c.tellRedacted(ctx, &left, f); err != nil {
			return err
		}
	}
	return c.complete(l, file, &packed)
}

// packTo writes an export of what an engine has open.
func packTo(ctx context.Context, e *engine.Engine, spec engine.PackSpec, out io.Writer) (engine.Packed, error) {
	buffered := bufio.NewWriterSize(out, export.DefaultBlockBytes)
	packed, err := e.Pack(ctx, spec, buffered)
	if err != nil {
		return packed, err
	}
	return packed, buffered.Flush()
}

// damaged counts the chains in which verify finds damage.
func (l *loaded) damaged() (damaged int, err error) {
	for _, info := range l.Chains() {
		if info.Worst < engine.SeverityWarning {
			continue
		}
		findings, err := l.Findings(info.ID)
		if err != nil {
			return 0, err
		}
		if slices.ContainsFunc(findings, func(f engine.Finding) bool { return engine.MeansDamage(f.Severity, f.Rule) }) {
			damaged++
		}
	}
	return damaged, nil
}

// complete tells of damage that is carried, and what could not be read and so is missing from a file that was
// written, and ends the command accordingly.
func (c *console) complete(l *loaded, file string, packed *engine.Packed) error {
	damaged, err := l.damaged()
	if err != nil {
		return err
	}
	if damaged > 0 {
		c.warn("%s damaged, and carried as they are; verify lists what is wrong", view.Plural(damaged, "chain is", "chains are"))
	}
	for _, p := range packed.Unread {
		c.warn("%s", problemLine(l.files, p))
	}
	if n := l.problems + len(packed.Unread); n > 0 {
		c.warn("%s is incomplete: %s above", file, view.Plural(n, "problem is", "problems are"))
		return errDamaged()
	}
	return nil
}
