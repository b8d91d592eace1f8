// Package exporttest helps tests that write chain exports.
package exporttest

import (
	"fmt"
	"io"

	"chainglass/wire"
	"chainglass/wire/export"
)

// CopyChain adds a chain and all entries of r to w.
func CopyChain(w *export.Writer, info export.ChainInfo, r wire.Reader) (export.ChainID, error) {
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
			return id, fmt.Errorf("exporttest: chain %d, position %d: %w", id, at, err)
		}
		if err := w.AppendEntries(id, b.Entries); err != nil {
			return id, err
		}
	}
}
