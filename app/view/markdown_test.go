package view

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func text(s string) Inline { return Inline{Text: s} }
func bold(s string) Inline { return Inline{Text: s, Bold: true} }
func code(s string) Inline { return Inline{Text: s, Code: true} }

func TestMarkdown(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []Block
	}{
		{"nothing", " \n\n", nil},
		{"one paragraph of two lines", "first\nsecond", []Block{{Lines: []Line{{text("first")}, {text("second")}}}}},
		{"two paragraphs", "first\r\n\r\nsecond", []Block{{Lines: []Line{{text("first")}}}, {Lines: []Line{{text("second")}}}}},
		{"a list after a line", "see:\n- one\n* two", []Block{
			{Lines: []Line{{text("see:")}}},
			{List: true, Lines: []Line{{text("one")}, {text("two")}}}}},
		{"numbers", "1. one\n22. two\n- three", []Block{
			{List: true, Numbered: true, Lines: []Line{{text("one")}, {text("two")}}},
			{List: true, Lines: []Line{{text("three")}}}}},
		{"styles", "a **b** `c` **d", []Block{{Lines: []Line{{text("a "), bold("b"), text(" "), code("c"), text(" **d")}}}}},
		{"no marks within code", "`**x**` **`y`**", []Block{{Lines: []Line{{code("**x**"), text(" "), {Text: "y", Bold: true, Code: true}}}}}},
		{"code that is not closed", "a `b **c**", []Block{{Lines: []Line{{text("a `b **c**")}}}}},
		{"markup is text", "<b>x</b> [y](javascript:z)", []Block{{Lines: []Line{{text("<b>x</b> [y](javascript:z)")}}}}},
		{"a year is no item", "2026. It", []Block{{Lines: []Line{{text("2026. It")}}}}},
	} {
		if diff := cmp.Diff(c.want, Markdown(c.text)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestMarkdownIsBounded(t *testing.T) {
	if n := len(Markdown(strings.Repeat("x\n\n", 1000))); n != maxBlocks {
		t.Errorf("%d blocks", n)
	}
}

// No word is lost, whatever is written.
func FuzzMarkdown(f *testing.F) {
	f.Add("a **b** `c`\n- d\n1. e")
	f.Add("**`**`** \x00 \u202e")
	f.Add("\xd8``\x84")
	f.Fuzz(func(t *testing.T, written string) {
		var shown strings.Builder
		for _, block := range Markdown(written) {
			if len(block.Lines) == 0 {
				t.Fatal("an empty block")
			}
			for _, line := range block.Lines {
				for _, part := range line {
					shown.WriteString(part.Text)
				}
			}
		}
		letters := func(s string) string {
			return strings.Map(func(r rune) rune {
				if strings.ContainsRune("*`-.0123456789 \t\r\n", r) || strings.TrimSpace(string(r)) == "" {
					return -1
				}
				return r
			}, s)
		}
		if !utf8.ValidString(written) {
			return // halves of characters may meet where marks are taken away
		}
		if got, want := letters(shown.String()), letters(written); got != want {
			t.Errorf("%q shows %q of %q", written, got, want)
		}
	})
}
