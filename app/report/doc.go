// Package report writes what is open in an engine down for someone who cannot
// or need not look into it: as HTML for a page that cannot run its program, as
// Markdown for a ticket, and the time axis as SVG.
//
//	engine ── New ──> Report ──> HTML      part of a page, styled by web/report.css
//	                         ──> Markdown  findings and notes for the write-up
//	                         ──> SVG       the time axis, complete in itself
//
// All three say the same: what the chains are, when, how the actions ended, what
// people noted, what happened, what is damaged, the last failures. What could
// be long is cut, and how much is left out is said. Times are UTC with
// milliseconds. Text from chains is only ever text: it goes through package
// view, which leaves nothing invisible in it, and is escaped here.
//
// The package knows no browser and imports neither go-app nor a template
// package.
package report
