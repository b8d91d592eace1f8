// Package postcard holds the primitives of the postcard 1.x encoding, the
// format net-mesh writes its records and snapshots in: append functions for
// the writer and a [Cursor] with a sticky error for the reader.
//
// The encoding is positional. There are no field names, no type tags and no
// header; a struct is its fields in declaration order.
//
//	u8, bool       1 raw byte            bool is 00 or 01
//	u16 u32 u64    varint                groups of 7 bits, low group first,
//	                                     bit 7 set on all bytes but the last
//	f32 f64        4 or 8 bytes          IEEE bits, little-endian
//	string         <len varint> <bytes>  strict UTF-8
//	option         00 | 01 <value>       the tag is one raw byte
//	seq, map       <count varint> <elements, or key value key value ...>
//	enum           <variant varint u32> <fields of the variant>
//
// A varint may be longer than it needs to be (80 00 is zero), up to the
// longest form of its width; a value that does not fit the width is refused.
// The writer always emits the shortest form.
//
// The package imports the standard library only and never panics on input.
//
//	c := postcard.NewCursor(payload)
//	id, kind := c.U64("id"), c.String("kind")
//	if err := c.Err(); err != nil { ... } // names the field and its offset
package postcard
