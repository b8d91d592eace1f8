// Package role decides what this program is: natively the command line, in a
// browser the page or the engine in its worker.
package role
