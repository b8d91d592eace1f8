package engine

import (
	"context"
	"errors"
	"io"

	"chainglass/app/engine/part"
	"chainglass/wire"
)

// Block is a run of entries of a chain, as they are stored. It is valid during the call that
// it was handed to.
type Block struct {
	// First is the position of the first of Entries.
	First   int
	Entries []wire.Entry

	reader wire.Reader
}

// Fault returns what really is wrong with entry i of the block, which does not decode with
// err: see [part.Translated].
func (b *Block) Fault(i int, err error) error {
	return part.Translated(b.reader, b.First+i, &b.Entries[i], err)
}

// Blocks hands the entries of a chain, as far as it has been read, to visit: all of them, in
// order, a block at a time. An error of visit ends the walk and is returned; an entry that is
// another one than was read is [ErrChanged].
func (e *Engine) Blocks(ctx context.Context, id ChainID, visit func(*Block) error) error {
	c, err := e.chain(id)
	if err != nil {
		return err
	}
	var block wire.Block
	for first := 0; first < c.index.length; first += len(block.Entries) {
		block.MaxEntries = min(c.index.length-first, part.LeafRows)
		if err := c.readBlock(ctx, first, &block); errors.Is(err, io.EOF) {
			return ErrChanged
		} else if err != nil {
			return err
		}
		if err := visit(&Block{First: first, Entries: block.Entries, reader: c.source.Reader}); err != nil {
			return err
		}
		e.pace()
	}
	return nil
}
