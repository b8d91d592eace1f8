package source

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sort"
	"strings"
	"time"

	"chainglass/wire/redex"
)

// looseSet is a channel whose files were renamed, so that several fit into one
// folder: NAME.idx, NAME.dat, NAME.ts. Plain idx, dat and ts are the flat layout
// of a channel folder.
type looseSet struct {
	stem string            // slash path without the suffix
	name map[string]string // "idx", "dat", "ts" -> file name
}

func (s looseSet) files() []string { return slices.Sorted(maps.Values(s.name)) }

// looseSuffixes are what the names of renamed files end in.
// They are opened in the order in which a channel's sizes are taken.
var looseSuffixes = [...]string{"ts", "idx", "dat"}

// groupLoose finds renamed channel files among names. Without an idx there is
// no set: .dat and .ts belong to many kinds of file.
func groupLoose(names []string, claimed map[string]bool) []looseSet {
	sets := map[string]looseSet{}
	for _, name := range names {
		for _, suffix := range looseSuffixes {
			stem, ok := strings.CutSuffix(name, "."+suffix)
			if !ok || path.Base(name) == "."+suffix || claimed[name] {
				continue
			}
			set, found := sets[stem]
			if !found {
				set = looseSet{stem: stem, name: map[string]string{}}
				sets[stem] = set
			}
			set.name[suffix] = name
		}
	}
	maps.DeleteFunc(sets, func(_ string, s looseSet) bool { return s.name["idx"] == "" })
	sorted := slices.Collect(maps.Values(sets))
	sort.Slice(sorted, func(i, j int) bool { return sorted[i].stem < sorted[j].stem })
	return sorted
}

// layoutLoose is the layout of a set.
const layoutLoose = "loose files"

// addLoose adds a set as the channel it once was.
func (x *explorer) addLoose(p place, set looseSet) {
	flat, watch := newTree(), &Watch{files: p.inside}
	for _, suffix := range looseSuffixes {
		name := set.name[suffix]
		if name == "" {
			continue
		}
		info, err := x.addSection(p, flat, suffix, name)
		if err != nil {
			x.set.problem(unreadable(p.origin(name), err))
		} else if p.inside == nil {
			watch.files = append(watch.files, watchedFile{p.fsys, name, p.origin(name), info})
		}
	}
	channel, err := redex.OpenChannel(flat, ".")
	var g *redex.Generation
	if err == nil {
		g, err = channel.OpenGeneration(redex.FlatGeneration)
	}
	origin := p.origin(set.name["idx"])
	if err != nil {
		x.set.problem(unreadable(origin, err))
		return
	}
	x.set.closers = append(x.set.closers, g)
	at := p.homeOf(set.stem)
	c := Chain{
		Node: at.node, Channel: path.Base(set.stem), Origin: origin, Live: true, Layout: layoutLoose, home: at,
		Redex: &RedexInfo{Channel: channel, Generation: g, Choice: channel.Choose(redex.Readable)},
	}
	c.Bytes = g.Size()
	c.Redex.origin = func(name string) string { return p.origin(set.name[name]) }
	watch.same, c.Watch = g.SameAsRead, watch
	c.Recipe = p.recipe(RecipeLoose, set.name["idx"], g.Number(), c.Bytes, watch.files)
	c.Reader = &redexReader{Generation: g, origin: c.Redex.origin, watch: watch}
	x.addChain(c)
}

// addSection puts a file of p into t under another name and returns what describes
// it. The file stays open.
func (x *explorer) addSection(p place, t *tree, as, name string) (fs.FileInfo, error) {
	f, err := p.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	r, ok := f.(io.ReaderAt)
	if err == nil && !ok {
		err = errNotAt
	}
	if err == nil && !info.Mode().IsRegular() {
		err = errNotRegular
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	x.set.closers = append(x.set.closers, f)
	err = t.add(as, r, info.Size(), info.ModTime())
	return info, err
}

// SingleFile returns a file system that holds one file, for [Find].
func SingleFile(name string, r io.ReaderAt, size int64) (fs.FS, error) {
	t := newTree()
	if !fs.ValidPath(name) || name == "." {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	return t, t.add(name, r, size, time.Time{})
}
