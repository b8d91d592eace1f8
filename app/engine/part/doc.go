// Package part reads runs of consecutive entries of a chain, each in one pass and
// independent of all others: in goroutines, in the workers of a page, on other machines.
//
// A [Part] is what one pass over a run yields: the columns of the index, the names and
// counts of what the entries are, which of them push a record, and a log of everything
// that is out of the ordinary. It never changes once it is made. It can be encoded, and
// parts of adjacent runs join into the part of both by being put side by side, so joining
// is associative and a chain may be cut anywhere:
//
//	var r part.Reader
//	a, err := r.Read(ctx, &chain, part.Task{Kind: wire.ChainAction, First: 0, Count: 5000}, nil)
//	b, err := r.Read(ctx, &chain, part.Task{Kind: wire.ChainAction, First: 5000, Count: 5000}, nil)
//	whole, err := part.Join(&part.Part{Leaves: []*part.Leaf{a}}, &part.Part{Leaves: []*part.Leaf{b}})
//
// What depends on the entries before a run, for example whether its first sequence
// number follows the last one, is not in a part: whoever takes the leaves of the parts in
// order works that out from their logs, at a cost that does not grow with the entries.
//
// The index takes 32 bytes an entry and holds no pointers:
//
//	ts_ns    8   append time            seq     4   difference to the leaf's first
//	time_ms  8   the record's own time  class   2   kind, outcome and reason template
//	id       8   action id or seq       state   1   status, has-time, decoded
package part
