package engine

import (
	"chainglass/app/query"
	"chainglass/wire/export"
	"chainglass/wire/message"
	"chainglass/wire/postcard"
	"context"
)

// placeEmpty places a part that has no entry where its chain is in the range of
// times that a query asks for. It reports whether the query asks for nothing else,
// so that the chain has a state there.
func (p *tablePart) placeEmpty(q *query.Query) bool {
	first, last, is := query.Compile(q, p.chain.queryTables()).Window()
	if !is || first > last {
		return false
	}
	p.at = min(clock{chain: p.chain}.before(first), p.length)
	return true
}

// run returns the first position of the part and the one behind its last, and
// whether it has all entries in between.
func (p *tablePart) run() (first, end int, is bool) {
	n := p.count()
	if n == 0 {
		return p.at, p.at, true
	}
	first, end = p.member(0), p.member(n-1)+1
	return first, end, end-first == n
}

// whole reports whether no entry of the chain is left out.
func (p *tablePart) whole() bool { return p.count() == p.chain.source.Reader.Len() }

// chainBase writes which part of its source's chain a chain is, if it is not all.
func (p *packer) chainBase(ctx context.Context, id export.ChainID, part *tablePart) error {
	base, is := part.chainBase(ctx, id)
	if !is {
		return nil
	}
	return p.w.AddChainBase(base)
}

// chainBase describes the part as one of its source's chain. There is no such
// description if the chain is whole, or if it is not known how long the source's is.
// A state that cannot be read any more is not in it: what is made of the part then is
// no state of the source's.
func (p *tablePart) chainBase(ctx context.Context, id export.ChainID) (base export.ChainBase, is bool) {
	c := p.chain
	cut := c.cut()
	if cut.Kind == CutNone {
		cut.Entries = c.source.Reader.Len()
		if p.whole() {
			return base, false
		}
	} else if cut.Entries == 0 && cut.Kind != CutRun {
		return base, false
	}
	base = export.ChainBase{Chain: id, Entries: uint64(cut.Entries)}
	first, end, is := p.run()
	if !is || !cut.Exact() {
		return base, true
	}
	own, err := c.folded(ctx, first)
	if err != nil {
		return base, true
	}
	base.Run = postcard.Some(export.ChainRun{
		Position: uint64(cut.Position + first), Snapshot: own.AppendPostcard(nil), Before: c.momentBefore(first), NextNS: c.nextNS(end),
	})
	return base, true
}

// momentBefore tells where in time the first position entries end, those before
// the chain's own first included.
func (c *reading) momentBefore(position int) (m postcard.Option[export.ChainMoment]) {
	if run := c.run(); run != nil {
		m = run.Before
	}
	if position == 0 {
		return m
	}
	return postcard.Some(export.ChainMoment{
		LastNS:     c.index.timeNS(position - 1),
		LatestNS:   max(m.Value.LatestNS, clock{chain: c}.at(position-1)),
		RecordedMS: c.index.row(position - 1).timeMS,
	})
}

// nextNS returns the latest time up to and including the entry at a position, or
// behind the chain's own last entry. Of an entry that was not read yet it is no
// later than this.
func (c *reading) nextNS(position int) postcard.Option[uint64] {
	latest := c.momentBefore(position).Value.LatestNS
	switch run := c.run(); {
	case position < c.index.length:
		return postcard.Some(max(latest, c.index.timeNS(position)))
	case position < c.source.Reader.Len():
		return postcard.Some(latest)
	case run != nil:
		return run.NextNS
	}
	return postcard.Option[uint64]{}
}

// filteredText says how many entries of its source's chain go.
func (p *tablePart) filteredText() message.Message {
	here, all := message.Count(p.count()), message.Count(p.chain.source.Reader.Len())
	switch cut := p.chain.cut(); {
	case cut.Entries > 0:
		all = message.Count(cut.Entries)
	case cut.Kind != CutNone:
		return message.New("{entry is|entries are} here of {}, from which others had been left out before", here, all)
	}
	return message.New("{} of {entry|entries} are here; the others were left out on purpose", here, all)
}
