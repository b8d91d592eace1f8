// Package engine does all the work of Chainglass: it opens chains, indexes
// them in one pass, and answers questions about them. It has no user interface,
// knows nothing of browsers, and runs the same natively and in a worker.
//
// Opening finds the chains of a file system and cuts each into runs of entries. A run
// is read in one pass, by goroutines or by whoever else has the files (see [Pool]),
// into a part: package part says what is in it. A builder takes the parts of a chain in
// order, works out what depends on the entries before, and publishes longer and
// longer readings:
//
//	load.go      cuts chains into runs and has them read       loader, chainLoad
//	builder.go   makes readings out of leaves                  builder
//	checks.go    what is wrong with a chain, from the logs     checks
//	reading.go   what questions are asked of                   reading
//	index.go     the columns of its leaves                     index
//
// A reading is immutable. A question keeps the one that it began with, so it may be
// asked at any moment, and holds no lock while it reads files. A chain that is read as
// another kind gets another reading in place of its own, once that is whole.
//
// Payloads stay in the files. A row is read and decoded again when it is
// looked at, and the state at a position is rebuilt from the few entries that
// its rings hold.
package engine
