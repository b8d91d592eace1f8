// Package e2e tests the page in a real Chromium: served, and as one file opened
// from a disk. It is a module of its own so that what drives the browser never
// becomes a dependency of the program.
//
// It also runs the tests of the packages that work on bytes in a worker of that
// browser, and measures how long a user waits for a chain of a million records:
//
//	go test -run '^$' -bench Browser .
//
// Every test fails, besides its own reasons, if the page logs an error, throws,
// or asks for anything beyond the address it came from.
package e2e
