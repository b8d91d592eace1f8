//go:build !js

package cli

import (
	"fmt"

	"chainglass/app/source"
	"chainglass/app/view"
	"chainglass/wire/postcard"
)

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
