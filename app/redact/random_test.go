package redact

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// Whatever a text is put together of, what is left may leave, holds no id, and
// differs in values only where the original does.
func TestRandomTexts(t *testing.T) {
	const id = uint64(0x9f3c5a7be1d20417) // a node of texter
	fragments := []string{
		"pull", "timed", "attempt", "attempts", "ms", "s", "MiB", "of", "Mark", "qwxz", "telemetry", "node-1", "Ann Lee", "x3", "#", "%", "@", "/", ".", ",", ":", "-", "=", "(", ")", "'", `"`, "\n", "é", "µs",
		"\u200b", "+", "\\", "_", "0x", "word-a", "0gk", "daemon-a", "gated (", ") for ", "operator", "1st",
	}
	number := func(r *rand.Rand) string {
		switch r.IntN(8) {
		case 0:
			return fmt.Sprint(id)
		case 1:
			return fmt.Sprintf("0x%x", id)
		case 2:
			return fmt.Sprintf("%X", id)
		case 3:
			return grouped(id, string(groupSeparators[r.IntN(len(groupSeparators))]))
		case 4:
			return fmt.Sprint(r.Uint64())
		case 5:
			return "53261"
		}
		return fmt.Sprint(r.IntN(5000))
	}
	r := rand.New(rand.NewPCG(4, 4))
	for range 3000 {
		var form []string
		for range 1 + r.IntN(9) {
			if r.IntN(3) == 0 {
				form = append(form, "")
			} else {
				form = append(form, fragments[r.IntN(len(fragments))])
			}
			if r.IntN(2) == 0 {
				form = append(form, " ")
			}
		}
		write := func() string {
			var b strings.Builder
			for _, part := range form {
				if part == "" {
					part = number(r)
				}
				b.WriteString(part)
			}
			return b.String()
		}
		texts := []string{write(), write()}
		p := place(r.IntN(int(places)))
		x := texter(t, TextTemplate, p, texts...)
		var left []*redacted
		for _, text := range texts {
			got := x.redact(text, p)
			if !x.check(got.text, p) {
				t.Fatalf("%q became %q, which may not leave", text, got.text)
			}
			flat := strings.NewReplacer(",", "", "_", "", "'", "", ".", "", " ", "", "-", "").Replace(strings.ToLower(got.text))
			if strings.Contains(flat, fmt.Sprint(id)) || strings.Contains(flat, fmt.Sprintf("%x", id)) {
				t.Fatalf("%q became %q", text, got.text)
			}
			left = append(left, got)
		}
		same := string(appendTemplate(nil, texts[0])) == string(appendTemplate(nil, texts[1]))
		if same && left[0].masked != left[1].masked {
			t.Fatalf("%q and %q became %q and %q", texts[0], texts[1], left[0].text, left[1].text)
		}
	}
}
