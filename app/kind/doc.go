// Package kind describes the kinds of chain: one value for each, one file for
// each. A [Kind] knows what the records of such a chain are made of, byte by
// byte, and what follows from that: how a record is listed beside its bytes, its
// JSON, what the index, the table and a filter take of it, what it folds to, what
// becomes of its values in a redacted view, and how a chain of the kind is known
// among others.
//
// The fields are the description:
//
//	Fields: []Field{
//		number("id", SortOrder).as(RoleID),
//		text("kind", SortWord).as(RoleKind),
//		number("emitted_at_ms", SortTime).as(RoleTime),
//		...
//	}
//
// [New] makes everything else of them, so a kind with nothing but a name and
// fields is whole. The kinds of the reference bring functions that do some of it
// faster, with the reference's errors; tests hold them to their fields.
//
// A new kind of the reference is a file with such a description, its line in the list of
// kind.go, and its number and name in wire, since exports carry the name. Any other kind
// is a value that whoever makes an engine hands to it.
//
// A [Set] is the kinds that a program knows. The zero Set is those of the
// reference; [Set.With] adds others.
//
// The package knows nothing of files, indexes or pages.
package kind
