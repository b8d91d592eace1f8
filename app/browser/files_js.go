//go:build js

package browser

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"syscall/js"
	"time"
)

// fileList is a file list as web/intake.js describes it.
type fileList = js.Value

// ErrUnreadable says that a file can no longer be read: it was changed, moved
// or deleted after it was given to the page, or its permissions forbid it.
var ErrUnreadable = errors.New("the browser can no longer read this file; it was changed, moved or is not readable")

// filesOf wraps a file list.
func filesOf(list js.Value) Files {
	return Files{
		Count:      list.Get("count").Int(),
		TotalBytes: int64(list.Get("totalBytes").Float()),
		list:       list,
	}
}

// openLists makes one file system of an array of file lists. Only the names
// and sizes cross into Go, each as one value.
func openLists(lists js.Value) fs.FS {
	var described []described
	for i := range lists.Length() {
		described = append(described, describeList(lists.Index(i))...)
	}
	return newFileFS(described)
}

func describeList(list js.Value) []described {
	count := list.Get("count").Int()
	if count == 0 {
		return nil
	}
	paths := strings.Split(list.Get("paths").String(), "\x00")
	sizes := float64s(list.Get("sizes"))
	modified := float64s(list.Get("modified"))
	blobs := list.Get("blobs")
	files := make([]described, min(count, len(paths), len(sizes), len(modified)))
	for i := range files {
		files[i] = described{
			path:       paths[i],
			sizeBytes:  int64(sizes[i]),
			modifiedAt: time.UnixMilli(int64(modified[i])),
			open:       func() io.ReaderAt { return blob{blobs.Index(i)} },
		}
	}
	return files
}

// blob reads a JavaScript Blob. It works in a worker only, where reading may
// block.
type blob struct{ value js.Value }

// ReadAt reads len(p) bytes with one call. The bytes exist twice for a moment,
// once on each side. It may wait for the page, so it must not be called within
// a browser event.
func (b blob) ReadAt(p []byte, off int64) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	read := global().Call("read", b.value, off, off+int64(len(p)))
	if read.Type() == js.TypeObject && read.InstanceOf(js.Global().Get("Promise")) {
		read = await(read)
	}
	if read.Type() == js.TypeString {
		return 0, readError(read.String())
	}
	n := js.CopyBytesToGo(p, read)
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// await waits for a promise that is always kept.
func await(promise js.Value) js.Value {
	kept := make(chan js.Value, 1)
	keep := js.FuncOf(func(_ js.Value, args []js.Value) any {
		kept <- args[0]
		return nil
	})
	defer keep.Release()
	promise.Call("then", keep)
	return <-kept
}

// readError names the two failures that users can do something about.
func readError(text string) error {
	if strings.HasPrefix(text, "NotReadableError") || strings.HasPrefix(text, "NotFoundError") {
		return fmt.Errorf("%w (%s)", ErrUnreadable, text)
	}
	return errors.New(text)
}
