// Package axis draws the time axis over all chains: bar, ruler, strips, marks and the
// playhead's handle.
package axis
