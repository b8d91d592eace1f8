package browser

import "chainglass/app/host"

// Intake is called with what the user does to give files to the page. Every
// function is called within a browser event: it must not block. A nil function
// is not called.
type Intake struct {
	// Over tells that files are being dragged over the page, or no longer.
	Over func(over bool)
	// Walking tells that folders are being walked and how many files there are
	// so far, first 0, then several times a second.
	Walking func(origin host.Origin, count int)
	// Files delivers files once all are known; there may be none. Every note is a
	// sentence about something that could not be taken.
	Files func(origin host.Origin, files host.Files, notes []string)
	// Changed tells what has become of files that are kept since they were given, all of
	// it each time; nothing if they are as they were again.
	Changed func(kept int, changes []host.FileChange)
}
