package source

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/bits"

	"github.com/zeebo/xxh3"

	"chainglass/wire"
)

// textScanner finds the JSON objects in a text, whatever stands between and around
// them, and says where each is and what is known of it:
//
//	file ── lines ── what programs put in front is taken off ── objects ── classified
//	                                                               │
//	             lines ◂── the text in an object of a collector ◂──┘
//
// Arrays are transparent: an object is found at any depth of them. An object may go
// over several lines, each with something in front, between lines of other nodes.
// It holds one object in memory, or several halves where nodes interleave.
//
// The scan can begin at any object, see [resume]. What it says of an object does not
// depend on where it began.
type textScanner struct {
	table *keyTable
	max   int // bytes of an object that is handed out
	// emit is told each object, in order. It returns false to stop.
	emit func(*textElement) bool
	// passed is told what is no object; nil if that is of no interest.
	passed func(passedText)

	stopped bool
	top     *textLevel
	inner   [maxNesting]map[string]*textLevel
	// documents counts the arrays that were begun outside of any other.
	documents int
	// from is where the scan began; its levels above entered are still to come.
	from    resume
	entered int
}

// maxNesting is how many collectors of logs may have wrapped a line, one around the
// other.
const maxNesting = 3

// textSpot is a place in a text, and what stands around its line.
type textSpot struct {
	offset int64
	ctx    lineContext
}

// resume is where an object begins: in the file, and in each text that was taken out
// of an object. A scan can begin there.
type resume struct {
	spots [maxNesting]textSpot
	depth int // the level of the object
}

// elementKind says what an object is, going by its keys.
type elementKind uint8

const (
	elementRecord elementKind = iota // chain says of which kind
	elementRow                       // an entry whose kind is not told
	elementBroken                    // the beginning of an object that is not whole
	elementSnapshot
	elementForeign // an object of something else
	elementMissing // a collector left the text out
)

// textElement is an object of a text.
type textElement struct {
	kind  elementKind
	chain wire.ChainKind
	// text is valid during the call; nil if it is longer than the scanner hands out.
	text []byte
	keys keyBits
	// offset and size are where it is in the file; one inside the object of a collector
	// is where that is.
	offset, size int64
	ctx          lineContext
	at           resume
	// document is the array it is an element of, 0 if it is none.
	document int
	// cut is true if the text ends before the object does.
	cut bool
	// isRow is true for a row around a record or its bytes.
	isRow           bool
	rounded, beyond int
}

// passedKind says what a stretch of text is that is no object.
type passedKind uint8

const (
	passedLine     passedKind = iota // a line of plain text
	passedBeside                     // plain text on the line of a record
	passedValue                      // a JSON value that is no object
	passedFragment                   // text that may be a part of a record
	passedNUL                        // zero bytes
	passedUnclosed                   // an array that does not end
	passedUnopened                   // the end of an array that has no beginning

	passedKinds // count
)

// passedText is a stretch of text that is no object.
type passedText struct {
	kind         passedKind
	offset, size int64
	text         []byte // its beginning
}

func newTextScanner(max int) *textScanner {
	s := &textScanner{table: newKeyTable(), max: max}
	s.reset(resume{})
	return s
}

// reset makes the scan begin at an object, or at the start of the text.
func (s *textScanner) reset(from resume) {
	s.stopped, s.documents = false, 0
	s.from, s.entered = from, 0
	s.top = &textLevel{scanner: s}
	s.inner = [maxNesting]map[string]*textLevel{}
	if from != (resume{}) {
		s.top.resume(from.spots[0].ctx)
	}
}

// textWindow is how a scan reads a file: little at first, in case it stops soon.
type textWindow struct {
	r    io.ReaderAt
	size int64
	hash *xxh3.Hasher // sums up what is read; may be nil
	buf  []byte
}

const (
	// scanChunkBytes is how much of a file is read at once, firstChunkBytes how much at
	// first.
	scanChunkBytes  = 256 << 10
	firstChunkBytes = 16 << 10
)

// scan finds the objects from where the scanner was reset to, until emit says to stop.
// tick is told how many bytes of the file have been passed, and may be nil.
func (w *textWindow) scan(ctx context.Context, s *textScanner, tick func(n int64)) error {
	base, have, chunk := s.from.spots[0].offset, 0, firstChunkBytes
	if tick != nil {
		chunk = scanChunkBytes
	}
	for !s.stopped {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := int(min(w.size-base-int64(have), int64(chunk)))
		if need := have + max(n, 0); cap(w.buf) < need {
			w.buf = append(make([]byte, 0, max(need, min(2*need, 2*scanChunkBytes))), w.buf[:have]...)
		}
		w.buf = w.buf[:have+max(n, 0)]
		if n > 0 {
			m, err := w.r.ReadAt(w.buf[have:], base+int64(have))
			if w.hash != nil {
				_, _ = w.hash.Write(w.buf[have : have+m]) // a hash in memory does not fail
			}
			if m < n {
				if err == nil || err == io.EOF {
					err = io.ErrUnexpectedEOF // the file was longer when it was opened
				}
				return fmt.Errorf("at byte %d: %w", base+int64(have+m), err)
			}
		}
		final := base+int64(len(w.buf)) >= w.size
		done := s.top.feed(w.buf, base, final)
		if final {
			if !s.stopped {
				s.finish(w.size)
			}
			if tick != nil {
				tick(int64(len(w.buf)))
			}
			return nil
		}
		have = copy(w.buf, w.buf[done:])
		base += int64(done)
		chunk = min(2*chunk, scanChunkBytes)
		if tick != nil {
			tick(int64(done))
		}
	}
	return nil
}

// finish tells what is open where the text ends.
func (s *textScanner) finish(end int64) {
	for depth := maxNesting - 1; depth >= 0; depth-- {
		for _, level := range s.inner[depth] {
			level.finish(end)
		}
	}
	s.top.finish(end)
}

// textLevel divides a text into lines and hands each to the assembler of who wrote it.
type textLevel struct {
	scanner *textScanner
	depth   int
	// outer, path and span tell of the object that the text was taken out of.
	outer lineContext
	path  resume
	span  textSpan

	plain  *textAssembler            // of lines with nothing in front
	others map[string]*textAssembler // by node and stream
	last   *textAssembler            // of others, the last one that was asked for
	lastOf lineContext

	current *textAssembler
	inLine  bool
}

// resume makes what comes next go on in a line that stands in ctx.
func (l *textLevel) resume(ctx lineContext) {
	l.current = l.assembler(ctx)
	l.current.ctx, l.inLine = ctx, true
	l.current.beginLine()
	l.current.goesOn = ctx.partial
}

// feed takes text whose first byte is at offset base. It returns how much of it was
// taken: a line whose beginning says too little yet is left.
func (l *textLevel) feed(p []byte, base int64, final bool) (done int) {
	for done < len(p) && !l.scanner.stopped {
		rest := p[done:]
		end := bytes.IndexByte(rest, '\n')
		if !l.inLine {
			if end < 0 && len(rest) < maxPrefixBytes && !final {
				return done
			}
			mark := 0
			if bytes.HasPrefix(rest, []byte(utf8BOM)) {
				mark = len(utf8BOM)
			}
			ctx, n := linePrefix(rest[mark:], l.outer)
			n += mark
			l.current = l.assembler(ctx)
			l.current.ctx = ctx
			l.inLine = true
			if !l.current.goesOn {
				l.current.beginLine()
			}
			l.current.goesOn = ctx.partial
			done += n
			if rest = rest[n:]; end >= 0 {
				end -= n
			}
		}
		piece := rest
		if end >= 0 {
			piece, l.inLine = rest[:end+1], false
			if l.current.ctx.partial {
				piece = bytes.TrimSuffix(rest[:end], []byte("\r"))
			}
		}
		l.current.feed(piece, base+int64(done))
		done += len(piece)
		if end >= 0 && l.current.ctx.partial {
			done += end + 1 - len(piece) // the line end that is the collector's
		}
	}
	return done
}

// assembler returns the assembler of lines that stand in ctx.
func (l *textLevel) assembler(ctx lineContext) *textAssembler {
	if ctx.wrapper == l.outer.wrapper && ctx.node == l.outer.node && ctx.stream == l.outer.stream {
		if l.plain == nil {
			l.plain = &textAssembler{level: l}
		}
		return l.plain
	}
	if l.last != nil && ctx.node == l.lastOf.node && ctx.stream == l.lastOf.stream {
		return l.last
	}
	key := ctx.stream + "\x00" + ctx.node
	a := l.others[key]
	if a == nil {
		if len(l.others) >= maxNames {
			key = "" // their lines are kept apart no longer
			a = l.others[key]
		}
		if l.others == nil {
			l.others = map[string]*textAssembler{}
		}
		if a == nil {
			a = &textAssembler{level: l}
			l.others[key] = a
		}
	}
	l.last, l.lastOf = a, ctx
	return a
}

func (l *textLevel) finish(end int64) {
	if l.plain != nil {
		l.plain.finish(end)
	}
	for _, a := range l.others {
		a.finish(end)
	}
}

// unwrap scans the text in an object of a collector of logs.
func (s *textScanner) unwrap(e *textElement, depth int) bool {
	if depth+1 >= maxNesting || e.text == nil {
		return false
	}
	u, ok := unwrap(e.text, e.ctx)
	if !ok {
		return false
	}
	if u.missing {
		e.kind, e.ctx = elementMissing, u.ctx
		s.told(e)
		return true
	}
	if s.inner[depth+1] == nil {
		s.inner[depth+1] = map[string]*textLevel{}
	}
	key := u.ctx.stream + "\x00" + u.ctx.node
	if s.inner[depth+1][key] == nil && len(s.inner[depth+1]) >= maxNames {
		key = ""
	}
	level := s.inner[depth+1][key]
	if level == nil {
		level = &textLevel{scanner: s, depth: depth + 1}
		s.inner[depth+1][key] = level
	}
	level.outer, level.path, level.span = u.ctx, e.at, textSpan{e.offset, e.size}
	skip := int64(0)
	if s.from.depth > depth && s.entered == depth {
		// The scan began inside of this object.
		s.entered++
		skip = min(s.from.spots[depth+1].offset, int64(len(u.text)))
		level.resume(s.from.spots[depth+1].ctx)
	}
	level.feed(u.text[skip:], skip, true)
	return true
}

// told hands an element out.
func (s *textScanner) told(e *textElement) {
	if !s.stopped && !s.emit(e) {
		s.stopped = true
	}
}

// element says what an object is and hands it out.
func (s *textScanner) element(e *textElement, depth int) (ours bool) {
	t := s.table
	switch kind, whole := t.kindOf(e.keys); {
	case e.keys&t.row != 0 && s.row(e):
	case e.keys&t.snapshot == t.snapshot:
		e.kind = elementSnapshot
	case whole:
		e.kind, e.chain = elementRecord, recordKinds()[kind].ID
	case e.keys&t.wrapper != 0 && (bits.OnesCount64(uint64(e.keys)) < 3 || !t.couldBeOurs(e.keys)) && s.unwrap(e, depth):
		return true // told already
	case e.keys != 0 && t.couldBeOurs(e.keys):
		e.kind = elementRow // a record without all that it needs
	default:
		e.kind = elementForeign
	}
	s.told(e)
	return e.kind != elementForeign
}

// row looks whether an object is a row around a record.
func (s *textScanner) row(e *textElement) bool {
	if e.text == nil {
		return false
	}
	what := recogniseJSON(e.text)
	switch what.shape {
	case shapeRecord:
		e.kind, e.chain = elementRecord, what.kind
	case shapeSnapshot:
		e.kind = elementSnapshot
	case shapePayload, shapeFailed:
		e.kind = elementRow
	default:
		return false
	}
	e.isRow = true
	if name := unquoted(member(e.text, "chain")); name != "" {
		e.ctx.node, e.ctx.channel = splitChainName(name, e.chain)
		e.ctx.wrapper = wrapperChains
	}
	return true
}
