//go:build !js

package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"chainglass/app/engine"
	"chainglass/app/output"
	"chainglass/app/redact"
	"chainglass/app/source"
	"chainglass/wire/export"
	"chainglass/wire/postcard"
)

func exportCommand(c *console) *cobra.Command {
	var file string
	var redacting redactFlags
	cmd := &cobra.Command{
		Use:   "export PATH... -o FILE.chain",
		Short: "Put chains into one file",
		Long: `Export writes every chain found in the paths to one chain export, with the
snapshots and notes found beside them. Entries are copied as they are stored,
damaged ones included. What could not be read is recorded in the file as well.

` + redactHelp + `

An existing FILE is not overwritten.`,
		Example: `  chainglass export /var/lib/net-mesh -o node.chain
  chainglass export node-1 node-2 node-3 -o incident.chain
  chainglass export incident.chain -o public.chain --redact --shift-times`,
		Args: atLeast(1, "PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if file == "" {
				return usagef("-o FILE.chain is missing")
			}
			o, err := redacting.options()
			if err != nil {
				return err
			}
			return runExport(cmd.Context(), c, args, file, o, &redacting)
		},
	}
	cmd.Flags().StringVarP(&file, "output", "o", "", "file to write")
	redacting.addFlags(cmd)
	return cmd
}

// runExport writes an export, redacted if o is set.
func runExport(ctx context.Context, c *console, paths []string, file string, o *redact.Options, f *redactFlags) (err error) {
	if err := output.CheckFile(file); err != nil {
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
	e := newExporter(found)
	write := func(out io.Writer) error { return e.write(out, c.nowMS()) }
	var left redact.Summary
	err = output.File(ctx, file, func(_ context.Context, out io.Writer) (err error) {
		if o == nil {
			return write(out)
		}
		left, err = writeRedacted(out, write, o)
		return err
	})
	if err != nil {
		return err
	}
	c.warn("%s: %d chains, %d entries", file, len(e.ids), e.entries)
	if o != nil {
		return c.tellRedacted(&left, f)
	}
	return nil
}

// exporter copies what was found to an export.
type exporter struct {
	found   *opened
	w       *export.Writer
	ids     map[string]export.ChainID // by origin
	entries int
}

func newExporter(found *opened) *exporter {
	return &exporter{found: found, ids: map[string]export.ChainID{}}
}

// originIn is the origin of the i-th chain of an export in what was opened.
func originIn(x *source.Export, i int) string {
	if len(x.File.Chains()) == 1 {
		return x.Origin
	}
	return fmt.Sprintf("%s#%d", x.Origin, i)
}

func (e *exporter) write(out io.Writer, createdAtMS uint64) error {
	buffered := bufio.NewWriterSize(out, export.DefaultBlockBytes)
	w, err := export.NewWriter(buffered, export.Options{Tool: program + " " + version(), CreatedAtMS: createdAtMS})
	if err != nil {
		return err
	}
	e.w = w
	for _, copyPart := range []func() error{e.redactions, e.chains, e.bases, e.notes, e.findings, e.problems} {
		if err := copyPart(); err != nil {
			return err
		}
	}
	return errors.Join(w.Close(), buffered.Flush())
}

// redactions copies what earlier exports say of redactions they went through: what
// is missing from a part is missing from the whole.
func (e *exporter) redactions() error {
	for _, x := range e.found.Exports {
		for _, r := range x.File.Redactions() {
			if err := e.w.AddRedaction(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// chains copies the chains in use.
func (e *exporter) chains() error {
	for i := range e.found.Chains {
		c := &e.found.Chains[i]
		if !c.Live {
			continue
		}
		id, err := export.CopyChain(e.w, c.ExportInfo(), c.Reader)
		if err != nil {
			return fmt.Errorf("%s: %w", e.found.files.Display(c.Origin), err)
		}
		e.ids[c.Origin] = id
		e.entries += c.Reader.Len()
	}
	return nil
}

// bases copies the snapshots.
func (e *exporter) bases() error {
	for _, b := range e.found.Bases {
		if err := e.w.AddBase(export.Base{Node: b.Node, Snapshot: b.Snapshot.AppendPostcard(nil)}); err != nil {
			return fmt.Errorf("%s: %w", e.found.files.Display(b.Origin), err)
		}
	}
	return nil
}

// notes copies the notes of exports, of each its latest state.
func (e *exporter) notes() error {
	latest := map[string]uint64{}
	for _, x := range e.found.Exports {
		for _, n := range x.File.Notes() {
			latest[n.ID] = max(latest[n.ID], n.UpdatedAtMS)
		}
	}
	for i := range e.found.Exports {
		x := &e.found.Exports[i]
		for _, n := range x.File.Notes() {
			updatedAtMS, left := latest[n.ID]
			if !left || n.UpdatedAtMS < updatedAtMS {
				continue
			}
			delete(latest, n.ID)
			if err := e.w.AddNote(e.moved(x, n)); err != nil {
				return fmt.Errorf("%s: note %q: %w", e.found.files.Display(x.Origin), n.ID, err)
			}
		}
	}
	return nil
}

// moved is a note of x with its anchors in the new export.
func (e *exporter) moved(x *source.Export, n export.Note) export.Note {
	var anchors []export.Anchor
	for _, a := range n.Anchors {
		if id, ok := e.newID(x, a.Chain).Get(); ok {
			a.Chain = id
			anchors = append(anchors, a)
		}
	}
	n.Anchors = anchors
	return n
}

// newID is the id that a chain of x has in the new export.
func (e *exporter) newID(x *source.Export, old export.ChainID) postcard.Option[export.ChainID] {
	for i, chain := range x.File.Chains() {
		if chain.ID != old {
			continue
		}
		if id, copied := e.ids[originIn(x, i)]; copied {
			return postcard.Some(id)
		}
	}
	return postcard.None[export.ChainID]()
}

// findings copies what earlier exports say about their sources.
func (e *exporter) findings() error {
	for i := range e.found.Exports {
		x := &e.found.Exports[i]
		for _, f := range x.File.Findings() {
			if old, ok := f.Chain.Get(); ok {
				f.Chain = e.newID(x, old)
			}
			if err := e.w.AddFinding(f); err != nil {
				return fmt.Errorf("%s: finding: %w", e.found.files.Display(x.Origin), err)
			}
		}
	}
	return nil
}

// problems records what could not be read.
func (e *exporter) problems() error {
	for _, p := range e.found.Problems {
		if p.Level < source.LevelWarning {
			continue
		}
		if err := e.w.AddFinding(engine.NotRead(&p)); err != nil {
			return err
		}
	}
	return nil
}
