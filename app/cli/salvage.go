//go:build !js

package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"

	"github.com/spf13/cobra"

	"chainglass/app/output"
	"chainglass/app/source"
	"chainglass/app/view"
	"chainglass/wire/redex"
	"chainglass/wire/salvage"
)

func salvageCommand(c *console) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "salvage PATH -o DIR",
		Short: "Write clean channel folders of all that damaged ones still hold",
		Long: `Salvage writes each channel in PATH as a folder that nodes of all versions open
without changing it:

  DIR/<node>/<channel>/manifest
  DIR/<node>/<channel>/v0000000001/{idx,dat,ts}

It holds every entry whose payload matches its checksum, and the records that lie
in dat where no such row leads: behind the end of idx, or all of them if idx is
lost. They are found by their form, so they have no checksum to prove them. Those
that a single bit tells from what is usual in the channel are doubtful and are left
out. A generation that a node would delete is written as a channel of its own, with
the name of the generation behind.

An entry whose append time is missing gets the time inside its record. A sequence
number that does not rise is replaced by the next one.

What was salvaged, left out or replaced is printed for each channel. PATH is not
changed. DIR must be empty or missing.

Exit status: 0 nothing was damaged, 3 something was salvaged, replaced or lost, 1
there is no channel folder in PATH.`,
		Example: `  chainglass salvage /var/lib/net-mesh -o salvaged
  chainglass verify salvaged`,
		Args: exactly(1, "PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if dir == "" {
				return usagef("-o DIR is missing")
			}
			return runSalvage(cmd.Context(), c, args[0], dir)
		},
	}
	cmd.Flags().StringVarP(&dir, "output", "o", "", "folder to write to")
	return cmd
}

func runSalvage(ctx context.Context, c *console, name, dir string) (err error) {
	if err := output.CheckDir(dir); err != nil {
		return err
	}
	found, err := c.open(ctx, name)
	if err != nil {
		return err
	}
	defer found.closing(&err)
	s := salvager{console: c, out: newText(c.stdout)}
	err = output.Dir(ctx, dir, func(ctx context.Context, dir string) error {
		s.places = newPlaces(dir)
		for i := range found.Chains {
			if chain := &found.Chains[i]; chain.Redex != nil {
				if err := s.channel(ctx, chain); err != nil {
					return fmt.Errorf("%s: %w", chainName(chain), err)
				}
			}
		}
		if s.channels == 0 {
			return fmt.Errorf("there is no channel folder in %s with anything to salvage", name)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.out.flush(); err != nil {
		return err
	}
	for i := range found.Problems {
		s.damaged = s.damaged || found.Problems[i].Level.Damage()
	}
	if s.damaged {
		return errDamaged()
	}
	return nil
}

// salvager writes clean folders.
type salvager struct {
	*console
	out      text
	places   *places
	channels int
	damaged  bool // something was salvaged, replaced or lost, and has been told
}

// channel writes a generation, if anything is in it.
func (s *salvager) channel(ctx context.Context, chain *source.Chain) error {
	g := chain.Redex.Generation
	name := chain.Channel
	switch {
	case chain.Live:
	case g.Number() == redex.FlatGeneration:
		name += ".flat"
	default:
		name += "." + redex.GenerationDir(g.Number())
	}
	r, err := source.SalvageAll(ctx, g, chain.Channel)
	if err != nil {
		return err
	}
	if g.Len() == 0 && len(r.Taken) == 0 {
		s.lost(chain, r)
		return nil
	}
	folder, err := s.places.take(chain.Node, name, false)
	if err != nil {
		s.damaged = true
		s.warn("%s is left out: %v", chainName(chain), err)
		return nil
	}
	s.channels++
	w, err := redex.Create(folder.path)
	if err != nil {
		return err
	}
	clean := newCleaner(ctx, g, r, chain.Kind, w)
	if err := errors.Join(clean.run(), w.Close()); err != nil {
		return err
	}
	if err := keptWhole(folder.path); err != nil {
		return err
	}
	s.tell(path.Join(folder.base, name), chain, r, clean)
	return nil
}

// lost tells of payloads in which nothing was found.
func (s *salvager) lost(chain *source.Chain, r *source.Salvaged) {
	if r.LostBytes > 0 {
		s.damaged = true
		s.out.printf("%s: nothing is written\n", chainName(chain))
		s.tellLost(r)
	}
}

// tell says what became of a channel.
func (s *salvager) tell(name string, chain *source.Chain, r *source.Salvaged, c *cleaner) {
	s.out.printf("%s: %s\n", name, view.Plural(c.written, "entry", "entries"))
	if !chain.Live {
		s.out.printf("  a generation that a node deletes\n")
	}
	if n := len(r.Taken); n > 0 {
		s.damaged = true
		s.out.printf("  %s salvaged from %s: %d where the record before ends, %d beside bytes that are no record\n",
			view.Plural(n, "record", "records"), "dat", r.Count(salvage.Sure), r.Count(salvage.BesideDamage))
	}
	s.tellLost(r)
	if c.left > 0 {
		s.damaged = true
		s.out.printf("  %s left out, the first at position %d: %s\n", view.Plural(c.left, "row of idx is", "rows of idx are"), c.firstLeft, c.reason)
	}
	if c.renumbered > 0 {
		s.damaged = true
		s.out.printf("  %s replaced: they did not rise\n", view.Plural(c.renumbered, "sequence number is", "sequence numbers are"))
	}
	if c.untimed > 0 {
		s.damaged = true
		s.out.printf("  %s taken from inside the records: there are none in ts\n", view.Plural(c.untimed, "append time is", "append times are"))
	}
}

// maxToldDoubts bounds the doubtful records and the gaps that are listed.
const maxToldDoubts = 5

// tellLost says which bytes are no record, and which records are doubtful.
func (s *salvager) tellLost(r *source.Salvaged) {
	if n := r.Count(salvage.Doubtful); n > 0 {
		s.damaged = true
		s.out.printf("  %s left out as doubtful\n", view.Plural(n, "record is", "records are"))
		told := 0
		for i := range r.Found {
			if f := &r.Found[i]; f.Doubt == salvage.Doubtful && told < maxToldDoubts {
				told++
				s.out.printf("    %s at byte %d of dat\n", view.Plural(int(f.Size), "byte", "bytes"), f.Offset)
			}
		}
		s.more(n - told)
	}
	if r.LostBytes == 0 {
		return
	}
	s.damaged = true
	s.out.printf("  %s of dat are no record\n", view.Plural(r.LostBytes, "byte", "bytes"))
	for i := range r.Gaps[:min(len(r.Gaps), maxToldDoubts)] {
		g := &r.Gaps[i]
		why := ""
		switch {
		case g.Turned:
			why = ", one bit was turned"
		case g.Zeros*2 > g.Len():
			why = fmt.Sprintf(", %d of them zeros in a row", g.Zeros)
		}
		s.out.printf("    %s at byte %d%s\n", view.Plural(g.Len(), "byte", "bytes"), g.Start, why)
	}
	s.more(len(r.Gaps) + r.MoreGaps - maxToldDoubts)
}

func (s *salvager) more(n int) {
	if n > 0 {
		s.out.printf("    and %d more\n", n)
	}
}

// keptWhole opens a folder by the rules of both versions: they must keep all of it and
// change nothing.
func keptWhole(folder string) error {
	c, err := redex.OpenChannel(os.DirFS(folder), ".")
	if err != nil {
		return err
	}
	for _, rules := range []redex.Rules{redex.V0_21_0, redex.V0_34_0} {
		_, report, err := redex.Recover(c, rules)
		if err != nil {
			return err
		}
		if report.Kept != report.Entries || len(report.Steps) > 0 || !report.TSUsable {
			return fmt.Errorf("a node of %s would keep %d of %d entries of what was written", rules, report.Kept, report.Entries)
		}
	}
	return nil
}
