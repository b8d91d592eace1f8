// Package export reads and writes chain exports: one file that holds any
// number of action chains with their entries byte for byte as they were found,
// base snapshots, notes, and what was wrong with the source. FORMAT.md is the
// specification, chain-export.cddl its schema.
//
// An export is a sequence of CBOR items in core deterministic encoding:
//
//	+--------------------------+  tag 55799, ["chainglass-export", version,
//	| header                   |  tool, created_at_ms, checksum]
//	+--------------------------+
//	| item: chain 0            |  every item: [type, index, body checksum,
//	| item: block of chain 0   |               frame checksum, body]
//	| item: chain 1            |
//	| item: block of chain 1   |  at most 8192 entries, each
//	| item: block of chain 0   |  [seq, ts_ns, flags_and_checksum, payload]
//	| item: base, note, ...    |
//	+--------------------------+
//	| item: footer             |  where every item begins
//	+--------------------------+
//	| trailer                  |  34 bytes: where the footer begins
//	+--------------------------+
//
// Frame and body have a checksum each. A sound frame says how long its body
// is, whatever became of the body, and after damage the next item is found by
// its frame. So a file can be read by its footer ([Open]) or front to back
// ([Scanner]), a cut file yields all that precedes the cut, and a damaged byte
// costs the item it lies in at most: in the body of a block usually one entry.
//
// The package imports the CBOR library for the bodies of small items; entries
// and frames are encoded by hand, without allocation, into the same encoding.
// It knows nothing of files or folders: it writes to an io.Writer and reads
// from an io.Reader or io.ReaderAt.
//
//	w, err := export.NewWriter(out, export.Options{Tool: "chainglass"})
//	id, err := export.CopyChain(w, info, reader)
//	err = w.Close()
//
//	f, err := export.Open(in, size)
//	for i, c := range f.Chains() {
//		r := f.Chain(i) // a wire.Reader of c.Entries entries
//	}
package export
