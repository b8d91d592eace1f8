package query

import "strings"

// What keyboards, phones and office programs make of the marks of the language
// while a query is typed or pasted: they mean what they were made of.

// isCurlyQuote reports whether r is a double quote that is not straight.
func isCurlyQuote(r rune) bool { return strings.ContainsRune("“”„‟«»″＂", r) }

// isDash reports whether r is a hyphen, a minus or a dash.
func isDash(r rune) bool { return r == '-' || strings.ContainsRune("‐‑‒–—―−－", r) }

// isComma reports whether r is a comma of any width.
func isComma(r rune) bool { return r == ',' || r == '，' }

// unseen reports whether r is a character without a width, which nobody typed.
func unseen(r rune) bool { return strings.ContainsRune("\u200b\u2060\ufeff\u00ad", r) }

// straight writes typographic marks as those of a keyboard.
func straight(text string) string { return marks.Replace(text) }

var marks = strings.NewReplacer(
	"“", `"`, "”", `"`, "„", `"`, "‟", `"`, "″", `"`, "＂", `"`, "«", `"`, "»", `"`,
	"‘", "'", "’", "'", "‚", "'", "‛", "'", "′", "'",
	"‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "―", "-", "−", "-", "－", "-",
	"…", "...", "‥", "..", "\u00a0", " ", "：", ":")

// plainRange writes what stands for "..", "-" and ":" in numbers and times as these.
func plainRange(text string) string {
	return strings.Replace(straight(text), "...", "..", 1)
}
