//go:build !js

// Command slim makes a wasm binary of the Go compiler smaller to send:
//
//	slim IN OUT
//
// It changes the data section only, in three ways.
//
// The linker leaves out every run of eight zeros or more, by ending a segment
// of data and beginning another. That saves bytes of the file, but an address
// hides in each of a hundred thousand segments, and addresses do not compress.
// Zeros do: slim joins segments that lie close together again.
//
// Then it drops what only says which line of which file an instruction came
// from, and the names of functions in libraries. A traceback still names ours, the
// runtime's and those of go-app, which call ours; where it shows none, the names
// around it say who called what. The table of a program, as the linker writes it
// and the runtime reads it:
//
//	header    magic 4, zeros 2, quantum 1, pointer size 1, then words of 8:
//	          functions, files, 0, offsets of: names, units, files, pc tables, functions
//	names     of functions, zero-terminated                      those not kept: zeros
//	units     for every unit of compilation its files            zeros
//	files     their names                                        zeros
//	pc tables pairs of varints up to a 0, shared by functions    those not kept: zeros
//	functions n pairs (entry 4, offset 4), then the records:
//
//	entry 4, name 4, args 4, deferreturn 4, pcsp 4, pcfile 4, pcln 4, n 4,
//	unit 4, line 4, id 1, flag 1, pad 1, m 1, n pc tables of 4, m data of 4
//
// In a record, pcfile, pcln, unit and line become 0, which the runtime takes for
// "no table", and so does the first pc table, which says where the function may
// be interrupted by a signal: wasm has none. Nothing moves, so that every
// address in the program stays right.
//
// A layout other than this one is an error, never a guess: a new release of Go
// that changes it stops the build here.
package main
