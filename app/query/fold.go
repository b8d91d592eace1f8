package query

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// lower returns an ASCII letter in lower case, any other byte as it is.
func lower(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// foldRune maps letters that differ only in case to one. It never maps another
// character to an ASCII one (as Unicode does with the Kelvin sign), so ASCII
// patterns can be looked for byte by byte.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		return rune(lower(byte(r)))
	}
	if l := unicode.ToLower(r); l >= utf8.RuneSelf {
		return l
	}
	return r
}

// fold returns s with all letters in one case.
func fold(s string) string { return strings.Map(foldRune, s) }

// foldBytes is fold for bytes that need not be valid UTF-8, as the end of a text
// that was cut: these stay as they are.
func foldBytes(text []byte) []byte {
	folded := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 {
			folded = append(folded, text[0])
		} else {
			folded = utf8.AppendRune(folded, foldRune(r))
		}
		text = text[size:]
	}
	return folded
}

// isASCII reports whether s has no character beyond ASCII.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// hasPrefixFold reports whether text begins with part, which is folded.
func hasPrefixFold(text []byte, part string) bool {
	if len(text) < len(part) {
		return false
	}
	for i := range len(part) {
		if lower(text[i]) != part[i] {
			return false
		}
	}
	return true
}

// indexFold returns where part, which is folded and not empty, first occurs in
// text, or -1.
func indexFold(text []byte, part string) int {
	first := part[0]
	other := first
	if first >= 'a' && first <= 'z' {
		other = first - ('a' - 'A')
	}
	for i := 0; i+len(part) <= len(text); i++ {
		if b := text[i]; (b == first || b == other) && hasPrefixFold(text[i+1:], part[1:]) {
			return i
		}
	}
	return -1
}
