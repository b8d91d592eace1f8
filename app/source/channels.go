package source

import (
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"chainglass/wire"
	"chainglass/wire/redex"
)

// findChannels adds the channel folders of p and returns the names of the files
// that belong to them.
func (x *explorer) findChannels(p place) (claimed map[string]bool) {
	claimed = map[string]bool{}
	dirs, err := redex.FindChannels(p.fsys, ".")
	if errors.Is(err, redex.ErrFindLimit) {
		x.set.problem(Problem{
			Level: LevelWarning, Path: p.origin("."), Title: "not searched whole", Detail: err.Error(), Err: err,
			Advice: "Open the folder of one node at a time",
		})
	}
	// Any other error is met and told again when the files are listed.
	for _, dir := range dirs {
		if x.ctx.Err() != nil || isBelowLeftover(dir.Dir) {
			continue
		}
		channel, err := redex.OpenChannel(p.fsys, dir.Dir)
		if err != nil {
			x.set.problem(unreadable(p.origin(dir.Dir), err))
			continue
		}
		claim(claimed, channel)
		x.addChannel(p, dir, channel)
	}
	return claimed
}

func isBelowLeftover(dir string) bool {
	for segment := range strings.SplitSeq(dir, "/") {
		if isLeftover(segment) {
			return true
		}
	}
	return false
}

// claim marks the files that belong to a channel. Whatever else lies beside
// them is looked at like any other file.
func claim(claimed map[string]bool, channel *redex.Channel) {
	rows := [...]string{"idx", "dat", "ts"}
	for _, name := range rows {
		claimed[path.Join(channel.Dir, name)] = true
	}
	claimed[path.Join(channel.Dir, "manifest")] = true
	for _, g := range channel.Generations {
		for _, name := range rows {
			claimed[path.Join(channel.Dir, redex.GenerationDir(g.Number), name)] = true
		}
	}
}

// addChannel adds the generation that is read and, not live, all others.
func (x *explorer) addChannel(p place, dir redex.ChannelDir, channel *redex.Channel) {
	if dir.Node == "" {
		dir.Node = p.node
	}
	if dir.Dir == "." {
		dir.Channel, dir.Node = p.node, ""
	}
	choice := channel.Choose(redex.Readable)
	x.addGeneration(p, dir, channel, choice.Generation, choice)
	for _, g := range channel.Generations {
		if g.Number != choice.Generation {
			x.addGeneration(p, dir, channel, g.Number, choice)
		}
	}
	if channel.Flat.Any() && choice.Generation != redex.FlatGeneration {
		x.addGeneration(p, dir, channel, redex.FlatGeneration, choice)
	}
	if choice.Reason == redex.ChosenFresh {
		x.set.problem(Problem{
			Level: LevelWarning, Path: p.origin(dir.Dir), Title: "a channel without an index",
			Detail: "no generation has an idx file, so no entry can be found in what is there",
			Advice: "Look for the idx file in an older copy of the folder; do not open the folder with a node, which deletes what it cannot use",
		})
	}
}

func (x *explorer) addGeneration(p place, dir redex.ChannelDir, channel *redex.Channel, number uint32, choice redex.Choice) {
	c := Chain{Node: dir.Node, Channel: dir.Channel, Live: number == choice.Generation}
	c.Origin, c.Layout = p.origin(dir.Dir), layoutOf(number)
	if c.Origin == "" {
		c.Origin = "."
	}
	if !c.Live {
		c.Origin, c.Layout = path.Join(c.Origin, leafOf(number)), c.Layout+", not in use"
	}
	g, err := channel.OpenGeneration(number)
	if err != nil {
		x.set.problem(unreadable(c.Origin, err))
		return
	}
	x.set.closers = append(x.set.closers, g)
	c.Redex = &RedexInfo{Channel: channel, Generation: g, Choice: choice}
	x.addRedexChain(c, p)
}

func layoutOf(number uint32) string {
	if number == redex.FlatGeneration {
		return "flat"
	}
	return fmt.Sprintf("generation %d", number)
}

// leafOf is what the origin of a generation that is not live ends in.
func leafOf(number uint32) string {
	if number == redex.FlatGeneration {
		return "idx"
	}
	return redex.GenerationDir(number)
}

// addRedexChain fills in what is taken from the generation and adds c.
func (x *explorer) addRedexChain(c Chain, p place) {
	g := c.Redex.Generation
	c.Watch, c.Redex.origin = p.watchChannel(g), p.origin
	c.Reader = &redexReader{Generation: g, origin: p.origin, watch: c.Watch}
	c.Bytes = g.Size()
	c.Recipe = p.recipe(RecipeFolder, g.Channel().Dir, g.Number(), c.Bytes, c.Watch.files)
	x.addChain(c)
	x.progress(c.Origin, 0)
}

// addChain settles the kind of c, gives it a name if it has none, and adds it.
func (x *explorer) addChain(c Chain) {
	if x.again != nil {
		c.retell(x.again)
	} else if kind, ok := x.opts.Kinds[c.Origin]; ok {
		c.Kind, c.KindBasis = kind, ByChoice
	} else if c.Kind == wire.ChainUnknown {
		c.Kind, c.KindBasis = DetectKind(c.Reader, c.Channel)
	}
	if c.Channel == "" {
		c.Channel = usualChannel(c.Kind)
	}
	c.finishRecipe()
	x.set.Chains = append(x.set.Chains, c)
}

// usualChannel is the channel that chains of a kind are usually found in.
func usualChannel(kind wire.ChainKind) string {
	for name, k := range usualKinds() {
		if k == kind {
			return name
		}
	}
	return "unnamed"
}

// redexReader adds to a generation where its files are in what was opened.
type redexReader struct {
	*redex.Generation
	origin func(name string) string
	watch  *Watch
}

// ReadBlock implements [wire.Reader]. Files that were changed in place since they
// were opened are an error, a [ChangedError].
func (r *redexReader) ReadBlock(first int, b *wire.Block) error {
	err := r.Generation.ReadBlock(first, b)
	if err == io.EOF {
		return err // nothing was read
	}
	return r.watch.after(err)
}

// Locate implements [Locator].
func (r *redexReader) Locate(position int) (Location, error) {
	l, err := r.Generation.Locate(position)
	if err != nil {
		return Location{}, err
	}
	at := Location{
		IndexFile: r.origin(l.IDXPath), IndexOffset: l.IDXOffset,
		PayloadOffset: l.DATOffset, PayloadBytes: l.PayloadLen,
	}
	if l.DATPath != "" {
		at.PayloadFile = r.origin(l.DATPath)
	}
	return at, nil
}
