//go:build !js

package browser

// Recall remembers nothing natively.
func Recall(string) string { return "" }

// Remember does nothing natively.
func Remember(_, _ string) bool { return false }
