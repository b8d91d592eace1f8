// Package source turns what a person opened into chains: folders, loose files,
// archives, chain exports, pages that carry one, JSON, pasted bytes. It decides
// by content, never by file name, and says of everything it could not use what
// that is and what can be done about it.
//
//	channel folder, flat or with generations     each generation a chain
//	idx dat ts, or NAME.idx NAME.dat NAME.ts     a chain
//	zip, tar, gzip, zstandard                    searched like a folder, nested up to [MaxDepth]
//	chain export (CBOR)                          its chains, bases, notes and findings
//	HTML page made by Chainglass                 the export inside it
//	JSON objects in any form, one behind the     records of the four types, rows of
//	other, alone or in the lines of logs         {"seq","ts","status","record","hex"}, snapshots
//	MeshOsSnapshot in postcard                   a base
//	bytes as programs print them, dumps          an entry each
//
// A text is searched for JSON objects whatever stands between and around them: docker
// compose, kubectl, container runtimes, syslog, the journal, other text, zero bytes. What
// a line says of node and time counts where the record does not. What is no record is
// told by kind: plain text and other JSON as notes, what may be part of a record as damage.
//
// Whatever the source, its chains are [wire.Reader]s that read on demand from
// files which must be io.ReaderAt: stored zip entries and plain tar entries are
// sections of the archive, only compressed ones are inflated into memory, within
// [Limits]. Nothing is ever written.
//
// Archives come damaged, and with names in any code page. A zip is read by its directory
// and, where that leads nowhere, by the headers before its entries; a tar, gzip or
// zstandard file goes on behind what cannot be read. What follows an archive in its
// file is opened as a file of its own, under the path of the file with "#" and the
// byte where it starts. Two names never become one path, and of entries of one name
// all are there: those before the last in folders called "other copy 1" and so on.
//
// A path inside an archive follows the archive's own after "!/":
//
//	logs.zip!/node-1/meshos/actions
//
// The package imports the standard library, klauspost/compress for zstd, and the wire and
// snapshot packages; it knows no browser and no user interface.
package source
