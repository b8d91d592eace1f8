// Package zone reads clocks on the wall: which moments have a date and a time of
// day in a time zone, and what the clocks show at a moment.
//
// A reading of a clock is a [time.Time] in UTC whose fields are what the clock
// shows. When clocks go forward some readings belong to no moment, when they go
// back some belong to two. So a span of readings is not one span of moments but a
// list of them, and that is what [Zone.Between] returns:
//
//	Europe/Berlin, 2026-10-25, 03:00 +02:00 becomes 02:00 +01:00
//
//	readings  01:30 up to 02:30
//	moments   23:30Z up to 00:30Z, and 01:00Z up to 01:30Z
//
// The package knows no zone by itself. Natively [Load] asks the time package, in a
// browser package browser asks the browser: a table of all zones would be a tenth
// of what the page downloads.
//
// It imports the standard library only.
package zone
