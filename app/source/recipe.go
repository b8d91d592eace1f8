package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/redex"
)

// Recipe says how to open a chain again from the files that it was found in, in
// another process or worker too. The zero Recipe says that it cannot be: what was
// unpacked or made from text exists only where that happened.
//
// It may come from elsewhere: Reopen believes none of it without looking.
type Recipe struct {
	// Form is how the chain is stored.
	Form RecipeForm
	// Path is the slash path of the channel folder, of the export, or of the index
	// among loose files.
	Path string
	// Number is the number of the generation, or the place among the chains of an
	// export.
	Number uint32
	// Node, Channel, Kind and Basis are what they are in the Chain.
	Node, Channel string
	Kind          wire.ChainKind
	Basis         KindBasis
	// Entries is the length of the chain, Bytes the size of its files, and ModifiedNS
	// when the last of them was written, in nanoseconds since 1970.
	Entries           int
	Bytes, ModifiedNS int64
}

// RecipeForm is a way in which a chain is stored.
type RecipeForm uint8

// The forms that can be opened again.
const (
	// RecipeNone: it cannot be opened again.
	RecipeNone RecipeForm = iota
	// RecipeFolder: a channel folder.
	RecipeFolder
	// RecipeLoose: loose idx, dat and ts of one name.
	RecipeLoose
	// RecipeExport: a chain export.
	RecipeExport
)

// Reopen opens a chain again from the file system that [Find] was given, or one with
// the same files. It fails with an error that wraps [redex.ErrChanged] if the files
// are not as they were when the chain was found. [Chain.Close] closes the files.
func Reopen(files fs.FS, r Recipe) (Chain, error) {
	c, err := reopen(files, r)
	if err == nil && c.Recipe != r {
		err = errors.Join(redex.ErrChanged, c.Close())
	}
	if err != nil {
		return Chain{}, fmt.Errorf("source: %s cannot be opened again: %w", r.Path, err)
	}
	return c, nil
}

// reopen finds a chain as [Find] did, and nothing else.
func reopen(files fs.FS, r Recipe) (Chain, error) {
	if !fs.ValidPath(r.Path) {
		return Chain{}, fs.ErrInvalid
	}
	x := newExplorer(context.Background(), Options{})
	x.again = &r
	var err error
	switch r.Form {
	case RecipeFolder:
		err = x.reopenFolder(files)
	case RecipeLoose:
		err = x.reopenLoose(files)
	case RecipeExport:
		err = x.reopenExport(files)
	default:
		err = errors.ErrUnsupported
	}
	if err == nil && len(x.set.Chains) != 1 {
		err = fs.ErrNotExist
		for _, p := range x.set.Problems {
			err = errors.Join(err, p.Err)
		}
	}
	if err != nil {
		return Chain{}, errors.Join(err, x.set.Close())
	}
	c := x.set.Chains[0]
	c.closer = x.set
	return c, nil
}

func (x *explorer) reopenFolder(files fs.FS) error {
	channel, err := redex.OpenChannel(files, x.again.Path)
	if err != nil {
		return err
	}
	found := foundChannel{channel: channel}
	x.lookAtGeneration(&found, place{fsys: files}, redex.ChannelDir{Dir: x.again.Path}, x.again.Number, channel.Choose(redex.Readable))
	x.takeFound(&found)
	return nil
}

func (x *explorer) reopenLoose(files fs.FS) error {
	var names []string
	stem := strings.TrimSuffix(x.again.Path, ".idx")
	for _, suffix := range looseSuffixes {
		name := stem + "." + suffix
		if _, err := fs.Stat(files, name); err == nil {
			names = append(names, name)
		}
	}
	for _, set := range groupLoose(names, nil) {
		x.addLoose(place{fsys: files}, set)
	}
	return nil
}

func (x *explorer) reopenExport(files fs.FS) error {
	f, err := files.Open(x.again.Path)
	if err != nil {
		return err
	}
	c := &candidate{place: place{fsys: files}, name: x.again.Path, origin: x.again.Path}
	if err := c.look(f); err != nil {
		return err
	}
	x.set.closers = append(x.set.closers, f)
	file, err := export.Open(c.r, c.size)
	if err != nil {
		return err
	}
	if chains := file.Chains(); int64(x.again.Number) < int64(len(chains)) {
		x.addExportChain(c, file, int(x.again.Number), chains[x.again.Number])
	}
	return nil
}

// given reports whether the files of p are those that were given, under their names,
// not something inside of them.
func (p place) given() bool {
	_, renamed := p.fsys.(*copyFS)
	return p.inside == nil && !renamed
}

// recipe begins the recipe of a chain that reads from files; it has none unless they
// were given as they are.
func (p place) recipe(form RecipeForm, name string, number uint32, bytes int64, files []watchedFile) Recipe {
	if !p.given() {
		return Recipe{}
	}
	r := Recipe{Form: form, Path: name, Number: number, Bytes: bytes}
	var modified time.Time
	for _, f := range files {
		if m := f.was.ModTime(); m.After(modified) {
			modified = m
		}
	}
	if !modified.IsZero() {
		r.ModifiedNS = modified.UnixNano()
	}
	return r
}

// finishRecipe completes the recipe of a chain that has its name and kind.
func (c *Chain) finishRecipe() {
	if r := &c.Recipe; r.Form != RecipeNone {
		r.Node, r.Channel, r.Kind, r.Basis, r.Entries = c.Node, c.Channel, c.Kind, c.KindBasis, c.Reader.Len()
	}
}

// retell takes from the recipe what it took [Find] the neighbours, or many reads, to know.
func (c *Chain) retell(r *Recipe) {
	c.Node, c.Channel, c.Kind, c.KindBasis = r.Node, r.Channel, r.Kind, r.Basis
}

// Close closes the files of a chain from [Reopen]. The chains of a [Set] are closed with
// it, and by this not at all.
func (c *Chain) Close() error {
	if c.closer == nil {
		return nil
	}
	return c.closer.Close()
}

var _ io.Closer = (*Set)(nil)
