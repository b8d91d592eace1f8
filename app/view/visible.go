package view

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Run is a piece of text that is shown in one style.
type Run struct {
	// Text is safe to show: it holds no character that hides, moves or imitates
	// others by being invisible.
	Text string
	// Mark is true for a stand-in of a character that would not be visible.
	Mark bool
}

// Visible splits text into runs, with a stand-in for every character that would
// show nothing or would change how others are shown: controls, line breaks,
// bidirectional overrides, zero-width characters, bytes that are no UTF-8.
func Visible(text string) []Run {
	var runs []Run
	plain := 0
	for i, size := 0, 0; i < len(text); i += size {
		var r rune
		r, size = utf8.DecodeRuneInString(text[i:])
		mark := standIn(r, size, text[i])
		if mark == "" {
			continue
		}
		if plain < i {
			runs = append(runs, Run{Text: text[plain:i]})
		}
		if last := len(runs) - 1; last >= 0 && runs[last].Mark {
			runs[last].Text += mark
		} else {
			runs = append(runs, Run{Text: mark, Mark: true})
		}
		plain = i + size
	}
	if plain < len(text) {
		runs = append(runs, Run{Text: text[plain:]})
	}
	return runs
}

// VisibleText is [Visible] in one piece, for places where marks have no style
// of their own.
func VisibleText(text string) string {
	if plainASCII(text) {
		return text
	}
	var b strings.Builder
	for _, run := range Visible(text) {
		b.WriteString(run.Text)
	}
	return b.String()
}

// AppendEscapedJSON appends JSON with an escape in place of every character that
// [Visible] has a stand-in for. The values are the same: such characters stand in
// strings only. What is no UTF-8 becomes U+FFFD, which is what readers of JSON take
// it for.
func AppendEscapedJSON(dst, text []byte) []byte {
	for i, size := 0, 0; i < len(text); i += size {
		var r rune
		if r, size = rune(text[i]), 1; ' ' <= r && r <= '~' {
			dst = append(dst, text[i])
			continue
		}
		r, size = utf8.DecodeRune(text[i:])
		switch {
		case r < ' ' || standIn(r, size, text[i]) == "":
			// JSON has no controls within strings, and may have some between.
			dst = append(dst, text[i:i+size]...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			dst = fmt.Appendf(dst, `\u%04x\u%04x`, high, low)
		default:
			dst = fmt.Appendf(dst, `\u%04x`, r)
		}
	}
	return dst
}

// plainASCII reports whether text needs no second look, which is the rule.
func plainASCII(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] >= utf8.RuneSelf || text[i] == 0x7f {
			return false
		}
	}
	return true
}

// standIn returns what to show in place of r, or "" if r can be shown.
func standIn(r rune, size int, first byte) string {
	switch {
	case r == utf8.RuneError && size <= 1:
		return fmt.Sprintf("⟨%02X⟩", first)
	case r == '\n':
		return "⏎"
	case r == '\t':
		return "⇥"
	case r < ' ':
		return string(controlPictures + r)
	case r == 0x7f:
		return "␡"
	case r < utf8.RuneSelf:
		return ""
	}
	if name, named := invisible[r]; named {
		return "⟨" + name + "⟩"
	}
	if unicode.IsGraphic(r) && !unicode.Is(unicode.Zs, r) {
		return ""
	}
	return fmt.Sprintf("⟨U+%04X⟩", r)
}

// controlPictures is the first of the 32 characters that picture the controls.
const controlPictures = '␀'

// invisible names the characters that are met, the way Unicode abbreviates
// them. Others of their kind are shown by number.
var invisible = map[rune]string{
	0x00a0: "NBSP", 0x00ad: "SHY", 0x034f: "CGJ", 0x061c: "ALM", 0x115f: "HCF", 0x1160: "HJF",
	0x200b: "ZWSP", 0x200c: "ZWNJ", 0x200d: "ZWJ", 0x200e: "LRM", 0x200f: "RLM",
	0x2028: "LSEP", 0x2029: "PSEP",
	0x202a: "LRE", 0x202b: "RLE", 0x202c: "PDF", 0x202d: "LRO", 0x202e: "RLO",
	0x2060: "WJ", 0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI",
	0x2800: "BRAILLE BLANK", 0x3164: "HF", 0xfeff: "BOM", 0xffa0: "HHF",
}
