package engine

import "chainglass/app/source"

// nameApart gives nodes of what was found other names than the chains have that are
// open: names of nodes and channels lead to chains, in notes, addresses and states. The
// caller holds the lock.
func (e *Engine) nameApart(found *source.Set) {
	type name struct{ node, channel string }
	open := make(map[name]bool, len(e.chains))
	for _, c := range e.chains {
		open[name{c.found.Node, c.found.Channel}] = true
	}
	found.NameApart(func(node, channel string) bool { return open[name{node, channel}] })
}
