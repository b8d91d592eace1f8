//go:build !js

package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

const (
	// maxLineBytes bounds a line of input: a line of hex for a payload of 128 MiB.
	maxLineBytes = 256 << 20

	lineBufferBytes = 256 << 10
)

// byteOrderMark is what some shells put in front of what they pipe.
const byteOrderMark = "\ufeff"

// lines reads input line by line.
type lines struct {
	r *bufio.Reader
	// long holds a line that does not fit into the buffer of r.
	long   []byte
	number int
}

func newLines(r io.Reader) *lines { return &lines{r: bufio.NewReaderSize(r, lineBufferBytes)} }

// Number returns the number of the line that Next returned last, from 1.
func (l *lines) Number() int { return l.number }

// Drained reports whether the next line has to be waited for.
func (l *lines) Drained() bool { return l.r.Buffered() == 0 }

// Next returns the next line without the white space around it, or io.EOF. The
// line is valid until the next call.
func (l *lines) Next() ([]byte, error) {
	line, err := l.read()
	if l.number == 1 {
		line = bytes.TrimPrefix(line, []byte(byteOrderMark))
	}
	return bytes.TrimSpace(line), err
}

// read returns the next line. The last one needs no newline.
func (l *lines) read() ([]byte, error) {
	l.long = l.long[:0]
	l.number++
	for {
		part, err := l.r.ReadSlice('\n')
		if len(l.long)+len(part) > maxLineBytes {
			return nil, fmt.Errorf("line %d is longer than %d MiB", l.number, maxLineBytes>>20)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			l.long = append(l.long, part...)
			continue
		case err != nil && (!errors.Is(err, io.EOF) || len(l.long)+len(part) == 0):
			return nil, err
		case len(l.long) == 0:
			return part, nil
		}
		l.long = append(l.long, part...)
		return l.long, nil
	}
}
