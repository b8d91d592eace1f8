// Package record draws the selected entry: its fields beside its bytes, what belongs to
// it, its index row.
package record
