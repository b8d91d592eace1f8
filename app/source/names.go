package source

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// A node is called after the folder that its channels lie in, or after the file. Where
// several folders of one name hold chains of one name, such as /var/lib/net-mesh on
// the disk images of several hosts, each gets as much of its path in front as tells it
// from the others, what is the same in all of them left out:
//
//	hostA/var/lib/net-mesh     hostA/net-mesh
//	hostB/var/lib/net-mesh     hostB/net-mesh
//
// Folders of one name that hold no chain of one name are parts of one node.

// home is where the name of a node comes from.
type home struct {
	// path is the folder or the file that the node is called after, as an origin; "."
	// is all of what was opened.
	path string
	// node is its name, as long as no other has it.
	node string
}

// homeOf returns the home of a file: the first folder above it, else the place, else
// the file itself.
func (p place) homeOf(name string) home {
	if dir := path.Dir(name); dir != "." {
		return home{p.folder(dir), path.Base(dir)}
	}
	if p.node != "" {
		return home{p.folder("."), p.node}
	}
	return home{p.origin(name), fileStem(path.Base(name))}
}

// homeOfChannels returns the home of the channels that lie in a folder.
func (p place) homeOfChannels(base, node string) home {
	return home{p.folder(path.Clean(base)), node}
}

// folder is the origin of a folder, "." for all of what was opened.
func (p place) folder(dir string) string {
	if origin := p.origin(dir); origin != "" {
		return origin
	}
	return "."
}

// recordSuffixes are what the names of files with records end in.
var recordSuffixes = [...]string{".json", ".ndjson", ".jsonl", ".txt", ".log", ".hex", ".bin", ".chain", ".html"}

// fileStem is the name of a file without what says how it is stored.
func fileStem(name string) string {
	name = stem(name)
	for _, suffix := range recordSuffixes {
		if cut := len(name) - len(suffix); cut > 0 && strings.EqualFold(name[cut:], suffix) {
			return name[:cut]
		}
	}
	return name
}

// above returns the folders around h, nearest first, without h itself.
func (h home) above() []string {
	if h.path == "." {
		return nil
	}
	segments := strings.Split(h.path, "/")
	for i := range segments {
		segments[i] = strings.TrimSuffix(segments[i], "!")
	}
	slices.Reverse(segments)
	if segments[0] == h.node || fileStem(segments[0]) == h.node {
		return segments[1:]
	}
	return segments
}

// called is the name of h with folders in front.
func (h home) called(folders []string) string {
	parts := folders
	if h.node != "" {
		parts = append(slices.Clone(folders), h.node)
	}
	return strings.Join(parts, "/")
}

// tellApart gives homes, all different and of one name, names that differ.
func tellApart(homes []home) map[home]string {
	names := map[home]string{}
	var divide func(some []home, depth int, folders []string)
	divide = func(some []home, depth int, folders []string) {
		if len(some) == 1 {
			names[some[0]] = some[0].called(folders)
			return
		}
		groups, ended := map[string][]home{}, []home(nil)
		for _, h := range some {
			if above := h.above(); depth < len(above) {
				groups[above[depth]] = append(groups[above[depth]], h)
			} else {
				ended = append(ended, h)
			}
		}
		if len(groups) == 1 && len(ended) == 0 {
			for _, same := range groups {
				divide(same, depth+1, folders)
			}
			return
		}
		for folder, same := range groups {
			divide(same, depth+1, append([]string{folder}, folders...))
		}
		for _, h := range ended {
			names[h] = h.called(folders)
			if len(ended) > 1 {
				// logs.zip and logs.tar side by side.
				names[h] = strings.Join(append(slices.Clone(folders), path.Base(strings.TrimSuffix(h.path, "!"))), "/")
			}
		}
	}
	divide(homes, 0, nil)
	return names
}

// nameNodes gives the nodes of s names so that no two live chains have the same node
// and channel.
func (s *Set) nameNodes() {
	for i := range s.Chains {
		if c := &s.Chains[i]; c.home == (home{}) {
			c.home = home{fileOf(c.Origin), c.Node}
		}
	}
	for i := range s.Bases {
		if b := &s.Bases[i]; b.home == (home{}) {
			b.home = home{fileOf(b.Origin), b.Node}
		}
	}
	s.nameFiles()
	names, shared := s.namesOfHomes()
	for i := range s.Chains {
		c := &s.Chains[i]
		c.rename(names[c.home])
	}
	s.nameBases(names, shared)
	s.NameApart(func(string, string) bool { return false })
}

// rename gives c a node of another name.
func (c *Chain) rename(node string) {
	c.Node = node
	c.finishRecipe()
}

// fileOf returns the file of an origin, without the number of a chain in it.
func fileOf(origin string) string {
	at := strings.LastIndexByte(origin, '#')
	if at < 0 || strings.Trim(strings.TrimPrefix(origin[at+1:], "base-"), "0123456789") != "" {
		return origin
	}
	return origin[:at]
}

// nameFiles calls files after themselves where several in one folder hold chains of
// one name, or a file lies beside the channel itself.
func (s *Set) nameFiles() {
	type name struct {
		home    home
		channel string
	}
	chains := map[name][]*Chain{}
	for i := range s.Chains {
		if c := &s.Chains[i]; c.Live {
			chains[name{c.home, c.Channel}] = append(chains[name{c.home, c.Channel}], c)
		}
	}
	for n, same := range chains {
		if len(same) == 1 {
			continue
		}
		stems := map[string]int{}
		for _, c := range same {
			stems[fileStem(path.Base(fileOf(c.Origin)))]++
		}
		numbered := map[home]int{}
		for _, c := range same {
			file := path.Base(fileOf(c.Origin))
			if stem := fileStem(file); stems[stem] == 1 {
				file = stem
			}
			if isFile := c.Redex == nil || c.Layout == layoutLoose; isFile && file != n.home.node {
				c.home.node = strings.TrimPrefix(n.home.node+"/"+file, "/")
			}
			// One file may hold several chains of one name.
			if numbered[c.home]++; numbered[c.home] > 1 {
				c.home.node = fmt.Sprintf("%s (%d)", c.home.node, numbered[c.home])
			}
		}
	}
}

// namesOfHomes returns what each home is called, and which names of nodes several
// homes share.
func (s *Set) namesOfHomes() (names map[home]string, shared map[string]bool) {
	homes := map[string][]home{} // by name
	names, shared = map[home]string{}, map[string]bool{}
	type name struct{ node, channel string }
	owner := map[name]home{}
	for i := range s.Chains {
		c := &s.Chains[i]
		if _, known := names[c.home]; !known {
			names[c.home] = c.home.node
			homes[c.home.node] = append(homes[c.home.node], c.home)
		}
		if !c.Live {
			continue
		}
		n := name{c.home.node, c.Channel}
		if first, taken := owner[n]; taken && first != c.home {
			shared[c.home.node] = true
		}
		owner[n] = c.home
	}
	for node := range shared {
		for h, called := range tellApart(homes[node]) {
			names[h] = called
		}
	}
	return names, shared
}

// nameBases gives the snapshots the names of the nodes that they belong to. One that
// lies elsewhere is of the node of its name, if there is but one.
func (s *Set) nameBases(names map[home]string, shared map[string]bool) {
	for i := range s.Bases {
		b := &s.Bases[i]
		called, known := names[b.home]
		if known {
			b.Node = called
		}
		if known || !shared[b.home.node] || b.home.node == "" {
			continue
		}
		b.Node = b.Origin // which no chain's node is called
		s.problem(Problem{
			Level: LevelNote, Path: b.Origin, Title: "a snapshot of one of several nodes",
			Detail: fmt.Sprintf("several nodes here are called %s, and nothing says of which it is; no fold starts from it", quoted(b.home.node)),
			Advice: "Put it into the folder of its node",
		})
	}
}

// NameApart gives nodes of s that are called like others other names: a folder of
// their path in front, if that is enough, else a number behind. taken reports whether
// a chain outside of s has that node and channel.
func (s *Set) NameApart(taken func(node, channel string) bool) {
	type chains struct {
		node     string
		channels []string
	}
	homes, order := map[home]*chains{}, []home(nil)
	for i := range s.Chains {
		c := &s.Chains[i]
		if homes[c.home] == nil {
			homes[c.home], order = &chains{node: c.Node}, append(order, c.home)
		}
		if c.Live {
			homes[c.home].channels = append(homes[c.home].channels, c.Channel)
		}
	}
	type name struct{ node, channel string }
	used := map[name]bool{}
	isFree := func(node string, channels []string) bool {
		return !slices.ContainsFunc(channels, func(channel string) bool { return used[name{node, channel}] || taken(node, channel) })
	}
	renamed := map[home]string{}
	for _, h := range order {
		c := homes[h]
		if !isFree(c.node, c.channels) {
			renamed[h] = freeName(h, c.node, func(node string) bool { return isFree(node, c.channels) })
			c.node = renamed[h]
		}
		for _, channel := range c.channels {
			used[name{c.node, channel}] = true
		}
	}
	for i := range s.Chains {
		if node, is := renamed[s.Chains[i].home]; is {
			s.Chains[i].rename(node)
		}
	}
	for i := range s.Bases {
		if node, is := renamed[s.Bases[i].home]; is {
			s.Bases[i].Node = node
		}
	}
}

// freeName returns a name for h that is free: with one of the folders around it, the
// outermost first, since that is what somebody opened, else with a number.
func freeName(h home, node string, isFree func(string) bool) string {
	for _, folder := range slices.Backward(h.above()) {
		if called := h.called([]string{folder}); isFree(called) {
			return called
		}
	}
	for i := 2; ; i++ {
		if called := strings.TrimPrefix(fmt.Sprintf("%s (%d)", node, i), " "); isFree(called) {
			return called
		}
	}
}
