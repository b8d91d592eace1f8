package export

import (
	"fmt"
	"io"

	"chainglass/wire"
)

// CopyChain adds a chain and all entries of r to w.
func CopyChain(w *Writer, info ChainInfo, r wire.Reader) (ChainID, error) {
	id, err := w.AddChain(info)
	if err != nil {
		return 0, err
	}
	var b wire.Block
	for at := 0; ; at = b.First + len(b.Entries) {
		switch err := r.ReadBlock(at, &b); err {
		case nil:
		case io.EOF:
			return id, nil
		default:
			return id, fmt.Errorf("export: chain %d, position %d: %w", id, at, err)
		}
		if err := w.AppendEntries(id, b.Entries); err != nil {
			return id, err
		}
	}
}
