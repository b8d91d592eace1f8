//go:build !js

package cli

import (
	"context"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"chainglass/app/output"
	"chainglass/app/synth"
	"chainglass/app/view"
	"chainglass/wire/redex"
)

// defaultChannel is the channel that generate writes unless told otherwise.
const defaultChannel = "meshos/actions"

// generateOptions are the flags of generate.
type generateOptions struct {
	dir     string
	channel string
	records int
	blobs   int
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
records give the same files. --blobs adds what a node keeps of blobs: a channel of
one entry for each.

DIR must be empty or missing.`,
		Example: `  chainglass generate -o try --records 1000000 --seed 1
  chainglass serve try
  chainglass generate -o many --records 0 --blobs 30000`,
		Args: exactly(0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error { return runGenerate(cmd.Context(), c, o) },
	}
	f := cmd.Flags()
	f.StringVarP(&o.dir, "output", "o", "", "folder to write to")
	f.StringVar(&o.channel, "channel", defaultChannel, "name of the channel")
	f.IntVar(&o.records, "records", 100_000, "how many records")
	f.IntVar(&o.blobs, "blobs", 0, "how many channels of one blob")
	f.Uint64Var(&o.seed, "seed", 1, "what the records are made from")
	return cmd
}

func runGenerate(ctx context.Context, c *console, o generateOptions) error {
	switch {
	case o.dir == "":
		return usagef("-o DIR is missing")
	case o.records < 0:
		return usagef("--records %d is negative", o.records)
	case o.blobs < 0:
		return usagef("--blobs %d is negative", o.blobs)
	}
	folder, err := redex.ChannelPath(o.dir, o.channel)
	if err != nil {
		return usageError(err)
	}
	err = output.Dir(ctx, o.dir, func(ctx context.Context, dir string) error { return o.write(ctx, dir) })
	if err != nil {
		return err
	}
	c.warn("%s: %d records", folder, o.records)
	if o.blobs > 0 {
		c.warn("%s: %s of one blob", filepath.Join(o.dir, synth.BlobChannels), view.Plural(o.blobs, "channel", "channels"))
	}
	return nil
}

// recordsAtATime is how many records are written before an interrupt is looked
// for.
const recordsAtATime = 10_000

// write writes the channel below dir.
func (o *generateOptions) write(ctx context.Context, dir string) error {
	folder, err := redex.ChannelPath(dir, o.channel)
	if err != nil {
		return err
	}
	w, err := redex.Create(folder)
	if err != nil {
		return err
	}
	node := synth.NewNode(o.seed)
	for left := o.records; left > 0 && err == nil; left -= recordsAtATime {
		if err = ctx.Err(); err == nil {
			err = node.Append(w, min(left, recordsAtATime))
		}
	}
	if closeErr := w.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return o.writeBlobs(ctx, dir)
}

// writeBlobs writes the channels of blobs below dir.
func (o *generateOptions) writeBlobs(ctx context.Context, dir string) error {
	for f := range synth.Blobs(o.blobs, o.seed) {
		if err := ctx.Err(); err != nil {
			return err
		}
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(name, f.Content, 0o666); err != nil {
			return err
		}
	}
	return nil
}
