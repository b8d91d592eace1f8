package source

import (
	"encoding/binary"
	"fmt"
	"io"
	"sort"
	"unicode/utf16"
	"unicode/utf8"
)

// plainText is a text in UTF-8, whatever its file is in.
type plainText struct {
	r    io.ReaderAt
	size int64
	wide *wideText // of a file in UTF-16, else nil
}

// newPlainText looks what a text is in.
func newPlainText(r io.ReaderAt, size int64, head []byte) (plainText, error) {
	order, wide := utf16OrderOf(head)
	if !wide {
		return plainText{r: r, size: size}, nil
	}
	w, err := newWideText(r, size, order)
	return plainText{r: w, size: w.size, wide: w}, err
}

// fileOffset returns where in the file a byte of the text is.
func (t *plainText) fileOffset(offset int64) int64 {
	if t.wide == nil {
		return offset
	}
	return t.wide.fileOffset(offset)
}

// utf16OrderOf reports whether a text is in UTF-16: it says so, or every other byte of
// its beginning is zero.
func utf16OrderOf(head []byte) (order binary.ByteOrder, is bool) {
	switch {
	case len(head) < 4:
		return nil, false
	case head[0] == 0xff && head[1] == 0xfe && (head[2] != 0 || head[3] != 0):
		return binary.LittleEndian, true
	case head[0] == 0xfe && head[1] == 0xff:
		return binary.BigEndian, true
	}
	var zero, text [2]int
	head = head[:len(head)&^1]
	for i, c := range head {
		if c == 0 {
			zero[i&1]++
		} else if c >= ' ' && c < 0x7f || isSpace(c) {
			text[i&1]++
		}
	}
	half := len(head) / 2
	switch {
	case zero[1] >= half-half/8 && text[0] >= half-half/8:
		return binary.LittleEndian, true
	case zero[0] >= half-half/8 && text[1] >= half-half/8:
		return binary.BigEndian, true
	}
	return nil, false
}

// wideText reads a text in UTF-16 as UTF-8. Of every wideStride bytes of the file it
// keeps where they are in the text.
type wideText struct {
	r        io.ReaderAt
	fileSize int64
	order    binary.ByteOrder
	size     int64   // of the text
	starts   []int64 // of the text in each stride of the file
}

// wideStride is how much of the file is turned at once; a multiple of two.
const wideStride = 64 << 10

func newWideText(r io.ReaderAt, fileSize int64, order binary.ByteOrder) (*wideText, error) {
	w := &wideText{r: r, fileSize: fileSize, order: order}
	var buf []byte
	for at := int64(0); at < fileSize; at += wideStride {
		w.starts = append(w.starts, w.size)
		var err error
		if buf, err = w.stride(buf[:0], len(w.starts)-1, nil); err != nil {
			return w, err
		}
		w.size += int64(len(buf))
	}
	return w, nil
}

// stride appends the text in a stride of the file. A pair of units that goes beyond its
// end is of this stride. units, if not nil, is told where each character begins.
func (w *wideText) stride(dst []byte, i int, units func(text int, file int64)) ([]byte, error) {
	base := int64(i) * wideStride
	from := max(base-2, 0)
	raw := make([]byte, min(wideStride+2+(base-from), w.fileSize-from))
	if n, err := w.r.ReadAt(raw, from); n < len(raw) {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return dst, fmt.Errorf("at byte %d: %w", from+int64(n), err)
	}
	at := int(base - from)
	if at == 2 && len(raw) >= 4 && utf16.DecodeRune(rune(w.order.Uint16(raw)), rune(w.order.Uint16(raw[2:]))) != utf8.RuneError {
		at += 2 // the second half of a pair of the stride before
	}
	for end := int(min(base+wideStride, w.fileSize) - from); at < end; {
		if units != nil {
			units(len(dst), from+int64(at))
		}
		if at+1 >= len(raw) {
			dst = utf8.AppendRune(dst, utf8.RuneError) // half a unit
			break
		}
		c := rune(w.order.Uint16(raw[at:]))
		at += 2
		if utf16.IsSurrogate(c) {
			pair := utf8.RuneError
			if at+1 < len(raw) {
				pair = utf16.DecodeRune(c, rune(w.order.Uint16(raw[at:])))
			}
			if c = pair; pair != utf8.RuneError {
				at += 2
			}
		}
		dst = utf8.AppendRune(dst, c)
	}
	return dst, nil
}

// strideAt returns the stride that has a byte of the text.
func (w *wideText) strideAt(offset int64) int {
	return sort.Search(len(w.starts), func(i int) bool { return w.starts[i] > offset }) - 1
}

// ReadAt implements io.ReaderAt for the text.
func (w *wideText) ReadAt(p []byte, offset int64) (n int, err error) {
	var buf []byte
	for n < len(p) && offset < w.size {
		i := w.strideAt(offset)
		if buf, err = w.stride(buf[:0], i, nil); err != nil {
			return n, err
		}
		skip := offset - w.starts[i]
		if skip >= int64(len(buf)) {
			return n, io.ErrUnexpectedEOF // it was there when the file was first read
		}
		m := copy(p[n:], buf[skip:])
		n, offset = n+m, offset+int64(m)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// fileOffset returns where in the file a byte of the text is.
func (w *wideText) fileOffset(offset int64) int64 {
	if offset >= w.size || len(w.starts) == 0 {
		return w.fileSize
	}
	i := w.strideAt(offset)
	at := int64(i) * wideStride
	// A file that cannot be read any more is located as well as can be.
	_, _ = w.stride(nil, i, func(text int, file int64) {
		if w.starts[i]+int64(text) <= offset {
			at = file
		}
	})
	return at
}
