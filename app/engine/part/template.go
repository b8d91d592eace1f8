package part

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"chainglass/app/query"
)

// A template is a reason or message with its values masked: texts that differ
// only in numbers and ids share one, so "pull timed out after 5000 ms" and
// "pull timed out after 7000 ms" are the same trouble.
//
// A word is a run of letters, digits and underscores. A word that begins with a
// digit, or that is at least six hexadecimal digits of which one is decimal,
// becomes "#". Everything else stays.

// templateBytes bounds the part of a text that makes its template.
const templateBytes = 200

// AppendTemplate appends the template of text to dst.
func AppendTemplate(dst, text []byte) []byte {
	dst, _ = appendMasked(dst, text)
	return dst
}

// appendMasked appends the template of text to dst and returns the bytes that
// its marks stand for: those of the masked words, and the mark if the text has one. Words
// without a digit stay, so it goes from digit to digit.
func appendMasked(dst, text []byte) ([]byte, query.WordBytes) {
	var masked query.WordBytes
	if len(text) > templateBytes {
		text = text[:templateBytes]
	}
	if bytes.IndexByte(text, '#') >= 0 {
		masked = masked.With([]byte{'#'})
	}
	kept := 0 // what is before has been appended
	for start, end := nextMasked(text, 0); start < len(text); start, end = nextMasked(text, end) {
		masked = masked.With(text[start:end])
		dst = append(append(dst, text[kept:start]...), '#')
		kept = end
	}
	return append(dst, text[kept:]...), masked
}

// EachMasked passes on the words of a text that its template masks, in their order. The
// words alias the text.
func EachMasked(text []byte, word func([]byte)) {
	text = text[:min(len(text), templateBytes)]
	for start, end := nextMasked(text, 0); start < len(text); start, end = nextMasked(text, end) {
		word(text[start:end])
	}
}

// nextMasked returns where the first masked word from a place on begins and ends; the end
// of the text if there is none.
func nextMasked(text []byte, from int) (start, end int) {
	for at := nextDigit(text, from); at < len(text); at = nextDigit(text, end) {
		start, end = at, at+1
		for start > from && isWordByte(text[start-1]) {
			start--
		}
		for end < len(text) && isWordByte(text[end]) {
			end++
		}
		if start == at || isHex(text[start:end]) {
			return start, end
		}
	}
	return len(text), len(text)
}

// nextDigit returns where the first decimal digit of text from a place on is. Without a digit
// that is the end of the text.
func nextDigit(text []byte, from int) int {
	const each = 0x0101010101010101
	for ; from+8 <= len(text); from += 8 {
		w := binary.LittleEndian.Uint64(text[from:]) ^ '0'*each
		// Of the bytes below 10 the first has its highest bit set here, and none before it.
		if digits := (w - 10*each) &^ w & (0x80 * each); digits != 0 {
			return from + bits.TrailingZeros64(digits)/8
		}
	}
	for from < len(text) && !isDigit(text[from]) {
		from++
	}
	return from
}

func isWordByte(b byte) bool {
	return b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z' || b == '_'
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// isHex reports whether a word that has a digit is an id.
func isHex(word []byte) bool {
	for _, b := range word {
		if !isDigit(b) && (b|0x20 < 'a' || b|0x20 > 'f') {
			return false
		}
	}
	return len(word) >= 6
}

// templates numbers the templates of a chain's texts.
type templates struct {
	interner interner
	cache    []cachedText
	scratch  []byte
	// known says more of each template, by number.
	known []knownTemplate
}

// knownTemplate is what else is known of the texts of a template.
type knownTemplate struct {
	masked query.WordBytes
	// cut is true if a text was longer than what was masked.
	cut bool
}

// Template is texts that differ in their masked words only.
type Template struct {
	Text string
	// Masked are the bytes that its marks stand for; see [query.Template]. Cut is true if
	// a text was longer than what was masked.
	Masked query.WordBytes
	Cut    bool
}

func (t *templates) describe(id uint32) Template {
	if id == 0 {
		return Template{}
	}
	return Template{Text: t.interner.names[id], Masked: t.known[id].masked, Cut: t.known[id].cut}
}

// cachedText remembers the template of one text, so that a text that comes again
// and again is not masked again and again.
type cachedText struct {
	length   uint8
	text     [63]byte
	template uint32
}

const textCacheSize = 1 << 10

func newTemplates() templates {
	return templates{
		interner: newInterner(),
		scratch:  make([]byte, 0, templateBytes),
	}
}

// id returns the number of text's template.
func (t *templates) id(text []byte) uint32 {
	if len(text) > len(cachedText{}.text) {
		return t.mask(text)
	}
	if t.cache == nil {
		t.cache = make([]cachedText, textCacheSize)
	}
	slot := &t.cache[quickHash(text)%textCacheSize]
	if slot.length == uint8(len(text)) && string(slot.text[:slot.length]) == string(text) {
		return slot.template
	}
	slot.template = t.mask(text)
	slot.length = uint8(copy(slot.text[:], text))
	return slot.template
}

func (t *templates) mask(text []byte) uint32 {
	var masked query.WordBytes
	t.scratch, masked = appendMasked(t.scratch[:0], text)
	id := t.interner.id(t.scratch)
	for int(id) >= len(t.known) {
		t.known = append(t.known, knownTemplate{})
	}
	t.known[id].masked |= masked
	t.known[id].cut = t.known[id].cut || len(text) > templateBytes
	return id
}
