// Package engine does all the work of Chainglass: it opens chains, indexes
// them in one pass, and answers questions about them. It has no user interface,
// knows nothing of browsers, and runs the same natively and in a worker.
//
// Opening finds the chains of a file system and reads each one once: every
// entry's checksum is verified, its payload decoded, and what the tables need
// is kept in an index of 32 bytes an entry, free of pointers:
//
//	ts_ns    8   append time            seq     4   difference to the block's first
//	time_ms  8   the record's own time  class   2   kind, outcome and reason template
//	id       8   action id or seq       state   1   status, has-time, decoded
//
// Payloads stay in the files. A row is read and decoded again when it is
// looked at, and the state at a position is rebuilt from the few entries that
// its rings hold.
package engine
