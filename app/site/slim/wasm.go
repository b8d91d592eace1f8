//go:build !js

package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

var errNotWasm = errors.New("not a wasm binary as Go's linker writes it")

const (
	wasmHeader  = "\x00asm\x01\x00\x00\x00"
	dataSection = 11
	opI32Const  = 0x41
	opEnd       = 0x0b
	// maxMemory bounds what a broken address can make us allocate.
	maxMemory = 1 << 30
)

// joinGap is how many zeros between two segments are worth less than the
// address of a segment of its own, once compressed.
const joinGap = 64

// memory is what the data section makes of a memory of zeros.
type memory struct{ bytes []byte }

// rewriteData copies a binary; its data section goes through edit.
func rewriteData(wasm []byte, edit func(*memory) error) ([]byte, error) {
	r := reader{rest: wasm}
	if string(r.take(len(wasmHeader))) != wasmHeader {
		return nil, errNotWasm
	}
	out := append(make([]byte, 0, len(wasm)+len(wasm)/4), wasmHeader...)
	edited := false
	for len(r.rest) > 0 && r.err == nil {
		id := r.byte()
		body := r.take(r.uleb())
		if id == dataSection && r.err == nil {
			m, err := readData(body)
			if err == nil {
				err = edit(&m)
			}
			if err != nil {
				return nil, err
			}
			body, edited = m.section(), true
		}
		out = binary.AppendUvarint(append(out, id), uint64(len(body)))
		out = append(out, body...)
	}
	if r.err == nil && !edited {
		r.err = fmt.Errorf("%w: no data section", errNotWasm)
	}
	return out, r.err
}

// readData applies the segments of a data section to a memory of zeros.
func readData(section []byte) (memory, error) {
	r := reader{rest: section}
	var m memory
	for n := r.uleb(); n > 0 && r.err == nil; n-- {
		if r.uleb() != 0 || r.byte() != opI32Const {
			return m, fmt.Errorf("%w: a segment that is not placed by a constant", errNotWasm)
		}
		at := r.sleb()
		if r.byte() != opEnd {
			return m, fmt.Errorf("%w: a segment that is not placed by a constant", errNotWasm)
		}
		data := r.take(r.uleb())
		end := at + int64(len(data))
		if at < 0 || end > maxMemory {
			return m, fmt.Errorf("%w: a segment lies outside the memory", errNotWasm)
		}
		if grow := int(end) - len(m.bytes); grow > 0 {
			m.bytes = append(m.bytes, make([]byte, grow)...)
		}
		copy(m.bytes[at:], data)
	}
	return m, r.err
}

// section writes the memory as a data section.
func (m *memory) section() []byte {
	var segments []byte
	n := uint64(0)
	for at := nextByte(m.bytes, 0); at < len(m.bytes); n++ {
		end, next := segmentEnd(m.bytes, at)
		segments = append(segments, 0, opI32Const)
		segments = append(appendSleb(segments, int64(at)), opEnd)
		segments = binary.AppendUvarint(segments, uint64(end-at))
		segments = append(segments, m.bytes[at:end]...)
		at = next
	}
	return append(binary.AppendUvarint(nil, n), segments...)
}

// segmentEnd returns the end of the segment that begins at a position, and the
// beginning of the next.
func segmentEnd(b []byte, at int) (end, next int) {
	for next = at; next < len(b); {
		end = next
		for end < len(b) && b[end] != 0 {
			end++
		}
		if next = nextByte(b, end); next-end > joinGap {
			return end, next
		}
	}
	return end, next
}

// nextByte returns the position of the next byte that is not zero, or the end.
func nextByte(b []byte, at int) int {
	return len(b) - len(bytes.TrimLeft(b[at:], "\x00"))
}

// reader reads a binary's fields; its first error stays.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) fail() {
	if r.err == nil {
		r.err = fmt.Errorf("%w: it is cut off", errNotWasm)
	}
	r.rest = nil
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.rest) {
		r.fail()
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

// uleb reads a number of at most 32 bits.
func (r *reader) uleb() int {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || v > 1<<32-1 {
		r.fail()
		return 0
	}
	r.rest = r.rest[n:]
	return int(v)
}

// sleb reads a number of at most 32 bits with its sign.
func (r *reader) sleb() int64 {
	var v int64
	for shift := 0; shift < 35; shift += 7 {
		b := r.byte()
		v |= int64(b&0x7f) << shift
		if b&0x80 == 0 {
			if b&0x40 != 0 {
				v -= 1 << (shift + 7)
			}
			return v
		}
	}
	r.fail()
	return 0
}

func appendSleb(dst []byte, v int64) []byte {
	for {
		b := byte(v & 0x7f)
		v >>= 7
		if v == 0 && b&0x40 == 0 || v == -1 && b&0x40 != 0 {
			return append(dst, b)
		}
		dst = append(dst, b|0x80)
	}
}
