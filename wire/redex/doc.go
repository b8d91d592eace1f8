// Package redex reads, judges and writes the channel folders that a net-mesh
// node keeps its chains in. Reading never changes a byte: what a node would
// cut, drop or delete on opening a folder is reported, not done.
//
// A channel a/b is the directory a/b below the base directory of its node, and
// channels nest: a may be a channel too.
//
//	<channel directory>/
//	  manifest         16 bytes, names the live generation
//	  manifest.tmp     left by an interrupted write of manifest
//	  v0000000001/     'v' and exactly 10 decimal digits: a generation, u32 >= 1
//	    idx            n rows of 20 bytes
//	    dat            heap payloads, back to back
//	    ts             n times of 8 bytes
//
// An older layout, called flat here, has idx, dat and ts in the channel
// directory itself, with no manifest. All numbers are little-endian.
//
//	manifest                                   bytes
//	+---------+---+------------+-------+------------+
//	| "REDM"  | 1 | generation | 0 0 0 | checksum   |
//	+---------+---+------------+-------+------------+
//	0         4   5            9       12          16
//	           version   u32             u32, low 32 bits of XXH3-64
//	                                     over bytes 0..12
//
//	idx row, heap payload
//	+----------------+----------------+-------------+--------------------+
//	| seq u64        | payload_offset | payload_len | flags_and_checksum |
//	|                | u32, in dat    | u32         | u32                |
//	+----------------+----------------+-------------+--------------------+
//	0                8                12            16                  20
//
//	idx row, inline payload (flag 0x80000000)
//	+----------------+------------------------------+--------------------+
//	| seq u64        | the payload, exactly 8 bytes | flags_and_checksum |
//	+----------------+------------------------------+--------------------+
//	0                8                              16                  20
//
//	flags_and_checksum     31 inline  30 tombstone  29 compacted  28 unnamed
//	                       27..0 low 28 bits of XXH3-64 of the payload
//
//	ts                     u64 Unix nanoseconds of the append, one per row
//
// A node writes dat, then idx, then ts, so that a crash leaves more in dat
// than idx refers to and more rows in idx than times in ts.
//
// The package imports wire, wire/postcard and XXH3, and knows no browser: the
// reading side takes any fs.FS whose files are io.ReaderAt, the writing side
// uses native files.
//
//	dirs, err := redex.FindChannels(fsys, ".")
//	ch, err := redex.OpenChannel(fsys, dirs[0].Dir)
//	g, err := ch.OpenLive(redex.Readable)
//	defer g.Close()
//	var b wire.Block
//	for pos := 0; pos < g.Len(); pos += len(b.Entries) {
//		if err := g.ReadBlock(pos, &b); err != nil { ... }
//	}
package redex
