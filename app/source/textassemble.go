package source

import (
	"bytes"
	"unicode/utf8"
)

// textAssembler puts together the objects in the lines of one writer.
type textAssembler struct {
	level *textLevel
	ctx   lineContext // of the current line
	// goesOn is true if the current line goes on in what comes next.
	goesOn bool

	token tokenizer
	open  bool // an object is begun
	// carry is the text of the open object that came in earlier pieces.
	carry   []byte
	tooLong bool
	start   textElement // what is known of the open object
	// restored is the state of the open object where the line began.
	restored struct {
		token tokenizer
		carry int
		valid bool
	}

	arrays   int   // open ones around the objects
	array    int64 // where the outermost of them begins
	document int

	broken textElement // waits for where it ends; its text is its own
	wait   bool

	line lineSummary
	zero struct{ offset, size int64 } // the run of zero bytes being passed
}

// lineSummary says what a line has besides objects.
type lineSummary struct {
	offset, size int64  // of the text from its first byte that is no object to its last
	text         []byte // its beginning
	ours         bool   // the line has an object
	broken       bool   // or the beginning of one
	trace        bool   // there is something in it that only JSON has, or no text has
	words        bool   // it has letters
}

// lineTextBytes is how much of a line's text is kept to be quoted.
const lineTextBytes = 80

func (a *textAssembler) beginLine() {
	a.restored.valid = false
	if a.open && a.token.state != inString && a.token.state != inEscape && a.token.state != inHex {
		a.restored.token, a.restored.carry, a.restored.valid = a.token, len(a.carry), true
	}
}

// offsetOf returns where in the file a byte of the current text is.
func (a *textAssembler) offsetOf(at int64) int64 {
	if a.level.depth > 0 {
		return a.level.span.offset
	}
	return at
}

// endOf is offsetOf for the end of something.
func (a *textAssembler) endOf(at int64) int64 {
	if a.level.depth > 0 {
		return a.level.span.end()
	}
	return at
}

// feed takes a piece of a line, whose first byte is at offset base of the text.
func (a *textAssembler) feed(p []byte, base int64) {
	s := a.level.scanner
	for i := 0; i < len(p) && !s.stopped; {
		if a.open {
			i = a.follow(p, i, base)
			continue
		}
		c := p[i]
		if c != 0 {
			a.endZero()
		}
		switch {
		case c == '\n':
			i++
			a.endLine(base + int64(i))
		case c == ' ' || c == '\r' || c == '\t' || c == ',' || c == 0x1e:
			i++
		case c == 0:
			n := 1
			for i+n < len(p) && p[i+n] == 0 {
				n++
			}
			if a.zero.size == 0 {
				a.flush(base + int64(i))
				a.zero.offset = a.offsetOf(base + int64(i))
			}
			a.zero.size += int64(n)
			i += n
		case c == '{' && beginsObject(p[i:]):
			a.flush(base + int64(i))
			a.begin(base + int64(i))
		case c == '[' && beginsArray(p[i:]):
			a.flush(base + int64(i))
			if a.arrays == 0 {
				s.documents++
				a.document, a.array = s.documents, a.offsetOf(base+int64(i))
			}
			a.arrays++
			i++
		case c == ']':
			a.closeArray(base + int64(i))
			i++
		case c == utf8BOM[0] && bytes.HasPrefix(p[i:], []byte(utf8BOM)):
			i += len(utf8BOM)
		default:
			i += a.other(p[i:], base+int64(i))
		}
	}
}

// beginsObject reports whether an object can begin so.
func beginsObject(p []byte) bool {
	rest := bytes.TrimLeft(p[1:], " \r\n\t")
	return len(rest) == 0 || rest[0] == '"' || rest[0] == '}'
}

// beginsArray reports whether an array of objects can begin so.
func beginsArray(p []byte) bool {
	rest := bytes.TrimLeft(p[1:], " \r\n\t")
	return len(rest) == 0 || rest[0] == '{' || rest[0] == '[' || rest[0] == ']'
}

func (a *textAssembler) closeArray(at int64) {
	if a.arrays == 0 {
		a.pass(passedUnopened, a.offsetOf(at), 1, nil)
		return
	}
	if a.arrays--; a.arrays == 0 {
		a.document = 0
	}
}

// begin opens an object.
func (a *textAssembler) begin(at int64) {
	l := a.level
	a.token.begin()
	a.open, a.tooLong, a.carry, a.restored.valid = true, false, a.carry[:0], false
	a.start = textElement{offset: a.offsetOf(at), ctx: a.ctx, at: l.path, document: a.document}
	a.start.at.depth = l.depth
	a.start.at.spots[l.depth] = textSpot{at, a.ctx}
}

// follow reads on in the open object, from p[i] on, and returns where that ended.
func (a *textAssembler) follow(p []byte, i int, base int64) int {
	s := a.level.scanner
	n, result := a.token.feed(p[i:], s.table)
	end := i + n
	switch result {
	case tokenMore:
		a.keep(p[i:end])
	case tokenDone:
		text := p[i:end]
		if len(a.carry) > 0 || a.tooLong {
			a.keep(text)
			text = a.carry
		}
		e := a.start
		e.size, e.text, e.keys = a.endOf(base+int64(end))-e.offset, text, a.token.keys
		e.rounded, e.beyond = a.token.rounded, a.token.beyond
		if a.tooLong || len(text) > s.max {
			e.text = nil
		}
		a.open = false
		a.line.ours = s.element(&e, a.level.depth) || a.line.ours
	case tokenBroken:
		return a.breaks(p, i, end, base)
	}
	return end
}

// keep adds to the text of the open object.
func (a *textAssembler) keep(text []byte) {
	if a.tooLong = a.tooLong || len(a.carry)+len(text) > a.level.scanner.max; a.tooLong {
		a.carry = a.carry[:0]
		return
	}
	a.carry = append(a.carry, text...)
}

// breaks deals with an object that cannot go on with p[end]; the part of it in p begins
// at p[i]. It returns where to read on.
func (a *textAssembler) breaks(p []byte, i, end int, base int64) int {
	// A line of another program between the lines of an object does not break it.
	if a.restored.valid && i == 0 && p[end] != 0 {
		line, whole := bytes.CutSuffix(p, []byte("\n"))
		if whole && isPlainText(line) && !bytes.ContainsAny(bytes.TrimLeft(line, " \t")[:1], `"{}[],:`) {
			a.token, a.carry = a.restored.token, a.carry[:min(a.restored.carry, len(a.carry))]
			a.pass(passedLine, a.offsetOf(base), int64(len(line)), line)
			return len(p)
		}
	}
	a.keep(p[i:end])
	fragment := a.carry
	a.open = false
	if a.nested(fragment, base+int64(end)) {
		return end
	}
	again := restartIn(fragment)
	inPiece := len(fragment)-again <= end-i || a.contiguous(fragment, base+int64(end))
	// A line or a text that ends within its first name is not where another object begins.
	cutName := again > 0 && p[end] < ' ' && bytes.Count(fragment[again:], []byte{'"'}) == 1
	if again > 0 && inPiece && !a.tooLong && !cutName {
		at := base + int64(end) - int64(len(fragment)-again)
		rest := bytes.Clone(fragment[again:])
		a.breakOff(fragment[:again], at)
		a.flush(at)
		a.begin(at)
		// What is fed again cannot be broken: it is the beginning of an object, or white space.
		_, _ = a.token.feed(rest, a.level.scanner.table)
		a.keep(rest)
		return end
	}
	a.breakOff(fragment, base+int64(end))
	return end
}

// restartTail is how far back from where an object breaks the one may begin that broke
// it: a record that was cut is often followed by the next one without a line end.
const restartTail = 8

// restartIn returns where in the tail of a fragment another object begins, 0 for none.
func restartIn(fragment []byte) int {
	tail := max(len(fragment)-restartTail, 1)
	if tail >= len(fragment) {
		return 0
	}
	if i := bytes.LastIndex(fragment[tail:], []byte(`{"`)); i >= 0 {
		return tail + i
	}
	return 0
}

// contiguous reports whether all of a fragment that ends at an offset stands in one
// piece of the text.
func (a *textAssembler) contiguous(fragment []byte, end int64) bool {
	return !a.tooLong && a.start.at.spots[a.level.depth].offset+int64(len(fragment)) == end
}

// maxNestedTries is how many objects in a fragment are tried.
const maxNestedTries = 4

// nested looks for a whole record in a fragment, where a value should be: a record that
// was cut behind a colon is followed by the next one. It tells both, and reports whether
// there is one.
func (a *textAssembler) nested(fragment []byte, end int64) bool {
	if !a.contiguous(fragment, end) {
		return false
	}
	s := a.level.scanner
	for try, at := 0, 1; try < maxNestedTries; try++ {
		next := bytes.Index(fragment[at:], []byte(`{"`))
		if next < 0 {
			return false
		}
		at += next
		before := bytes.TrimRight(fragment[:at], " \r\n\t")
		var token tokenizer
		token.begin()
		n, result := token.feed(fragment[at:], s.table)
		_, record := s.table.kindOf(token.keys)
		if result == tokenDone && bytes.HasSuffix(before, []byte(":")) && record && !bytes.HasSuffix(before, []byte(`"record":`)) {
			text := bytes.Clone(fragment[at:])
			start := end - int64(len(text))
			a.breakOff(fragment[:at], start)
			a.flush(start)
			a.begin(start)
			a.follow(text[:n], 0, start)
			if rest := bytes.Trim(text[n:], ", \r\n\t"); len(rest) > 0 {
				a.line.add(rest, a.offsetOf(start+int64(n)), a.endOf(end))
			}
			return true
		}
		at += 2
	}
	return false
}

// breakOff takes the beginning of an object for one that is not whole. It waits for
// where its line ends, which belongs to it.
func (a *textAssembler) breakOff(text []byte, end int64) {
	if a.token.unsure() && len(text) < 64 {
		// It may be no JSON at all: "{x}".
		a.line.add(text, a.start.offset, a.endOf(end))
		a.line.trace = true
		return
	}
	a.takeBroken(text, end)
}

func (a *textAssembler) takeBroken(text []byte, end int64) {
	a.broken = a.start
	a.broken.kind, a.broken.keys, a.broken.text = elementBroken, a.token.keys, bytes.Clone(text)
	a.broken.rounded, a.broken.beyond = a.token.rounded, a.token.beyond
	if a.tooLong {
		a.broken.text = nil
	}
	a.broken.size = a.endOf(end) - a.broken.offset
	a.wait, a.line.broken = true, true
}

// flush tells the broken object that waits; what comes next is not part of it.
func (a *textAssembler) flush(end int64) {
	if !a.wait {
		return
	}
	a.wait = false
	if a.level.depth == 0 && end > a.broken.offset {
		a.broken.size = end - a.broken.offset
	}
	e := a.broken
	a.broken.text = nil
	a.level.scanner.told(&e)
}

// other passes text that is neither an object nor stands between two. It returns how
// much that is.
func (a *textAssembler) other(p []byte, at int64) int {
	n := 1
	for n < len(p) {
		next := bytes.IndexAny(p[n:], "{[\n\x00")
		if next < 0 {
			n = len(p)
			break
		}
		n += next
		if c := p[n]; c == '\n' || c == 0 || c == '{' && beginsObject(p[n:]) || c == '[' && beginsArray(p[n:]) {
			break
		}
		n++
	}
	a.line.add(p[:n], a.offsetOf(at), a.endOf(at+int64(n)))
	return n
}

// add takes text of the line that is no object.
func (l *lineSummary) add(text []byte, offset, end int64) {
	if l.size == 0 {
		l.offset = offset
	}
	l.size = max(end-l.offset, 1)
	l.text = append(l.text, text[:min(len(text), lineTextBytes-min(len(l.text), lineTextBytes))]...)
	l.trace = l.trace || !isPlainText(text)
	l.words = l.words || bytes.ContainsFunc(text, isLetter)
}

func isLetter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0x80
}

// isPlainText reports whether text is known to hold no part of a record: it is readable
// and has nothing that only JSON has.
func isPlainText(text []byte) bool {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n <= 1 || r < ' ' && r != '\t' && r != '\r' && r != '\n' && r != 0x1b {
			return false
		}
		i += n
	}
	for _, trace := range [...]string{`":`, `{"`, `"}`, `\"`, `",`, `"]`, `}}`} {
		if bytes.Contains(text, []byte(trace)) {
			return false
		}
	}
	return true
}

// endLine tells what the line had besides objects.
func (a *textAssembler) endLine(at int64) {
	a.flush(at - 1)
	l := &a.line
	if l.size > 0 && !(l.broken && l.trace) {
		kind := passedLine
		switch {
		case isScalar(l.text):
			kind = passedValue
		case l.trace || !l.words && !l.ours:
			kind = passedFragment
		case l.ours:
			kind = passedBeside
		}
		a.pass(kind, l.offset, l.size, l.text)
	}
	a.line = lineSummary{text: l.text[:0]}
}

// isScalar reports whether a line is a JSON value without structure.
func isScalar(text []byte) bool {
	text = bytes.TrimRight(bytes.TrimSpace(text), ",")
	switch string(text) {
	case "true", "false", "null":
		return true
	}
	return len(text) > 0 && len(text) < lineTextBytes && bytes.Trim(text, "0123456789.eE+-") == nil
}

func (a *textAssembler) endZero() {
	if a.zero.size > 0 {
		a.pass(passedNUL, a.zero.offset, a.zero.size, nil)
		a.zero.size = 0
	}
}

func (a *textAssembler) pass(kind passedKind, offset, size int64, text []byte) {
	if s := a.level.scanner; s.passed != nil {
		s.passed(passedText{kind, offset, size, text})
	}
}

// finish tells what is open where the text ends, at end.
func (a *textAssembler) finish(end int64) {
	if a.level.scanner.stopped {
		return
	}
	a.endZero()
	if a.open {
		a.open = false
		if !a.nested(a.carry, end) {
			a.takeBroken(a.carry, end)
			a.broken.cut = true
		}
	}
	cut := a.wait && a.broken.cut
	a.endLine(end + 1)
	if a.arrays > 0 && !cut {
		a.pass(passedUnclosed, a.array, end-a.array, nil)
	}
	a.arrays = 0
}
