package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"chainglass/app/kind"
	"chainglass/snapshot"
	"chainglass/wire"
)

// PasteOrigin is the path of what was pasted.
const PasteOrigin = "pasted text"

// Paste opens text: bytes of records as people write them, a line or a list each, dumps
// of them, or JSON as in a file. Several lines that make sense only together are one
// record. What cannot be used is told in [Set.Problems]; there is no other error.
func Paste(text string) (*Set, error) {
	x := newExplorer(context.Background(), Options{})
	c := &candidate{name: PasteOrigin, origin: PasteOrigin, r: strings.NewReader(text), size: int64(len(text))}
	c.head = []byte(text[:min(len(text), headBytes)])
	x.set.Files = 1
	if strings.TrimSpace(text) == "" {
		x.set.problem(Problem{Level: LevelUnrecognised, Path: PasteOrigin, Title: "nothing pasted", Advice: pasteAdvice})
		return x.set, nil
	}
	plain := plainText{r: c.r, size: c.size}
	if x.openBytes(c, plain, text, true) == nil {
		return x.set, nil
	}
	if opened, err := x.openRecords(c, plain); opened || err != nil {
		return x.set, err
	}
	if err := x.openBytes(c, plain, text, false); err != nil {
		x.set.problem(Problem{
			Level: LevelUnrecognised, Path: PasteOrigin, Title: "neither hex nor base64", Err: err,
			Detail: err.Error(), Advice: pasteAdvice,
		})
	}
	return x.set, nil
}

const pasteAdvice = "Paste the hex or base64 of a record, for example 0100000000, or a record as JSON"

// encodedLines is how many lines at the beginning of a file are tried as bytes.
const encodedLines = 32

// beginsEncoded reports whether the beginning of a text could be bytes that somebody
// wrote down.
func beginsEncoded(head []byte, size int64) bool {
	if !isText(head) || size > MaxPasteBytes {
		return false
	}
	all := int64(len(head)) == size
	text := strings.TrimPrefix(string(head), utf8BOM)
	values := writtenValues(text)
	for _, v := range values[:min(len(values), encodedLines)] {
		if !all && v.at.end() == int64(len(text)) {
			return beginsValue(v.text)
		}
		var cut *cutBytesError
		if _, err := decodeValue(v.text, baseDecimal); err == nil || errors.As(err, &cut) {
			return true
		}
		if _, is := parseDumpLine(v.text, 16); is {
			return true
		}
	}
	return false
}

// beginsValue reports whether a line that goes on could be bytes.
func beginsValue(line string) bool {
	line = strings.TrimSpace(line)
	if isHexOnly(line) || !strings.ContainsAny(line, " {[<\"'") {
		return true
	}
	start := strings.IndexAny(line, "[{<(\"'")
	return start >= 0 && start < 24 && !strings.HasPrefix(line, `{"`) && !strings.HasPrefix(line, `[{`) ||
		strings.HasPrefix(line, `{"type":"Buffer"`) || strings.HasPrefix(line, `{"0":`)
}

// openWrittenBytes opens a text file as if it had been pasted, if its bytes are
// records: a file of words or of hashes is none.
func (x *explorer) openWrittenBytes(c *candidate, text plainText) (opened bool, err error) {
	head, err := readHead(text.r, text.size)
	if err != nil {
		x.set.problem(unreadable(c.origin, err))
		return true, nil
	}
	if !beginsEncoded(head, text.size) {
		return false, nil
	}
	b := make([]byte, text.size)
	if n, err := text.r.ReadAt(b, 0); n < len(b) {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		x.set.problem(unreadable(c.origin, err))
		return true, nil
	}
	return isText(b) && x.openBytes(c, text, string(b), true) == nil, nil
}

// decoded are values that a text may stand for.
type decoded struct {
	reader  *memoryReader
	skipped textTally
	err     error // of the first that was skipped
	kind    wire.ChainKind
	certain bool // the values could have been written by a node
}

// openBytes adds the bytes that text stands for: a snapshot, or a chain. Bytes
// that are neither are an error if records are required, else an unknown chain.
func (x *explorer) openBytes(c *candidate, plain plainText, text string, required bool) error {
	text = strings.TrimPrefix(text, utf8BOM)
	shift := plain.size - int64(len(text))
	f := &textFile{path: c.origin, text: plain, names: newNameTable()}
	best := x.bestOf(c, required,
		decodeEach(f, writtenValues(text), shift), decodeDumps(f, text, shift), decodeWhole(f, text, shift))
	if best == nil {
		return errNotEncoded
	}
	if best.kind == wire.ChainUnknown && x.addPastedSnapshot(c, best.reader) {
		return nil
	}
	if best.err != nil && (best.kind == wire.ChainUnknown || best.reader.Len() == 0) {
		return best.err
	}
	basis := ByContent
	if best.kind == wire.ChainUnknown {
		basis = ByNothing
		if required {
			return errNotEncoded
		}
	}
	at := c.homeOf(c.name)
	x.addChain(Chain{
		Node: at.node, home: at, Channel: channelOfFile(c.name, best.kind), Origin: c.origin,
		Kind: best.kind, KindBasis: basis, Reader: best.reader, Bytes: c.size, Layout: "text", Live: true, Unchecked: true,
		Faults: best.skipped.faults(f),
	})
	return nil
}

// bestOf chooses how a text is read: as that of which all is used and known, else as
// that of which the most is.
func (x *explorer) bestOf(c *candidate, required bool, all ...*decoded) (best *decoded) {
	for _, d := range all {
		if d.reader.Len() == 0 && d.err == nil {
			continue
		}
		d.judge(x.opts.Known)
		if required && d.err != nil && !d.certain {
			continue // words may be base64 of something by chance
		}
		if best == nil || d.better(best) {
			best = d
		}
	}
	return best
}

func (d *decoded) judge(kinds kind.Set) {
	s := newSampler(kinds)
	s.sampleWith(d.reader, new(wire.Block), true)
	d.kind = s.closest()
	if kind, _ := s.decide(wire.ChainUnknown); kind != wire.ChainUnknown {
		d.certain = true
	}
}

func (d *decoded) better(than *decoded) bool {
	if known, was := d.kind != wire.ChainUnknown, than.kind != wire.ChainUnknown; known != was {
		return known
	}
	return d.err == nil && than.err != nil
}

// decodeEach decodes each value by itself.
func decodeEach(f *textFile, values []writtenValue, shift int64) *decoded {
	d := &decoded{reader: &memoryReader{path: f.path}}
	base := baseOfAll(values)
	for i := range values {
		v := &values[i]
		payload, err := decodeValue(v.text, base)
		var cut *cutBytesError
		if err == nil || errors.As(err, &cut) {
			d.add(f, payload, v.at, shift, err)
			continue
		}
		// A list of values: each of its lines is one.
		lines := lineValues(v.text, v.at.offset)
		for j := range lines {
			line := &lines[j]
			payload, err := decodeValue(line.text, base)
			if err == nil || errors.As(err, &cut) {
				d.add(f, payload, line.at, shift, err)
				continue
			}
			if text := strings.Trim(line.text, "[](){},; \r\n\t"); text != "" {
				d.skip(line, shift, i, err)
			}
		}
	}
	if d.reader.Len() == 0 && d.err == nil {
		d.err = errors.New("there is no line with bytes")
	}
	return d
}

func (d *decoded) add(f *textFile, payload []byte, at textSpan, shift int64, err error) {
	start, end := f.text.fileOffset(at.offset+shift), f.text.fileOffset(at.end()+shift)
	d.reader.add(payload, textSpan{start, end - start}, err)
}

// skip takes notice of a value that cannot be decoded.
func (d *decoded) skip(v *writtenValue, shift int64, number int, err error) {
	text := strings.TrimSpace(v.text)
	if d.err == nil {
		d.err = fmt.Errorf("line %d is %s: %w", number+1, quoted(text), err)
	}
	kind := passedFragment
	if isPlainText([]byte(text)) && strings.ContainsAny(text, " \t") && strings.ContainsFunc(text, isLetter) {
		kind = passedLine
	}
	at := v.content()
	d.skipped.add(kind, 1, at.offset+shift, at.size, at.size, []byte(text))
}

// decodeWhole takes all lines for one value, as text that was wrapped.
func decodeWhole(f *textFile, text string, shift int64) *decoded {
	d := &decoded{reader: &memoryReader{path: f.path}}
	payload, err := decodeValue(text, baseDecimal)
	if err != nil {
		d.err = err
		return d
	}
	d.add(f, payload, textSpan{0, int64(len(text))}, shift, nil)
	return d
}

// addPastedSnapshot adds the only entry as a base if it is a snapshot.
func (x *explorer) addPastedSnapshot(c *candidate, lines *memoryReader) bool {
	if lines.Len() != 1 {
		return false
	}
	s, n, err := snapshot.DecodeMeshOsSnapshotPrefix(lines.payloads[0])
	if err != nil || n != len(lines.payloads[0]) {
		return false
	}
	x.set.Bases = append(x.set.Bases, Base{Node: path.Base(c.origin), Origin: c.origin, Snapshot: &s, Encoding: "postcard"})
	return true
}
