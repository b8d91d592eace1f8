package query

import "fmt"

// Error says what is wrong with the text of a query, and where.
type Error struct {
	// Start and End are the byte offsets of the part that is wrong; the part is
	// never empty.
	Start, End int
	// Text says what is wrong with it.
	Text string
	// Hint says what can be written instead; it may be empty.
	Hint string
}

// Error returns the text, the place and the hint.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s (at %d to %d)", e.Text, e.Start, e.End)
	if e.Hint != "" {
		text += "; " + e.Hint
	}
	return text
}

// nearest returns the name most like the one that was written, or "" if none is
// like it.
func nearest(written string, names []string) string {
	best, bestDistance := "", 1+len(written)/3
	for _, name := range names {
		if d := editDistance(fold(written), name, bestDistance); d <= bestDistance && (best == "" || d < bestDistance) {
			best, bestDistance = name, d
		}
	}
	return best
}

// editDistance counts the letters to insert, drop or replace to get from a to b.
// Texts whose lengths differ by more than limit are not compared.
func editDistance(a, b string, limit int) int {
	if max(len(a), len(b))-min(len(a), len(b)) > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
