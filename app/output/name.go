package output

import "strings"

// What is being written has a name of this form until all of it is there: a file
// or folder that still has it was never finished.
const (
	partialPrefix = ".chainglass-"
	partialSuffix = ".partial"
)

// IsPartial reports whether a file or folder of that name is an output that was
// never finished. Nothing that reads should take it for what it looks like.
func IsPartial(name string) bool {
	return strings.HasPrefix(name, partialPrefix) && strings.HasSuffix(name, partialSuffix)
}
