package source

import (
	"io"
	"io/fs"
	"time"
)

// OneFile returns a file system of one file, whose content is read where it is. The
// name is a valid path.
func OneFile(name string, content io.ReaderAt, sizeBytes int64) fs.FS {
	t := newTree()
	// A tree without anything in it has no name that is taken.
	_ = t.add(name, content, sizeBytes, time.Time{})
	return t
}
