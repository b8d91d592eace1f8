package export

import "io"

// windowBytes is what a window reads at a time.
const windowBytes = 64 << 10

// window is a stretch of a stream that grows as far as it is asked to look
// ahead and data is there: never to more than twice the bytes it holds.
type window struct {
	r    io.Reader
	buf  []byte
	pos  int   // buf[pos:] is ahead
	base int64 // offset in the stream of buf[pos]
	err  error // of r, io.EOF included
}

// peek returns the next n bytes, fewer where the stream ends. They are valid
// until the next peek.
func (w *window) peek(n int) []byte {
	for len(w.buf)-w.pos < n && w.err == nil {
		w.fill()
	}
	return w.buf[w.pos:min(len(w.buf), w.pos+n)]
}

// fill reads once, making room first where there is none.
func (w *window) fill() {
	if cap(w.buf)-len(w.buf) < windowBytes/2 {
		ahead := w.buf[w.pos:]
		to := w.buf[:0]
		if len(ahead) > cap(w.buf)/2 || cap(w.buf) == 0 {
			to = make([]byte, 0, 2*len(ahead)+windowBytes)
		}
		w.buf, w.pos = append(to, ahead...), 0
	}
	n, err := w.r.Read(w.buf[len(w.buf):cap(w.buf)])
	w.buf = w.buf[:len(w.buf)+max(n, 0)]
	if n <= 0 && err == nil {
		err = io.ErrNoProgress
	}
	w.err = err
}

// skip drops n bytes that a peek has returned.
func (w *window) skip(n int) {
	w.pos += n
	w.base += int64(n)
}
