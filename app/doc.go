// Package app decides what this program is: natively the command line, in a
// browser the page, the engine in its worker, or a helper of the engine in one of more.
package app
