package view

import (
	"fmt"

	"chainglass/app/engine"
)

// ComparisonText says in one sentence how two chains compare; entries are how
// many each has.
func ComparisonText(c *engine.Comparison, entriesA, entriesB int) string {
	switch {
	case !c.Complete:
		return "Cancelled: what follows is as far as it got."
	case c.Common == entriesA && c.Common == entriesB:
		return fmt.Sprintf("Both chains are the same: %s with the same seq, length and checksum.", Plural(c.Common, "entry", "entries"))
	case c.Common == entriesA && c.OnlyB > 0 && c.OnlyA == 0 && c.Different == 0:
		return fmt.Sprintf("B is A and %s more.", Plural(c.OnlyB, "entry", "entries"))
	case c.Common == entriesB && c.OnlyA > 0 && c.OnlyB == 0 && c.Different == 0:
		return fmt.Sprintf("A is B and %s more.", Plural(c.OnlyA, "entry", "entries"))
	case c.Common == 0:
		return "The chains differ from the first entry on."
	}
	return fmt.Sprintf("The first %s are the same, then the chains part.", Plural(c.Common, "entry", "entries"))
}

// SpanText says what is in a run of entries.
func SpanText(s *engine.Span) string {
	seqs := fmt.Sprintf("seq %d", s.FirstSeq)
	if s.LastSeq != s.FirstSeq {
		seqs += fmt.Sprintf(" to %d", s.LastSeq)
	}
	return fmt.Sprintf("%s, %s", Plural(s.Count, "entry", "entries"), seqs)
}
