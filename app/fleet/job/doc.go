// Package job folds the chains of many nodes on Apache Beam, exactly: what comes out is what
// chainglass fold gives for each chain.
//
//	URLs ─▶ find: chains ─▶ ranges ─▶ reshuffle ─┬─▶ part ─┐
//	        (here)                               ├─▶ part ─┼─▶ combine by chain ─▶ chain ─▶ node ─▶ report
//	                                             └─▶ part ─┘
//	                                             workers: read again from the files
//
// A chain is cut into ranges of entries. Whoever reads a range makes the same part of it as
// the engine does (app/engine/part) and ships a [Partial]: spans of positions, counters, and
// the payloads of the newest entries that push a record, as many as the ring of the chain
// holds. Partials combine in any order, since runners keep none: spans that touch become one,
// spans that overlap are an error, and of the pushed payloads the newest by position stay. A
// chain is folded by applying what is left to its base. Only the rules "readable" can be
// folded so: what a node of a version would keep depends on the entries before.
//
// A sequence number of 2^64-1 halts a fold, so what is behind it must not count. Such a chain
// is rare, and is read once more from front to back.
//
// What cannot be opened again elsewhere, since it lies in an archive or was made from text, is
// folded where it was found; an export without a usable footer is read in one piece. Files
// are written whole, under names that follow from the chains: a bundle that a runner repeats
// writes the same file again.
package job
