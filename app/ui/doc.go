// Package ui is what the user sees: go-app components, one to a file, over one
// store.
//
// The root component owns the store. Everything that happens, a click, a key,
// an answer of the engine, changes the store on the UI goroutine and raises the
// revision of what it changed; the root then renders, and of its children only
// those whose revision or other small props differ.
//
//	root ── topbar · loads · cards; topbar ── filter line
//	     ├─ sources          what is open, by source, node and chain
//	     ├─ facets           what the rows have in common, with counts
//	     ├─ axis             all chains over time; axis ── chart · marks
//	     ├─ header, table    one chain or several, filtered; table ── row, a fixed pool
//	     ├─ details          tabs: record · snapshot · findings · notes · compare
//	     └─ statusbar, sheets (share, paste, go to, help), palette
//
// Nothing here decodes, scans or waits: that is the engine's work, behind
// app/rpc. What is pure lives in app/view; what is JavaScript in app/browser.
// Everything also builds and renders natively, for tests.
//
// Elements that need nothing but a tag are app.Elem("tag"): each type of element
// that go-app is asked for adds a kilobyte to what a visitor downloads.
package ui
