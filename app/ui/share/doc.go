// Package share draws the sheet that chooses what to share and in what form, and shows
// what leaves.
package share
