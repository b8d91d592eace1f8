// Package host describes where the page runs: the interface that the page's
// state reaches the browser through, and the plain values that pass between
// them. Package browser implements [Host]; tests bring their own. It imports
// package zone and the standard library only.
package host
