// Package states draws the state at the playhead, what changed since a pinned one, and
// the comparison of two chains.
package states
