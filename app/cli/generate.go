//go:build !js

package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"chainglass/app/synth"
	"chainglass/wire/redex"
)

// defaultChannel is the channel that generate writes unless told otherwise.
const defaultChannel = "meshos/actions"

// generateOptions are the flags of generate.
type generateOptions struct {
	dir     string
	channel string
	records int
	seed    uint64
}

func generateCommand(c *console) *cobra.Command {
	var o generateOptions
	cmd := &cobra.Command{
		Use:   "generate -o DIR --records N --seed S",
		Short: "Write an action chain of any size to try things with",
		Long: `Generate writes the storage folder of a node with one action chain in it: calm
hours and bursts of failures, retries under the same id, daemons that crash-loop
behind growing backoffs, restarts of the node. The same seed and number of
records give the same files.

DIR must be empty or missing.`,
		Example: `  chainglass generate -o try --records 1000000 --seed 1
  chainglass serve try`,
		Args: exactly(0, ""),
		RunE: func(*cobra.Command, []string) error { return runGenerate(c, o) },
	}
	f := cmd.Flags()
	f.StringVarP(&o.dir, "output", "o", "", "folder to write to")
	f.StringVar(&o.channel, "channel", defaultChannel, "name of the channel")
	f.IntVar(&o.records, "records", 100_000, "how many records")
	f.Uint64Var(&o.seed, "seed", 1, "what the records are made from")
	return cmd
}

func runGenerate(c *console, o generateOptions) error {
	switch {
	case o.dir == "":
		return usagef("-o DIR is missing")
	case o.records < 0:
		return usagef("--records %d is negative", o.records)
	}
	folder, err := redex.ChannelPath(o.dir, o.channel)
	if err != nil {
		return usageError(err)
	}
	if err := emptyDir(o.dir); err != nil {
		return err
	}
	w, err := redex.Create(folder)
	if err != nil {
		return err
	}
	if err := errors.Join(synth.NewNode(o.seed).Append(w, o.records), w.Close()); err != nil {
		return fmt.Errorf("%s: %w", folder, err)
	}
	c.warn("%s: %d records", folder, o.records)
	return nil
}
