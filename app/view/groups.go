package view

import (
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

// Items lists the chains of a node, in the order they come, with those that are alike
// as one item where the first of them comes.
func (n *Node) Items() []ChainItem {
	alike, beside := map[string]int{}, map[string]int{}
	for _, c := range n.Chains {
		begin, isAlike := divideName(c.Channel)
		beside[begin]++
		if isAlike {
			alike[begin]++
		}
	}
	var items []ChainItem
	groups := map[string]*ChainGroup{}
	for _, c := range n.Chains {
		begin, isAlike := divideName(c.Channel)
		if beside[begin] <= mostBeside && !(isAlike && alike[begin] >= leastAlike) {
			items = append(items, ChainItem{Chain: c})
			continue
		}
		g := groups[begin]
		if g == nil {
			g = &ChainGroup{Key: GroupKey{c.Source, c.Node, begin}, Worst: c}
			groups[begin] = g
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

// listedAlone returns the chains that are in no group.
func listedAlone(chains []*engine.ChainInfo) []*engine.ChainInfo {
	if len(chains) < leastAlike {
		return chains
	}
	bySource := map[engine.SourceID][]*engine.ChainInfo{}
	var sources []engine.SourceID
	for _, c := range chains {
		if bySource[c.Source] == nil {
			sources = append(sources, c.Source)
		}
		bySource[c.Source] = append(bySource[c.Source], c)
	}
	var alone []*engine.ChainInfo
	for _, source := range sources {
		for _, node := range ByNode(bySource[source]) {
			for _, item := range node.Items() {
				if item.Chain != nil {
					alone = append(alone, item.Chain)
				}
			}
		}
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
		if c := last[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') && c != '-' {
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
