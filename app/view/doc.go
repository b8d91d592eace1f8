// Package view holds the pure part of the page: what is shown of a number, a
// time, a text, a row, a payload, and where a scroll position lies. It knows no
// browser and no go-app; everything in it is a function of values or a small
// state machine, and is tested as such.
//
//	engine.ChainInfo ─> Sources   the tree on the left
//	engine.Row       ─> Cells     one line of the table, of one chain or of several
//	engine.Facet     ─> Facets    what a click can filter by, with counts
//	engine.Detail    ─> HexDump   fields beside bytes
//	engine.State     ─> Parts     the snapshot, non-empty parts first
//	scrollTop        ─> Scroller  the rows in sight, through any number of rows
//	rows in sight    ─> Pages     the pages to ask the engine for
//
// Texts that come from files go through [Visible] or [VisibleText] before they
// are shown, so that no character of theirs can hide or reorder others.
package view
