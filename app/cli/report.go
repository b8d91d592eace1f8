//go:build !js

package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"chainglass/app/engine"
	"chainglass/app/output"
	"chainglass/app/redact"
	"chainglass/app/report"
	"chainglass/app/share"
	"chainglass/app/site"
	"chainglass/app/view"
)

// reportOptions are the flags of report.
type reportOptions struct {
	title         string
	html, svg, md bool
	file          string
	redacting     redactFlags
}

func reportCommand(c *console) *cobra.Command {
	var o reportOptions
	cmd := &cobra.Command{
		Use:   "report PATH...",
		Short: "Write up what the chains tell: findings, notes, the last failures",
		Long: `Report writes down what the chains in the paths tell, for a ticket or for someone
who has no viewer: what they are, what happened and when, what is damaged, the
notes, the last failures. It is the report that a page shows where it cannot run.

` + redactHelp + `

An existing FILE is not overwritten.`,
		Example: `  chainglass report node-1 node-2 node-3
  chainglass report /var/lib/net-mesh --html -o report.html
  chainglass report incident.chain --svg -o axis.svg`,
		Args: atLeast(1, "PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.md && o.html || o.md && o.svg || o.html && o.svg {
				return usagef("--markdown, --html and --svg exclude each other")
			}
			how, err := o.redacting.options()
			if err != nil {
				return err
			}
			return runReport(cmd.Context(), c, args, &o, how)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.md, "markdown", false, "as Markdown (the default)")
	f.BoolVar(&o.html, "html", false, "as an HTML page")
	f.BoolVar(&o.svg, "svg", false, "the time axis alone, as a picture")
	f.StringVar(&o.title, "title", "", "headline (default: the nodes and the day)")
	o.redacting.addFlags(cmd)
	f.StringVarP(&o.file, "output", "o", "", "file to write (default: standard output)")
	return cmd
}

func runReport(ctx context.Context, c *console, paths []string, o *reportOptions, how *redact.Options) error {
	if o.file != "" {
		if err := output.CheckFile(o.file); err != nil {
			return err
		}
	}
	l, err := c.load(ctx, paths...)
	if err != nil {
		return err
	}
	defer l.close()
	of, options := l.Engine, report.Options{Title: o.title, Remarks: someOf(l.noted)}
	var left *redact.Summary
	if how != nil {
		pack := engine.PackSpec{Tool: program + " " + version(), CreatedAtMS: uint64(max(c.now().UnixMilli(), 0))}
		shared, err := share.Make(ctx, l.Engine, share.Spec{Pack: pack, Redact: how, NoReport: true})
		if err != nil {
			return err
		}
		viewed, done, err := shared.View(ctx, l.Engine, nil)
		defer done()
		if err != nil {
			return err
		}
		of, options.Remarks, left = viewed, shared.Remarks(l.Engine, &pack), shared.Redacted
	}
	r, err := report.New(ctx, of, options)
	if err != nil {
		return err
	}
	text, err := o.render(r)
	if err != nil {
		return err
	}
	if o.file == "" {
		_, err = io.WriteString(c.stdout, text)
	} else {
		err = writeNew(ctx, o.file, []byte(text))
	}
	if err != nil || left == nil {
		return err
	}
	return c.tellRedacted(ctx, left, &o.redacting)
}

// maxRemarks bounds how much of what lies beside the chains a report tells.
const maxRemarks = 20

// someOf returns the first few lines, and how many more there are.
func someOf(lines []string) []string {
	if len(lines) <= maxRemarks {
		return lines
	}
	return append(lines[:maxRemarks:maxRemarks], view.Count(len(lines)-maxRemarks)+" more files or folders were left out; verify names them.")
}

// render writes the report in the form asked for.
func (o *reportOptions) render(r *report.Report) (string, error) {
	switch {
	case o.html:
		return site.ReportPage(r.Title(), r.HTML())
	case o.svg:
		svg := r.SVG()
		if svg == "" {
			return "", fmt.Errorf("no entry has a time: there is no time axis to draw")
		}
		return svg, nil
	}
	return r.Markdown(), nil
}
