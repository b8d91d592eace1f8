package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	beamlog "github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/universal" // for --runner universal
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/universal/extworker"
	"github.com/spf13/cobra"

	"chainglass/app/fleet/bucket"
	"chainglass/app/fleet/job"
	"chainglass/app/source"
	"chainglass/app/view"
)

// Fleet runs chainglass-fleet and returns its exit status. A process that a container of a
// runner starts as its worker does that work and never returns. It is called once.
func Fleet(args []string, stdout, stderr io.Writer) int {
	c := &console{program: "chainglass-fleet", stdout: stdout, stderr: stderr}
	var beamArgs []string
	if isWorker(args) {
		beamArgs = args
	}
	if err := startBeam(beamArgs); err != nil {
		c.warn("%v", err)
		return statusUsage
	}
	return c.run(fleetCommand(c), args)
}

// startBeam makes Beam ready, once in a process.
func startBeam(args []string) error {
	job.Register()
	if err := flag.CommandLine.Parse(args); err != nil {
		return err
	}
	beam.Init()
	return nil
}

func fleetCommand(c *console) *cobra.Command {
	root := &cobra.Command{
		Use:   "chainglass-fleet",
		Short: "Fold the chains of many nodes, exactly, on Apache Beam",
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		Args:  noArgs,
	}
	root.AddCommand(foldCommand(c), runnerCommand(c), workerCommand(c))
	return root
}

func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("unexpected argument %q", args[0])
	}
	return nil
}

// isWorker reports whether the arguments are those that the containers of Beam's runners give
// a worker.
func isWorker(args []string) bool {
	return len(args) > 0 && (strings.HasPrefix(args[0], "--worker") || strings.HasPrefix(args[0], "-worker"))
}

// foldRun is one run of fold.
type foldRun struct {
	*console
	job.Options
	out  string
	beam []string
	logs bool
}

func foldCommand(c *console) *cobra.Command {
	f := &foldRun{console: c}
	cmd := &cobra.Command{
		Use:   "fold PATH|URL... -o DIR|URL",
		Short: "Fold every chain, as chainglass fold does each",
		Long: `Fold folds the chains of all PATHs and URLs to what chainglass fold gives for each,
by the rules "readable", on an Apache Beam runner. A URL is a place in object storage
(s3://bucket/path, gs://, azblob://, file://), and the workers have to reach it: a PATH
of this machine is for runners on this machine.

It writes below DIR:

  chains/NODE~~CHANNEL.json   what the chain folds to
  nodes/NODE.json             the snapshot of the node, from all its chains
  failures.ndjson             failed actions of the fleet, by minute and reason template
  report.ndjson               a line for each chain; written when all else is there

A file has its name when all of it is there, and takes the place of one of that name:
after a job that failed, run the same command again.

--runner prism runs the job in this process. With --runner universal it runs where
--beam endpoint=HOST:PORT says, with --runner dataflow on Google's; --beam gives any
option of Beam, such as environment_type and environment_config. This program is its own
worker. Tested is prism in this process; no other runner is.

Exit status:
  0  every chain is folded, and every entry of it was read and is sound
  1  failed, or nothing that was named could be read
  2  wrong usage
  3  every chain is folded, and something is damaged or missing; the report says where`,
		Example: `  chainglass-fleet fold s3://fleet/2026-05-22?region=eu-central-1 -o s3://lake/folds
  chainglass-fleet fold /var/lib/fleet -o /tmp/folds --range-entries 1000000`,
		Args: atLeastOne("PATH or URL"),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), args) },
	}
	cmd.Flags().StringVarP(&f.out, "output", "o", "", "folder or URL to write to (required)")
	cmd.Flags().IntVar(&f.RangeEntries, "range-entries", job.DefaultRangeEntries, "entries that a worker reads at a time")
	cmd.Flags().StringVar(&f.Runner, "runner", "prism", "prism, universal or dataflow")
	cmd.Flags().StringArrayVar(&f.beam, "beam", nil, "option of Beam, as name=value; may be given again")
	cmd.Flags().BoolVar(&f.logs, "beam-logs", false, "show what Beam logs")
	return cmd
}

func (f *foldRun) run(ctx context.Context, names []string) (err error) {
	switch {
	case f.out == "":
		return usagef("-o is missing: where to write to")
	case f.RangeEntries <= 0:
		return usagef("--range-entries %d is not above 0", f.RangeEntries)
	case f.Runner != "prism" && f.Runner != "universal" && f.Runner != "dataflow":
		return usagef("--runner %q is not one of prism, universal, dataflow", f.Runner)
	}
	for _, option := range f.beam {
		name, value, _ := strings.Cut(option, "=")
		if flag.Lookup(name) == nil {
			return usagef("--beam %q: Beam has no option %q", option, name)
		}
		if err := flag.Set(name, value); err != nil {
			return usagef("--beam %q: %v", option, err)
		}
	}
	if !f.logs {
		quiet()
	}
	if f.Output, err = bucket.URL(f.out); err != nil {
		return err
	}
	var places []job.Place
	for _, name := range names {
		place, set, err := f.find(ctx, name)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, set.Close(), place.close()) }()
		url, err := bucket.URL(name)
		if err != nil {
			return err
		}
		places = append(places, job.Place{URL: url, Set: set, Display: place.display})
	}
	lines, err := job.Fold(ctx, places, f.Options)
	if err != nil {
		return err
	}
	return f.report(lines)
}

// quiet drops what Beam and its runners log: what goes wrong comes back as an error.
func quiet() {
	beamlog.SetLogger(silent{})
	slog.SetDefault(slog.New(slog.DiscardHandler))
}

// silent logs nothing.
type silent struct{}

// Log implements Beam's logger.
func (silent) Log(context.Context, beamlog.Severity, int, string) {}

// find searches a place as the job does and tells what could not be used.
func (f *foldRun) find(ctx context.Context, name string) (*place, *source.Set, error) {
	url, err := bucket.URL(name)
	if err != nil {
		return nil, nil, err
	}
	p, err := openPlace(ctx, url)
	if err != nil {
		return nil, nil, err
	}
	p.name = name
	set, err := source.Find(ctx, p.files, source.Options{Name: p.label})
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("%s: %w", name, err), p.close())
	}
	p.tellSkipped(f.console)
	for _, q := range set.Problems {
		if q.Level >= source.LevelWarning {
			q.Path = p.display(q.Path)
			f.incompletef("%s", strings.TrimSuffix(q.String(), "."))
		}
	}
	if n := set.MoreProblems.Damaged(); n > 0 {
		f.incompletef("%s: %s that could not be used, or not wholly", name, view.Plural(n, "more file", "more files"))
	}
	if n := set.Unrecognised(); n > 0 {
		f.warn("%s: %s not recognised; chainglass verify lists them", name, view.Plural(n, "file is", "files are"))
	}
	return p, set, nil
}

// report prints the report.
func (f *foldRun) report(lines []job.Line) error {
	for i := range lines {
		l := &lines[i]
		for _, fault := range l.Faults {
			f.incompletef("%s: %s", l.Origin, fault)
		}
		if err := f.print("%s  %s  %s", l.Origin, view.Plural(l.Kept, "entry", "entries"), l.File); err != nil {
			return err
		}
	}
	return nil
}

func runnerCommand(c *console) *cobra.Command {
	port := 8073
	cmd := &cobra.Command{
		Use:   "runner",
		Short: "Run Beam's local runner as a process of its own",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := prism.CreateJobServer(cmd.Context(), prism.Options{Port: port}); err != nil {
				return err
			}
			c.warn("the runner takes jobs: chainglass-fleet fold --runner universal --beam endpoint=localhost:%d", port)
			<-cmd.Context().Done()
			return nil
		},
	}
	cmd.Flags().IntVar(&port, "port", port, "port of this machine to listen on")
	return cmd
}

func workerCommand(c *console) *cobra.Command {
	port := 8074
	cmd := &cobra.Command{
		Use:   "worker",
		Short: "Work for a runner on this machine",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			pool, err := extworker.StartLoopback(cmd.Context(), port)
			if err != nil {
				return err
			}
			c.warn("the worker waits: chainglass-fleet fold --beam environment_type=EXTERNAL --beam environment_config=localhost:%d", port)
			<-cmd.Context().Done()
			return pool.Stop(context.WithoutCancel(cmd.Context()))
		},
	}
	cmd.Flags().IntVar(&port, "port", port, "port of this machine to listen on")
	return cmd
}
