package engine

import (
	"maps"
	"slices"

	"chainglass/app/source"
	"chainglass/wire"
)

// keep keeps what a longer reading goes on from: what has been built of the entries that
// are whole, before anything is said of the end of the chain. A chain of few entries, and
// one that is no channel folder, is read anew instead; so is one with rows that lead
// outside of dat, which may lead into it once dat has grown.
func (l *chainLoad) keep(least int) {
	if l.source.Redex == nil || l.index.length <= least || l.source.Redex.Generation.Held() || l.statuses[wire.EntryOutOfRange] > 0 {
		return
	}
	l.kept = l.fork()
	if l.index.length < l.source.Reader.Len() {
		l.watch = l.watch.Clone()
	}
}

// fork returns a builder that has what b has, and goes on by itself. They share the watch,
// which only one of them may feed.
func (b *builder) fork() *builder {
	f := *b
	f.kept, f.findings, f.checked = nil, nil, nil
	f.index.blocks, f.index.firsts = slices.Clip(b.index.blocks), slices.Clip(b.index.firsts)
	f.timeline = b.timeline.Clip()
	f.namer = b.namer.fork()
	f.classes = f.namer.classes
	f.told = slices.Clip(b.told)
	f.checks = b.checks.fork()
	f.recovery = slices.Clone(b.recovery)
	for i, r := range f.recovery {
		own := *r
		f.recovery[i] = &own
	}
	return &f
}

func (n *namer) fork() namer {
	f := *n
	f.kinds, f.templates, f.table = slices.Clip(n.kinds), slices.Clip(n.templates), slices.Clip(n.table)
	f.kindIDs, f.templateIDs, f.ids = maps.Clone(n.kindIDs), maps.Clone(n.templateIDs), maps.Clone(n.ids)
	return f
}

func (k *checks) fork() *checks {
	f := *k
	f.findings = slices.Clone(k.findings)
	f.groups, f.listed = maps.Clone(k.groups), maps.Clone(k.listed)
	return &f
}

// goOn returns a builder that goes on from what was kept of a chain, with the chain as it
// is found now. It reports false if that cannot be: the chain is judged by other rules
// now, or holds another kind of records.
func (b *builder) goOn(c *chain) (*builder, bool) {
	now := c.found
	if b.source.KindBasis == source.ByChoice {
		now.Kind, now.KindBasis = b.source.Kind, b.source.KindBasis
	}
	if now.Kind != b.source.Kind || now.KindBasis != b.source.KindBasis {
		return nil, false
	}
	f := b.fork()
	for i, r := range f.recovery {
		again, same := r.GoOn(now.Redex.Generation)
		if !same {
			return nil, false
		}
		f.recovery[i] = again
	}
	now.Redex.Generation.TakeOver(b.source.Redex.Generation, b.index.length)
	f.chain, f.source, f.turn, f.watch = c, now, c.ask(), b.watch.Clone()
	return f, true
}
