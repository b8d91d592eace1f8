package insight

import (
	"cmp"
	"context"
	"slices"

	"chainglass/app/order"
	"chainglass/wire"
)

// Group is the rows that share a text whose values are masked.
type Group struct {
	Template string
	// Count is how many rows there are, on all chains asked.
	Count int
	// First is the earliest row, Last the latest, by placing time.
	First, Last             Ref
	FirstTimeNS, LastTimeNS uint64
	// Nodes are the nodes that have it, the one where it began first.
	Nodes []NodeShare
}

// NodeShare is the part of one node in a group.
type NodeShare struct {
	Node        string
	Count       int
	First       Ref
	FirstTimeNS uint64
}

// Groups returns the groups of a chain's reasons or messages, the largest first.
// On an action chain these are the reasons of failed and gated actions.
func Groups(ctx context.Context, chain Chain, pace func()) ([]Group, error) {
	return GroupsBetween(ctx, []Chain{chain}, 0, ^uint64(0), pace)
}

// GroupsBetween returns the groups of the rows from fromNS up to but not
// including toNS, over all chains, the largest first: which reason failed most
// then, and on which node it began. It calls pace often and stops with the
// context's error once that is done. Chains with more than a few thousand texts
// are grouped by those that came first.
func GroupsBetween(ctx context.Context, chains []Chain, fromNS, toNS uint64, pace func()) ([]Group, error) {
	p := &pacer{ctx: ctx, pace: pace}
	groups := map[string]*Group{}
	for _, c := range chains {
		var r Row
		for position := range c.Len() {
			if err := p.row(); err != nil {
				return nil, err
			}
			r = c.Row(position)
			if !r.Decoded || r.Template == "" || r.TimeNS < fromNS || r.TimeNS >= toNS {
				continue
			}
			g := groups[r.Template]
			if g == nil {
				if len(groups) >= maxTemplates {
					continue
				}
				g = &Group{Template: r.Template}
				groups[r.Template] = g
			}
			g.add(c, position, &r)
		}
	}
	return sortedGroups(groups), nil
}

func (g *Group) add(c Chain, position int, r *Row) {
	here := Ref{Chain: c.ID(), Position: position}
	if g.Count == 0 || r.TimeNS < g.FirstTimeNS {
		g.First, g.FirstTimeNS = here, r.TimeNS
	}
	if g.Count == 0 || r.TimeNS >= g.LastTimeNS {
		g.Last, g.LastTimeNS = here, r.TimeNS
	}
	g.Count++
	i := slices.IndexFunc(g.Nodes, func(n NodeShare) bool { return n.Node == c.Node() })
	if i < 0 {
		i = len(g.Nodes)
		g.Nodes = append(g.Nodes, NodeShare{Node: c.Node(), First: here, FirstTimeNS: r.TimeNS})
	}
	n := &g.Nodes[i]
	n.Count++
	if r.TimeNS < n.FirstTimeNS {
		n.First, n.FirstTimeNS = here, r.TimeNS
	}
}

func sortedGroups(groups map[string]*Group) []Group {
	var sorted []Group
	for _, g := range groups {
		order.By(g.Nodes, func(a, b NodeShare) int { return compare(a.FirstTimeNS, b.FirstTimeNS) })
		sorted = append(sorted, *g)
	}
	order.By(sorted, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.FirstTimeNS, b.FirstTimeNS), cmp.Compare(a.Template, b.Template))
	})
	return sorted
}

// FailureChains returns the chains to ask for the reasons of failures: the action
// chains, and the failures chains of nodes that have none.
func FailureChains(chains []Chain) []Chain {
	has := map[string]bool{}
	for _, c := range chains {
		has[c.Node()] = has[c.Node()] || c.Kind() == wire.ChainAction
	}
	var found []Chain
	for _, c := range chains {
		if c.Kind() == wire.ChainAction || c.Kind() == wire.ChainFailure && !has[c.Node()] {
			found = append(found, c)
		}
	}
	return found
}
