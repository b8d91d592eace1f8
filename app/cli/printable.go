//go:build !js

package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"chainglass/app/view"
)

// Names, keys and texts come from files that may want to deceive: with controls
// that move the cursor and recolour what stands there, with bidirectional
// overrides, with line breaks and a verdict behind them. So commands have no
// writer that hands such characters on. What people read is printed by
// [text.printf], which shows them in everything that it is given but the format,
// and written by [people], which shows those that came another way. What programs
// read is JSON and is written by [programs], which spells them as escapes.

// people shows each character that would show nothing, or would change how others
// are shown, as a stand-in. Line breaks stay.
func people(w io.Writer) *filter { return &filter{w: w, escape: appendVisible} }

// programs spells such characters in JSON as escapes, which mean the same.
func programs(w io.Writer) *filter { return &filter{w: w, escape: view.AppendEscapedJSON} }

// appendVisible appends text as people see it. Line breaks and tabs stay: those
// in front of [text.printf] are of texts of ours, such as help and scripts.
func appendVisible(dst, text []byte) []byte {
	for len(text) > 0 {
		n := bytes.IndexAny(text, "\n\t")
		if n < 0 {
			n = len(text)
		}
		dst = append(dst, view.VisibleText(string(text[:n]))...)
		if n < len(text) {
			dst = append(dst, text[n])
			n++
		}
		text = text[n:]
	}
	return dst
}

// filter writes text on with some of its characters replaced.
type filter struct {
	w      io.Writer
	escape func(dst, text []byte) []byte
	// begun is the start of a character whose end was not written yet.
	begun []byte
	out   []byte
}

// Write implements io.Writer.
func (f *filter) Write(p []byte) (int, error) {
	if len(f.begun) == 0 && isPlain(p) {
		return f.w.Write(p)
	}
	text := append(f.begun, p...)
	whole := wholeRunes(text)
	f.out = f.escape(f.out[:0], text[:whole])
	f.begun = append(f.begun[:0], text[whole:]...)
	if _, err := f.w.Write(f.out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// flush writes the bytes of a character that was cut off.
func (f *filter) flush() error {
	if len(f.begun) == 0 {
		return nil
	}
	_, err := f.w.Write(f.escape(nil, f.begun))
	f.begun = f.begun[:0]
	return err
}

// isPlain reports whether text needs no second look, which is the rule.
func isPlain(text []byte) bool {
	for _, b := range text {
		if b < ' ' && b != '\n' && b != '\t' || b >= 0x7f {
			return false
		}
	}
	return true
}

// wholeRunes is how much of text is left without a last character that was begun.
func wholeRunes(text []byte) int {
	for i := len(text) - 1; i >= max(len(text)-utf8.UTFMax, 0); i-- {
		if utf8.RuneStart(text[i]) {
			if !utf8.FullRune(text[i:]) {
				return i
			}
			break
		}
	}
	return len(text)
}

// text is what people read, on its way to a writer.
type text struct{ out *bufio.Writer }

func newText(w io.Writer) text { return text{bufio.NewWriter(w)} }

// printf prints like fmt.Printf. Only the format has line breaks, and what is
// printed of everything else is visible. flush tells of what cannot be written.
func (t text) printf(format string, args ...any) { fmt.Fprintf(t.out, format, visible(args)...) }

func (t text) flush() error { return t.out.Flush() }

// visible returns what is printed, with texts as people see them.
func visible(args []any) []any {
	shown := make([]any, len(args))
	for i, arg := range args {
		switch v := arg.(type) {
		case string:
			arg = view.VisibleText(v)
		case error:
			arg = view.VisibleText(sentence(v))
		case fmt.Stringer:
			arg = view.VisibleText(v.String())
		}
		shown[i] = arg
	}
	return shown
}

// sentence is the text of an error in one line: errors that were joined stand one
// behind the other, each once.
func sentence(err error) string {
	var parts []error
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		parts = append(parts, e.Unwrap())
	case interface{ Unwrap() []error }:
		if parts = e.Unwrap(); errors.Join(parts...).Error() == err.Error() {
			return joined(parts)
		}
	}
	whole := err.Error()
	for _, part := range parts {
		if part != nil && strings.Contains(part.Error(), "\n") {
			whole = strings.ReplaceAll(whole, part.Error(), sentence(part))
		}
	}
	return whole
}

// joined is errors one behind the other.
func joined(parts []error) string {
	var sentences []string
	known := map[string]bool{}
	for _, part := range parts {
		if text := sentence(part); !known[text] {
			sentences = append(sentences, text)
			known[text] = true
		}
	}
	return strings.Join(sentences, "; ")
}
