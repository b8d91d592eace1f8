package redex

import (
	"sync"

	"chainglass/wire"
)

// Appender puts records of one kind onto a channel. It implements
// [wire.Appender] and is safe for concurrent use.
type Appender[R any] struct {
	chain  string
	w      *Writer
	encode func(dst []byte, record R) []byte

	mu  sync.Mutex
	buf []byte
}

// NewAppender returns an appender that encodes records with encode, which
// appends to its first argument, and writes them to w, which stays with the
// caller. The chain name is one of those in package wire and appears in
// errors.
func NewAppender[R any](w *Writer, chain string, encode func(dst []byte, record R) []byte) *Appender[R] {
	return &Appender[R]{chain: chain, w: w, encode: encode}
}

// Append puts a record at the end of the channel and hands it to the operating
// system. An error is a *[wire.AppendError] with the text of the channel error.
func (a *Appender[R]) Append(record R) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.buf = a.encode(a.buf[:0], record)
	_, err := a.w.Append(a.buf)
	if err == nil {
		err = a.w.Flush()
	}
	if err != nil {
		return &wire.AppendError{Chain: a.chain, Reason: err.Error()}
	}
	return nil
}
