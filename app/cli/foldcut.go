//go:build !js

package cli

import (
	"fmt"

	"chainglass/app/kind"
	"chainglass/app/source"
	"chainglass/app/view"
	"chainglass/snapshot"
	"chainglass/wire/postcard"
)

// nodeBase returns the snapshot that the fold of a chain starts from where none is
// named: its node's, if one was opened with it.
func (o *opened) nodeBase(chain *source.Chain) *snapshot.MeshOsSnapshot {
	var base snapshot.MeshOsSnapshot
	own := false
	for _, b := range o.Bases {
		if b.Node == chain.Node || b.Node == "" && !own {
			base, own = *b.Snapshot, b.Node == chain.Node
		}
	}
	if f := kinds().Of(chain.Kind).Fold; f != nil && f.Live {
		// The failures of a base are worded as the action chain's fold words them.
		f.Own(&base, &kind.State{})
	}
	return &base
}

// startFromCut replaces what the chain fills of a state by what the entries before
// its first had folded to.
func startFromCut(chain *source.Chain, state *snapshot.MeshOsSnapshot) {
	if chain.Cut == nil || chain.Cut.Run == nil {
		return
	}
	if f := kinds().Of(chain.Kind).Fold; f != nil {
		var start kind.State
		f.Start(&start, chain.Cut.Run.Base)
		f.Own(state, &start)
	}
}

// cutText says that a state is not its source's.
func cutText(cut *source.Cut, entries int) string {
	text := "folded from " + view.Plural(entries, "entry", "entries")
	if cut.Entries > 0 {
		text = fmt.Sprintf("folded from %s of %s", view.Count(entries), view.Plural(cut.Entries, "entry", "entries"))
	}
	if cut.Lost {
		return text + "; what they start from is lost to damage, so the state is not the source's"
	}
	return text + "; the others were left out, so the state is not the source's"
}

// appendCut appends what is known of a chain's place in its source's.
func appendCut(dst []byte, cut *source.Cut) []byte {
	position := postcard.Option[uint64]{}
	if cut.Run != nil {
		position = postcard.Some(uint64(cut.Run.Position))
	}
	entries := postcard.Option[uint64]{Value: uint64(cut.Entries), Some: cut.Entries > 0}
	dst = appendOption(append(dst, `{"position":`...), position)
	dst = appendOption(append(dst, `,"entries":`...), entries)
	return append(dst, '}')
}
