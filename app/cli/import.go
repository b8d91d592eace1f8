//go:build !js

package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"chainglass/app/output"
	"chainglass/app/source"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

func importCommand(c *console) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "import FILE -o DIR",
		Short: "Rebuild channel folders from an export or a page",
		Long: `Import writes the chains of a chain export as channel folders that a node can
open. FILE is a chain export, or a page that carries one:

  DIR/<node>/<channel>/manifest
  DIR/<node>/<channel>/v##########/{idx,dat,ts}

The folder of a chain that was exported whole is the same, byte for byte, whatever
its state: damage, bytes that no row leads to, other generations, the flat layout.
Of a chain that is in the export by its entries only, a folder with one generation
is made. An entry whose payload fails its checksum is written with the bytes and the
checksum it has. What is missing in the export, or has no place in a folder, is left
out and told, and the exit status is 3.

DIR must be empty or missing. Snapshots and notes stay in the export.`,
		Example: `  chainglass import incident.chain -o rebuilt
  chainglass import incident.html -o rebuilt
  chainglass verify rebuilt`,
		Args: exactly(1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if dir == "" {
				return usagef("-o DIR is missing")
			}
			return runImport(cmd.Context(), c, args[0], dir)
		},
	}
	cmd.Flags().StringVarP(&dir, "output", "o", "", "folder to write to")
	return cmd
}

func runImport(ctx context.Context, c *console, name, dir string) (err error) {
	if err := output.CheckDir(dir); err != nil {
		return err
	}
	found, err := find(ctx, name)
	if err != nil {
		return err
	}
	defer found.closing(&err)
	file, err := found.export(name)
	if err != nil {
		return err
	}
	if len(file.Chains()) == 0 {
		return fmt.Errorf("%s holds no chain", name)
	}
	im := importer{console: c, file: file}
	err = output.Dir(ctx, dir, func(ctx context.Context, dir string) error {
		im.places = newPlaces(dir)
		for i, chain := range file.Chains() {
			if err := im.chain(ctx, i, chain.ChainInfo); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	im.faults(name, file)
	im.leftBehind(file)
	im.damage(found)
	if im.incomplete {
		return errDamaged()
	}
	return nil
}

// export returns the one chain export that was found.
func (o *opened) export(name string) (*export.File, error) {
	switch len(o.Exports) {
	case 1:
		return o.Exports[0].File, nil
	case 0:
		if source.IsCredential(name) {
			return nil, source.RefuseCredential(name)
		}
		for _, p := range o.Problems {
			if p.Err != nil {
				return nil, fmt.Errorf("%s: %s: %w", name, p.Title, p.Err)
			}
		}
		return nil, fmt.Errorf("%s is not a chain export, nor a page with one in it", name)
	}
	return nil, fmt.Errorf("%s holds %d chain exports; unpack it and name one", name, len(o.Exports))
}

// importer rebuilds channel folders.
type importer struct {
	*console
	file       *export.File
	places     *places
	incomplete bool // something was left out, and has been told
}

// faults tells of what is wrong with the export itself, and of what has no
// place in a channel folder.
func (im *importer) faults(name string, file *export.File) {
	for _, fault := range file.Faults() {
		im.warn("%s: %v", name, fault)
		im.incomplete = im.incomplete || !errors.Is(fault, export.ErrUnknownItem)
	}
	if bases, notes := len(file.Bases()), len(file.Notes()); bases+notes > 0 {
		im.warn("%s: %d snapshots and %d notes stay in the export", name, bases, notes)
	}
}

// leftBehind tells of what the source had and the export has not, as the export says
// itself: the folders lack it as well.
func (im *importer) leftBehind(file *export.File) {
	names := map[export.ChainID]export.ChainInfo{}
	for _, c := range file.Chains() {
		names[c.ID] = c.ChainInfo
	}
	for _, f := range file.Findings() {
		lacks := f.Rule == export.FindingNotRead || f.Rule == export.FindingLeftOut || f.Rule == export.FindingFiltered
		if f.By != export.BySource || !lacks {
			continue
		}
		im.incomplete = true
		said := f.Title.String()
		if detail := f.Detail.String(); detail != "" {
			said += ": " + detail
		}
		if id, about := f.Chain.Get(); about {
			im.warn("%s: %s", chainTitle(names[id]), said)
		} else {
			im.warn("%s: %s", f.Where, said)
		}
	}
}

// damage tells of what is wrong with what the export lay in. What is wrong with
// the export itself, its faults say.
func (im *importer) damage(found *opened) {
	for _, p := range found.Problems {
		if fault := (*export.Error)(nil); p.Level >= source.LevelWarning && !errors.As(p.Err, &fault) {
			im.incomplete = true
			im.warn("%s: %s", p.Title, p.Detail)
		}
	}
}

// leaveOut tells of something that is not written.
func (im *importer) leaveOut(chain export.ChainInfo, format string, args ...any) {
	im.incomplete = true
	im.warn("%s: %s", chainTitle(chain), fmt.Sprintf(format, args...))
}

// chain writes the i-th chain: its folder as it was, if the export says what that
// held, or a folder that a node would have made of the entries.
func (im *importer) chain(ctx context.Context, i int, chain export.ChainInfo) error {
	if im.heldBy(chain) {
		return nil
	}
	files, listed := im.file.Folder(i)
	if j := slices.IndexFunc(files, func(f wire.FolderFile) bool { return !redex.IsFolderPath(f.Path) }); j >= 0 {
		im.leaveOut(chain, "no channel has a file %q: the folder is made anew from the entries", files[j].Path)
		listed = false
	}
	folder, err := im.places.take(chain.Node, chain.Channel, listed)
	if err != nil {
		im.leaveOut(chain, "left out: %v", err)
		return nil
	}
	if folder.moved {
		im.warn("%s: is in %s, as another channel has that name, or a file of it", chainTitle(chain), folder.base)
	}
	if listed {
		return im.rebuild(ctx, i, chain, files, folder.path)
	}
	return im.anew(ctx, i, chain, folder.path)
}

// heldBy reports whether the records of a chain were salvaged from a folder that the
// export carries whole: they come back in its dat.
func (im *importer) heldBy(chain export.ChainInfo) bool {
	dat, salvaged := source.SalvagedFrom(chain.Origin)
	for j, other := range im.file.Chains() {
		folder := other.Origin
		if _, generation := redex.ParseGenerationDir(path.Base(folder)); generation {
			folder = path.Dir(folder)
		}
		if _, listed := im.file.Folder(j); salvaged && listed && (folder == "." || strings.HasPrefix(dat, folder+"/")) {
			return true
		}
	}
	return false
}

// chainTitle is how a chain of an export is called.
func chainTitle(chain export.ChainInfo) string { return path.Join(chain.Node, chain.Channel) }

// anew writes the entries of a chain as a node would.
func (im *importer) anew(ctx context.Context, i int, chain export.ChainInfo, folder string) error {
	w, err := redex.Create(folder)
	if err != nil {
		return err
	}
	rebuild := rebuilder{ctx: ctx, w: w, timed: true}
	err = eachEntry(im.file.Chain(i), rebuild.entry)
	if closeErr := w.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	if rebuild.missing > 0 {
		im.leaveOut(chain, "%d entries are left out, the first at position %d: %s", rebuild.missing, rebuild.firstMissing, rebuild.reason)
	}
	if rebuild.untimed > 0 {
		im.leaveOut(chain, "%d append times are left out: they follow an entry without one", rebuild.untimed)
	}
	return renumber(folder, generationOf(chain.Origin))
}

// rebuilder appends entries as they were stored.
type rebuilder struct {
	ctx   context.Context
	w     *redex.Writer
	timed bool // all entries so far have a time
	// missing and untimed count what cannot be written: entries, and times.
	missing, firstMissing int
	reason                string
	untimed               int
}

func (r *rebuilder) entry(pos int, e *wire.Entry) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if reason := unwritable(e); reason != "" {
		if r.missing == 0 {
			r.firstMissing, r.reason = pos, reason
		}
		r.missing++
		return nil
	}
	stored := *e
	if e.TSNS.Some && !r.timed {
		stored.TSNS = postcard.None[uint64]()
		r.untimed++
	}
	r.timed = r.timed && e.TSNS.Some
	return r.w.AppendRaw(stored)
}

// unwritable says why an entry has no place in a channel folder.
func unwritable(e *wire.Entry) string {
	inline := e.FlagsAndChecksum&redex.FlagInline != 0
	switch {
	case e.Status != wire.EntryOK && e.Status != wire.EntryBadChecksum:
		return fmt.Sprintf("the payload is not there (%v)", e.Status)
	case inline && len(e.Payload) != redex.InlinePayloadSize:
		return fmt.Sprintf("an inline entry with a payload of %d bytes", len(e.Payload))
	}
	return ""
}

// generationOf returns the number of the generation that the origin of a chain
// ends in, the first one if it names none.
func generationOf(origin string) uint32 {
	number, ok := redex.ParseGenerationDir(path.Base(origin))
	if !ok {
		return redex.FirstGeneration
	}
	return number
}

// renumber makes the first generation of a channel just written another one.
// The manifest is replaced last, as a node does.
func renumber(folder string, number uint32) error {
	if number == redex.FirstGeneration {
		return nil
	}
	dir := func(number uint32) string { return filepath.Join(folder, redex.GenerationDir(number)) }
	if err := os.Rename(dir(redex.FirstGeneration), dir(number)); err != nil {
		return err
	}
	manifest := filepath.Join(folder, "manifest")
	if err := os.WriteFile(manifest+".tmp", redex.AppendManifest(nil, number), fs.FileMode(0o666)); err != nil {
		return err
	}
	return os.Rename(manifest+".tmp", manifest)
}
