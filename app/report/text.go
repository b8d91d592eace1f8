package report

import (
	"strings"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/view"
	"chainglass/wire"
)

// What is listed at most; the rest is counted.
const (
	// maxStory bounds the findings of the story, maxStoryPerRule those of one rule.
	maxStory        = 40
	maxStoryPerRule = 8
	// maxDamage bounds the findings about bytes, maxDamagePerChain those of one
	// chain.
	maxDamage         = 60
	maxDamagePerChain = 12
	// maxNotes bounds the notes, maxAnchors what one note is said to be about.
	maxNotes   = 200
	maxAnchors = 8
	// maxChains bounds the chains, maxCountRows the rows of a table of counts.
	maxChains    = 200
	maxCountRows = 24
)

// maxText bounds a name or sentence. The text of notes is not one.
const maxText = 2000

// short is a text with nothing invisible in it, its middle cut out if it is
// longer than anyone reads.
func short(text string) string { return view.Shorten(view.VisibleText(text), maxText) }

// cut returns the first of a list and how many are left out.
func cut[T any](list []T, most int) (first []T, more int) {
	first = list[:min(len(list), most)]
	return first, len(list) - len(first)
}

// storyCut returns the findings to list, in their order, and for each rule how
// many are left out.
func storyCut(story []insight.Finding) (first []insight.Finding, more []engine.Count) {
	listed := map[insight.Rule]int{}
	var left []insight.Finding
	for i := range story {
		rule := story[i].Rule
		if len(first) == maxStory || listed[rule] == maxStoryPerRule {
			left = append(left, story[i])
			continue
		}
		listed[rule]++
		first = append(first, story[i])
	}
	return first, view.RuleCounts(left)
}

// lines splits a text of several lines, which chains may have a part in, into
// lines with nothing invisible in them.
func lines(text string) (visible []string) {
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" {
			visible = append(visible, view.VisibleText(line))
		}
	}
	return visible
}

// facts are the lines below the headline.
func (r *Report) facts() []string {
	facts := []string{view.TotalOf(r.chains).String()}
	if whole := view.MixRange(r.chains); whole.FirstMS.Some {
		facts = append(facts, whole.Full(view.UTC))
	}
	for _, remark := range r.remarks {
		facts = append(facts, view.VisibleText(remark))
	}
	return facts
}

// tally is a number worth reading first.
type tally struct {
	count, word string
	tone        view.Tone
}

// tallies count how the actions ended and what was noticed.
func (r *Report) tallies() (list []tally) {
	sums := map[string]int{}
	for _, c := range r.chains {
		if c.Kind == wire.ChainAction {
			for _, outcome := range c.Counts.Outcomes {
				sums[outcome.Name] += outcome.Count
			}
		}
	}
	for _, name := range []string{"Failed", "Gated", "Dispatched"} {
		if n := sums[name]; n > 0 {
			list = append(list, tally{view.Count(n), strings.ToLower(name), view.OutcomeOf(name).Tone})
		}
	}
	if n := len(r.notes); n > 0 {
		list = append(list, tally{view.Count(n), word(n, "note", "notes"), view.TonePlain})
	}
	if n := len(r.story); n > 0 {
		list = append(list, tally{view.Count(n), word(n, "finding", "findings"), view.ToneFinding})
	}
	damaged := 0
	for i := range r.damage {
		if r.damage[i].list[0].Severity > engine.SeverityNote { // the worst comes first
			damaged++
		}
	}
	if n := len(r.problems); n > 0 {
		list = append(list, tally{view.Count(n), word(n, "problem", "problems"), view.ToneFailed})
	}
	tone := view.ToneQuiet
	if damaged > 0 {
		tone = view.ToneFailed
	}
	return append(list, tally{view.Count(damaged), word(damaged, "damaged chain", "damaged chains"), tone})
}

func word(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// health is "ok", or the findings of a chain by severity.
func health(findings []engine.Finding) string {
	var counts [engine.SeverityDamage + 1]int
	for i := range findings {
		counts[findings[i].Severity]++
	}
	var parts []string
	for s := engine.SeverityDamage; s > engine.SeverityNone; s-- {
		if n := counts[s]; n > 0 {
			parts = append(parts, view.Count(n)+" "+s.String())
		}
	}
	if len(parts) == 0 {
		return "ok"
	}
	return strings.Join(parts, ", ")
}

// sound says what is so where nothing is listed.
func (r *Report) sound() string {
	return view.Sound(r.chains) + "."
}

// senderSays heads what the sender of an export concluded.
const senderSays = "What the sender found"

// senderHint says what it is.
const senderHint = "The program that wrote the export concluded this from the chains that it had before it. Nothing here has checked it."

// problemText says what and where a problem is.
func problemText(p *engine.Problem) (title, detail string) {
	title = view.VisibleText(p.Title)
	if p.Path != "" {
		title = view.VisibleText(p.Path) + ": " + title
	}
	return short(title), p.Detail
}

// noteAbout says what a note is about.
func noteAbout(n *engine.Note) string {
	var parts []string
	if n.Span.Some {
		span := n.Span.Value
		parts = append(parts, view.UTC.Time(span.FromMS)+" – "+view.UTC.Full(span.ToMS))
	}
	anchors, more := cut(n.Anchors, maxAnchors)
	for i := range anchors {
		parts = append(parts, view.AnchorText(&anchors[i]))
	}
	if more > 0 {
		parts = append(parts, view.Count(more)+" more")
	}
	return strings.Join(parts, ", ")
}

// noteAuthor is who wrote a note, and when.
func noteAuthor(n *engine.Note) (author, when string) {
	author = view.VisibleText(n.Author)
	if author == "" {
		author = "Someone"
	}
	return author, view.UTC.Full(n.UpdatedAtMS)
}

// rowTime is when the entry of a row was appended, or the record's own time.
func rowTime(row *engine.Row) string {
	ns, known := view.RowNS(row)
	if !known {
		return view.Absent
	}
	return view.UTC.Time(ns / 1e6)
}
