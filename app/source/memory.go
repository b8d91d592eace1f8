package source

import (
	"fmt"
	"io"

	"chainglass/wire"
	"chainglass/wire/redex"
)

// memoryReader hands out payloads that are in memory.
type memoryReader struct {
	path     string
	payloads [][]byte
	spans    []textSpan    // where each was written
	cut      map[int]error // what is wrong with those that are not whole
}

// add appends a payload; cut is what it lacks, nil for nothing.
func (m *memoryReader) add(payload []byte, at textSpan, cut error) {
	if cut != nil {
		if m.cut == nil {
			m.cut = map[int]error{}
		}
		m.cut[len(m.payloads)] = cut
	}
	m.payloads, m.spans = append(m.payloads, payload), append(m.spans, at)
}

// ParseError implements [ParseErrorer].
func (m *memoryReader) ParseError(position int) error {
	if position < 0 || position >= len(m.payloads) {
		return fmt.Errorf("source: %s: no entry at position %d of %d", m.path, position, len(m.payloads))
	}
	cause := m.cut[position]
	if cause == nil {
		return nil
	}
	at := m.spans[position]
	return &ParseError{Path: m.path, Offset: at.offset, Broken: true, At: at.end(), Err: cause}
}

// Len implements [wire.Reader].
func (m *memoryReader) Len() int { return len(m.payloads) }

// memoryBlockEntries bounds a block.
const memoryBlockEntries = 4096

// ReadBlock implements [wire.Reader]. Payloads alias the reader's memory.
func (m *memoryReader) ReadBlock(first int, b *wire.Block) error {
	if first < 0 {
		return fmt.Errorf("source: %s: no entry at position %d", m.path, first)
	}
	if first >= len(m.payloads) {
		return io.EOF
	}
	n := min(len(m.payloads)-first, memoryBlockEntries)
	if b.MaxEntries > 0 {
		n = min(n, b.MaxEntries)
	}
	b.First, b.Entries, b.SourceBytes = first, b.Entries[:0], 0
	for i, payload := range m.payloads[first : first+n] {
		e := wire.Entry{Seq: uint64(first + i), Payload: payload, FlagsAndChecksum: redex.Checksum(payload)}
		if m.cut[first+i] != nil {
			e.Status, e.FlagsAndChecksum = wire.EntryTorn, 0
		}
		b.Entries = append(b.Entries, e)
		b.SourceBytes += m.spans[first+i].size
	}
	return nil
}

// Locate implements [Locator].
func (m *memoryReader) Locate(position int) (Location, error) {
	if position < 0 || position >= len(m.payloads) {
		return Location{}, fmt.Errorf("source: %s: no entry at position %d of %d", m.path, position, len(m.payloads))
	}
	s := m.spans[position]
	return Location{PayloadFile: m.path, PayloadOffset: s.offset, PayloadBytes: s.size}, nil
}

// textSpan is where something is in a text.
type textSpan struct{ offset, size int64 }

func (s textSpan) end() int64 { return s.offset + s.size }
