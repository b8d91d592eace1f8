package command

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"chainglass/app/engine"
	"chainglass/app/fleet/bucket"
	"chainglass/app/fleet/table"
	"chainglass/app/view"
)

// Parquet runs chainglass-parquet and returns its exit status.
func Parquet(args []string, stdout, stderr io.Writer) int {
	c := &console{program: "chainglass-parquet", stdout: stdout, stderr: stderr}
	p := &parquetRun{console: c, written: map[string]string{}}
	cmd := &cobra.Command{
		Use:   "chainglass-parquet PATH|URL... -o DIR|URL",
		Short: "Write chains as Parquet files, a row for each entry",
		Long: `Chainglass-parquet writes each chain of each PATH or URL as one Parquet file, a row
for each entry, damaged ones included. A PATH is what the chainglass program opens: a
node's storage folder or a folder above several, an archive, an export. A URL is such
a place in object storage: s3://bucket/path, gs://, azblob://, file://.

The files lie below DIR as

  chain=action/date=2026-05-22/node-1~~meshos~actions.parquet

where date is the day of the chain's earliest entry, in UTC: choose times by the column
ts. A file has its name when all of it is there, and takes the place of one of that
name: the same chain gives the same bytes under the same name.

The PATHs are opened one after the other. It takes 32 bytes of memory for each entry
of a PATH, and 100 MB.

Exit status:
  0  every entry is written, and nothing is damaged
  1  failed, or nothing that was named could be read
  2  wrong usage
  3  every entry that there is is written, and something is damaged or missing;
     "chainglass verify" says where`,
		Example: `  chainglass-parquet /var/lib/net-mesh -o /tmp/parquet
  chainglass-parquet s3://fleet/2026-05-22?region=eu-central-1 -o s3://lake/chains
  duckdb -c "SELECT node, count(*) FROM read_parquet('/tmp/parquet/**/*.parquet', union_by_name = true) GROUP BY node"`,
		Args: atLeastOne("PATH or URL"),
		RunE: func(cmd *cobra.Command, args []string) error { return p.run(cmd.Context(), args) },
	}
	cmd.Flags().StringVarP(&p.out, "output", "o", "", "folder or URL to write to (required)")
	cmd.Flags().BoolVar(&p.payloads, "payload", false, "write the payload of every entry, not only of damaged ones")
	return c.run(cmd, args)
}

// parquetRun is one run of the command.
type parquetRun struct {
	*console
	out      string
	payloads bool
	to       *bucket.Bucket
	// written says of each file which chain it is.
	written map[string]string
	// readable is true once a chain was found.
	readable bool
}

func (p *parquetRun) run(ctx context.Context, places []string) (err error) {
	if p.out == "" {
		return usagef("-o is missing: where to write to")
	}
	url, err := bucket.URL(p.out)
	if err != nil {
		return err
	}
	if p.to, err = bucket.Create(ctx, url); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.to.Close()) }()
	for _, name := range places {
		if err := p.place(ctx, name); err != nil {
			return err
		}
	}
	if !p.readable {
		return errors.New("nothing that was named can be read as a chain")
	}
	return nil
}

// place writes the chains of one place.
func (p *parquetRun) place(ctx context.Context, name string) (err error) {
	from, err := openPlace(ctx, name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.close()) }()
	e := engine.New(engine.Options{})
	opened, err := e.Open(ctx, from.label, from.files, func(engine.Progress) {})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer e.Close(opened.Source)
	if opened.Cancelled {
		return ctx.Err()
	}
	p.tell(from, &opened)
	begins, err := e.Processes(ctx, nil)
	if err != nil {
		return err
	}
	for i := range opened.Chains {
		info := &opened.Chains[i]
		c := table.Chain{Engine: e, Info: *info, Processes: begins[info.ID], Payloads: p.payloads}
		if err := p.chain(ctx, from, c); err != nil {
			return err
		}
	}
	return nil
}

// tell says what could not be used.
func (p *parquetRun) tell(from *place, opened *engine.Opened) {
	from.tellSkipped(p.console)
	for i := range opened.Problems {
		q := &opened.Problems[i]
		if q.Severity >= engine.SeverityWarning && q.Chain == 0 {
			p.incompletef("%s: %s; %s", from.display(q.Path), q.Title, q.Detail)
		}
	}
	if opened.Unrecognised > 0 {
		p.warn("%s: %s not recognised; chainglass verify lists them", from.name, view.Plural(opened.Unrecognised, "file is", "files are"))
	}
}

// mostTold is how many findings of a chain are told.
const mostTold = 3

// chain writes one chain.
func (p *parquetRun) chain(ctx context.Context, from *place, c table.Chain) error {
	p.readable = true
	file := table.Name(&c.Info)
	origin := from.display(c.Info.Origin)
	if other, taken := p.written[file]; taken {
		return fmt.Errorf("%s and %s are both the channel %s of a node called %q: name a folder above both, which tells them apart", other, origin, c.Info.Channel, c.Info.Node)
	}
	p.written[file] = origin
	if err := p.findings(from, &c); err != nil {
		return err
	}
	rows := 0
	err := p.to.Write(ctx, file, func(w io.Writer) (err error) {
		rows, err = table.Write(ctx, w, c)
		return err
	})
	if err != nil {
		return err
	}
	return p.print("%s  %s  %s", origin, view.Plural(rows, "row", "rows"), file)
}

// findings tells what is damaged or missing in a chain.
func (p *parquetRun) findings(from *place, c *table.Chain) error {
	found, err := c.Engine.Findings(c.Info.ID)
	if err != nil {
		return err
	}
	told := 0
	for i := range found {
		f := &found[i]
		if !engine.MeansDamage(f.Severity, f.Rule) {
			continue
		}
		if told++; told <= mostTold {
			p.incompletef("%s: %s", from.display(c.Info.Origin), f.Title.String())
		}
	}
	if told > mostTold {
		p.incompletef("%s: %d more findings; chainglass verify lists them", from.display(c.Info.Origin), told-mostTold)
	}
	if c.Info.Indexed < c.Info.Entries {
		p.incompletef("%s: %d of %d entries could be read", from.display(c.Info.Origin), c.Info.Indexed, c.Info.Entries)
	}
	return nil
}
