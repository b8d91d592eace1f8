// Package output writes files and folders whole or not at all. Every command
// that leaves something behind writes through it. It is native, but for
// [IsPartial], which everything that reads needs.
//
//	output.File(ctx, "incident.chain", func(ctx context.Context, w io.Writer) error { ... })
//	output.Dir(ctx, "rebuilt", func(ctx context.Context, dir string) error { ... })
//
// What is written lies beside its place under a temporary name,
// ".chainglass-….partial", until all of it is on the disk. Then it gets its final
// name in one step. An error, an interrupt or the end of the context removes it;
// a process that is killed, or a machine that stops, leaves the temporary one
// behind, which the search for chains passes over. Under the final name there is
// everything or nothing.
//
// What exists is not overwritten: it is refused before anything is written and
// again, without a gap between looking and doing, when the name is given. An
// empty folder may be taken. [Into] alone replaces files, each in one step, in a
// folder that is in use.
//
// The package imports nothing of this module.
package output
