package redact

import (
	"io"

	"chainglass/app/kind"
)

// TextMode says what becomes of free texts: reasons, messages, sources, notes.
type TextMode uint8

// The text modes.
const (
	// TextTemplate keeps the wording: listed words and punctuation stay, values,
	// names and all other words are replaced.
	TextTemplate TextMode = iota
	// TextDrop leaves nothing of a free text.
	TextDrop

	textModes // count
)

// String returns the name used on the command line.
func (m TextMode) String() string {
	if m >= textModes {
		return "unknown"
	}
	return [textModes]string{"template", "drop"}[m]
}

// ParseTextMode is the inverse of [TextMode.String].
func ParseTextMode(s string) (TextMode, bool) {
	for m := range textModes {
		if m.String() == s {
			return m, true
		}
	}
	return 0, false
}

// Options say how to redact. The zero value keeps the wording of texts and the
// times, and is safe.
type Options struct {
	// Texts says what becomes of free texts.
	Texts TextMode
	// ShiftTimes moves all times into the past by one random amount, a whole number
	// of minutes between a day and ten years.
	ShiftTimes bool
	// Hide lists templates of the original, values masked by "#", whose measures do
	// not stay. Keep lists those whose values all stay, whatever they are, but for
	// those that are ids or names.
	Hide, Keep []string
	// Replace lists words that get pseudonyms although they are ordinary ones.
	// Capitals do not matter.
	Replace []string
	// Kinds are the kinds of chain whose records are known; those of others do not leave.
	Kinds kind.Set `cbor:"-"`
	// Random is where pseudonyms come from; nil means crypto/rand. Whoever knows
	// its bytes can undo the redaction.
	Random io.Reader `cbor:"-"`
	// Pace, if set, is called now and then, on the same goroutine. An error of it
	// ends the work and is returned.
	Pace func() error `cbor:"-"`
}
