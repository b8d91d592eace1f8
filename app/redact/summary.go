package redact

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"sort"
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
	// RawDropped counts the raw parts of folders, RawBytes their bytes: they hold what
	// no entry does and do not leave.
	RawDropped int
	RawBytes   int64
	// Classes counts values by class, in the order of the classes; classes of which
	// none was met are left out.
	Classes []ClassCount
	// Pseudonyms counts the different identifiers, names, words and values that got
	// one.
	Pseudonyms []PseudonymCount
	// Templates are the texts that left, those with the most occurrences first, at
	// most [MaxTemplatesListed]. TemplateCount counts all, up to a bound of
	// [MaxTemplatesCounted].
	Templates     []TemplateCount
	TemplateCount int
	// Review are ordinary words that may be names here, those that are parts of names
	// first, at most [MaxReviewed]. They left; [Options.Replace] takes them out.
	Review []ReviewWord
	// Unknown are templates of [Options.Hide] and [Options.Keep] that no text has.
	Unknown []string
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

// TemplateCount is a text that left, but for its values, and how often.
type TemplateCount struct {
	// Text is what leaves; "#" stands for a value. Original is the template of the
	// original, for the sender alone: by it, [Options] name the template.
	Text, Original string
	Count          int
	// Stays counts the numbers in Count texts that left as they were; Example is one
	// of those texts as it leaves.
	Stays   int
	Example string
	// Held is set if a measure was hidden because some text has an id in its place.
	Held bool
	// Withheld counts the different values that [Options.Keep] asks for and that are
	// ids or names: they did not leave.
	Withheld int
	// Fixed is set if a number of a text stays whatever is asked for: the id of an
	// action, a delay that the record itself has.
	Fixed bool
	// Numbers is set if there is a value in the text.
	Numbers bool
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
	if s.RawDropped > 0 {
		fmt.Fprintf(&b, "  removed because nobody knows what they hold: %d raw parts of folders, %d bytes\n", s.RawDropped, s.RawBytes)
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
	s.writeTemplates(&b)
	fmt.Fprintf(&b, "  searched for %d patterns of originals, none is left\n", s.PatternsSearched)
	_, err := io.WriteString(w, b.String())
	return err
}

// writeTemplates writes both groups of texts: those with numbers that leave as they
// were, and the others.
func (s *Summary) writeTemplates(b *strings.Builder) {
	fmt.Fprintf(b, "  %d different texts leave, # is a value:\n", s.TemplateCount)
	const shown = 20
	for _, group := range []struct {
		title string
		stays bool
	}{{"  numbers stay in these (--hide-template hides them):", true}, {"  numbers are replaced in these (--keep-template keeps them):", false}} {
		lines, more := 0, 0
		for i := range s.Templates {
			t := &s.Templates[i]
			switch {
			case (t.Stays > 0 || t.Fixed) != group.stays || !t.Numbers:
				continue
			case lines == 0:
				b.WriteString(group.title + "\n")
			}
			if lines++; lines > shown {
				more++
				continue
			}
			fmt.Fprintf(b, "  %9d  %q", t.Count, t.Original)
			if group.stays {
				fmt.Fprintf(b, " leaves as %q", t.Example)
			} else if t.Text != t.Original {
				fmt.Fprintf(b, " leaves as %q", t.Text)
			}
			if t.Held {
				b.WriteString("; in some text the number is an id")
			}
			if t.Fixed {
				b.WriteString("; the record's own number stays")
			}
			if t.Withheld > 0 {
				fmt.Fprintf(b, "; %d values are ids or names and did not leave", t.Withheld)
			}
			b.WriteByte('\n')
		}
		if more > 0 {
			fmt.Fprintf(b, "             and %d more\n", more)
		}
	}
	for i, w := range s.Review {
		if i == 0 {
			b.WriteString("  ordinary words that may be names here (--replace-word takes them out):\n")
		}
		if i == shown {
			fmt.Fprintf(b, "             and %d more\n", len(s.Review)-shown)
			break
		}
		fmt.Fprintf(b, "  %9d  %-16s as in %q\n", w.Count, w.Word, w.Example)
	}
	for _, t := range s.Unknown {
		fmt.Fprintf(b, "  no text has the template %q\n", t)
	}
}

// tally collects what a [Summary] tells.
type tally struct {
	classes   [classes]ClassCount
	templates map[string]*TemplateCount
}

func newTally() *tally { return &tally{templates: map[string]*TemplateCount{}} }

func (t *tally) kept(c Class)     { t.classes[c].Kept++ }
func (t *tally) replaced(c Class) { t.classes[c].Replaced++ }
func (t *tally) dropped(c Class)  { t.classes[c].Dropped++ }

// text counts a text that leaves.
func (t *tally) text(r *redacted) {
	masked := cutText(r.masked)
	c := t.templates[masked]
	if c == nil {
		if len(t.templates) >= MaxTemplatesCounted {
			return
		}
		c = &TemplateCount{Text: masked, Numbers: len(holesOf(r.text)) > 0}
		t.templates[masked] = c
	}
	c.Count += r.times
	c.Fixed = c.Fixed || r.fixed
	c.Stays += r.stays * r.times
	if (r.stays > 0 || r.fixed) && (c.Example == "" || r.text < c.Example) {
		c.Example = cutText(r.text)
	}
	if of := r.template; of != nil && c.Original == "" {
		c.Original = cutText(of.text)
		c.Held = of.measures && !of.keep && !of.hide && slices.Contains(of.held, true) && r.stays == 0
		c.Withheld = of.withheld
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
	for _, c := range t.templates {
		s.Templates = append(s.Templates, *c)
	}
	sort.Slice(s.Templates, func(i, j int) bool {
		a, b := &s.Templates[i], &s.Templates[j]
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text, b.Text)) < 0
	})
	s.TemplateCount = len(s.Templates)
	s.Templates = slices.Clip(s.Templates[:min(len(s.Templates), MaxTemplatesListed)])
}
