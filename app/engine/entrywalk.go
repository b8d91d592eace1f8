package engine

import (
	"context"
	"errors"
	"fmt"
	"io"

	"chainglass/wire"
)

// fetchGap is how many entries between two wanted ones are read along rather
// than read around: a read costs more than a few thousand entries' bytes.
const fetchGap = 4096

// entryWalk reads entries here and there in a chain.
type entryWalk struct {
	origin string
	read   func(ctx context.Context, position int, b *wire.Block) error
}

// entries hands the entries at positions, which ascend, to visit. Neighbours are
// read together. An entry is valid during the call only. Pace, unless it is nil, is called
// now and then.
func (c *reading) entries(ctx context.Context, positions []int, visit func(position int, e *wire.Entry) error, pace func()) error {
	return entryWalk{c.source.Origin, c.readBlock}.walk(ctx, positions, visit, pace)
}

func (w entryWalk) walk(ctx context.Context, positions []int, visit func(position int, e *wire.Entry) error, pace func()) error {
	var block wire.Block
	for start := 0; start < len(positions); {
		end := start + 1
		for end < len(positions) && positions[end]-positions[end-1] <= fetchGap {
			end++
		}
		if err := w.run(ctx, positions[start:end], &block, visit, pace); err != nil {
			return err
		}
		start = end
	}
	return nil
}

// run reads everything from the first to the last of positions.
func (w entryWalk) run(ctx context.Context, positions []int, block *wire.Block, visit func(int, *wire.Entry) error, pace func()) error {
	last := positions[len(positions)-1]
	for len(positions) > 0 {
		block.MaxEntries = last - positions[0] + 1
		if err := w.read(ctx, positions[0], block); err != nil {
			if errors.Is(err, io.EOF) {
				err = fmt.Errorf("%s: entry %d is gone since it was indexed", w.origin, positions[0])
			}
			return err
		}
		first := positions[0]
		for len(positions) > 0 && positions[0]-first < len(block.Entries) {
			if err := visit(positions[0], &block.Entries[positions[0]-first]); err != nil {
				return err
			}
			positions = positions[1:]
		}
		if pace != nil {
			pace()
		}
	}
	return nil
}
