//go:build js

package role

import (
	"fmt"
	"io/fs"
	"strings"

	"chainglass/app/browser"
)

// runEngine answers until the worker ends.
func runEngine(port *browser.Port) int {
	port.Listen(func(message []byte, files fs.FS) {
		go func() { port.Post(answer(message, files)) }()
	})
	select {}
}

// answer says what arrived: the message itself, or the names and sizes of the
// files beside it.
func answer(message []byte, files fs.FS) []byte {
	if files == nil {
		return append([]byte("echo "), message...)
	}
	var b strings.Builder
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, path)
		fmt.Fprintf(&b, "%s %d %v\n", path, len(content), err)
		return err
	})
	if err != nil {
		fmt.Fprintln(&b, err)
	}
	return []byte(b.String())
}
