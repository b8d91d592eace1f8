package draw

// What the browser does with an event on its own can only be stopped within the
// event, and the page's goroutine comes later. These data attributes tell
// web/page.js what to stop.
const (
	// OwnKeys lists the keys that an element handles itself.
	OwnKeys = "keys"
	// KeepsFocus marks what a press takes no focus to.
	KeepsFocus = "keepsfocus"
)
