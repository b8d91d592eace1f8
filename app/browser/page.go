package browser

// Rect is where an element is on the page, in CSS pixels from the top left of
// the window.
type Rect struct{ X, Y, Width, Height float64 }
