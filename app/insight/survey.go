package insight

import (
	"cmp"
	"context"

	"chainglass/wire"
)

// Analyse looks for the story in chains whose watches have been fed. It changes
// nothing of them: it may be called again, and at the same time. It calls pace
// often and stops with the context's error once that is done. An error of a
// chain's Payloads ends it too. Findings come highest rank first.
func Analyse(ctx context.Context, chains []Chain, pace func()) ([]Finding, error) {
	p := &pacer{ctx: ctx, pace: pace}
	c, err := newCluster(p, chains)
	if err != nil {
		return nil, err
	}
	c.findBursts()
	if err := c.readCommands(p); err != nil {
		return nil, err
	}
	if err := c.readDirectory(p); err != nil {
		return nil, err
	}
	if err := c.findSpells(p); err != nil {
		return nil, err
	}
	if err := c.blameCommands(p); err != nil {
		return nil, err
	}
	var out report
	for _, n := range c.nodes {
		if err := n.judge(p, &out); err != nil {
			return nil, err
		}
		n.reportClocks(&out)
	}
	c.reportStorms(&out)
	c.reportGivenUp(&out)
	if err := c.reportOperators(p, &out); err != nil {
		return nil, err
	}
	if err := c.reportSpells(p, &out); err != nil {
		return nil, err
	}
	return out.sorted(), nil
}

// rowsPerChain is about what a chain costs besides its rows, in rows.
const rowsPerChain = 128

// judge applies the rules that look at one node.
func (n *node) judge(p *pacer, out *report) error {
	if err := p.now(); err != nil {
		return err
	}
	n.reportRestarts(out)
	n.reportSilences(out)
	n.reportSkew(out)
	for _, s := range n.subjects {
		if err := p.work(rowsPerChain); err != nil {
			return err
		}
		s.reportPanics(out)
		s.reportFirsts(out)
	}
	failures := n.of(wire.ChainFailure)
	for i, s := range n.of(wire.ChainAction) {
		s.reportLoops(out)
		if i >= len(failures) {
			continue
		}
		live := newLiveMatcher(s, failures[i])
		if err := live.match(p); err != nil {
			return err
		}
		live.report(out)
	}
	return nil
}

// cluster is all chains under one look.
type cluster struct {
	nodes    []*node
	byName   map[string]*node
	bursts   []burst
	commands []command
	spells   []*spell
	// directory tells whose ids are whose, once it has been made.
	directory *Directory
}

// node is the chains of one node.
type node struct {
	cluster  *cluster
	name     string
	subjects []*subject
	restarts []restart
	troubles []clockTrouble // of its clocks
}

// subject is a chain under the look.
type subject struct {
	chain Chain
	node  *node
	// watch is a finished copy of the chain's.
	watch *Watch
	// burst is true if failures burst on the chain.
	burst bool
}

func newSubject(chain Chain) *subject {
	s := &subject{chain: chain, watch: chain.Watch().Clone()}
	s.watch.finish()
	return s
}

// newCluster returns the cluster of chains, with the restarts of its nodes.
func newCluster(p *pacer, chains []Chain) (*cluster, error) {
	if err := p.now(); err != nil {
		return nil, err
	}
	c := &cluster{byName: map[string]*node{}}
	for _, chain := range chains {
		c.place(newSubject(chain))
		if err := p.work(rowsPerChain); err != nil {
			return nil, err
		}
	}
	for _, n := range c.nodes {
		n.findRestarts()
		n.troubles = n.clockTroubles()
	}
	return c, nil
}

// place puts a subject onto its node.
func (c *cluster) place(s *subject) {
	name := s.chain.Node()
	n := c.byName[name]
	if n == nil {
		n = &node{cluster: c, name: name}
		c.byName[name] = n
		c.nodes = append(c.nodes, n)
	}
	s.node, n.subjects = n, append(n.subjects, s)
}

// of returns the node's chains of one kind.
func (n *node) of(kind wire.ChainKind) []*subject {
	var found []*subject
	for _, s := range n.subjects {
		if s.chain.Kind() == kind {
			found = append(found, s)
		}
	}
	return found
}

func compare(a, b uint64) int { return cmp.Compare(a, b) }
