// Package draw holds what the regions of the page share: buttons, marks, text that may
// hold anything, sheets, and pieces of large panels.
package draw
