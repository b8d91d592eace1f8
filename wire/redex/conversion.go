package redex

import (
	"bytes"
	"unicode/utf8"
)

// Conversion is what a program that took the files of a channel for text did to them.
type Conversion uint8

// The conversions.
const (
	// NotConverted: nothing tells of one.
	NotConverted Conversion = iota
	// LineEnds: a byte 0D was put in front of each byte 0A.
	LineEnds
	// Replaced: bytes that are no UTF-8 became the replacement character, EF BF BD.
	Replaced
)

const (
	// conversionBytes is how much of each file is looked at.
	conversionBytes = 256 << 10
	// minLineEnds and minReplaced are how many changed places are no accident.
	minLineEnds = 3
	minReplaced = 8
)

// Conversion reports what tells of a conversion at the start of idx and dat. It is worth
// asking of a generation that is damaged.
func (g *Generation) Conversion() (Conversion, error) {
	var b []byte
	for _, f := range [...]*file{&g.idx, &g.dat} {
		part := make([]byte, min(f.size, conversionBytes))
		if err := f.readAt(part, 0); err != nil {
			return NotConverted, err
		}
		b = append(b, part...)
	}
	ends := bytes.Count(b, []byte{'\n'})
	switch {
	case ends >= minLineEnds && bytes.Count(b, []byte("\r\n")) == ends:
		return LineEnds, nil
	case bytes.Count(b, []byte("\uFFFD")) >= minReplaced && utf8.Valid(b):
		return Replaced, nil
	}
	return NotConverted, nil
}
