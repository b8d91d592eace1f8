package source

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"chainglass/app/kind"
	"chainglass/wire"
	"chainglass/wire/redex"
)

// findChannels adds the channel folders of p and returns the names of the files
// that belong to them.
func (x *explorer) findChannels(p place, listed listedFS) (claimed map[string]bool) {
	claimed = map[string]bool{}
	dirs, err := redex.FindChannels(listed, ".")
	if errors.Is(err, redex.ErrFindLimit) {
		x.set.problem(Problem{
			Level: LevelWarning, Path: p.origin("."), Title: "not searched whole", Detail: err.Error(), Err: err,
			Advice: "Open the folder of one node at a time",
		})
	}
	// Any other error is met and told again when the files are listed.
	dirs = slices.DeleteFunc(dirs, func(dir redex.ChannelDir) bool { return isBelowLeftover(dir.Dir) })
	x.lookAtChannels(p, listed, dirs, func(found *foundChannel) {
		if found.channel != nil {
			claim(claimed, found.channel)
		}
		x.takeFound(found)
	})
	return claimed
}

// takeFound adds what was found in a channel folder.
func (x *explorer) takeFound(found *foundChannel) {
	for _, p := range found.problems {
		x.set.problem(p)
	}
	for i := range found.chains {
		c := &found.chains[i]
		if c.Redex != nil {
			x.set.closers = append(x.set.closers, c.Redex.Generation)
		}
		x.set.Chains = append(x.set.Chains, *c)
		x.progress(c.Origin, 0)
	}
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
	// Of the files of the flat layout there are few.
	if channel.Flat.Any() {
		for _, name := range rows {
			claimed[inFolder(channel.Dir, name)] = true
		}
	}
	claimed[inFolder(channel.Dir, "manifest")] = true
	for _, g := range channel.Generations {
		dir := inFolder(channel.Dir, redex.GenerationDir(g.Number))
		for _, name := range rows {
			claimed[inFolder(dir, name)] = true
		}
	}
}

// lookAtChannel looks at a channel folder: at the generation that is read and, not
// live, at all others. It changes nothing of the search.
func (x *explorer) lookAtChannel(p place, listed listedFS, dir redex.ChannelDir) (found foundChannel) {
	channel, err := redex.OpenListed(p.fsys, dir.Dir, func(dir string) []fs.DirEntry { return listed.folders[dir] })
	if err != nil {
		found.problems = append(found.problems, unreadable(p.origin(dir.Dir), err))
		return found
	}
	found.channel = channel
	if dir.Node == "" {
		dir.Node = p.node
	}
	choice := channel.Choose(redex.Readable)
	x.lookAtGeneration(&found, p, dir, choice.Generation, choice)
	for _, g := range channel.Generations {
		if g.Number != choice.Generation {
			x.lookAtGeneration(&found, p, dir, g.Number, choice)
		}
	}
	if channel.Flat.Any() && choice.Generation != redex.FlatGeneration {
		x.lookAtGeneration(&found, p, dir, redex.FlatGeneration, choice)
	}
	indexed := len(found.chains)
	for i := range indexed {
		// A generation that is not in use ends where it was left, with its rows.
		if c := &found.chains[i]; c.Live || c.Redex.Generation.Len() == 0 {
			x.lookForSalvage(&found, p, c)
		}
	}
	if choice.Reason == redex.ChosenFresh {
		found.problems = append(found.problems, withoutIndex(p.origin(dir.Dir), len(found.chains) > indexed))
	}
	return found
}

// withoutIndex is the problem of a channel of which no generation has an idx.
func withoutIndex(origin string, salvaged bool) Problem {
	q := Problem{
		Level: LevelWarning, Path: origin, Title: "a channel without an index",
		Detail: "no generation has an idx file, so no entry can be found in what is there",
		Advice: "Look for the idx file in an older copy of the folder; do not open the folder with a node, which deletes what it cannot use",
	}
	if salvaged {
		q.Detail = "no generation has an idx file; records were salvaged from dat"
		q.Advice += "; chainglass salvage writes a folder that a node keeps"
	}
	return q
}

func (x *explorer) lookAtGeneration(found *foundChannel, p place, dir redex.ChannelDir, number uint32, choice redex.Choice) {
	c := Chain{Node: dir.Node, Channel: dir.Channel, Live: number == choice.Generation, home: p.homeOfChannels(dir.Base, dir.Node)}
	c.Origin, c.Layout = p.origin(dir.Dir), layoutOf(number)
	if c.Origin == "" {
		c.Origin = "."
	}
	if !c.Live {
		c.Origin, c.Layout = path.Join(c.Origin, leafOf(number)), c.Layout+", not in use"
	}
	g, err := found.channel.OpenGeneration(number)
	if err != nil {
		found.problems = append(found.problems, unreadable(c.Origin, err))
		return
	}
	c.Redex = &RedexInfo{Channel: found.channel, Generation: g, Choice: choice}
	x.readRedex(&c, p)
	found.chains = append(found.chains, c)
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

// readRedex fills in what is taken from the generation.
func (x *explorer) readRedex(c *Chain, p place) {
	g := c.Redex.Generation
	c.Watch, c.Redex.origin = p.watchChannel(g), p.origin
	c.Reader = &redexReader{Generation: g, origin: p.origin, watch: c.Watch}
	c.Bytes = g.Size()
	c.Recipe = p.recipe(RecipeFolder, g.Channel().Dir, g.Number(), c.Bytes, c.Watch.files)
	x.settle(c)
}

// addChain adds c.
func (x *explorer) addChain(c Chain) {
	x.settle(&c)
	x.set.Chains = append(x.set.Chains, c)
}

// settle settles the kind of c, and gives it a name if it has none.
func (x *explorer) settle(c *Chain) {
	if x.again != nil {
		c.retell(x.again)
	} else if chosen, ok := x.opts.Kinds[c.Origin]; ok {
		c.Kind, c.KindBasis = chosen, ByChoice
	} else if c.Kind == wire.ChainUnknown {
		b, _ := x.blocks.Get().(*wire.Block)
		if b == nil {
			b = new(wire.Block)
		}
		c.Kind, c.KindBasis = detectKind(x.opts.Known, c.Reader, c.Channel, b)
		x.blocks.Put(b)
	}
	if c.Channel == "" {
		c.Channel = usualChannel(c.Kind)
	}
	c.finishRecipe()
}

// usualChannel is the channel that chains of a kind are usually found in.
func usualChannel(id wire.ChainKind) string {
	return cmp.Or((kind.Set{}).Of(id).Channel, "unnamed")
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
