// Package e2e tests the page in a real Chromium: served, and as one file opened
// from a disk. It is a module of its own so that what drives the browser never
// becomes a dependency of the program.
//
// It also runs the tests of the packages that work on bytes in a worker of that
// browser, and measures what a user waits for, beside what others need for the same
// (package bench says what, `make bench` does all of it):
//
//	CHAINGLASS_BENCH_RECORDS=1000000 go test -run '^$' -bench Chromium -benchtime 1x .
//
// Every test fails, besides its own reasons, if the page logs an error, throws,
// or asks for anything beyond the address it came from.
package e2e
