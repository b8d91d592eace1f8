package browser

// Key is a pressed key.
type Key struct {
	// Name is the key's name: "a", "A", "ArrowDown", "Enter", "/".
	Name string
	// The modifiers that were down.
	Ctrl, Meta, Alt, Shift bool
	// InField tells that the key was pressed in a field that takes text.
	InField bool
}

// Rect is where an element is on the page, in CSS pixels from the top left of
// the window.
type Rect struct{ X, Y, Width, Height float64 }

// Carried is what a page that is saved carries besides its data.
type Carried struct {
	// DataName is what the page calls its data.
	DataName string
	// Title is shown by the browser and Fragment is the place the page opens at,
	// escaped; both may be empty.
	Title, Fragment string
	// Report is HTML, made by package report: what the page shows where it cannot
	// run.
	Report string
}

// Pointer is where a pointer is over an element.
type Pointer struct {
	// X and Y count CSS pixels from the top left of the element, which may lie
	// outside of it while a button is down.
	X, Y float64
	// Down tells that the main button is down.
	Down bool
	// Shift tells that the shift key is down.
	Shift bool
}
