//go:build !js

package cli

import (
	"errors"
	"io"

	"chainglass/wire"
)

// eachEntry hands all entries of a chain to visit, in order. An entry is valid
// during the call only.
func eachEntry(r wire.Reader, visit func(pos int, e *wire.Entry) error) error {
	var b wire.Block
	for pos := 0; ; {
		err := r.ReadBlock(pos, &b)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for i := range b.Entries {
			if err := visit(pos, &b.Entries[i]); err != nil {
				return err
			}
			pos++
		}
	}
}
