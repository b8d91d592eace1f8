//go:build !js

package cli

import (
	"context"
	"fmt"
	"io"
	"net/url"

	"github.com/spf13/cobra"

	"chainglass/app/redact"
	"chainglass/app/share"
	"chainglass/app/view"
)

func linkCommand(c *console) *cobra.Command {
	var base string
	var o choice
	var redacting redactFlags
	cmd := &cobra.Command{
		Use:   "link PATH...",
		Short: "Put small chains into a link",
		Long: fmt.Sprintf(`Link prints an address that carries every chain found in the paths: whoever opens
it sees them, with no file sent. What stands behind the "#" stays in the reader's
browser and is not sent to the host of the page.

The chains travel as a chain export, packed into at most %d characters, which is
about two hundred records: --where and --range keep what matters. More goes into
a page or an export.

Without --base the part behind the address of a page is printed, which works
behind that of any page, hosted or on a disk.

`, share.LinkLimitCharacters) + redactHelp,
		Example: `  chainglass link node-1/meshos/audit --base https://chainglass.example/
  chainglass link node-1 --where 'outcome:failed kind:pull_replica' --range 16:08..16:10`,
		Args: atLeast(1, "PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			how, err := redacting.options()
			if err != nil {
				return err
			}
			return runLink(cmd.Context(), c, args, base, &o, how, &redacting)
		},
	}
	cmd.Flags().StringVar(&base, "base", "", "address of the page")
	o.addFlags(cmd)
	redacting.addFlags(cmd)
	o.noStory = true
	return cmd
}

func runLink(ctx context.Context, c *console, paths []string, base string, o *choice, how *redact.Options, f *redactFlags) error {
	address, err := url.Parse(base)
	if err != nil {
		return usagef("--base: %w", err)
	}
	address.Fragment, address.RawFragment = "", ""
	l, err := c.load(ctx, paths...)
	if err != nil {
		return err
	}
	defer l.close()
	shared, err := o.share(ctx, c, l, share.Spec{Redact: how})
	if err != nil {
		return err
	}
	defer func() { _ = shared.Export.Close() }()
	what := summary(shared.Packed.Chains, shared.Packed.Entries)
	content, err := io.ReadAll(io.NewSectionReader(shared.Export, 0, shared.Export.Size()))
	if err != nil {
		return err
	}
	fragment, err := share.EncodeLink(content)
	if err != nil {
		return fmt.Errorf("%s: %w; leave some out with --where or --range, or use page", what, err)
	}
	if err := c.print("%s#%s", address.String(), fragment); err != nil {
		return err
	}
	c.warn("%s: %s of %s characters", what, view.Count(len(fragment)), view.Count(share.LinkLimitCharacters))
	if shared.Redacted != nil {
		return c.tellRedacted(ctx, shared.Redacted, f)
	}
	return nil
}
