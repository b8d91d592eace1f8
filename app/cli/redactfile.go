//go:build !js

package cli

import (
	"bufio"
	"context"
	"errors"
	"html"
	"io"

	"github.com/spf13/cobra"

	"chainglass/app/engine"
	"chainglass/app/output"
	"chainglass/app/redact"
	"chainglass/app/share"
	"chainglass/wire/export"
)

func redactCommand(c *console) *cobra.Command {
	var file, title string
	var f redactFlags
	cmd := &cobra.Command{
		Use:   "redact FILE -o FILE",
		Short: "Make a redacted view of an export or a page",
		Long: `Redact takes a chain export, or a page that carries one, and writes it anew so that
it can be passed on: an export becomes an export, a page a page that opens at the
same place. Ids and names become pseudonyms, the same everywhere, texts keep their
wording and lose their values (--texts drop removes them), seqs and order stay,
and nothing that is not known to be harmless leaves. ` + redactDetails + `

The title of a page is made anew of its pseudonyms; the words of --title stay.
An existing file is not overwritten. Exit status 3 if FILE is damaged, or a
template is named that no text has.`,
		Example: `  chainglass redact incident.chain -o public.chain --salt incident.salt
  chainglass redact incident.html -o public.html --shift-times
  chainglass redact incident.chain -o public.chain --hide-template 'pull timed out after # ms'`,
		Args: exactly(1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if file == "" {
				return usagef("-o FILE is missing")
			}
			o, err := f.asked()
			if err != nil {
				return err
			}
			return runRedact(cmd.Context(), c, args[0], file, title, o, &f)
		},
	}
	cmd.Flags().StringVarP(&file, "output", "o", "", "file to write")
	cmd.Flags().StringVar(&f.texts, "texts", redact.TextTemplate.String(), "what becomes of texts: they keep their wording (template) or go (drop)")
	cmd.Flags().BoolVar(&f.shiftTimes, "shift-times", false, "move all times by one random amount")
	cmd.Flags().StringVar(&title, "title", "", "headline of a page (default: the nodes and the day)")
	f.addDetails(cmd)
	return cmd
}

// runRedact writes the redacted view of a file.
func runRedact(ctx context.Context, c *console, name, file, title string, o *redact.Options, f *redactFlags) (err error) {
	if err := output.CheckFile(file); err != nil {
		return err
	}
	found, err := c.open(ctx, name)
	if err != nil {
		return err
	}
	defer found.closing(&err)
	original, err := found.export(name)
	if err != nil {
		return err
	}
	var left *redact.Summary
	if len(found.Pages) == 0 {
		left, err = redactExport(ctx, c, original, file, o)
	} else {
		left, err = redactPage(ctx, c, original, html.UnescapeString(found.Pages[0].Fragment), file, title, o)
	}
	if err != nil {
		return err
	}
	if err := c.tellRedacted(ctx, left, f); err != nil {
		return err
	}
	if len(original.Faults()) > 0 {
		c.warn("%s is damaged: what it has lost is missing in %s as well", name, file)
		return errDamaged()
	}
	return nil
}

func redactExport(ctx context.Context, c *console, original *export.File, file string, o *redact.Options) (*redact.Summary, error) {
	var left redact.Summary
	err := output.File(ctx, file, func(ctx context.Context, w io.Writer) (err error) {
		options := *o
		options.Pace = ctx.Err
		buffered := bufio.NewWriterSize(w, export.DefaultBlockBytes)
		if left, err = redact.Rewrite(buffered, original, options); err != nil {
			return err
		}
		return buffered.Flush()
	})
	if err != nil {
		return nil, err
	}
	c.warn("%s: %s", file, summary(left.Chains, left.Entries))
	return &left, nil
}

func redactPage(ctx context.Context, c *console, original *export.File, fragment, file, title string, o *redact.Options) (*redact.Summary, error) {
	s, err := embeddedSite()
	if err != nil {
		return nil, err
	}
	shared, err := share.Redact(ctx, engine.New(engine.Options{}), original, share.Spec{Title: title, Fragment: fragment, Redact: o, NewStore: scratchFor(file)})
	if err != nil {
		return nil, err
	}
	return shared.Redacted, errors.Join(writePage(ctx, c, s, file, &shared), shared.Export.Close())
}
