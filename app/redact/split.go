package redact

import (
	"strings"
	"unicode/utf8"
)

// piece is what a part of a text is.
type piece uint8

const (
	pieceKept  piece = iota // a listed word, punctuation
	pieceOdd                // a character that may not stay
	pieceValue              // a word with the makings of a value
	pieceWord               // any other word
	pieceGlue               // between parts of one word
)

// speller recognises what spans more than a word: names, pseudonyms. It returns
// where that ends which begins at i, or i.
type speller func(text string, i int) (end int)

// split takes a text apart and hands the parts to visit, in order. What spell
// recognises it leaves to spell. Listed words in quotes are values unless unquoted
// is set.
func split(text string, unquoted bool, spell speller, visit func(p piece, part string)) {
	s := sentence{begins: true, unquoted: unquoted}
	for i := 0; i < len(text); {
		if end := spell(text, i); end > i {
			s.word()
			i = end
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if isWordRune(r) {
			end := wordEnd(text, i)
			splitWord(text[i:end], &s, visit)
			s.word()
			i = end
			continue
		}
		s.between(text, i, r)
		if mayStay(r) {
			visit(pieceKept, text[i:i+n])
		} else {
			visit(pieceOdd, text[i:i+n])
		}
		i += n
	}
}

// wordEnd returns where the word ends that begins at i.
func wordEnd(text string, i int) int {
	for i < len(text) {
		if text[i] < utf8.RuneSelf {
			if !isWordByte(text[i]) {
				return i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if !isWordRune(r) {
			return i
		}
		i += n
	}
	return i
}

// splitWord tells what a word is. A word that is not all ASCII may not stay; it is
// taken apart where the index's templates do.
func splitWord(word string, s *sentence, visit func(p piece, part string)) {
	if isASCII(word) {
		switch {
		case isValue(word):
			visit(pieceValue, word)
		case s.quote == 0 && listed().has(word, s.begins):
			visit(pieceKept, word)
		default:
			visit(pieceWord, word)
		}
		return
	}
	for i := 0; i < len(word); {
		end := i
		for end < len(word) && (word[end] < utf8.RuneSelf) == (word[i] < utf8.RuneSelf) {
			end++
		}
		if i > 0 {
			visit(pieceGlue, "")
		}
		if word[i] < utf8.RuneSelf && isValue(word[i:end]) {
			visit(pieceValue, word[i:end])
		} else {
			visit(pieceWord, word[i:end])
		}
		i = end
	}
}

// sentence follows where sentences begin and what is in quotes.
type sentence struct {
	// begins is true where a sentence begins, stopped where one has ended.
	begins, stopped bool
	// quote is the character that ends the quotation, 0 outside of one. A quotation
	// that nothing ends goes on to the end of the text.
	quote rune
	// inWord is true behind a word.
	inWord bool
	// unquoted is set if quotations do not matter.
	unquoted bool
}

func (s *sentence) word() { s.begins, s.stopped, s.inWord = false, false, true }

// between takes the character r at i, which belongs to no word.
func (s *sentence) between(text string, i int, r rune) {
	wasWord := s.inWord
	s.inWord = false
	switch r {
	case '\n':
		s.begins = true
	case ' ':
		s.begins = s.begins || s.stopped
	case '.', '!', '?', ':', ';':
		s.stopped = true
	case s.quote:
		if r != '\'' || !wordAt(text, i+1) {
			s.quote = 0
		}
	case '"', '`':
		s.open(r)
	case '“':
		s.open('”')
	case '«':
		s.open('»')
	case '\'':
		if !wasWord && closes(text, i+1) {
			s.open('\'')
		}
	}
}

func (s *sentence) open(quote rune) {
	if s.quote == 0 && !s.unquoted {
		s.quote = quote
	}
}

func wordAt(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[i:])
	return i < len(text) && isWordRune(r)
}

// quotedBytes is how far away the end of a quotation in single quotes may be: they
// are apostrophes as well.
const quotedBytes = 256

// closes reports whether a quotation in single quotes begins at i.
func closes(text string, i int) bool {
	if !wordAt(text, i) {
		return false
	}
	for rest := text[i:min(len(text), i+quotedBytes)]; ; {
		at := strings.IndexByte(rest, '\'')
		if at < 0 {
			return false
		}
		rest = rest[at+1:]
		if !wordAt(rest, 0) {
			return true
		}
	}
}
