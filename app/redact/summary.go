package redact

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"chainglass/wire/export"
)

// Summary says what left and what did not.
type Summary struct {
	// Commitment says which original this is a view of to those who know Salt; the
	// redacted export states it. Salt is for the sender alone: by it, who guesses what
	// was replaced can tell when the guess is right.
	Commitment [32]byte
	Salt       [export.SaltBytes]byte
	// Texts and TimesShifted are the options that were in force.
	Texts        TextMode
	TimesShifted bool
	// Chains, Entries, Notes, Findings and Bases count what was written.
	Chains, Entries, Notes, Findings, Bases int
	// PayloadsDropped counts the entries whose payload was removed because it is no
	// record that could be told apart, BasesDropped the snapshots for that reason.
	PayloadsDropped, BasesDropped int
	// Classes counts values by class, in the order of the classes; classes of which
	// none was met are left out.
	Classes []ClassCount
	// Pseudonyms counts the different identifiers, names, words and values that got
	// one.
	Pseudonyms []PseudonymCount
	// Templates are the texts that left, those with the most occurrences first, at
	// most [MaxTemplatesListed]; in them "#" stands for a pseudonym of a value.
	// TemplateCount counts all, up to a bound of [MaxTemplatesCounted].
	Templates     []TemplateCount
	TemplateCount int
	// Bytes is the size of the redacted export. PatternsSearched is how many byte
	// patterns of originals were searched for in all of it, in vain.
	Bytes            int64
	PatternsSearched int
}

// ClassCount counts the values of one class.
type ClassCount struct {
	Class Class
	// Kept counts values that left as they were; of a text, that it had nothing to
	// replace. Replaced counts those that left changed, Dropped those that did not
	// leave.
	Kept, Replaced, Dropped int
}

// PseudonymCount counts the pseudonyms of one sort.
type PseudonymCount struct {
	Name  string
	Count int
}

// TemplateCount is a text that left and how often.
type TemplateCount struct {
	Text  string
	Count int
}

// Bounds of what a [Summary] holds.
const (
	MaxTemplatesListed  = 200
	MaxTemplatesCounted = 1 << 14
)

// WriteText writes the summary for people.
func (s *Summary) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "redacted view, commitment %x\n", s.Commitment)
	fmt.Fprintf(&b, "  %d chains, %d entries, %d notes, %d findings, %d base snapshots, %d bytes\n", s.Chains, s.Entries, s.Notes, s.Findings, s.Bases, s.Bytes)
	if s.PayloadsDropped+s.BasesDropped > 0 {
		fmt.Fprintf(&b, "  removed because they are no known records: %d payloads, %d base snapshots\n", s.PayloadsDropped, s.BasesDropped)
	}
	fmt.Fprintf(&b, "  %-24s %12s %12s %12s\n", "what leaves", "as it was", "replaced", "removed")
	for _, c := range s.Classes {
		fmt.Fprintf(&b, "  %-24s %12d %12d %12d\n", c.Class, c.Kept, c.Replaced, c.Dropped)
	}
	for i, p := range s.Pseudonyms {
		fmt.Fprintf(&b, "%s%d %s", []string{"  pseudonyms: ", ", "}[min(i, 1)], p.Count, p.Name)
	}
	if len(s.Pseudonyms) > 0 {
		b.WriteByte('\n')
	}
	if s.TimesShifted {
		b.WriteString("  all times were moved by one random amount\n")
	}
	fmt.Fprintf(&b, "  %d different texts leave, # is a replaced value:\n", s.TemplateCount)
	const shown = 20
	for _, t := range s.Templates[:min(len(s.Templates), shown)] {
		fmt.Fprintf(&b, "  %9d  %q\n", t.Count, t.Text)
	}
	if more := s.TemplateCount - shown; more > 0 {
		fmt.Fprintf(&b, "             and %d more\n", more)
	}
	fmt.Fprintf(&b, "  searched for %d patterns of originals, none is left\n", s.PatternsSearched)
	_, err := io.WriteString(w, b.String())
	return err
}

// tally collects what a [Summary] tells.
type tally struct {
	classes   [classes]ClassCount
	templates map[string]int
}

func newTally() *tally { return &tally{templates: map[string]int{}} }

func (t *tally) kept(c Class)     { t.classes[c].Kept++ }
func (t *tally) replaced(c Class) { t.classes[c].Replaced++ }
func (t *tally) dropped(c Class)  { t.classes[c].Dropped++ }

// text counts a text that leaves.
func (t *tally) text(masked string, times int) {
	masked = cutText(masked)
	if _, known := t.templates[masked]; known || len(t.templates) < MaxTemplatesCounted {
		t.templates[masked] += times
	}
}

// listedBytes is how much of a text is listed.
const listedBytes = 240

// cutText returns the start of a text, whole runes.
func cutText(text string) string {
	if len(text) <= listedBytes {
		return text
	}
	end := listedBytes
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

func (t *tally) into(s *Summary) {
	for class, c := range t.classes {
		if c != (ClassCount{}) {
			c.Class = Class(class)
			s.Classes = append(s.Classes, c)
		}
	}
	for text, count := range t.templates {
		s.Templates = append(s.Templates, TemplateCount{text, count})
	}
	slices.SortFunc(s.Templates, func(a, b TemplateCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text, b.Text))
	})
	s.TemplateCount = len(s.Templates)
	s.Templates = slices.Clip(s.Templates[:min(len(s.Templates), MaxTemplatesListed)])
}
