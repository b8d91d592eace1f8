//go:build !js

// Package output writes files and folders whole or not at all. It is native
// only: every command that leaves something behind writes through it.
//
//	output.File(ctx, "incident.chain", func(ctx context.Context, w io.Writer) error { ... })
//	output.Dir(ctx, "rebuilt", func(ctx context.Context, dir string) error { ... })
//
// What is written lies beside its place under a temporary name,
// ".chainglass-….partial", until all of it is on the disk. Then it gets its final
// name in one step. An error, an interrupt or the end of the context removes it;
// a process that is killed, or a machine that stops, leaves the temporary one
// behind, which nothing here opens ([chainglass/app/source.IsPartial]). Under the
// final name there is everything or nothing.
//
// What exists is never overwritten: it is refused before anything is written and
// again, without a gap between looking and doing, when the name is given. An
// empty folder may be taken.
//
// The package knows nothing of chains, and imports of this module only the name
// that the search for chains passes over.
package output
