//go:build !js

package cli

import (
	"bytes"
	"context"
	"fmt"
	"net/url"

	"github.com/spf13/cobra"

	"chainglass/app/datalink"
	"chainglass/app/view"
)

func linkCommand(c *console) *cobra.Command {
	var base string
	cmd := &cobra.Command{
		Use:   "link PATH...",
		Short: "Put small chains into a link",
		Long: fmt.Sprintf(`Link prints an address that carries every chain found in the paths: whoever opens
it sees them, with no file sent. What stands behind the "#" stays in the reader's
browser and is not sent to the host of the page.

The chains travel as a chain export, packed into at most %d characters, which is
about two hundred records. More goes into a page or an export.

Without --base the part behind the address of a page is printed, which works
behind that of any page, hosted or on a disk.`, datalink.LimitCharacters),
		Example: `  chainglass link node-1/meshos/audit --base https://chainglass.example/`,
		Args:    atLeast(1, "PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runLink(cmd.Context(), c, args, base)
		},
	}
	cmd.Flags().StringVar(&base, "base", "", "address of the page")
	return cmd
}

func runLink(ctx context.Context, c *console, paths []string, base string) (err error) {
	address, err := url.Parse(base)
	if err != nil {
		return usagef("--base: %w", err)
	}
	address.Fragment, address.RawFragment = "", ""
	found, err := c.open(ctx, paths...)
	if err != nil {
		return err
	}
	defer found.closing(&err)
	if len(found.Chains)+len(found.Bases) == 0 {
		return found.nothingFound()
	}
	var content bytes.Buffer
	e := newExporter(found)
	if err := e.write(&content, uint64(max(c.now().UnixMilli(), 0))); err != nil {
		return err
	}
	fragment, err := datalink.Encode(content.Bytes())
	if err != nil {
		return fmt.Errorf("%s: %w; the page command has no such limit", view.Plural(e.entries, "entry", "entries"), err)
	}
	if _, err := fmt.Fprintln(c.stdout, address.String()+"#"+fragment); err != nil {
		return err
	}
	c.warn("%s, %s of %s characters", view.Plural(e.entries, "entry", "entries"), view.Count(len(fragment)), view.Count(datalink.LimitCharacters))
	return nil
}
