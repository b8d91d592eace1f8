package bucket

import (
	"container/list"
	"errors"
	"io"
	"io/fs"
	"sync"
	"time"

	"chainglass/wire/redex"
)

const (
	// aheadBytes is how much of a file that is read on is asked for at a time.
	aheadBytes = 8 << 20
	// aroundBytes is how much is asked for around a place that is read by itself.
	aroundBytes = 256 << 10
	// smallBytes is the size up to which a file is read whole.
	smallBytes = 1 << 20
	// poolBytes bounds what is held of all files of a place.
	poolBytes = 128 << 20
	// attempts is how often the rest of an answer that ended early is asked for.
	attempts = 4
)

// file is an open object.
type file struct {
	*info
	files     *Files
	name, key string

	mu     sync.Mutex
	offset int64 // of the next Read
}

// Stat implements fs.File.
func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }

// Close implements fs.File.
func (f *file) Close() error { return nil }

// Read implements fs.File.
func (f *file) Read(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.ReadAt(b, f.offset)
	f.offset += int64(n)
	if n > 0 && err == io.EOF {
		err = nil
	}
	return n, err
}

// ReadAt implements io.ReaderAt. It may be called by several at the same time.
func (f *file) ReadAt(b []byte, off int64) (int, error) {
	if off < 0 {
		return 0, f.failed(fs.ErrInvalid)
	}
	n := 0
	for n < len(b) {
		at := off + int64(n)
		if at >= f.size {
			return n, io.EOF
		}
		if left := min(int64(len(b)-n), f.size-at); left >= aheadBytes {
			if err := f.fetch(b[n:n+int(left)], at); err != nil {
				return n, f.failed(err)
			}
			n += int(left)
			continue
		}
		w, err := f.files.ahead.window(f, at)
		if err != nil {
			return n, f.failed(err)
		}
		n += copy(b[n:], w.bytes[at-w.from:])
	}
	return n, nil
}

func (f *file) failed(err error) error { return f.files.located("read", f.name, err) }

// fetch asks for bytes from an offset on, which the object has.
func (f *file) fetch(b []byte, off int64) (err error) {
	for n, tries := 0, 0; n < len(b); tries++ {
		if tries == attempts {
			return errors.Join(io.ErrUnexpectedEOF, err)
		}
		r, opened := f.files.bucket.blobs.NewRangeReader(f.files.ctx, f.key, off+int64(n), int64(len(b)-n), nil)
		if opened != nil {
			return opened
		}
		if r.Size() != f.size || !sameSecond(r.ModTime(), f.modified) {
			return errors.Join(redex.ErrChanged, r.Close())
		}
		var read int
		read, err = io.ReadFull(r, b[n:])
		n += read
		err = errors.Join(err, r.Close())
		if f.files.ctx.Err() != nil {
			return f.files.ctx.Err()
		}
	}
	return nil
}

// sameSecond compares times that travel as seconds in one of the two places that tell.
func sameSecond(a, b time.Time) bool {
	return a.IsZero() || b.IsZero() || a.Unix() == b.Unix()
}

// pool holds the windows of files that were read last. It is safe for concurrent use.
type pool struct {
	mu      sync.Mutex
	windows map[string][]*window // by key
	used    *list.List           // of windows, the one used last in front
	bytes   int64
}

// window is a part of a file, there or on its way. It never changes once it is there.
type window struct {
	key      string
	from, to int64
	done     chan struct{}
	bytes    []byte
	err      error
	place    *list.Element
}

func newPool() *pool { return &pool{windows: map[string][]*window{}, used: list.New()} }

// window returns the window of a file that has the byte at an offset, which the file has.
func (p *pool) window(f *file, at int64) (*window, error) {
	p.mu.Lock()
	size := int64(aroundBytes)
	for _, w := range p.windows[f.key] {
		if w.from <= at && at < w.to {
			p.used.MoveToFront(w.place)
			p.mu.Unlock()
			<-w.done
			return w, w.err
		}
		if w.to == at {
			size = aheadBytes
		}
	}
	from := at
	if f.size <= smallBytes {
		from, size = 0, f.size
	}
	w := &window{key: f.key, from: from, to: min(from+size, f.size), done: make(chan struct{})}
	p.windows[f.key] = append(p.windows[f.key], w)
	w.place = p.used.PushFront(w)
	p.bytes += w.to - w.from
	p.trim()
	p.mu.Unlock()
	w.bytes = make([]byte, w.to-w.from)
	if w.err = f.fetch(w.bytes, w.from); w.err != nil {
		p.mu.Lock()
		p.drop(w)
		p.mu.Unlock()
	}
	close(w.done)
	return w, w.err
}

// trim drops the windows that were used longest ago, but for the newest.
func (p *pool) trim() {
	for p.bytes > poolBytes && p.used.Len() > 1 {
		p.drop(p.used.Back().Value.(*window))
	}
}

// drop forgets a window. Who has it reads on in it.
func (p *pool) drop(w *window) {
	if w.place == nil {
		return
	}
	p.used.Remove(w.place)
	w.place = nil
	p.bytes -= w.to - w.from
	left := p.windows[w.key][:0]
	for _, other := range p.windows[w.key] {
		if other != w {
			left = append(left, other)
		}
	}
	if p.windows[w.key] = left; len(left) == 0 {
		delete(p.windows, w.key)
	}
}
