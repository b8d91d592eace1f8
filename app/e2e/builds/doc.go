// Package builds tests that the program and the page can be made again, byte for
// byte. It lies beside the tests in browsers because it takes as long.
package builds
