package browser

import (
	"io"
	"sync"
)

// Reading a Blob costs about a millisecond however little is read, so a file that
// is read from front to back is read in large pieces ahead of what was asked
// for. Reads here and there are left as they are.
const (
	// firstAheadBytes is how much is read ahead when a read first follows the one
	// before it; it grows aheadGrowth-fold from read to read up to maxAheadBytes.
	firstAheadBytes = 512 << 10
	aheadGrowth     = 4
	maxAheadBytes   = 8 << 20
	// aheadSlots is how many files are read ahead at a time: the three of a
	// channel and one to spare. They bound the memory to 32 MiB.
	aheadSlots = 4
)

// aheadPool holds the pieces that were read ahead, of whichever files were read
// last.
type aheadPool struct {
	mu    sync.Mutex
	slots [aheadSlots]aheadSlot
	turn  uint64
}

// aheadSlot is a piece of one file.
type aheadSlot struct {
	owner  *aheadReader
	start  int64
	data   []byte
	memory []byte // what data is part of, kept for the next piece
	used   uint64 // turn of the last use
}

// aheadReader reads one file through the pool.
type aheadReader struct {
	content   io.ReaderAt
	sizeBytes int64
	pool      *aheadPool
	// next is where a read that follows the last one begins, window how much is
	// read ahead.
	next   int64
	window int
}

func (p *aheadPool) reader(content io.ReaderAt, sizeBytes int64) *aheadReader {
	return &aheadReader{content: content, sizeBytes: sizeBytes, pool: p, next: -1}
}

// ReadAt implements [io.ReaderAt].
func (r *aheadReader) ReadAt(b []byte, off int64) (int, error) {
	if off < 0 {
		return r.content.ReadAt(b, off)
	}
	r.pool.mu.Lock()
	defer r.pool.mu.Unlock()
	had := r.pool.copyTo(b, r, off)
	follows := had > 0 || off == r.next
	r.next = off + int64(len(b))
	if had == len(b) {
		return had, nil
	}
	switch {
	case !follows:
		r.window = 0
	case r.window == 0:
		r.window = firstAheadBytes
	default:
		r.window = min(aheadGrowth*r.window, maxAheadBytes)
	}
	n, err := r.readOn(b[had:], off+int64(had))
	return had + n, err
}

// readOn reads b from the file, and ahead of it if that is called for.
func (r *aheadReader) readOn(b []byte, off int64) (int, error) {
	ahead := min(int64(r.window), r.sizeBytes-off)
	if ahead <= int64(len(b)) {
		return r.content.ReadAt(b, off)
	}
	s := r.pool.slot(r)
	if cap(s.memory) < int(ahead) {
		s.memory = make([]byte, ahead)
	}
	n, err := r.content.ReadAt(s.memory[:ahead], off)
	s.start, s.data = off, s.memory[:n]
	if copied := copy(b, s.data); copied == len(b) {
		return copied, nil
	} else {
		return copied, err
	}
}

// copyTo copies what the pool has of a file from off on and returns how much.
func (p *aheadPool) copyTo(b []byte, r *aheadReader, off int64) int {
	for i := range p.slots {
		s := &p.slots[i]
		if s.owner == r && off >= s.start && off < s.start+int64(len(s.data)) {
			p.turn++
			s.used = p.turn
			return copy(b, s.data[off-s.start:])
		}
	}
	return 0
}

// slot returns the slot of a file, or else the one longest unused, emptied.
func (p *aheadPool) slot(r *aheadReader) *aheadSlot {
	oldest := &p.slots[0]
	for i := range p.slots {
		s := &p.slots[i]
		if s.owner == r {
			oldest = s
			break
		}
		if s.used < oldest.used {
			oldest = s
		}
	}
	p.turn++
	oldest.owner, oldest.data, oldest.used = r, nil, p.turn
	return oldest
}
