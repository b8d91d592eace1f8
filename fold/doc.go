// Package fold turns the entries of a chain into a snapshot of the node that
// wrote them.
//
// A [Fold] applies one entry to a state. The four folds of this package all do
// the same kind of thing: an entry that decodes may push one record onto a
// bounded ring of the snapshot, and the ring drops its oldest record when it is
// full.
//
//	chain     pushes                               onto              capacity
//	action    a failure record, Failed and Gated   recent_failures   256
//	audit     every record                         admin_audit       256
//	log       every record                         log_ring          2048
//	failure   every record                         recent_failures   256
//
// The action fold is the reference implementation's, to the letter. On top of
// it, and because a ring remembers nothing but its newest records, the package
// offers what a replay cannot: [Timeline] gives the state at any position in
// time proportional to the ring, and [Merge] combines the folds of two
// consecutive ranges into the fold of the whole.
//
// The package knows nothing of files or browsers. It never panics on input.
package fold
