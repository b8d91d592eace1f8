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

// splitting says how to take a text apart.
type splitting struct {
	// unquoted is set if quotations do not matter, addresses if words in what looks
	// like an address, a path or the like are no listed words.
	unquoted, addresses bool
	// spell recognises what spans more than a word.
	spell speller
	// keeps reports whether a word may stay; begins is true at the start of a sentence.
	keeps func(word string, begins bool) bool
	// visit takes the parts, in order, and where each begins.
	visit func(p piece, part string, at int)
}

// speller recognises what spans more than a word: names, pseudonyms. It returns
// where that ends which begins at i, or i.
type speller func(text string, i int) (end int)

// split takes a text apart and hands the parts to visit, in order. What spell
// recognises it leaves to spell.
func (o *splitting) split(text string) {
	s := sentence{begins: true, unquoted: o.unquoted}
	token := 0 // where the part without spaces ends that was looked at
	for i := 0; i < len(text); {
		if o.addresses && i >= token {
			token = tokenEnd(text, i)
			s.address = looksLikeAddress(text[i:token])
		}
		if end := o.spell(text, i); end > i {
			s.word()
			i = end
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if isWordRune(r) {
			end := wordEnd(text, i)
			o.splitWord(text[i:end], i, &s)
			s.word()
			i = end
			continue
		}
		s.between(text, i, r)
		if mayStay(r) {
			o.visit(pieceKept, text[i:i+n], i)
		} else {
			o.visit(pieceOdd, text[i:i+n], i)
		}
		i += n
	}
}

// tokenEnd returns where the spaces end that begin at i, or else what has none.
func tokenEnd(text string, i int) int {
	space := strings.IndexByte(" \t\n", text[i]) >= 0
	for i < len(text) && strings.IndexByte(" \t\n", text[i]) >= 0 == space {
		i++
	}
	return i
}

// looksLikeAddress reports whether a part of a text without spaces is an address of
// a person or a machine, a path, a code, or has characters in it that cannot be
// seen: words in it are names. It looks at nothing that a value could change.
func looksLikeAddress(token string) bool {
	slashes, colons, dashes := 0, 0, 0
	for i, r := range token {
		after := i + utf8.RuneLen(r)
		if after < i { // not UTF-8
			return true
		}
		joins := i > 0 && wordRuneBefore(token, i) && wordAt(token, after)
		switch r {
		case '/':
			if slashes++; i == 0 && wordAt(token, after) {
				return true
			}
		case ':':
			colons++
		case '-':
			dashes++
		case '@', '+', '\\':
			if joins || r == '\\' {
				return true
			}
		case '%':
			if wordAt(token, after) {
				return true
			}
		case '.':
			if joins && !isValueAt(token, after) {
				return true
			}
		default:
			if !isWordRune(r) && !mayStay(r) && joins {
				return true
			}
		}
	}
	const few = 2
	return slashes > few || colons > few || dashes > few || strings.Contains(token, "://")
}

func wordRuneBefore(text string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(text[:i])
	return isWordRune(r)
}

// isValueAt reports whether the word that begins at i is a value.
func isValueAt(text string, i int) bool {
	end := i
	for end < len(text) && isWordByte(text[end]) {
		end++
	}
	return end > i && isValue(text[i:end])
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
func (o *splitting) splitWord(word string, at int, s *sentence) {
	if isASCII(word) {
		switch {
		case isValue(word):
			o.visit(pieceValue, word, at)
		case s.quote == 0 && !s.address && o.keeps(word, s.begins):
			o.visit(pieceKept, word, at)
		default:
			o.visit(pieceWord, word, at)
		}
		return
	}
	for i := 0; i < len(word); {
		end := i
		for end < len(word) && (word[end] < utf8.RuneSelf) == (word[i] < utf8.RuneSelf) {
			end++
		}
		if i > 0 {
			o.visit(pieceGlue, "", at+i)
		}
		if word[i] < utf8.RuneSelf && isValue(word[i:end]) {
			o.visit(pieceValue, word[i:end], at+i)
		} else {
			o.visit(pieceWord, word[i:end], at+i)
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
	// address is true within what looks like an address.
	address bool
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
