//go:build !js

package cli

import (
	"context"

	"github.com/spf13/cobra"

	"chainglass/app/site"
	"chainglass/app/view"
)

func siteCommand(c *console) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "site -o DIR",
		Short: "Write the page into a folder, to host or to unzip",
		Long: `Site writes the page as plain files for any static host, below any prefix: no
server program, no settings. Whoever visited it once can use it offline, and
install it; a chain export beside it opens with "?url=NAME.chain".

The same folder opens from a disk: chainglass.html is the page as one file.
Packed forms (.gz, and .br where the brotli program is installed) lie beside the
files, for hosts that can choose.

Files of an earlier page are replaced, each in one step; other files in DIR stay.`,
		Example: `  chainglass site -o dist`,
		Args:    exactly(0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if dir == "" {
				return usagef("-o DIR is missing")
			}
			return runSite(cmd.Context(), c, dir)
		},
	}
	cmd.Flags().StringVarP(&dir, "output", "o", "", "folder to write into")
	return cmd
}

func runSite(ctx context.Context, c *console, dir string) error {
	s, err := embeddedSite()
	if err != nil {
		return err
	}
	built, err := s.Build(ctx, dir)
	if err != nil {
		return err
	}
	c.warn("%s: version %s, %s, %s", dir, built.Version, view.Plural(len(built.Files), "file", "files"), view.Bytes(built.Bytes))
	if site.BrotliTool() == nil {
		c.warn("without the brotli program only the wasm has its .br form")
	}
	return nil
}

// embeddedSite is the page that this binary was built with.
func embeddedSite() (*site.Site, error) {
	p, err := site.Embedded()
	if err != nil {
		return nil, err
	}
	return site.New(p, site.Options{Version: version(), Brotli: site.BrotliTool()})
}
