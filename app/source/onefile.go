package source

import (
	"bytes"
	"io/fs"
	"time"
)

// OneFile returns a file system of one file, whose content it keeps as it is. The
// name is a valid path.
func OneFile(name string, content []byte) fs.FS {
	t := newTree()
	size := int64(len(content))
	// A tree without anything in it has no name that is taken.
	_, _ = t.add(name, bytes.NewReader(content), size, time.Time{}, func() error { return nil })
	return t
}
