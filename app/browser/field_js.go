//go:build js

package browser

// SetCursor puts the cursor of a field behind a number of UTF-16 units.
func (e Element) SetCursor(units int) { e.call("setSelectionRange", units, units) }

// StepHistory leaves the address as it is in the history: what [SetFragment]
// sets from now on is another step.
func StepHistory() { global().Call("stepHistory") }
