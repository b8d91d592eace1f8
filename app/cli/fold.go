//go:build !js

package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"chainglass/app/source"
	"chainglass/fold"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/redex"
)

// foldOptions are the flags of fold.
type foldOptions struct {
	selection
	rules string
	at    int
	base  string
}

func foldCommand(c *console) *cobra.Command {
	var o foldOptions
	cmd := &cobra.Command{
		Use:   "fold PATH",
		Short: "Fold a chain to its snapshot",
		Long: `Fold applies the entries of a chain to a snapshot and prints one JSON object:

  entries              how many entries the rules keep
  seqs, ts             their sequence numbers and append times in nanoseconds;
                       above 600 entries {"first","last"}, null without times
  next_seq             the sequence number of the next append
  dat_len              how many bytes of dat are kept
  payload_xxh3_of_all  XXH3-64 of all their payloads, one after the other
  decode_errors        {"seq","error"} of entries that are no record
  source               only of a chain that is a part of its source's: how many
                       {"entries"} that has, null if not known, and the
                       {"position"} of the first one here, null if others were
                       left out in between
  snapshot             what the records fold to

--rules says which entries count: readable (every entry whose payload is there
and matches its checksum), or what a node of v0.21.0 or v0.34.0 would keep on
opening the folder. Nothing is changed on disk under any rules.

--at folds the first so many of the kept entries; all fields but dat_len are
then about these.

The fold starts from the snapshot of the node that lies in PATH, if there is one,
or from --base. A chain that is one run of its source's entries, as in a share of
a range of times, starts from what the entries before it folded to, and its
states are the source's. One that lacks entries in between has no such states:
fold says so and exits 3.`,
		Example: `  chainglass fold /var/lib/net-mesh
  chainglass fold node-1 --channel log
  chainglass fold incident.zip --channel node-2/meshos/actions --rules v0.34.0 --at 5000`,
		Args: exactly(1, "PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runFold(cmd.Context(), c, args[0], o, cmd.Flags().Changed("at"))
		},
	}
	o.addFlags(cmd)
	cmd.Flags().StringVar(&o.rules, "rules", redex.Readable.String(), "entries that count: readable, v0.21.0 or v0.34.0")
	cmd.Flags().IntVar(&o.at, "at", 0, "fold only this many of the kept entries (default all)")
	cmd.Flags().StringVar(&o.base, "base", "", "file with the snapshot to start from, JSON or postcard (default the one of the node in PATH, or an empty one)")
	return cmd
}

func runFold(ctx context.Context, c *console, path string, o foldOptions, limited bool) (err error) {
	rules, known := redex.ParseRules(o.rules)
	if !known {
		return usagef("--rules %q is not one of readable, v0.21.0, v0.34.0", o.rules)
	}
	if limited && o.at < 0 {
		return usagef("--at %d is negative", o.at)
	}
	state, err := c.baseSnapshot(ctx, o.base)
	if err != nil {
		return err
	}
	found, err := c.open(ctx, path)
	if err != nil {
		return err
	}
	defer found.closing(&err)
	chain, err := found.chain(&o.selection)
	if err != nil {
		return err
	}
	if o.base == "" {
		state = found.BaseOf(&chain)
	}
	chain.StartFromCut(state)
	folder, err := newFolder(&chain, rules, state)
	if err != nil {
		return err
	}
	if limited {
		folder.limit = o.at
	}
	result, err := folder.run()
	if err != nil {
		return fmt.Errorf("%s: %w", found.files.Display(chain.Origin), err)
	}
	if limited && result.entries < o.at {
		return usagef("--at %d: the rules keep %d entries", o.at, result.entries)
	}
	result.cut = chain.Cut
	if _, err = c.json.Write(append(result.appendJSON(nil, state), '\n')); err != nil {
		return err
	}
	if cut := chain.Cut; cut != nil && cut.Run == nil {
		c.warn("%s: %s", found.files.Display(chain.Origin), cutText(cut, result.entries))
		return errDamaged()
	}
	return nil
}

// baseSnapshot reads the snapshot that a fold starts from, the reference's
// default if there is no path.
func (c *console) baseSnapshot(ctx context.Context, path string) (base *snapshot.MeshOsSnapshot, err error) {
	if path == "" {
		return &snapshot.MeshOsSnapshot{}, nil
	}
	found, err := c.open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer found.closing(&err)
	if len(found.Bases) != 1 {
		return nil, fmt.Errorf("%s holds %d snapshots, want one", path, len(found.Bases))
	}
	return found.Bases[0].Snapshot, nil
}

// folder folds what rules keep of a chain.
type folder struct {
	reader wire.Reader
	keep   func(pos int, e *wire.Entry) bool
	// driver has no fold if the type of the records is not known. A chain of which
	// nothing can be read folds to what it started from, whatever its type.
	driver fold.Driver[snapshot.MeshOsSnapshot]
	// halted is true once the driver has said that it folds no further.
	halted bool
	// limit ends the fold after so many kept entries; less than 0 is all.
	limit int
	// recovery is set for a chain from a channel folder; generation, if it is
	// not the one that the chain reads, is closed at the end.
	recovery   *redex.Recovery
	generation *redex.Generation
}

func newFolder(chain *source.Chain, rules redex.Rules, state *snapshot.MeshOsSnapshot) (*folder, error) {
	f := &folder{reader: chain.Reader, limit: -1}
	f.driver.State = state
	if k := kinds().Of(chain.Kind); k.Fold != nil && k.Fold.New != nil {
		f.driver.Fold = k.Fold.New()
	}
	switch {
	case chain.Redex != nil && rules == redex.Readable:
		f.judgeBy(chain.Redex.Generation, rules)
	case chain.Redex != nil:
		// A version may open another generation than the one that shows most.
		g, err := chain.Redex.Channel.OpenLive(rules)
		if err != nil {
			return nil, err
		}
		f.reader, f.generation = g, g
		f.judgeBy(g, rules)
	case rules == redex.Readable:
		f.keep = func(_ int, e *wire.Entry) bool { return e.Status.Readable() }
	default:
		return nil, usagef("--rules %v is about channel folders, and %s is none", rules, chainName(chain))
	}
	return f, nil
}

func (f *folder) judgeBy(g *redex.Generation, rules redex.Rules) {
	f.recovery = g.NewRecovery(rules)
	f.keep = f.recovery.Keep
}

// run folds the chain and changes the state.
func (f *folder) run() (r *recovered, err error) {
	if f.generation != nil {
		defer func() { err = errors.Join(err, f.generation.Close()) }()
	}
	r = newRecovered()
	err = eachEntry(f.reader, func(pos int, e *wire.Entry) error {
		if !f.keep(pos, e) || f.limit >= 0 && r.entries >= f.limit {
			return nil
		}
		if f.driver.Fold == nil {
			return errors.New("the records are of no known type, so they cannot be folded; --type says which")
		}
		r.add(e)
		f.apply(r, e)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if f.recovery == nil {
		return r, nil
	}
	report, err := f.recovery.Finish()
	if err != nil {
		return nil, err
	}
	r.datLen, r.timesUsable = report.DatLen, report.TSUsable
	return r, nil
}

func (f *folder) apply(r *recovered, e *wire.Entry) {
	if e.Status == wire.EntryTooLarge {
		r.fail(e.Seq, fmt.Sprintf("payload is larger than %d bytes", redex.MaxPayloadBytes))
		return
	}
	f.driver.OnError = func(ev fold.Event, err error) {
		var decode *fold.DecodeError
		if errors.As(err, &decode) {
			r.fail(ev.Seq, decode.Message())
			return
		}
		r.fail(ev.Seq, err.Error())
	}
	halted := f.halted
	if err := f.driver.Step(fold.Event{Seq: e.Seq, Payload: e.Payload}); errors.Is(err, fold.ErrHalted) && !halted {
		f.halted = true
		r.fail(e.Seq, err.Error())
	}
}
