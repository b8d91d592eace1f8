package part

import (
	"bytes"

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
// its marks stand for: those of the masked words, and the mark if the text has one.
func appendMasked(dst, text []byte) ([]byte, query.WordBytes) {
	var masked query.WordBytes
	if len(text) > templateBytes {
		text = text[:templateBytes]
	}
	if bytes.IndexByte(text, '#') >= 0 {
		masked = masked.With([]byte{'#'})
	}
	kept := 0 // what is before has been appended
	for i := 0; i < len(text); i++ {
		sort := byteSorts[text[i]]
		if sort == 0 {
			continue
		}
		start, value, hex := i, sort&sortDigit != 0, sort
		any := sort
		for i++; i < len(text); i++ {
			sort = byteSorts[text[i]]
			if sort == 0 {
				break
			}
			hex &= sort
			any |= sort
		}
		if !value && (hex&sortHex == 0 || any&sortDigit == 0 || i-start < minHexDigits) {
			continue
		}
		masked = masked.With(text[start:i])
		dst = append(dst, text[kept:start]...)
		dst = append(dst, '#')
		kept = i
	}
	return append(dst, text[kept:]...), masked
}

// minHexDigits is how long a word is that is an id for its digits.
const minHexDigits = 6

// The sorts of the bytes that words are made of.
const (
	sortWord uint8 = 1 << iota
	sortDigit
	sortHex
)

// byteSorts are the sorts of each byte.
var byteSorts = func() (sorts [256]uint8) {
	for b := range sorts {
		letter := b | 0x20
		switch {
		case b >= '0' && b <= '9':
			sorts[b] = sortWord | sortDigit | sortHex
		case letter >= 'a' && letter <= 'f':
			sorts[b] = sortWord | sortHex
		case letter >= 'g' && letter <= 'z', b == '_':
			sorts[b] = sortWord
		}
	}
	return sorts
}()

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
