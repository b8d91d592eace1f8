package salvage

import (
	"errors"
	"fmt"
	"io"
)

// window reads a file from its start to its end, and looks back a little.
type window struct {
	r    io.ReaderAt
	size int64
	buf  []byte
	at   int64 // offset of buf
	err  error // of reading; sticks
	// loaded is called whenever something was read. Its error ends all reading.
	loaded func() error
}

const (
	windowBytes = 1 << 20
	// lookBack is how many bytes before a place stay in the window.
	lookBack = 64 << 10
)

// bytes returns up to n bytes from offset on, fewer at the end of the file. They are
// valid until the next call.
func (w *window) bytes(offset int64, n int) []byte {
	if left := w.size - offset; int64(n) > left {
		n = int(max(left, 0))
	}
	if offset < w.at || offset+int64(n) > w.at+int64(len(w.buf)) {
		w.load(offset, n)
	}
	if w.err != nil {
		return nil
	}
	from := offset - w.at
	return w.buf[from : from+int64(n) : from+int64(n)]
}

func (w *window) load(offset int64, n int) {
	if w.err != nil {
		return
	}
	at := max(offset-lookBack, 0)
	size := int(min(max(windowBytes, int64(n))+offset-at, w.size-at))
	if cap(w.buf) < size {
		w.buf = make([]byte, size)
	}
	w.buf, w.at = w.buf[:size], at
	got, err := w.r.ReadAt(w.buf, at)
	if got < size {
		if err == nil || errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		w.err = fmt.Errorf("at byte %d: %w", at+int64(got), err)
		return
	}
	w.err = w.loaded()
}
