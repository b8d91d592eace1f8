package insight

import (
	"cmp"
	"context"
	"slices"
	"sort"

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
		g := grouping{groups: groups, chain: c, fromNS: fromNS, toNS: toNS}
		if err := eachRows(p, c, 0, c.Len(), g.rows); err != nil {
			return nil, err
		}
	}
	return sortedGroups(groups), nil
}

// grouping adds the rows of one chain to the groups.
type grouping struct {
	groups       map[string]*Group
	chain        Chain
	fromNS, toNS uint64
	// shares holds, for each of the classes, the share that its rows go to; nil
	// where no row has come yet.
	classes []Class
	shares  []*share
}

// share is a group and where the chain's node is among its nodes.
type share struct {
	group *Group
	node  int
}

func (x *grouping) rows(rows *Rows, classes []Class, begin, end int) {
	if !sameClasses(x.classes, classes) {
		x.classes, x.shares = classes, make([]*share, len(classes))
	}
	for i := begin; i < end; i++ {
		class := rows.Class[i]
		if rows.State[i]&RowDecoded == 0 || classes[class].Template == "" {
			continue
		}
		timeNS := rows.placeNS(i)
		if timeNS < x.fromNS || timeNS >= x.toNS {
			continue
		}
		s := x.shares[class]
		if s == nil {
			s = x.share(classes[class].Template)
			x.shares[class] = s
		}
		if s.group != nil {
			s.add(Ref{Chain: x.chain.ID(), Position: rows.First + i}, timeNS)
		}
	}
}

// share returns the share of the chain's node in the group of a text. It has no
// group if there are too many.
func (x *grouping) share(template string) *share {
	g := x.groups[template]
	if g == nil {
		if len(x.groups) >= maxTemplates {
			return &share{}
		}
		g = &Group{Template: template}
		x.groups[template] = g
	}
	node := slices.IndexFunc(g.Nodes, func(n NodeShare) bool { return n.Node == x.chain.Node() })
	if node < 0 {
		node = len(g.Nodes)
		g.Nodes = append(g.Nodes, NodeShare{Node: x.chain.Node()})
	}
	return &share{g, node}
}

func (s *share) add(here Ref, timeNS uint64) {
	g, n := s.group, &s.group.Nodes[s.node]
	if g.Count == 0 || timeNS < g.FirstTimeNS {
		g.First, g.FirstTimeNS = here, timeNS
	}
	if g.Count == 0 || timeNS >= g.LastTimeNS {
		g.Last, g.LastTimeNS = here, timeNS
	}
	if n.Count == 0 || timeNS < n.FirstTimeNS {
		n.First, n.FirstTimeNS = here, timeNS
	}
	g.Count++
	n.Count++
}

func sortedGroups(groups map[string]*Group) []Group {
	var sorted []Group
	for _, g := range groups {
		sort.SliceStable(g.Nodes, func(i, j int) bool { return g.Nodes[i].FirstTimeNS < g.Nodes[j].FirstTimeNS })
		sorted = append(sorted, *g)
	}
	sort.SliceStable(sorted, func(i, j int) bool {
		return cmp.Or(cmp.Compare(sorted[j].Count, sorted[i].Count), cmp.Compare(sorted[i].FirstTimeNS, sorted[j].FirstTimeNS), cmp.Compare(sorted[i].Template, sorted[j].Template)) < 0
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
