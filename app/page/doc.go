// Package page is what the page knows and does, without drawing it. It knows no
// go-app and no JavaScript: it reaches the browser through [host.Host], and the engine
// through the messages of package rpc, so that all of it runs and is tested natively.
//
// [Page] is the root. It consists of a type for each subject, with a file each:
//
//	Sources     what is open, being opened (loads.go), or could not be; the kind a chain is read as
//	Selection   the selected chain and entry, and moving it
//	Details     the right panel: its tab, the selected record, what belongs to it
//	Shown       which chains the table shows, in what order, what the filter keeps
//	Table       the rows on the screen and where they are scrolled to
//	Steps       from one failure or finding to the next
//	Filter      the filter line and its suggestions; Facets, the counts beside the table
//	Axis        the time axis: zoom, drag, histogram, damage; Playhead, the moment looked at, and play
//	States      the state at the playhead, the pinned state A, what changed between them
//	Findings    the story and the integrity of the chains; Reasons, the reasons given
//	Comparison  two chains held against each other
//	Notes       what people wrote, and what the browser keeps of it
//	Sharing     what is shared, in what form (forms.go), redacted how; making it (making.go)
//	Address     the place in the URL and the history; Zones, the time zone
//	Sheets      what lies over the page; Palette and commands.go, what a key or a choice does
//	Notice      the last line of the page
//
// Everything runs on one goroutine. A method asks the engine and returns; the answer
// comes later, and may find that its question no longer counts: see [Newest]. What has
// changed raises a revision in [Revisions] or of its own type, by which package ui
// knows what to draw.
package page
