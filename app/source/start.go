package source

import (
	"chainglass/app/kind"
	"chainglass/snapshot"
)

// BaseOf returns the snapshot that the fold of a chain starts from where none is chosen: its
// node's, if one was found with it. It shares memory with that.
func (s *Set) BaseOf(c *Chain) *snapshot.MeshOsSnapshot {
	var base snapshot.MeshOsSnapshot
	own := false
	for _, b := range s.Bases {
		if b.Node == c.Node || b.Node == "" && !own {
			base, own = *b.Snapshot, b.Node == c.Node
		}
	}
	if f := (kind.Set{}).Of(c.Kind).Fold; f != nil && f.Live {
		// The failures of a base are worded as the action chain's fold words them.
		f.Own(&base, &kind.State{})
	}
	return &base
}

// StartFromCut replaces what the chain fills of a state by what the entries before its first
// had folded to, where it is a run of another chain's entries.
func (c *Chain) StartFromCut(state *snapshot.MeshOsSnapshot) {
	if c.Cut == nil || c.Cut.Run == nil {
		return
	}
	if f := (kind.Set{}).Of(c.Kind).Fold; f != nil {
		var start kind.State
		f.Start(&start, c.Cut.Run.Base)
		f.Own(state, &start)
	}
}
