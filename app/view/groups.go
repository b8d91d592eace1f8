package view

import (
	"slices"
	"strings"

	"chainglass/app/engine"
)

const (
	// leastAlike is how many channels of one kind of name make a group.
	leastAlike = 16
	// mostBeside is how many channels of one folder are listed one by one.
	mostBeside = 200
)

// GroupKey names a group of channels: the node of a source, and how their names begin.
type GroupKey struct {
	Source engine.SourceID
	Node   string
	Begin  string
}

// ChainGroup is chains that are listed as one: a node keeps a channel for every blob
// that it stores, dataforts/blob/<64 hex digits>.
type ChainGroup struct {
	Key    GroupKey
	Chains []*engine.ChainInfo
	// Entries are those of all chains, Worst is the chain whose findings are worst.
	Entries int
	Worst   *engine.ChainInfo
}

// Name returns, for example, "dataforts/blob/…".
func (g *ChainGroup) Name() string { return VisibleText(g.Key.Begin) + "…" }

// NameIn returns what is a chain's own of its name in the group.
func (g *ChainGroup) NameIn(c *engine.ChainInfo) string {
	return VisibleText(strings.TrimPrefix(c.Channel, g.Key.Begin))
}

// Health returns the health of the whole group.
func (g *ChainGroup) Health() Health { return HealthOf(g.Worst) }

// ChainItem is a line of the list of chains: a chain, or else a group of them.
type ChainItem struct {
	Chain *engine.ChainInfo
	Group *ChainGroup
}

// begun is the channels whose names begin alike.
type begun struct {
	begin string
	// beside counts all of them, alike those that end in an identifier.
	beside, alike int
	group         *ChainGroup
}

// groups reports whether a channel of them is listed in a group.
func (b *begun) groups(isAlike bool) bool {
	return b.beside > mostBeside || isAlike && b.alike >= leastAlike
}

// Items lists the chains of a node, in the order they come, with those that are alike
// as one item where the first of them comes.
func (n *Node) Items() []ChainItem {
	type divided struct {
		of      *begun
		isAlike bool
	}
	names := make([]divided, len(n.Chains))
	known := map[string]*begun{}
	var last *begun // chains of a folder come together
	for i, c := range n.Chains {
		begin, isAlike := divideName(c.Channel)
		if last == nil || last.begin != begin {
			if last = known[begin]; last == nil {
				last = &begun{begin: begin}
				known[begin] = last
			}
		}
		last.beside++
		if isAlike {
			last.alike++
		}
		names[i] = divided{last, isAlike}
	}
	var items []ChainItem
	for i, c := range n.Chains {
		b := names[i].of
		if !b.groups(names[i].isAlike) {
			items = append(items, ChainItem{Chain: c})
			continue
		}
		g := b.group
		if g == nil {
			g = &ChainGroup{Key: GroupKey{c.Source, c.Node, b.begin}, Worst: c, Chains: make([]*engine.ChainInfo, 0, b.beside)}
			b.group = g
			items = append(items, ChainItem{Group: g})
		}
		g.Chains = append(g.Chains, c)
		g.Entries += c.Entries
		if c.Worst > g.Worst.Worst {
			g.Worst = c
		}
	}
	return items
}

// listedAlone returns the chains that are in no group. Those of a source come together.
func listedAlone(chains []*engine.ChainInfo) []*engine.ChainInfo {
	if len(chains) < leastAlike {
		return chains
	}
	var alone []*engine.ChainInfo
	for len(chains) > 0 {
		end := slices.IndexFunc(chains, func(c *engine.ChainInfo) bool { return c.Source != chains[0].Source })
		if end < 0 {
			end = len(chains)
		}
		for _, node := range ByNode(chains[:end]) {
			for _, item := range node.Items() {
				if item.Chain != nil {
					alone = append(alone, item.Chain)
				}
			}
		}
		chains = chains[end:]
	}
	return alone
}

// leastIDLetters is how long a part of a name is that is taken for an identifier.
const leastIDLetters = 8

// divideName divides the name of a channel before its last part, and reports whether
// that is an identifier: hexadecimal digits, as of hashes, numbers and UUIDs.
func divideName(channel string) (begin string, isID bool) {
	at := strings.LastIndexByte(channel, '/') + 1
	last := channel[at:]
	for i := range len(last) {
		if c := last[i]; c-'0' > 9 && (c|0x20)-'a' > 5 && c != '-' {
			return channel[:at], false
		}
	}
	return channel[:at], len(last) >= leastIDLetters
}

// Window is which of many lines are in sight, and a few around them.
type Window struct{ First, End int }

// WindowOf returns the window of lines of a height that are seen through viewPX, when
// the first topPX of them are scrolled away.
func WindowOf(lines int, linePX, viewPX, topPX float64) Window {
	const around = 8
	first := int(topPX/linePX) - around
	end := int((topPX+viewPX)/linePX) + 1 + around
	first = min(max(first, 0), max(lines-1, 0))
	return Window{first, min(max(end, first), lines)}
}
