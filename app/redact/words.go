package redact

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed words.txt
var wordsFile string

// words are the words that may stay in a text.
type words struct {
	// any are in lower case and may begin with a capital at the start of a
	// sentence; exact are as they are written.
	any, exact map[string]struct{}
}

// listed returns the words of words.txt.
var listed = sync.OnceValue(func() *words {
	w := &words{any: map[string]struct{}{}, exact: map[string]struct{}{}}
	for line := range strings.Lines(wordsFile) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, word := range strings.Fields(line) {
			if strings.ToLower(word) == word {
				w.any[word] = struct{}{}
			} else {
				w.exact[word] = struct{}{}
			}
		}
	}
	return w
})

// has reports whether a word may stay.
func (w *words) has(word string, begins bool) bool {
	if _, is := w.any[word]; is {
		return true
	}
	if _, is := w.exact[word]; is {
		return true
	}
	if !begins || word == "" || word[0] < 'A' || word[0] > 'Z' {
		return false
	}
	var lower [64]byte
	if len(word) > len(lower) {
		return false
	}
	n := copy(lower[:], word)
	lower[0] |= 0x20
	_, is := w.any[string(lower[:n])]
	return is
}

// punctuation beyond ASCII that may stay.
const punctuation = "—–…→←’‘“”«»•·×≥≤≠±°µμ§\n\t"

// isWordRune reports whether r is part of a word. Words of ASCII letters, digits
// and underscores are those of the index's templates.
func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return isWordByte(byte(r))
	}
	return !strings.ContainsRune(punctuation, r) && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r))
}

func isWordByte(b byte) bool {
	return b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z' || b == '_'
}

// mayStay reports whether a rune between words may.
func mayStay(r rune) bool { return r >= ' ' && r < 0x7f || strings.ContainsRune(punctuation, r) }

// isValue reports whether a word of ASCII is a value where texts are compared.
func isValue(word string) bool {
	if word[0] >= '0' && word[0] <= '9' {
		return true
	}
	if len(word) < 6 {
		return false
	}
	digits := 0
	for i := range len(word) {
		b := word[i]
		switch {
		case b >= '0' && b <= '9':
			digits++
		case b|0x20 < 'a' || b|0x20 > 'f':
			return false
		}
	}
	return digits > 0
}

// appendTemplate appends text with its values masked by '#'.
func appendTemplate(dst []byte, text string) []byte {
	for i := 0; i < len(text); {
		end := i
		for end < len(text) && isWordByte(text[end]) {
			end++
		}
		switch {
		case end == i:
			dst = append(dst, text[i])
			end++
		case isValue(text[i:end]):
			dst = append(dst, '#')
		default:
			dst = append(dst, text[i:end]...)
		}
		i = end
	}
	return dst
}

// isASCII reports whether s has no byte beyond.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
