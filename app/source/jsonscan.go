package source

import (
	"bytes"
	"io"
	"strings"

	"github.com/zeebo/xxh3"
)

// textForm is how a file strings JSON values together.
type textForm uint8

const (
	formLines  textForm = iota // one value a line
	formArray                  // the elements of one array
	formValues                 // values one after the other, of any number of lines
)

// element is one JSON value of a file, or a line that should be one.
type element struct {
	offset, size int64
	text         []byte // valid until the next one; nil if longer than the scanner allows
	// cut is true if the file ends before the value does. Of a line that is not
	// known without parsing it.
	cut bool
}

// jsonScanner finds the values of a file without understanding them and without
// holding more than one in memory.
type jsonScanner struct {
	r    io.ReaderAt
	size int64
	form textForm
	max  int // bytes of an element that is handed out

	buf  []byte // a window of the file
	base int64  // of buf in the file
	pos  int    // in buf, of what comes next
	// closed is set where an array ends: the scanner stands at its bracket.
	closed bool
	// hash, if set, sums up the bytes that are read, once each and in order.
	hash *xxh3.Hasher
}

// scanChunkBytes is how much of a file is read at once.
const scanChunkBytes = 256 << 10

// seek makes the element at offset the next one.
func (s *jsonScanner) seek(offset int64) {
	s.buf, s.base, s.pos, s.closed = s.buf[:0], offset, 0, false
}

// offset returns where the scanner is.
func (s *jsonScanner) offset() int64 { return s.base + int64(s.pos) }

// next returns the next element, or io.EOF behind the last.
func (s *jsonScanner) next() (element, error) {
	if err := s.skipBetween(); err != nil {
		return element{}, err
	}
	e := element{offset: s.offset(), cut: s.form != formLines}
	end := s.ending()
	tooLong, scanned := false, 0 // scanned counts the bytes of buf behind pos
	for {
		n, done := end.scan(s.buf[s.pos+scanned:])
		scanned += n
		if done {
			e.cut = false
			break
		}
		if tooLong = tooLong || scanned > s.max; tooLong {
			s.pos, scanned = s.pos+scanned, 0
		}
		if err := s.more(); err == io.EOF {
			break
		} else if err != nil {
			return element{}, err
		}
	}
	if !tooLong && scanned <= s.max {
		e.text = s.buf[s.pos : s.pos+scanned]
	}
	s.pos += scanned
	e.size = s.offset() - e.offset
	return e, nil
}

// skipBetween skips what stands between two elements.
func (s *jsonScanner) skipBetween() error {
	for {
		for ; s.pos < len(s.buf); s.pos++ {
			b := s.buf[s.pos]
			if isSpace(b) || s.form == formArray && b == ',' {
				continue
			}
			if s.form == formArray && b == ']' {
				s.closed = true
				return io.EOF
			}
			if b != utf8BOM[0] {
				return nil
			}
			if skipped, err := s.skipBOM(); !skipped {
				return err
			}
		}
		if err := s.more(); err != nil {
			return err
		}
	}
}

// skipBOM skips a byte order mark, which files that were put together have inside
// as well, up to its last byte.
func (s *jsonScanner) skipBOM() (skipped bool, err error) {
	if len(s.buf)-s.pos < len(utf8BOM) {
		if err := s.more(); err != nil && err != io.EOF {
			return false, err
		}
	}
	if !bytes.HasPrefix(s.buf[s.pos:], []byte(utf8BOM)) {
		return false, nil
	}
	s.pos += len(utf8BOM) - 1
	return true, nil
}

// rest returns where something follows the end of an array, or -1.
func (s *jsonScanner) rest() (int64, error) {
	s.pos++ // the bracket
	s.form = formValues
	err := s.skipBetween()
	s.form = formArray
	if err == io.EOF {
		return -1, nil
	}
	return s.offset(), err
}

// listFault says what is wrong with how an array ends, once all its elements have
// been read.
func (s *jsonScanner) listFault() (f Fault, faulty bool, err error) {
	if s.form != formArray {
		return f, false, nil
	}
	if !s.closed {
		return Fault{
			Rule: "list-not-closed", Damage: true, Offset: s.size, Title: "The list is not closed",
			Detail: "The file ends where another element or the closing bracket has to come. It is most likely cut: copy it again.",
		}, true, nil
	}
	at, err := s.rest()
	if err != nil || at < 0 {
		return f, false, err
	}
	return Fault{
		Rule: "after-list", Damage: true, Offset: at, Bytes: s.size - at,
		Title:  plural(s.size-at, "byte") + " after the end of the list are not read",
		Detail: "A file holds one list, or values one after the other. Save what follows the list as a file of its own.",
	}, true, nil
}

// more drops what has been handed out from the window and reads on.
func (s *jsonScanner) more() error {
	s.base += int64(s.pos)
	s.buf = append(s.buf[:0], s.buf[s.pos:]...)
	s.pos = 0
	have := len(s.buf)
	n := int(min(s.size-s.base-int64(have), scanChunkBytes))
	if n <= 0 {
		return io.EOF
	}
	s.buf = append(s.buf, make([]byte, n)...)
	m, err := s.r.ReadAt(s.buf[have:], s.base+int64(have))
	s.buf = s.buf[:have+m]
	if s.hash != nil {
		_, _ = s.hash.Write(s.buf[have:]) // a hash in memory does not fail
	}
	if m == n {
		return nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF // the file was longer when it was opened
	}
	return err
}

func (s *jsonScanner) ending() valueEnd {
	return valueEnd{line: s.form == formLines}
}

// valueEnd finds the end of a value by its brackets and quotes. It goes on
// where it stopped, so a value may come in pieces.
type valueEnd struct {
	line      bool // the end is that of the line
	depth     int
	begun     bool
	inString  bool
	escaped   bool
	isLiteral bool
}

// scan returns how many bytes of b belong to the value and whether it ends
// there.
func (v *valueEnd) scan(b []byte) (n int, done bool) {
	if v.line {
		if i := bytes.IndexByte(b, '\n'); i >= 0 {
			return i, true
		}
		return len(b), false
	}
	for i := 0; i < len(b); i++ {
		if v.inString {
			if i += v.skipString(b[i:]); i == len(b) {
				break
			}
			if v.inString = false; v.depth == 0 {
				return i + 1, true
			}
			continue
		}
		switch c := b[i]; {
		case v.isLiteral:
			if isSpace(c) || strings.IndexByte(`,]}{["`, c) >= 0 {
				return i, true
			}
		case c == '"':
			v.inString = true
		case c == '{' || c == '[':
			v.depth++
		case c == '}' || c == ']':
			if v.depth--; v.depth <= 0 {
				return i + 1, true
			}
		case !v.begun:
			v.isLiteral = true
		}
		v.begun = true
	}
	return len(b), false
}

// skipString returns where in b the string it begins in ends: the index of its
// closing quote, or len(b).
func (v *valueEnd) skipString(b []byte) int {
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case v.escaped:
			v.escaped = false
		case c == '"':
			return i
		case c == '\\':
			v.escaped = true
		}
	}
	return len(b)
}

func isSpace(b byte) bool { return b == ' ' || b == '\n' || b == '\r' || b == '\t' }

// isWhole reports whether text is one value from its first byte to its last,
// going by brackets and quotes.
func isWhole(text []byte) bool {
	var v valueEnd
	n, done := v.scan(text)
	return done && n == len(text)
}

// members calls yield with the key, its quotes removed, and the value of each
// member of the object text, as far as that goes by brackets and quotes. Keys
// with escapes are passed as they are.
func members(text []byte, yield func(key, value []byte)) {
	text, ok := bytes.CutPrefix(bytes.TrimSpace(text), []byte("{"))
	for ok {
		text = bytes.TrimLeft(text, " \n\r\t,")
		if len(text) == 0 || text[0] != '"' {
			return
		}
		var key, value []byte
		if key, text = cutValue(text); len(key) < 2 {
			return
		}
		if text, ok = bytes.CutPrefix(bytes.TrimLeft(text, " \n\r\t"), []byte(":")); !ok {
			return
		}
		value, text = cutValue(bytes.TrimLeft(text, " \n\r\t"))
		if len(value) == 0 {
			return
		}
		yield(bytes.Trim(key, `"`), value)
	}
}

// cutValue divides text behind the value it begins with.
func cutValue(text []byte) (value, rest []byte) {
	var v valueEnd
	n, _ := v.scan(text)
	return text[:n], text[n:]
}
