//go:build !js

package browser

// SetCursor does nothing natively.
func (Element) SetCursor(int) {}

// StepHistory does nothing natively.
func StepHistory() {}
