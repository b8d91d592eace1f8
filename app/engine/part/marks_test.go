package part

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"chainglass/app/query"
)

// Every text is one that its template stands for: its marks stand for one or more of the
// bytes that are told with it, a mark of the text's own included.
func TestMarksStandForTheirBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	words := []string{"pull", "42", "0x1f", "ab12cd", "#", "42#", "#7", "ms", "_", "é", "ABC123", "12_a"}
	for range 5_000 {
		var text []byte
		for range r.IntN(6) {
			text = append(text, words[r.IntN(len(words))]...)
			text = append(text, []string{" ", "", "-"}[r.IntN(3)]...)
		}
		template, masked := appendMasked(nil, text)
		var stands strings.Builder
		stands.WriteString("[")
		for b := range byte(0x7f) {
			if masked.With([]byte{b}) == masked && query.WordBytes(0).With([]byte{b}) != 0 {
				stands.WriteString(regexp.QuoteMeta(string(rune(b))))
			}
		}
		stands.WriteString("]+")
		pattern := "^" + regexp.QuoteMeta(string(template)) + "$"
		if strings.Contains(pattern, "#") {
			pattern = strings.ReplaceAll(pattern, "#", stands.String())
		}
		if !regexp.MustCompile(pattern).Match(text) {
			t.Fatalf("%q has the template %q, and marks that stand for %s", text, template, stands.String())
		}
	}
}
