//go:build !js

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"chainglass/app/output"
	"chainglass/app/redact"
	"chainglass/app/share"
	"chainglass/app/site"
	"chainglass/app/view"
)

func pageCommand(c *console) *cobra.Command {
	var file string
	var o choice
	var redacting redactFlags
	cmd := &cobra.Command{
		Use:   "page PATH... -o FILE.html",
		Short: "Put chains and the viewer into one HTML file",
		Long: `Page writes one HTML file that holds the viewer and every chain found in the
paths. It opens by double-click, with the network off, and shows them; where it
cannot run it shows a report. The chains travel as a chain export, untouched: a
newer viewer opens the page itself, and import takes the folders out of it again,
byte for byte. --entries-only leaves out what is in no entry.

--where and --range leave entries out; what is kept keeps its bytes, its numbers
and its damage. Times that name no zone are UTC, times without a date are on the
first day of the chains.

` + redactHelp + `
The words of --title stay.

What could not be read is told, recorded in the page, and the exit status is 3. An
existing FILE is not overwritten. If FILE is a folder, the page gets a name made of
its nodes and its time there, like node-2_2026-05-22T16.08-16.15.html.`,
		Example: `  chainglass page node-1 node-2 node-3 -o incident.html --title "The night of 22 May"
  chainglass page /var/lib/net-mesh -o pulls.html --where 'kind:pull_replica outcome:failed' --range 2026-05-22T16:08..16:15
  chainglass page node-1 -o public.html --redact --shift-times`,
		Args: atLeast(1, "PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if file == "" {
				return usagef("-o FILE.html is missing")
			}
			how, err := redacting.options()
			if err != nil {
				return err
			}
			return runPage(cmd.Context(), c, args, file, &o, how, &redacting)
		},
	}
	cmd.Flags().StringVarP(&file, "output", "o", "", "file to write, or the folder for it")
	o.addFlags(cmd)
	cmd.Flags().BoolVar(&o.entriesOnly, "entries-only", false, "leave out what the folders hold besides the entries")
	redacting.addFlags(cmd)
	return cmd
}

// runPage writes a page, redacted if how is set.
func runPage(ctx context.Context, c *console, paths []string, file string, o *choice, how *redact.Options, f *redactFlags) (err error) {
	if info, err := os.Stat(file); err != nil || !info.IsDir() {
		if err := output.CheckFile(file); err != nil {
			return err
		}
	}
	s, err := embeddedSite()
	if err != nil {
		return err
	}
	l, err := c.load(ctx, paths...)
	if err != nil {
		return err
	}
	defer l.close()
	if file, err = o.inFolder(ctx, c, l, file, how, "html"); err != nil {
		return err
	}
	shared, err := o.share(ctx, c, l, share.Spec{Redact: how, NewStore: scratchFor(file), MaxBytes: share.MaxPageBytes})
	if tooLarge := (*share.TooLargeError)(nil); errors.As(err, &tooLarge) {
		return fmt.Errorf("%s do not fit one page: they are %w; leave some out with --range or --where, or use export, whose file may be of any size",
			summary(len(l.Chains()), view.TotalOf(l.chainInfos()).Records), err)
	} else if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shared.Export.Close()) }()
	if err := writePage(ctx, c, s, file, &shared); err != nil {
		return err
	}
	if shared.Redacted != nil {
		if err := c.tellRedacted(ctx, shared.Redacted, f); err != nil {
			return err
		}
	}
	return c.complete(l, file, &shared.Packed)
}

// scratchFor makes scratch files for an output, so that memory does not bound what
// goes into it.
func scratchFor(file string) func() (share.Store, error) {
	return func() (share.Store, error) { return output.NewScratch(file) }
}

// writePage writes a page with what is shared in it, and says what takes how much.
func writePage(ctx context.Context, c *console, s *site.Site, file string, shared *share.Shared) error {
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)) + ".chain"
	var size site.SingleSize
	err := output.File(ctx, file, func(_ context.Context, w io.Writer) (err error) {
		size, err = s.WriteSingle(w, &site.Data{
			Name: name, Content: io.NewSectionReader(shared.Export, 0, shared.Export.Size()),
			Title: shared.Title, Fragment: shared.Fragment, Report: shared.ReportHTML,
		})
		return err
	})
	if err != nil {
		return err
	}
	c.warn("%s: %s, %s; %s: viewer %s, data %s (%s as a chain export), report %s",
		file, summary(shared.Packed.Chains, shared.Packed.Entries), view.Plural(shared.Packed.Notes, "note", "notes"),
		view.Bytes(size.Viewer+size.Data+size.Report), view.Bytes(size.Viewer), view.Bytes(size.Data),
		view.Bytes(shared.Export.Size()), view.Bytes(size.Report))
	return nil
}

// writeNew writes a file that does not exist yet.
func writeNew(ctx context.Context, file string, content []byte) error {
	return output.File(ctx, file, func(_ context.Context, w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}
