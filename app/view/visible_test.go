package view

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestVisible(t *testing.T) {
	mark := func(text string) Run { return Run{Text: text, Mark: true} }
	plain := func(text string) Run { return Run{Text: text} }
	for text, want := range map[string][]Run{
		"":                         nil,
		"plain":                    {plain("plain")},
		"a\nb":                     {plain("a"), mark("⏎"), plain("b")},
		"\t\x00\x1b\x7f":           {mark("⇥␀␛␡")},
		"evil\u202egnp.exe":        {plain("evil"), mark("⟨RLO⟩"), plain("gnp.exe")},
		"zero\u200bwidth\ufeff":    {plain("zero"), mark("⟨ZWSP⟩"), plain("width"), mark("⟨BOM⟩")},
		"bad \xff\xfe utf8":        {plain("bad "), mark("⟨FF⟩⟨FE⟩"), plain(" utf8")},
		"\u0085\U000e0041":         {mark("⟨U+0085⟩⟨U+E0041⟩")},
		"é日本 עברית 🙂 c\u0327":      {plain("é日本 עברית 🙂 c\u0327")},
		"no\u00a0break\u3000space": {plain("no"), mark("⟨NBSP⟩"), plain("break"), mark("⟨U+3000⟩"), plain("space")},
		"replaced \ufffd itself":   {plain("replaced \ufffd itself")},
	} {
		if diff := cmp.Diff(want, Visible(text)); diff != "" {
			t.Errorf("Visible(%q) (-want +got):\n%s", text, diff)
		}
	}
}

func FuzzVisible(f *testing.F) {
	for _, seed := range []string{"", "plain", "a\u202eb\n", "\xff\xc0\x80", "\u2066\u2069", "\U0010ffff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		shown := VisibleText(text)
		if !utf8.ValidString(shown) {
			t.Fatalf("%q is shown as invalid UTF-8 %q", text, shown)
		}
		for _, r := range shown {
			if r < ' ' || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) {
				t.Fatalf("%q is shown with %U in it: %q", text, r, shown)
			}
		}
		if again := VisibleText(shown); again != shown {
			t.Fatalf("%q shown twice is %q", shown, again)
		}
	})
}
