// Package sources draws what is open, what is being opened, what could not be, and the
// ways to open something.
package sources
