package source

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"github.com/zeebo/xxh3"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/serdejson"
)

// mayHoldText takes everything in whose beginning there is text, behind zero bytes if
// need be.
func mayHoldText(head []byte, size int64) bool {
	if _, wide := utf16OrderOf(head); wide {
		return true
	}
	text := bytes.TrimLeft(head, "\x00")
	if len(text) == 0 {
		return size > int64(len(head)) // a log that was cut while it was open begins so
	}
	return isMostlyText(text)
}

// isMostlyText reports whether nine of ten bytes are of text.
func isMostlyText(b []byte) bool {
	odd := 0
	for i, c := range b {
		if c < ' ' && !isSpace(c) && c != 0x1b && c != 0x1e && c != 0 || c == 0 && i < 16 {
			odd++
		}
	}
	return odd*10 <= len(b) && !isForeign(b)
}

// isForeign reports whether b begins as a kind of file does that is told by name.
func isForeign(b []byte) bool {
	for _, s := range foreignSignatures {
		if len(b) > len(s.magic) && string(b[:len(s.magic)]) == s.magic {
			return true
		}
	}
	return false
}

// openText opens what is text: bytes as people write them, or JSON with whatever
// stands around it.
func (x *explorer) openText(c *candidate) error {
	text, err := newPlainText(c.r, c.size, c.head)
	if err != nil {
		x.set.problem(unreadable(c.origin, err))
		return nil
	}
	if opened, err := x.openWrittenBytes(c, text); opened || err != nil {
		return err
	}
	if opened, err := x.openRecords(c, text); opened || err != nil {
		return err
	}
	if isBinary(c.head, c.size) {
		return x.openBinary(c)
	}
	return x.addUnrecognised(c)
}

// openRecords adds the records and the snapshots in a text, and tells what else is in
// it. opened is false if the text is none of ours.
func (x *explorer) openRecords(c *candidate, text plainText) (opened bool, err error) {
	f := &textFile{path: c.origin, text: text, names: newNameTable()}
	i := &textIndex{explorer: x, c: c, file: f}
	err = i.pass()
	if ctxErr := x.ctx.Err(); ctxErr != nil {
		return true, ctxErr
	}
	if err != nil {
		x.set.problem(unreadable(c.origin, err))
		return true, nil
	}
	return i.finish(), nil
}

// textIndex is the first pass over a text.
type textIndex struct {
	explorer *explorer
	c        *candidate
	file     *textFile
	streams  []*streamIndex
	tally    textTally
	bases    int
	elements int
	first    []byte // the text of the first object, as far as it is looked at
	firstAt  int64
	firstCut bool
	foreign  *toolOutput
	table    *keyTable
}

// streamIndex is what the first pass learns of a stream.
type streamIndex struct {
	reader  *textReader
	rows    int // elements that are rows whose kind is not told
	firstAt int64
	size    int64
	bytes   int64
	wrapped wrapTally
	order   documentOrder
}

// wrapTally counts what stood around the records of a stream.
type wrapTally struct {
	wrapper         string
	lines           int
	named           bool
	timed, yearless int
}

// documentOrder finds arrays that list their records from the newest to the oldest.
type documentOrder struct {
	document, first, n int
	before             recordTime
	falls, rises       bool
}

// sampleElements is how many records of an array say in which order it is.
const sampleElements = 32

// see looks at one more record, the given element of the stream. It returns the run of
// the array before that, if that is the other way round.
func (o *documentOrder) see(document, element int, e *textElement) (run elementRun, reversed bool) {
	if document != o.document || document == 0 {
		run, reversed = o.end()
		*o = documentOrder{document: document, first: element}
	}
	if document == 0 {
		return run, reversed
	}
	if o.n < sampleElements && !o.rises && e.kind == elementRecord {
		now := recordTimeOf(rowOf(e.text).record)
		if o.n > 0 {
			switch order := o.before.compare(now); {
			case order < 0:
				o.rises = true
			case order > 0:
				o.falls = true
			}
		}
		o.before = now
	}
	o.n++
	return run, reversed
}

func (o *documentOrder) end() (run elementRun, reversed bool) {
	return elementRun{o.first, o.n}, o.falls && !o.rises
}

// pass reads the whole text.
func (i *textIndex) pass() error {
	s := newTextScanner(MaxSnapshotBytes)
	i.table = s.table
	s.emit, s.passed = i.element, i.tally.pass
	window := textWindow{r: i.file.text.r, size: i.file.text.size, hash: xxh3.New()}
	err := window.scan(i.explorer.ctx, s, func(n int64) { i.explorer.progress(i.c.origin, n) })
	i.file.sum = window.hash.Sum64()
	i.tally.documents = s.documents
	return err
}

// element takes one object.
func (i *textIndex) element(e *textElement) bool {
	if i.elements++; i.elements == 1 {
		i.first, i.firstAt, i.firstCut = bytes.Clone(e.text[:min(len(e.text), headBytes)]), e.offset, e.cut
	}
	switch e.kind {
	case elementForeign:
		if i.foreign == nil {
			i.foreign = recogniseJSON(e.text).output
		}
		i.tally.count(&i.tally.foreign, e)
		return true
	case elementMissing:
		i.tally.count(&i.tally.missing, e)
		return true
	}
	if e.rounded+e.beyond > 0 {
		i.tally.number(e)
	}
	if e.kind == elementSnapshot {
		i.snapshot(e)
		return true
	}
	at := i.file.names.streamOf(e)
	for len(i.streams) <= at {
		i.streams = append(i.streams, nil)
	}
	if i.streams[at] == nil {
		r := &textReader{file: i.file, stream: at}
		i.streams[at] = &streamIndex{reader: r, firstAt: e.offset, size: e.size}
	}
	i.streams[at].add(e)
	return true
}

func (s *streamIndex) add(e *textElement) {
	r := s.reader
	if run, reversed := s.order.see(e.document, r.count, e); reversed {
		r.reversed = append(r.reversed, run)
	}
	if n := len(r.marks); n == 0 || r.count-r.marks[n-1].element >= markElements || e.at.spots[0].offset-r.marks[n-1].offset >= markBytes {
		r.marks = append(r.marks, markOf(r.count, e))
	}
	r.count++
	r.cut, r.lastSize = e.cut, e.size
	s.bytes += e.size
	if e.isRow {
		s.rows++
	}
	s.wrapped.add(&e.ctx)
}

func (w *wrapTally) add(ctx *lineContext) {
	if ctx.wrapper == "" {
		return
	}
	w.lines++
	w.wrapper = ctx.wrapper
	w.named = w.named || ctx.node != ""
	if ctx.when.known {
		w.timed++
	}
	if ctx.when.yearless {
		w.yearless++
	}
}

// snapshot adds a snapshot as a base.
func (i *textIndex) snapshot(e *textElement) {
	set, n := i.explorer.set, i.bases
	i.bases++
	at := i.file.text.fileOffset(e.offset)
	if n >= MaxBases {
		if n == MaxBases {
			set.problem(Problem{
				Level: LevelWarning, Path: i.c.origin, Offset: some(at), Title: "many snapshots",
				Detail: fmt.Sprintf("the first %d are used (limit MaxBases)", MaxBases),
				Advice: "Divide the file",
			})
		}
		return
	}
	origin := i.c.origin
	if n > 0 {
		origin = fmt.Sprintf("%s#%d", i.c.origin, n)
	}
	s, err := parseSnapshot(e.text)
	if err != nil {
		set.problem(Problem{
			Level: LevelError, Path: origin, Offset: some(at), Title: "a snapshot that does not parse", Err: err,
			Detail: fmt.Sprintf("the object at byte %d, %s: %v", at, plural(e.size, "byte"), err),
			Advice: "Save it again with `snapshot get --output json`",
		})
		return
	}
	base := Base{Node: e.ctx.node, Origin: origin, Snapshot: &s, Encoding: "JSON"}
	if base.Node == "" {
		base.home = i.c.homeOf(i.c.name)
		base.Node = base.home.node
	}
	set.Bases = append(set.Bases, base)
}

var errSnapshotTooLong = fmt.Errorf("longer than %d bytes (limit MaxSnapshotBytes)", MaxSnapshotBytes)

// parseSnapshot parses a snapshot, or the one that the row text has.
func parseSnapshot(text []byte) (snapshot.MeshOsSnapshot, error) {
	if text == nil {
		return snapshot.MeshOsSnapshot{}, errSnapshotTooLong
	}
	if !keysOf(text).all(snapshotKeys) {
		text = rowOf(text).record
	}
	c := serdejson.NewLenientCursor(text)
	s := snapshot.ReadJSONSnapshot(&c)
	if err := c.End(); err != nil {
		return snapshot.MeshOsSnapshot{}, err
	}
	return s, nil
}

// finish adds the chains and tells what else the text has. It reports whether anything
// in it is ours.
func (i *textIndex) finish() bool {
	var chains []Chain
	for n, s := range i.streams {
		of := i.file.names.streams[n]
		if !of.decided && s.rows == 0 {
			continue
		}
		chains = append(chains, i.chain(s, of))
	}
	if len(chains)+i.bases == 0 {
		return i.nothing()
	}
	for n, s := range i.streams {
		if of := i.file.names.streams[n]; !of.decided && s.rows == 0 {
			i.tally.add(passedFragment, s.reader.count, s.firstAt, s.size, s.bytes, nil)
		}
	}
	faults := i.tally.faults(i.file)
	if len(chains) == 0 {
		for _, f := range faults {
			i.explorer.set.problem(f.problem(i.c.origin))
		}
		return true
	}
	i.c.keep = true
	chains[0].Faults = append(faults, chains[0].Faults...)
	for n := range chains {
		if n > 0 {
			chains[n].Origin = fmt.Sprintf("%s#%d", i.c.origin, n)
		}
		i.explorer.addChain(chains[n])
	}
	return true
}

// chain makes a chain of a stream.
func (i *textIndex) chain(s *streamIndex, of textStream) Chain {
	r := s.reader
	r.kind = of.kind
	if run, reversed := s.order.end(); reversed {
		r.reversed = append(r.reversed, run)
	}
	c := i.c
	r.watch = &Watch{files: c.watched(), same: i.file.sameAsRead}
	if c.inside == nil && c.info != nil {
		r.watch.settled = func() bool { return r.tailIsWhole(c) }
	}
	if len(r.reversed) > 0 {
		n := 0
		for _, run := range r.reversed {
			n += run.n
		}
		i.explorer.set.problem(Problem{
			Level: LevelNote, Path: c.origin, Title: "listed newest first",
			Detail: "its " + plural(n, "record") + " are shown oldest first, as a chain has them",
		})
	}
	chain := Chain{
		Node: of.node, Channel: of.channel, Origin: c.origin,
		Kind: of.kind, KindBasis: ByFileFormat, Reader: r, Bytes: c.size, Layout: "JSON", Live: true,
		Unchecked: true, Watch: r.watch,
	}
	if chain.Node == "" {
		chain.home = c.homeOf(c.name)
		chain.Node = chain.home.node
	}
	if chain.Channel == "" {
		chain.Channel = channelOfFile(c.name, of.kind)
	}
	if f, told := s.wrapped.fault(c.origin, chain.Node); told {
		chain.Layout = "JSON from " + s.wrapped.wrapper
		chain.Faults = append(chain.Faults, f)
	}
	return chain
}

// tailIsWhole reports whether the last object, cut when the file was opened, is whole
// by now.
func (j *textReader) tailIsWhole(c *candidate) bool {
	if !j.cut || j.count == 0 {
		return false
	}
	f, err := c.fsys.Open(c.name)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // it was only read
	now := &candidate{place: c.place, name: c.name, origin: c.origin}
	if now.look(f) != nil {
		return false
	}
	text, err := newPlainText(now.r, now.size, now.head)
	if err != nil {
		return false
	}
	grown := &textReader{
		file:   &textFile{path: j.file.path, text: text, names: j.file.names},
		stream: j.stream, kind: j.kind, count: j.count, marks: j.marks,
	}
	whole := false
	err = grown.elements(j.count-1, 1, func(_ int, e *textElement) error {
		whole = e.kind != elementBroken && e.size > j.lastSize
		return nil
	})
	return err == nil && whole
}

// channelOfFile names the channel of a file of records: as usual for its kind.
func channelOfFile(name string, kind wire.ChainKind) string {
	if kind == wire.ChainUnknown {
		return path.Base(name)
	}
	return usualChannel(kind)
}

// nothing tells of a text without records, if it was meant to have some.
func (i *textIndex) nothing() bool {
	set, c := i.explorer.set, i.c
	if i.firstCut && isJSONHead(c.head, c.size) && len(bytes.Trim(c.head[:min(i.firstAt, int64(len(c.head)))], " \n\r\t["+utf8BOM)) == 0 {
		if p, cut := cutBeginning(c, i.first, i.firstAt); cut {
			set.problem(p)
			return true
		}
	}
	if i.tally.missing.count > 0 {
		set.problem(i.tally.missingFault(i.file).problem(c.origin))
		return true
	}
	if !isJSONHead(c.head, c.size) || !isText(c.head) {
		return false
	}
	if i.elements == 0 && i.tally.documents > 0 && i.tally.of[passedFragment].count+i.tally.of[passedNUL].count == 0 {
		set.problem(i.emptyList())
		return true
	}
	set.problem(unusedJSON(c, i.foreign, i.first))
	return true
}

// isJSONHead takes what begins with an object or an array.
func isJSONHead(head []byte, _ int64) bool {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte(utf8BOM)), " \n\r\t")
	return len(text) > 0 && (text[0] == '{' || text[0] == '[')
}

const utf8BOM = "\uFEFF"

// emptyList is the problem of a file that holds a list without elements: nothing of
// ours is in it.
func (i *textIndex) emptyList() Problem {
	p := Problem{Level: LevelNote, Path: i.c.origin, Title: "an empty list", Detail: "no record is in it"}
	for _, kind := range [...]passedKind{passedUnclosed, passedUnopened} {
		if t := &i.tally.of[kind]; t.count > 0 {
			f := i.tally.fault(kind, i.file)
			p.Level, p.Offset = LevelUnrecognised, some(f.Offset)
			p.Detail += ". " + f.Title.String()
		}
	}
	return p
}

// unusedJSON is the problem of JSON that holds neither records nor snapshots.
func unusedJSON(c *candidate, output *toolOutput, first []byte) Problem {
	p := Problem{
		Level: LevelUnrecognised, Path: c.origin, Title: "JSON without records",
		Detail: plural(c.size, "byte") + " of JSON, but neither records nor a snapshot",
		Advice: "Chainglass reads audit, log, failure and action records and MeshOsSnapshot",
	}
	if output != nil {
		p.Level, p.Detail = output.level, fmt.Sprintf("%s, %s", plural(c.size, "byte"), output.name)
		if output.advice != "" {
			p.Advice = output.advice
		}
		return p
	}
	if keys := keysOf(first); len(keys) > 0 {
		p.Detail += "; the first object has " + quoted(strings.Join(keys, " "))
	} else {
		p.Detail += "; it begins with " + quoted(string(c.head[:min(len(c.head), quotedBytes)]))
	}
	return p
}
