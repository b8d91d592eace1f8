package redact

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"
	"strings"

	"chainglass/wire/postcard"
)

// A number is searched for if it has so many significant bits that chance would
// hardly put any pattern anywhere into the result: as many as it takes to number
// all places and all patterns, and oddsBits more, within bounds.
const (
	oddsBits   = 20
	minBits    = 40
	maxBits    = 60
	encodings  = 6
	bitsOfByte = 8
)

// significantBits returns from how many bits on numbers are searched for.
func significantBits(resultBytes int64, originals int) int {
	places := math.Log2(float64(max(resultBytes, 1)))
	patterns := math.Log2(float64(max(originals, 1) * encodings))
	return min(max(int(math.Ceil(places+patterns))+oddsBits, minBits), maxBits)
}

// patternsOf makes the patterns of all originals.
func patternsOf(s *secrets, resultBytes int64) *search {
	originals := len(s.ids.originals) + len(s.texts.values.order) + len(s.texts.words.order)
	for _, n := range s.all() {
		originals += len(n.order)
	}
	b := patternBuilder{search: newSearch(), least: significantBits(resultBytes, originals), own: ownTexts(s)}
	for class := range classes {
		for id := range s.ids.byClass[class] {
			if _, kept := s.texts.keptSame[strconv.FormatUint(id, 10)]; class != ClassNumber || !kept {
				b.number(id, class.String(), class != ClassNumber || !mayBeTime(id))
			}
		}
	}
	for class, n := range s.names {
		if n == nil {
			continue
		}
		for _, name := range n.order {
			for _, form := range []string{name, strings.ToLower(name), strings.ToUpper(name)} {
				b.text(form, Class(class).String())
			}
		}
	}
	for _, word := range s.texts.words.order {
		b.text(word, "word of a text")
	}
	for _, value := range s.texts.values.order {
		_, measure := s.texts.values.measured[value]
		if _, kept := s.texts.keptSame[value]; !measure && !kept {
			b.value(value)
		}
	}
	return b.search
}

type patternBuilder struct {
	search *search
	least  int // bits
	// own are the texts that the result has of itself.
	own string
}

// number adds the encodings of a number. Its binary ones are left out where the
// number may stand in the result with another meaning.
func (b *patternBuilder) number(v uint64, class string, binaryToo bool) {
	if bits.Len64(v) < b.least {
		return
	}
	b.search.add(strconv.AppendUint(nil, v, 10), class)
	hex := strconv.FormatUint(v, 16)
	b.search.add([]byte(hex), class)
	b.search.add([]byte(strings.ToUpper(hex)), class)
	if !binaryToo {
		return
	}
	n := (bits.Len64(v) + bitsOfByte - 1) / bitsOfByte
	b.search.add(binary.LittleEndian.AppendUint64(nil, v)[:n], class)
	b.search.add(binary.BigEndian.AppendUint64(nil, v)[8-n:], class)
	b.search.add(postcard.AppendUvarint(nil, v), class)
}

// text adds a text that is long enough not to occur by chance and is no part of
// what the result says of itself.
func (b *patternBuilder) text(text, class string) {
	if len(text)*bitsOfByte < b.least || strings.Contains(b.own, text) {
		return
	}
	b.search.add([]byte(text), class)
}

// Numbers between these, Unix seconds of 2001 and 2100, may be times that the result
// keeps in binary, in any unit.
const (
	firstSecond = 978_307_200
	lastSecond  = 4_102_444_800
)

// mayBeTime reports whether v is a Unix time in seconds, milliseconds, microseconds
// or nanoseconds.
func mayBeTime(v uint64) bool {
	for _, perSecond := range [...]uint64{1, 1e3, 1e6, 1e9} {
		if v/perSecond >= firstSecond && v/perSecond <= lastSecond {
			return true
		}
	}
	return false
}

// value adds a value of a text.
func (b *patternBuilder) value(value string) {
	const class = "value of a text"
	if all, count := readings(value); count > 0 {
		b.number(all[0].value, class, !mayBeTime(all[0].value))
		return
	}
	b.text(value, class)
}

// ownTexts returns everything that a result may say whatever the original was:
// listed words, the format's keys and names, and the pseudonyms.
func ownTexts(s *secrets) string {
	var b strings.Builder
	b.WriteString(wordsFile)
	for _, text := range [...]string{
		tool, "chainglass-export", "node channel kind origin unknown action audit log failure snapshot id author text created_at_ms updated_at_ms",
		"anchors span from_ms to_ms chain seq flags_and_checksum where original_sha256 commitment texts times_shifted template dropped CGX-END",
	} {
		b.WriteString("\n" + text)
	}
	for _, w := range wordings {
		b.WriteString("\n" + strings.Join(w.literals, "\n"))
	}
	for _, n := range append(s.all(), s.texts.words) {
		b.WriteString("\n" + n.prefix + "-")
	}
	return b.String()
}
