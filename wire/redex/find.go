package redex

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
)

// Limits of a search for channels.
const (
	// MaxFindDepth is how many folder levels below the root are searched.
	MaxFindDepth = 32
	// MaxFindFolders is how many folders are looked into.
	MaxFindFolders = 100_000
)

// ErrFindLimit says that a folder was not searched whole: it is too deep or
// holds too many folders.
var ErrFindLimit = errors.New("too many folders to search")

// ChannelDir is a channel directory that a search came upon.
type ChannelDir struct {
	// Dir is the directory, a slash path in the file system.
	Dir string
	// Channel is the name of the channel, empty if Dir is the root and so has
	// no name.
	Channel string
	// Base is the folder that the channels of the node lie in, "." for the root, and
	// Node its name, empty if that folder is the root or above it.
	Base, Node string
}

// FindChannels searches root and everything below it for channel directories
// and returns them in the order of their paths. A folder that cannot be read
// does not end the search; its error comes back with what was found elsewhere.
func FindChannels(fsys fs.FS, root string) ([]ChannelDir, error) {
	f := finder{fsys: fsys}
	f.walk(path.Clean(root), 0)
	return nameChannels(f.found), f.err
}

// finder collects channel directories.
type finder struct {
	fsys    fs.FS
	folders int
	found   []string
	err     error // the first one
}

// walk looks into dir. Channels nest, so every folder below is searched too,
// generation directories not excepted: a channel a/v0000000001/b may exist.
func (f *finder) walk(dir string, depth int) {
	f.folders++
	if depth > MaxFindDepth || f.folders > MaxFindFolders {
		f.fail(fmt.Errorf("redex: %s: %w", dir, ErrFindLimit))
		return
	}
	entries, err := fs.ReadDir(f.fsys, dir)
	if err != nil {
		f.fail(fmt.Errorf("redex: %w", err))
		return
	}
	if f.isChannel(dir, depth, entries) {
		f.found = append(f.found, dir)
	}
	for _, entry := range entries {
		if entry.IsDir() && f.folders <= MaxFindFolders {
			f.walk(inFolder(dir, entry.Name()), depth+1)
		}
	}
}

func (f *finder) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

// isChannel recognises a channel directory by what lies in it: a generation, a
// manifest that begins like one, or rows or payloads of the flat layout. The
// files of a generation directory are no flat channel, unless it is all that
// was handed in.
func (f *finder) isChannel(dir string, depth int, entries []fs.DirEntry) bool {
	for _, entry := range entries {
		if _, ok := ParseGenerationDir(entry.Name()); ok && entry.IsDir() {
			return true
		}
	}
	_, isGeneration := ParseGenerationDir(path.Base(dir))
	for _, entry := range entries {
		name := entry.Name()
		flat := name == idxName || name == datName
		if !entry.IsDir() && (flat && (depth == 0 || !isGeneration) || name == manifestName && f.hasMagic(path.Join(dir, name))) {
			return true
		}
	}
	return false
}

// hasMagic tells a manifest from the many other files of that name.
func (f *finder) hasMagic(name string) bool {
	r, err := f.fsys.Open(name)
	if err != nil {
		return false
	}
	magic := make([]byte, len(manifestMagic))
	_, err = io.ReadFull(r, magic)
	return r.Close() == nil && err == nil && string(magic) == manifestMagic
}

// knownChannels are the names that nodes are known to use. Nothing on disk
// says where a channel name begins, so they tell the folder of a node from the
// first segment of a name.
var knownChannels = [...]string{
	"meshos/actions", "admin-audit", "log", "failures", "cortex/tasks", "cortex/memories",
}

// knownPrefixes are the first segments that only two-segment names have.
var knownPrefixes = [...]string{"meshos", "cortex"}

// blobChannels is where a node keeps a channel for every blob that it stores, called by
// the hash of the blob.
const blobChannels = "dataforts/blob"

// IsChannelPrefix reports whether a folder of that name holds channels whose names
// begin with it, rather than being the folder of a node.
func IsChannelPrefix(name string) bool {
	return slices.Contains(knownPrefixes[:], strings.ToLower(name))
}

// namer divides the paths of channel directories into the base directory of a
// node and the name of a channel below it, in this order:
//
//  1. A channel below a channel has the same base.
//  2. A path that ends in two segments of which the first is a known prefix
//     (meshos/log), or in a known name, has the rest as its base, unless the
//     prefix is the base of a node that is called so (meshos/log beside
//     meshos/meshos/actions). If that base has but one such channel and lies in a
//     base that has several, it is taken for a segment of a name there
//     (node-1/app/log beside node-1/meshos/actions).
//  3. Any other path belongs to the deepest base around it that is known by
//     now, shallow paths having been looked at first.
//  4. Else the last segment is the name and all before it the base.
//
// The last segment of the base names the node.
type namer struct {
	known map[string]int    // base -> how many known names lie below it
	named map[string]bool   // bases that are called like a prefix
	bases map[string]string // channel directory -> base
	weak  map[string]bool   // bases by rule 4
}

// nameChannels names the channel directories in dirs.
func nameChannels(dirs []string) []ChannelDir {
	n := namer{known: map[string]int{}, named: map[string]bool{}, bases: map[string]string{}, weak: map[string]bool{}}
	for _, dir := range dirs {
		if base, ok := prefixedBase(dir); ok && IsChannelPrefix(path.Base(base)) {
			n.named[base] = true
		}
	}
	for _, dir := range dirs {
		if base, ok := n.knownBase(dir); ok {
			n.known[base]++
		}
	}
	byDepth := slices.Clone(dirs)
	slices.SortFunc(byDepth, func(a, b string) int {
		return cmp.Or(strings.Count(a, "/")-strings.Count(b, "/"), strings.Compare(a, b))
	})
	for _, dir := range byDepth {
		n.bases[dir] = n.base(dir)
	}
	channels := make([]ChannelDir, 0, len(dirs))
	for _, dir := range dirs {
		channels = append(channels, channelBelow(n.bases[dir], dir))
	}
	sort.Slice(channels, func(i, j int) bool { return channels[i].Dir < channels[j].Dir })
	return channels
}

func (n *namer) base(dir string) string {
	for up, ok := parent(dir); ok; up, ok = parent(up) {
		if base, isChannel := n.bases[up]; isChannel && up != "." {
			return base
		}
	}
	if base, ok := n.knownBase(dir); ok {
		return n.joinOuter(base)
	}
	for up, ok := parent(dir); ok; up, ok = parent(up) {
		if n.known[up] > 0 {
			return n.joinOuter(up)
		}
		if n.weak[up] && up != "." {
			return up
		}
	}
	base, _ := parent(dir)
	n.weak[base] = true
	return base
}

// joinOuter returns the base around base if base is more likely to be the
// first segment of a channel name there.
func (n *namer) joinOuter(base string) string {
	if n.known[base] > 1 {
		return base
	}
	for up, ok := parent(base); ok; up, ok = parent(up) {
		if n.known[up] > 1 {
			return up
		}
	}
	return base
}

// knownBase returns what is left of dir without a known channel name. Some copies
// have all names in capitals.
func (n *namer) knownBase(dir string) (base string, ok bool) {
	if base, ok = prefixedBase(dir); ok && !n.named[path.Dir(dir)] {
		return base, true
	}
	if folder, _ := parent(dir); folder == blobChannels {
		return ".", true
	} else if base, ok = strings.CutSuffix(folder, "/"+blobChannels); ok {
		return base, true
	}
	lower := strings.ToLower(dir)
	for _, name := range knownChannels {
		if lower == name {
			return ".", true
		}
		if strings.HasSuffix(lower, "/"+name) && len(lower) == len(dir) {
			return dir[:len(dir)-len(name)-1], true
		}
	}
	return "", false
}

// prefixedBase returns what is left of dir without its last two segments, if the
// first of them is a known prefix.
func prefixedBase(dir string) (base string, ok bool) {
	prefix, ok := parent(dir)
	if !ok || !IsChannelPrefix(path.Base(prefix)) {
		return "", false
	}
	return parent(prefix)
}

// parent returns the folder above dir, "." at the end, which has none.
func parent(dir string) (up string, ok bool) {
	if dir == "." || dir == "/" {
		return ".", false
	}
	return path.Dir(dir), true
}

func channelBelow(base, dir string) ChannelDir {
	c := ChannelDir{Dir: dir, Channel: dir, Base: base}
	if base != "." {
		c.Node = path.Base(base)
		c.Channel = strings.TrimPrefix(dir, base+"/")
	}
	if dir == "." {
		c.Channel = ""
	}
	return c
}
