package source

import (
	"errors"
	"io"
)

// blobChunkBytes is the unit a blob grows by. A blob of unknown size that grew
// like a slice would leave behind memory of its own size, which a browser never
// gets back.
const blobChunkBytes = 1 << 20

// blob is inflated data in memory. The zero blob is empty.
type blob struct {
	chunks [][]byte // all of blobChunkBytes, except the last
	size   int64
}

// append adds a copy of b, which must be of blobChunkBytes unless it is the
// last.
func (d *blob) append(b []byte) {
	d.chunks = append(d.chunks, append([]byte(nil), b...))
	d.size += int64(len(b))
}

// ReadAt implements io.ReaderAt.
func (d *blob) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("source: read at a negative offset")
	}
	for n < len(p) && off < d.size {
		chunk := d.chunks[off/blobChunkBytes]
		m := copy(p[n:], chunk[off%blobChunkBytes:])
		n += m
		off += int64(m)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// inflate reads r to its end into memory. compressed is how many bytes of the
// source r came from.
//
// When the limits are exceeded nothing is kept and the error is a *[LimitError].
// Any other error comes with what could be read before it.
func (x *explorer) inflate(r io.Reader, compressed int64, origin string) (*blob, error) {
	if err := x.budget.spent(); err != nil {
		return nil, err
	}
	if x.scratch == nil {
		x.scratch = make([]byte, blobChunkBytes)
	}
	b := &blob{}
	for {
		if err := x.ctx.Err(); err != nil {
			return nil, err
		}
		n, err := fill(r, x.scratch)
		if limitErr := x.budget.spend(n, b.size+int64(n), compressed); limitErr != nil {
			return nil, limitErr
		}
		if n > 0 {
			b.append(x.scratch[:n])
		}
		x.progress(origin, int64(n))
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}

// fill reads until p is full or r ends. Unlike io.ReadFull it tells the end of
// the data, io.EOF, from data that was cut, which readers call
// io.ErrUnexpectedEOF.
func fill(r io.Reader, p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var m int
		m, err = r.Read(p[n:])
		n += m
	}
	return n, err
}

// windowBytes is the least that is read from a file at once while an archive
// is taken apart: decompressors ask for a few KiB, and each read of a browser's
// file has a price.
const windowBytes = 256 << 10

// window reads ahead for one goroutine that goes through r mostly in order.
type window struct {
	r    io.ReaderAt
	size int64 // of r
	buf  []byte
	off  int64 // of buf
	used int   // bytes of buf that hold data
}

// ReadAt implements io.ReaderAt, for one reader at a time.
func (w *window) ReadAt(p []byte, off int64) (int, error) {
	if len(p) >= windowBytes {
		return w.r.ReadAt(p, off)
	}
	if off < w.off || off+int64(len(p)) > w.off+int64(w.used) {
		if err := w.load(off); err != nil {
			return 0, err
		}
	}
	n := copy(p, w.buf[off-w.off:w.used])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (w *window) load(off int64) error {
	if w.buf == nil {
		w.buf = make([]byte, min(w.size, windowBytes))
	}
	n, err := w.r.ReadAt(w.buf, off)
	w.off, w.used = off, n
	if err == io.EOF {
		return nil
	}
	return err
}
