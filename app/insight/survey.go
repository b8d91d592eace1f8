package insight

import (
	"cmp"
	"context"

	"chainglass/wire"
)

// Analyse looks for the story in chains. It calls pace often, at least every
// few thousand rows, and stops with the context's error once that is done. An
// error of a chain's Payloads ends it too. Memory is bounded by the number of
// chains, not of rows. Findings come highest rank first.
func Analyse(ctx context.Context, chains []Chain, pace func()) ([]Finding, error) {
	p := &pacer{ctx: ctx, pace: pace}
	if err := p.now(); err != nil {
		return nil, err
	}
	c := &cluster{byName: map[string]*node{}}
	for _, chain := range chains {
		s, err := survey(p, chain)
		if err != nil {
			return nil, err
		}
		c.place(s)
	}
	for _, n := range c.nodes {
		n.findRestarts()
	}
	c.findBursts()
	var out report
	for _, n := range c.nodes {
		if err := n.judge(p, &out); err != nil {
			return nil, err
		}
	}
	if err := c.reportOperators(p, &out); err != nil {
		return nil, err
	}
	if err := c.reportBursts(p, &out); err != nil {
		return nil, err
	}
	return out.sorted(), nil
}

// judge applies the rules that look at one node.
func (n *node) judge(p *pacer, out *report) error {
	if err := p.now(); err != nil {
		return err
	}
	n.reportRestarts(out)
	n.reportSilences(out)
	n.reportSkew(out)
	for _, s := range n.subjects {
		s.reportPanics(out)
		s.reportFirsts(out)
		s.reportClockSteps(out)
	}
	return n.walkActions(p, out)
}

// cluster is all chains under one look.
type cluster struct {
	nodes    []*node
	byName   map[string]*node
	bursts   []burst
	commands []command
}

// node is the chains of one node.
type node struct {
	name     string
	subjects []*subject
	restarts []restart
}

// subject is a chain and what the survey noted of it.
type subject struct {
	chain Chain
	node  *node
	// lastNS is the largest placing time of a record.
	lastNS uint64
	// unreadable counts the rows that are no record.
	unreadable int
	// begins are the positions at which the second and later processes begin.
	begins []int
	// burst is true if failures burst on the chain.
	burst bool

	falls   fallWatch
	rates   rates
	silence silenceWatch
	clocks  clockWatch
	novelty novelty
	panics  panicWatch
}

// place puts a subject onto its node.
func (c *cluster) place(s *subject) {
	name := s.chain.Node()
	n := c.byName[name]
	if n == nil {
		n = &node{name: name}
		c.byName[name] = n
		c.nodes = append(c.nodes, n)
	}
	s.node, n.subjects = n, append(n.subjects, s)
}

// survey reads a chain once and notes what the rules need.
func survey(p *pacer, chain Chain) (*subject, error) {
	s := newSubject(chain)
	var r Row
	for position := range chain.Len() {
		if err := p.row(); err != nil {
			return nil, err
		}
		r = chain.Row(position)
		s.row(position, &r)
	}
	s.falls.finish()
	s.silence.finish()
	return s, nil
}

func newSubject(chain Chain) *subject {
	return &subject{
		chain:   chain,
		falls:   newFallWatch(chain.Kind()),
		rates:   newRates(chain.Kind()),
		clocks:  newClockWatch(),
		novelty: newNovelty(),
	}
}

func (s *subject) row(position int, r *Row) {
	s.clocks.row(position, r)
	if !r.Decoded {
		s.unreadable++
		return
	}
	s.lastNS = max(s.lastNS, r.TimeNS)
	s.falls.row(position, r)
	s.rates.row(position, r)
	s.silence.row(position, r)
	s.novelty.row(position, r)
	if s.chain.Kind() == wire.ChainAction {
		s.panics.row(position, r)
	}
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
