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
