package source

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"chainglass/snapshot"
	"chainglass/wire"
)

// PasteOrigin is the path of what was pasted.
const PasteOrigin = "pasted text"

// Paste opens text: hex or base64 of records, a line each, or JSON as in a
// file. Spaces, commas, colons, quotes, 0x and \x between bytes do no harm, nor
// do the offsets and the text column of a hex dump. Several lines that make
// sense only together are one record. What cannot be used is told in
// [Set.Problems]; there is no other error.
func Paste(text string) (*Set, error) {
	x := newExplorer(context.Background(), Options{})
	c := &candidate{name: PasteOrigin, origin: PasteOrigin, r: strings.NewReader(text), size: int64(len(text))}
	c.head = []byte(text[:min(len(text), headBytes)])
	x.set.Files = 1
	if strings.TrimSpace(text) == "" {
		x.set.problem(Problem{Level: LevelUnrecognised, Path: PasteOrigin, Title: "nothing pasted", Advice: pasteAdvice})
		return x.set, nil
	}
	if !isByteList(text) {
		if opened, err := x.openRecords(c, plainText{r: c.r, size: c.size}); opened || err != nil {
			return x.set, err
		}
	}
	if err := x.openBytes(c, text, false); err != nil {
		x.set.problem(Problem{
			Level: LevelUnrecognised, Path: PasteOrigin, Title: "neither hex nor base64", Err: err,
			Detail: err.Error(), Advice: pasteAdvice,
		})
	}
	return x.set, nil
}

// isByteList tells {0x01, 0x02} and [01, 02] from JSON.
func isByteList(text string) bool {
	inner := strings.TrimLeft(text, "{[ \n\r\t")
	return inner != "" && strings.ContainsRune(hexDigits, rune(inner[0])) && !strings.HasPrefix(inner, "false")
}

const pasteAdvice = "Paste the hex or base64 of a record, for example 0100000000, or a record as JSON"

// isEncodedText takes text whose beginning could be hex or base64.
func isEncodedText(head []byte, size int64) bool {
	if !isText(head) || size > MaxPasteBytes {
		return false
	}
	line, _, whole := strings.Cut(strings.TrimSpace(string(head)), "\n")
	if !whole && int64(len(head)) < size {
		return len(strings.Trim(line, hexDigits)) == 0
	}
	_, err := decodeLine(line)
	return err == nil
}

const hexDigits = "0123456789abcdefABCDEF"

// openEncodedText opens a text file as if it had been pasted, if its bytes are
// records: a file of words or of hashes is none.
func (x *explorer) openWrittenBytes(c *candidate, text plainText) (bool, error) {
	if !isEncodedText(c.head, c.size) {
		return false, nil
	}
	b := make([]byte, c.size)
	if n, err := c.r.ReadAt(b, 0); n < len(b) {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		x.set.problem(unreadable(c.origin, err))
		return true, nil
	}
	return isText(b) && x.openBytes(c, string(b), true) == nil, nil
}

// openBytes adds the bytes that text stands for: a snapshot, or a chain. Bytes
// that are neither are an error if records are required, else an unknown chain.
func (x *explorer) openBytes(c *candidate, text string, required bool) error {
	lines := &memoryReader{path: c.origin}
	err := decodeLines(text, lines)
	kind := closestKind(lines)
	if err != nil || kind == wire.ChainUnknown && lines.Len() > 1 {
		if whole, wholeErr := decodeWhole(c.origin, text); wholeErr == nil {
			if wholeKind := closestKind(whole); err != nil || wholeKind != wire.ChainUnknown {
				lines, kind, err = whole, wholeKind, nil
			}
		}
	}
	if err != nil {
		return err
	}
	if kind == wire.ChainUnknown && x.addPastedSnapshot(c, lines) {
		return nil
	}
	basis := ByContent
	if kind == wire.ChainUnknown {
		basis = ByNothing
		if required {
			return errNotEncoded
		}
	}
	at := c.homeOf(c.name)
	x.addChain(Chain{
		Node: at.node, home: at, Channel: channelOfFile(c.name, kind), Origin: c.origin,
		Kind: kind, KindBasis: basis, Reader: lines, Bytes: c.size, Layout: "text", Live: true, Unchecked: true,
	})
	return nil
}

func closestKind(r wire.Reader) wire.ChainKind {
	var s sampler
	s.sample(r)
	return s.closest()
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

// decodeLines adds each line that is not blank as an entry.
func decodeLines(text string, to *memoryReader) error {
	offset, number := int64(0), 0
	for line := range strings.Lines(text) {
		number++
		at := textSpan{offset, int64(len(line))}
		offset += at.size
		if strings.TrimSpace(line) == "" {
			continue
		}
		payload, err := decodeLine(line)
		if err != nil {
			return fmt.Errorf("line %d is %s: %w", number, quoted(strings.TrimSpace(line)), err)
		}
		to.add(payload, at)
	}
	if to.Len() == 0 {
		return errors.New("there is no line with bytes")
	}
	return nil
}

// decodeWhole takes all lines for one entry, as a hex dump or as text that was
// wrapped.
func decodeWhole(origin, text string) (*memoryReader, error) {
	payload, err := decodeDump(text)
	if err != nil {
		payload, err = decodeLine(text)
	}
	if err != nil {
		return nil, err
	}
	m := &memoryReader{path: origin}
	m.add(payload, textSpan{0, int64(len(text))})
	return m, nil
}

var errNotEncoded = errors.New("not the bytes of anything")

// hexNoise is what people and programs put between bytes.
var hexNoise = strings.NewReplacer("0x", "", "0X", "", `\x`, "", " ", "", "\t", "", "\r", "", "\n", "",
	",", "", ";", "", ":", "", "-", "", `"`, "", "'", "", "[", "", "]", "", "{", "", "}", "", "(", "", ")", "")

// decodeLine decodes hex, else base64 in any of its alphabets. Base64 may be
// wrapped, but has no spaces in a line: words have.
func decodeLine(line string) ([]byte, error) {
	if b, err := hex.DecodeString(hexNoise.Replace(line)); err == nil && len(b) > 0 {
		return b, nil
	}
	text := strings.NewReplacer("\n", "", "\r", "").Replace(strings.Trim(strings.TrimSpace(line), `"',`))
	text = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "="))
	b, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || len(b) == 0 {
		return nil, errNotEncoded
	}
	return b, nil
}

// dumpLine matches a line of xxd or hexdump -C: an offset, bytes, and behind
// two spaces the same as text.
var dumpLine = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\s*([0-9a-fA-F]{4,16}):?\s+((?:[0-9a-fA-F]{2,4} {1,2}?)*[0-9a-fA-F]{2,4})(?:\s{2,}.*|\s*)$`)
})

// decodeDump decodes a hex dump. Its offsets must fit its bytes, which nothing
// else does by chance.
func decodeDump(text string) ([]byte, error) {
	var b bytes.Buffer
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) == "" {
			continue
		}
		if end, err := strconv.ParseUint(strings.TrimSpace(line), 16, 63); err == nil && end == uint64(b.Len()) && end > 0 {
			continue // the last line of hexdump
		}
		m := dumpLine().FindStringSubmatch(line)
		if m == nil {
			return nil, errNotEncoded
		}
		offset, err := strconv.ParseUint(m[1], 16, 63)
		if err != nil || offset != uint64(b.Len()) {
			return nil, errNotEncoded
		}
		bytesOfLine, err := hex.DecodeString(strings.ReplaceAll(m[2], " ", ""))
		if err != nil {
			return nil, errNotEncoded
		}
		b.Write(bytesOfLine)
	}
	if b.Len() == 0 {
		return nil, errNotEncoded
	}
	return b.Bytes(), nil
}
