package view

import (
	"strconv"
	"strings"

	"chainglass/app/zone"
)

// Choice is a line of the command palette.
type Choice struct {
	// Title says what it does, Key which key does the same, "" for none.
	Title, Key string
	// Index finds it again in the list it comes from.
	Index int
}

// Choose returns the choices that have every word of a text in their title, in
// their order; those whose title begins with the text come first.
func Choose(all []Choice, text string) []Choice {
	words := strings.Fields(strings.ToLower(text))
	var first, others []Choice
	for _, c := range all {
		title := strings.ToLower(c.Title)
		switch {
		case !hasAll(title, words):
		case len(words) > 0 && strings.HasPrefix(title, words[0]):
			first = append(first, c)
		default:
			others = append(others, c)
		}
	}
	return append(first, others...)
}

func hasAll(title string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(title, w) {
			return false
		}
	}
	return true
}

// GotoKind says what a text names a place by.
type GotoKind uint8

// The kinds of places.
const (
	GotoNothing GotoKind = iota
	GotoSeq
	GotoPosition
	GotoTime
)

// ParseGoto reads a seq, "#" with a position, or a time as [ParseSpan] does.
func ParseGoto(text string, dayMS uint64, z Zone) (kind GotoKind, value uint64) {
	text = strings.TrimSpace(text)
	digits, isPosition := strings.CutPrefix(strings.ReplaceAll(text, ",", ""), "#")
	if n, err := strconv.ParseUint(digits, 10, 64); err == nil {
		if isPosition {
			return GotoPosition, n
		}
		return GotoSeq, n
	}
	if text == "" || isPosition {
		return GotoNothing, 0
	}
	if at, err := z.parseEnd(text, dayMS, zone.Begin); err == nil {
		// The first moment at which clocks show it, or what comes after it if they skip it.
		if ns, err := unixNS(z.Between(at, zone.End)[0].From, 0); err == nil {
			return GotoTime, ns
		}
	}
	return GotoNothing, 0
}
