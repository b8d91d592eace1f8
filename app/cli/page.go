//go:build !js

package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"chainglass/app/site"
)

func pageCommand(c *console) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "page PATH... -o FILE.html",
		Short: "Put chains and the viewer into one HTML file",
		Long: `Page writes one HTML file that holds the viewer and every chain found in the
paths. It opens by double-click, with the network off, and shows them. The chains
travel as a chain export, untouched: a newer viewer opens the page itself, and
import takes the folders out of it again.

An existing FILE is not overwritten.`,
		Example: `  chainglass page node-1 node-2 node-3 -o incident.html`,
		Args:    atLeast(1, "PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if file == "" {
				return usagef("-o FILE.html is missing")
			}
			return runPage(cmd.Context(), c, args, file)
		},
	}
	cmd.Flags().StringVarP(&file, "output", "o", "", "file to write")
	return cmd
}

func runPage(ctx context.Context, c *console, paths []string, file string) (err error) {
	s, err := embeddedSite()
	if err != nil {
		return err
	}
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
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)) + ".chain"
	page, err := s.Single(&site.Data{Name: name, Content: content.Bytes()})
	if err != nil {
		return err
	}
	if err := writeNew(file, page); err != nil {
		return err
	}
	c.warn("%s: %d chains, %d entries, %d bytes", file, len(e.ids), e.entries, len(page))
	return nil
}

// writeNew writes a file that does not exist yet, whole or not at all.
func writeNew(file string, content []byte) error {
	out, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = out.Write(content)
	if err = errors.Join(err, out.Close()); err != nil {
		return errors.Join(err, os.Remove(file))
	}
	return nil
}
