package redact

import (
	"encoding/binary"
	"io"
	"slices"
)

// Patterns have at least minPattern bytes; of longer ones the first maxPattern are
// looked for.
const (
	minPattern = 4
	maxPattern = 64
)

// search looks for many patterns at once, forms of originals in bytes. A pattern is
// found by its first four bytes: one bit in a million tells whether any pattern
// begins with them, a map which.
type search struct {
	bits     [searchBits / 64]uint64
	byStart  map[uint32]*bucket
	patterns int
}

// bucket is the patterns that begin with the same four bytes.
type bucket struct {
	// classes are their classes, lengths how long they are.
	classes map[string]string
	lengths []int
}

const searchBits = 1 << 20

func newSearch() *search { return &search{byStart: map[uint32]*bucket{}} }

// slotOf spreads the first four bytes over the bits.
func slotOf(start uint32) uint32 { return start * 2654435761 >> 12 }

// add adds a pattern. Shorter ones than minPattern are not looked for.
func (s *search) add(b []byte, class string) {
	if len(b) < minPattern {
		return
	}
	b = b[:min(len(b), maxPattern)]
	start := binary.LittleEndian.Uint32(b)
	k := s.byStart[start]
	if k == nil {
		k = &bucket{classes: map[string]string{}}
		s.byStart[start] = k
	}
	if _, again := k.classes[string(b)]; again {
		return
	}
	k.classes[string(b)] = class
	if !slices.Contains(k.lengths, len(b)) {
		k.lengths = append(k.lengths, len(b))
	}
	slot := slotOf(start)
	s.bits[slot/64] |= 1 << (slot % 64)
	s.patterns++
}

// find returns the class of the first pattern in b that begins before limit.
func (s *search) find(b []byte, limit int) (at int, class string, found bool) {
	limit = min(limit, len(b)-minPattern+1)
	if s.patterns == 0 || limit <= 0 {
		return 0, "", false
	}
	start := uint32(b[0])<<8 | uint32(b[1])<<16 | uint32(b[2])<<24
	for i, next := range b[minPattern-1 : limit+minPattern-1] {
		start = start>>8 | uint32(next)<<24
		slot := slotOf(start)
		if s.bits[slot/64]>>(slot%64)&1 == 0 {
			continue
		}
		k := s.byStart[start]
		if k == nil {
			continue
		}
		for _, n := range k.lengths {
			if n > len(b)-i {
				continue
			}
			if class, found := k.classes[string(b[i:i+n])]; found {
				return i, class, true
			}
		}
	}
	return 0, "", false
}

// searchingWriter hands bytes on and looks for patterns in all of them, those
// that lie across two writes included. It goes on after a hit.
type searchingWriter struct {
	out    io.Writer
	search *search
	// offset counts the bytes handed on; tail are the last of them.
	offset int64
	tail   []byte
	hit    *LeakError
}

// Write implements [io.Writer].
func (w *searchingWriter) Write(b []byte) (int, error) {
	w.look(b)
	n, err := w.out.Write(b)
	w.offset += int64(n)
	return n, err
}

func (w *searchingWriter) look(b []byte) {
	if w.hit != nil {
		return
	}
	// What lies across the two: the tail and as much of b as a pattern can reach.
	if len(w.tail) > 0 {
		across := append(w.tail, b[:min(len(b), maxPattern-1)]...)
		w.found(across, len(w.tail), w.offset-int64(len(w.tail)))
	}
	w.found(b, len(b), w.offset)
	joined := b
	if len(b) < maxPattern-1 {
		joined = append(w.tail, b...)
	}
	w.tail = append(make([]byte, 0, 2*maxPattern), joined[max(0, len(joined)-(maxPattern-1)):]...)
}

// found looks for patterns in b, which lies at offset.
func (w *searchingWriter) found(b []byte, limit int, offset int64) {
	if at, class, found := w.search.find(b, limit); found && w.hit == nil {
		w.hit = &LeakError{Class: class, Offset: offset + int64(at)}
	}
}
