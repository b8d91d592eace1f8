package share

import (
	"fmt"
	"io"
)

// Store is where an export is put together and stays until it is taken. It is
// written once, from its start, and then read anywhere.
type Store interface {
	io.Writer
	io.ReaderAt
	// Size returns how many bytes were written.
	Size() int64
	// Close ends the use of it and forgets what it holds.
	Close() error
}

// memoryPieceBytes is the size of the pieces of a memory. One buffer that grows
// would be copied, and hold twice as much meanwhile.
const memoryPieceBytes = 1 << 20

// memory is a store in memory. Its pieces are full, but for the last.
type memory struct {
	pieces [][]byte
	size   int64
}

// NewMemory returns a store in memory.
func NewMemory() (Store, error) { return &memory{}, nil }

// Write implements [io.Writer].
func (m *memory) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		last := len(m.pieces) - 1
		if last < 0 || len(m.pieces[last]) == memoryPieceBytes {
			m.pieces = append(m.pieces, make([]byte, 0, memoryPieceBytes))
			last++
		}
		n := min(len(rest), memoryPieceBytes-len(m.pieces[last]))
		m.pieces[last] = append(m.pieces[last], rest[:n]...)
		rest = rest[n:]
	}
	m.size += int64(len(p))
	return len(p), nil
}

// ReadAt implements [io.ReaderAt].
func (m *memory) ReadAt(p []byte, offset int64) (n int, err error) {
	if offset < 0 {
		return 0, fmt.Errorf("share: offset %d", offset)
	}
	for n < len(p) && offset < m.size {
		copied := copy(p[n:], m.pieces[offset/memoryPieceBytes][offset%memoryPieceBytes:])
		n += copied
		offset += int64(copied)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Size implements [Store].
func (m *memory) Size() int64 { return m.size }

// Close implements [Store].
func (m *memory) Close() error {
	m.pieces, m.size = nil, 0
	return nil
}
