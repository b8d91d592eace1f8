// Package ui draws the page: go-app components over one [page.Page].
//
// Everything that happens, a click, a key, an answer of the engine, changes the
// page's state on the UI goroutine and raises the revision of what it changed; the
// root component then renders, and of its children only those whose revision or
// other small props differ.
//
//	root ── topbar · loads · cards; topbar ── filter line
//	     ├─ sources/                what is open, by source, node and chain; what is being opened
//	     ├─ filter/                 the filter line; what the rows have in common, with counts
//	     ├─ axis/                   all chains over time; panel ── chart · marks
//	     ├─ table/                  header, then the rows of one chain or several: a fixed pool
//	     ├─ details                 tabs: record/ · states/ · findings/ · notes/ · states/ (comparison)
//	     └─ statusbar, sheets (share/, paste, go to, help), palette
//
// A folder is a region of the screen and imports no other region; what they share is
// in draw/. This package puts the regions together. What the page knows and does is in
// app/page, what is pure in app/view, what is JavaScript in app/browser. Everything
// also builds and renders natively, for tests.
//
// Elements that need nothing but a tag are app.Elem("tag"): each type of element
// that go-app is asked for adds a kilobyte to what a visitor downloads.
package ui
