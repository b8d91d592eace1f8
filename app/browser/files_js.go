//go:build js

package browser

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"syscall/js"
	"time"

	"chainglass/app/host"
)

// fileList is a file list as web/intake.js describes it.
type fileList = js.Value

// ErrUnreadable says that a file can no longer be read: it was changed, moved
// or deleted after it was given to the page, or its permissions forbid it.
var ErrUnreadable = errors.New(host.UnreadableText + "; it was changed, moved or is not readable")

// filesOf wraps a file list.
func filesOf(list js.Value) host.Files {
	return host.Files{
		Count:      list.Get("count").Int(),
		TotalBytes: int64(list.Get("totalBytes").Float()),
		List:       list,
	}
}

// openLists makes one file system of an array of file lists. Only the names
// and sizes cross into Go, each as one value.
func (r *blobReader) openLists(lists js.Value) *fileFS {
	var described []described
	for i := range lists.Length() {
		described = append(described, r.describeList(lists.Index(i))...)
	}
	contents := make([]blobContent, len(described))
	for i := range described {
		contents[i] = described[i].content.(blobContent)
	}
	files := newFileFS(described, func(files []int) content {
		blobs := make([]any, len(files))
		for i, n := range files {
			c := contents[n]
			blobs[i] = c.of.blobs.Index(c.index)
		}
		joined := js.Global().Get("Array").New()
		joined.Call("push", js.Global().Get("Blob").New(blobs))
		return blobContent{&blobList{joined, r}, 0}
	})
	files.lists = lists
	return files
}

func (r *blobReader) describeList(list js.Value) []described {
	count := list.Get("count").Int()
	if count == 0 {
		return nil
	}
	paths := strings.Split(list.Get("paths").String(), "\x00")
	sizes := float64s(list.Get("sizes"))
	modified := float64s(list.Get("modified"))
	blobs := &blobList{list.Get("blobs"), r}
	files := make([]described, min(count, len(paths), len(sizes), len(modified)))
	for i := range files {
		files[i] = described{
			path:       paths[i],
			sizeBytes:  int64(sizes[i]),
			modifiedAt: time.UnixMilli(int64(modified[i])),
			content:    blobContent{blobs, i},
		}
	}
	return files
}

// blobContent is a Blob of a file list.
type blobContent struct {
	of    *blobList
	index int
}

// blobList reads the Blobs of a file list.
type blobList struct {
	blobs js.Value
	*blobReader
}

func (c blobContent) read(from, to int64) *reading { return c.of.begin(c.of.blobs, c.index, from, to) }

// blobReader has the worker's scripts read Blobs and hears of what they have read.
type blobReader struct {
	realm js.Value
	mu    sync.Mutex
	begun map[int]*reading // and not finished, by number
	last  int
}

// newBlobReader returns the reader of a worker, which has one.
func newBlobReader(realm js.Value) *blobReader {
	r := &blobReader{realm: realm, begun: map[int]*reading{}}
	realm.Set("onRead", js.FuncOf(func(_ js.Value, args []js.Value) any {
		r.hear(args)
		return nil
	}))
	return r
}

// begin begins to read a part of a Blob.
func (r *blobReader) begin(blobs js.Value, index int, from, to int64) *reading {
	begun := newReading()
	r.mu.Lock()
	r.last++
	number := r.last
	r.begun[number] = begun
	r.mu.Unlock()
	r.realm.Call("read", number, blobs, index, from, to)
	return begun
}

// hear takes the number of a reading, then that of bytes that are held and how many
// they are, or the reason of a failure.
func (r *blobReader) hear(args []js.Value) {
	number := args[0].Int()
	r.mu.Lock()
	begun := r.begun[number]
	delete(r.begun, number)
	r.mu.Unlock()
	if args[1].Type() == js.TypeString {
		begun.finish(nil, readError(args[1].String()))
	} else {
		begun.finish(takeHeld(args[1], args[2]), nil)
	}
}

// readError names the two failures that users can do something about.
func readError(text string) error {
	if strings.HasPrefix(text, "NotReadableError") || strings.HasPrefix(text, "NotFoundError") {
		return fmt.Errorf("%w (%s)", ErrUnreadable, text)
	}
	return errors.New(text)
}
