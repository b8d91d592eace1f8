package report

import (
	"fmt"
	"strconv"
	"strings"

	"chainglass/app/insight"
	"chainglass/app/view"
)

// writeUp collects Markdown. All text from outside goes through inline.
type writeUp struct{ b strings.Builder }

func (w *writeUp) f(format string, args ...any) { fmt.Fprintf(&w.b, format+"\n", args...) }

// Markdown returns the findings and notes for a ticket, in the Markdown that
// trackers read: headings, lists, tables. Text from chains is escaped, so that
// it stays the text it is.
func (r *Report) Markdown() string {
	w := &writeUp{}
	w.f("# %s\n", inline(r.title))
	for _, fact := range r.facts() {
		w.f("- %s", inline(fact))
	}
	var tallies []string
	for _, t := range r.tallies() {
		tallies = append(tallies, "**"+t.count+"** "+t.word)
	}
	w.f("- %s", strings.Join(tallies, ", "))
	w.notes(r)
	w.story(r.story)
	w.chronicle(r.story)
	w.sender(r.sender)
	w.failures(r)
	w.damage(r)
	w.ids(r.ids)
	w.chains(r)
	return w.b.String()
}

func (w *writeUp) notes(r *Report) {
	if len(r.notes) == 0 {
		return
	}
	w.f("\n## Notes")
	first, more := cut(r.notes, maxNotes)
	for i := range first {
		n := &first[i]
		author, when := noteAuthor(n)
		head := "**" + inline(author) + "**, " + when
		if about := noteAbout(n); about != "" {
			head += ", on " + inline(about)
		}
		w.f("\n%s:\n", head)
		for _, block := range view.Markdown(n.Text) {
			w.block(&block)
		}
	}
	w.more(more, "notes")
}

// block writes a paragraph or list of a note, as a quotation.
func (w *writeUp) block(b *view.Block) {
	for i, line := range b.Lines {
		prefix := ""
		switch {
		case b.Numbered:
			prefix = fmt.Sprintf("%d. ", i+1)
		case b.List:
			prefix = "- "
		}
		text := ""
		for _, part := range line {
			text += styled(part, text == "")
		}
		// Two blanks keep the line's end.
		w.f("> %s%s  ", prefix, text)
	}
	w.f(">")
}

// styled writes a piece of a note. A mark needs text that neither begins nor
// ends with a blank.
func styled(part view.Inline, first bool) string {
	text := escapeInline(view.VisibleText(part.Text), first)
	trimmed := strings.TrimSpace(part.Text)
	switch {
	case trimmed == "" || trimmed != part.Text:
		return text
	case part.Code:
		text = code(part.Text)
	}
	if part.Bold {
		text = "**" + text + "**"
	}
	return text
}

// code writes text as it is, between more backticks than it has in a row.
func code(text string) string {
	text = view.VisibleText(text)
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + text + fence
}

func (w *writeUp) story(story []insight.Finding) {
	w.f("\n## What happened\n")
	if len(story) == 0 {
		w.f("Nothing in the records stands out.")
		return
	}
	w.insights(story)
}

// sender lists what the sender found.
func (w *writeUp) sender(story []insight.Finding) {
	if len(story) == 0 {
		return
	}
	w.f("\n## %s\n", senderSays)
	w.f("%s\n", senderHint)
	w.insights(story)
}

func (w *writeUp) insights(story []insight.Finding) {
	first, more := storyCut(story)
	for i := range first {
		f := &first[i]
		w.finding(f.Title.String(), f.Severity.String(), view.InsightWhere(f, view.UTC), f.Detail.String())
		for _, r := range f.Related {
			if r.TimeNS > 0 { // a line of a node
				w.f("  - %s", inline(short(r.What.String())))
			}
		}
	}
	for _, rule := range more {
		w.f("- %s more of %s", view.Count(rule.Count), inline(rule.Name))
	}
}

// finding writes an item. InsightWhere and its like name the severity already.
func (w *writeUp) finding(title, severity, where, detail string) {
	if !strings.Contains(where, severity) {
		where = severity + " · " + where
	}
	w.f("- **%s**  ", inline(title))
	w.f("  %s", inline(where))
	// Several lines are the steps of something, and have an order.
	all := lines(detail)
	for i, line := range all {
		bullet := "-"
		if len(all) > 1 {
			bullet = strconv.Itoa(i+1) + "."
		}
		w.f("  %s %s", bullet, inline(line))
	}
}

func (w *writeUp) damage(r *Report) {
	w.f("\n## Integrity\n")
	if len(r.damage)+len(r.problems) == 0 {
		w.f("%s", r.sound())
		return
	}
	first, more := cut(r.problems, maxDamagePerChain)
	for i := range first {
		title, detail := problemText(&first[i])
		w.finding(title, first[i].Severity.String(), first[i].Severity.String(), detail)
	}
	w.more(more, "of these problems")
	left, unlisted := maxDamage, 0
	for i := range r.damage {
		of := &r.damage[i]
		first, more := cut(of.list, min(left, maxDamagePerChain))
		left -= len(first)
		if len(first) == 0 {
			unlisted += more
			continue
		}
		w.f("\n### %s\n", inline(of.name))
		for j := range first {
			f := &first[j]
			w.finding(f.Title.String(), f.Severity.String(), view.IntegrityWhere(f), f.Detail.String())
		}
		w.more(more, "of this chain")
	}
	w.more(unlisted, "of other chains")
}

func (w *writeUp) failures(r *Report) {
	if len(r.failures) == 0 {
		return
	}
	w.f("\n## The last failures\n")
	w.table(failureColumns, failureRows(r.failures))
	w.more(r.more, "before these")
}

func (w *writeUp) chains(r *Report) {
	if len(r.chains) == 0 {
		return
	}
	w.f("\n## Chains\n")
	rows, more := r.chainRows()
	w.table(chainColumns, rows)
	w.more(more, "chains")
}

func (w *writeUp) table(columns []column, rows [][]string) {
	heads, rules := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		heads[i], rules[i] = inline(c.head), "---"
		if c.class == "number" {
			rules[i] = "---:"
		}
	}
	w.f("| %s |", strings.Join(heads, " | "))
	w.f("| %s |", strings.Join(rules, " | "))
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = inline(cell)
		}
		w.f("| %s |", strings.Join(cells, " | "))
	}
}

func (w *writeUp) more(n int, of string) {
	if n > 0 {
		w.f("\n%s more %s", view.Count(n), of)
	}
}

// inline makes a name or sentence from outside part of a line of Markdown, wherever it stands
// in it.
func inline(text string) string { return escapeInline(short(text), true) }

// escapeInline escapes what Markdown would read as a mark. first tells that the
// text may begin a line or an item, where more is one.
func escapeInline(text string, first bool) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if isMark(text, i) || first && beginsBlock(text, i) {
			b.WriteByte('\\')
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// isMark reports whether the byte at i would style, link or end a cell. An
// underscore within a word does not, nor does what kinds and reasons are full
// of.
func isMark(text string, i int) bool {
	switch text[i] {
	case '\\', '`', '*', '[', ']', '<', '>', '&', '|', '~', '$':
		return true
	case '_':
		return i == 0 || i == len(text)-1 || !isAlphanumeric(text[i-1]) || !isAlphanumeric(text[i+1])
	case ':':
		return strings.HasPrefix(text[i:], "://")
	case '.':
		return i >= 3 && strings.EqualFold(text[i-3:i], "www")
	}
	return false
}

// beginsBlock reports whether the byte at i, with those before it, would begin a
// heading, a list or a rule.
func beginsBlock(text string, i int) bool {
	switch text[i] {
	case '#', '-', '+', '=':
		return i == 0
	case '.', ')':
		return i > 0 && strings.Trim(text[:i], "0123456789") == ""
	}
	return false
}

func isAlphanumeric(b byte) bool {
	return b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z' || b >= 0x80
}
