//go:build !js && !linux

package cli

import "io"

// WatchMemory does nothing: what memory is left is not known here.
func WatchMemory(io.Writer) {}
