//go:build !js

package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"chainglass/app/site"
)

func siteCommand(c *console) *cobra.Command {
	return &cobra.Command{
		Use:   "site DIR",
		Short: "Write the page into a folder, hosted and as one file",
		Long: `Site writes the page for a web server (index.html and what belongs to it) and as
one file that opens from a disk (chainglass.html). Files of an earlier page are
replaced, other files in DIR stay.`,
		Example: `  chainglass site public`,
		Args:    exactly(1, "DIR"),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := embeddedSite()
			if err != nil {
				return err
			}
			if err := s.Build(args[0]); err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.stdout, args[0])
			return err
		},
	}
}

// embeddedSite is the page that this binary was built with.
func embeddedSite() (*site.Site, error) {
	p, err := site.Embedded()
	if err != nil {
		return nil, err
	}
	return site.New(p, site.Options{Version: version()})
}
