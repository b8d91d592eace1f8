package browser

import (
	"errors"
	"io"
	"slices"
	"sync"
)

var errNegativeOffset = errors.New("negative offset")

// Reading a piece of a Blob costs two milliseconds of the processor however little
// is read, so a file that is read from front to back is read in large pieces, and
// the next of them is on its way while one is worked through. Reads here and there
// are left as they are.
const (
	// firstAheadBytes is the first piece that is read ahead, when a read follows the
	// one before it; pieces grow aheadGrowth-fold up to maxPieceBytes.
	firstAheadBytes = 512 << 10
	aheadGrowth     = 4
	maxPieceBytes   = 8 << 20
	// maxAheadBytes bounds what is held of all files together: two pieces for each
	// of the three files of a channel, and one file to spare.
	maxAheadBytes = 8 * maxPieceBytes
	// aheadStreams is how many places in files are known to be read on from.
	aheadStreams = 16
)

// aheadPool holds the pieces that were read ahead, of whichever files were read
// last. It is safe for concurrent use.
type aheadPool struct {
	mu      sync.Mutex
	pieces  []*piece
	bytes   int64 // of all pieces
	streams [aheadStreams]stream
	turn    uint64
}

// piece is a part of a file, there or on its way.
type piece struct {
	of       *node
	from, to int64
	*reading
	users   int    // goroutines that wait for it
	copied  int64  // bytes copied of it
	dropped bool   // it is not among the pieces any more
	used    uint64 // turn of the last use
}

// stream is a place up to which a file has been read, and will perhaps be read on.
type stream struct {
	of   *node
	next int64
	// pieceBytes is how large the last piece was; 0 until a read has followed another.
	pieceBytes int64
	// ahead is where the last piece ends.
	ahead int64
	used  uint64
}

// aheadReader reads one file through the pool.
type aheadReader struct {
	of   *node
	pool *aheadPool
}

// ReadAt implements [io.ReaderAt]. It waits for the browser, so it must not be called
// within a browser event.
func (r aheadReader) ReadAt(b []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errNegativeOffset
	}
	n := 0
	for n < len(b) {
		if off+int64(n) >= r.of.sizeBytes {
			return n, io.EOF
		}
		copied, err := r.pool.read(r.of, b[n:], off+int64(n))
		n += copied
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// read fills the start of b, as far as one piece goes.
func (p *aheadPool) read(of *node, b []byte, off int64) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.stream(of, off)
	wanted := min(int64(len(b)), of.sizeBytes-off)
	from := p.covering(of, off)
	if from == nil {
		from = p.begin(of, off, off+s.grow(wanted, of.sizeBytes-off))
		s.ahead = from.to
	}
	if s.pieceBytes > 0 && from.to == s.ahead && from.to < of.sizeBytes {
		p.beginAhead(of, s)
	}
	n, err := p.copyFrom(from, b[:wanted], off)
	// The stream may have been taken for another place meanwhile.
	if s.of == of && s.next == off {
		s.next = off + int64(n)
	}
	return n, err
}

// copyFrom waits for a piece, and lets others at the pool meanwhile, then copies what
// it has of the bytes at off. A piece that has been copied to its end is dropped, if not
// just its end was looked at: who reads on does not come back.
func (p *aheadPool) copyFrom(from *piece, b []byte, off int64) (int, error) {
	from.users++
	p.mu.Unlock()
	<-from.done
	p.mu.Lock()
	from.users--
	defer p.release(from)
	if from.err != nil {
		p.drop(from)
		return 0, from.err
	}
	end := from.from + int64(from.bytes.size())
	if off >= end {
		p.drop(from)
		return 0, io.EOF // the file has become shorter
	}
	n := min(int64(len(b)), end-off)
	from.bytes.copyTo(b[:n], int(off-from.from))
	p.turn++
	from.used = p.turn
	from.copied += n
	if off+n == end && from.copied >= end-from.from {
		p.drop(from)
	}
	return int(n), nil
}

// stream returns the stream that goes on at a place, or a new one in place of the
// longest unused.
func (p *aheadPool) stream(of *node, off int64) *stream {
	p.turn++
	oldest := &p.streams[0]
	for i := range p.streams {
		s := &p.streams[i]
		if s.of == of && s.next == off {
			s.used = p.turn
			return s
		}
		if s.used < oldest.used {
			oldest = s
		}
	}
	*oldest = stream{of: of, next: off, pieceBytes: -1, used: p.turn}
	return oldest
}

// grow returns how much is read where wanted bytes of those that are left are: these
// alone by the first read of a stream, more and more by each that follows.
func (s *stream) grow(wanted, left int64) int64 {
	switch {
	case s.pieceBytes < 0:
		s.pieceBytes = 0
		return wanted
	case s.pieceBytes == 0:
		s.pieceBytes = firstAheadBytes
	default:
		s.pieceBytes = min(aheadGrowth*s.pieceBytes, maxPieceBytes)
	}
	return min(max(wanted, s.pieceBytes), left)
}

// covering returns the piece that holds the byte at off, or nil.
func (p *aheadPool) covering(of *node, off int64) *piece {
	for _, c := range p.pieces {
		if c.of == of && off >= c.from && off < c.to {
			return c
		}
	}
	return nil
}

// begin begins to read a piece.
func (p *aheadPool) begin(of *node, from, to int64) *piece {
	p.turn++
	p.makeRoom(to - from)
	b := &piece{of: of, from: from, to: to, reading: of.content.read(from, to), used: p.turn}
	p.pieces = append(p.pieces, b)
	p.bytes += to - from
	return b
}

// beginAhead begins to read the piece that follows those of a stream, if there is
// room for it.
func (p *aheadPool) beginAhead(of *node, s *stream) {
	if there := p.covering(of, s.ahead); there != nil {
		s.ahead = there.to
		return
	}
	bytes := s.grow(1, of.sizeBytes-s.ahead)
	if p.makeRoom(bytes) {
		s.ahead = p.begin(of, s.ahead, s.ahead+bytes).to
	}
}

// idle reports whether a piece is there and nobody waits for it.
func (c *piece) idle() bool {
	select {
	case <-c.done:
		return c.users == 0
	default:
		return false
	}
}

// expect begins to read what is about to be read, in pieces, as far as there is room.
func (p *aheadPool) expect(of *node, from, to int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for to = min(to, of.sizeBytes); from < to; {
		if there := p.covering(of, from); there != nil {
			from = there.to
			continue
		}
		bytes := min(to-from, maxPieceBytes)
		if from < 0 || !p.makeRoom(bytes) {
			return
		}
		from = p.begin(of, from, from+bytes).to
	}
}

// makeRoom drops pieces until there is room for that many bytes, the longest unused
// first, and reports whether there is.
func (p *aheadPool) makeRoom(bytes int64) bool {
	for p.bytes+bytes > maxAheadBytes {
		var oldest *piece
		for _, c := range p.pieces {
			if c.idle() && (oldest == nil || c.used < oldest.used) {
				oldest = c
			}
		}
		if oldest == nil {
			return false
		}
		p.drop(oldest)
	}
	return true
}

// drop forgets a piece. Its bytes go with the last of those who wait for it.
func (p *aheadPool) drop(c *piece) {
	at := slices.Index(p.pieces, c)
	if at < 0 {
		return
	}
	p.pieces = slices.Delete(p.pieces, at, at+1)
	p.bytes -= c.to - c.from
	c.dropped = true
	p.release(c)
}

// release gives the bytes of a piece back if nobody will use them any more.
func (p *aheadPool) release(c *piece) {
	if c.dropped && c.users == 0 && c.bytes != nil {
		c.bytes.drop()
		c.bytes = nil
	}
}
