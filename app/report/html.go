package report

import (
	"fmt"
	"html"
	"strings"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/view"
	"chainglass/wire"
)

// escaped makes a name or sentence from outside part of a page: visible, of a
// length one can read, and nothing but text.
func escaped(text string) string { return html.EscapeString(short(text)) }

// page collects HTML. All text goes through its methods.
type page struct{ b strings.Builder }

// tag writes an element around text from outside. attributes are our own.
func (p *page) tag(name, attributes, text string) {
	p.open(name, attributes)
	p.b.WriteString(escaped(text))
	p.close(name)
}

func (p *page) open(name, attributes string) {
	p.b.WriteString("<" + name)
	if attributes != "" {
		p.b.WriteString(" " + attributes)
	}
	p.b.WriteString(">")
}

func (p *page) close(name string) { p.b.WriteString("</" + name + ">\n") }

// list writes items, unless there are none.
func (p *page) list(attributes string, items []string) {
	if len(items) == 0 {
		return
	}
	p.open("ul", attributes)
	for _, item := range items {
		p.tag("li", "", item)
	}
	p.close("ul")
}

// more says how many things are left out.
func (p *page) more(n int, of string) {
	if n > 0 {
		p.tag("p", `class="report-more"`, view.Count(n)+" more "+of)
	}
}

// HTML returns the report as the content of a section: a heading of the first
// level, then sections with headings of the second. Its classes are those of
// web/report.css and of the rest of the page; it has no scripts, no links and no
// style attributes.
func (r *Report) HTML() string {
	p := &page{}
	p.head(r)
	p.notes(r.notes)
	p.axis(r)
	p.story(r.story)
	p.chronicle(r.story)
	p.sender(r.sender)
	p.failures(r)
	p.damage(r)
	p.counts(r.counts)
	p.ids(r.ids)
	p.chains(r)
	return strings.TrimSuffix(p.b.String(), "\n")
}

func (p *page) head(r *Report) {
	p.open("header", "")
	p.tag("h1", "", r.title)
	p.list(`class="report-facts"`, r.facts())
	p.open("ul", `class="report-tallies"`)
	for _, t := range r.tallies() {
		p.open("li", `class="tone-`+string(t.tone)+`"`)
		p.tag("b", "", t.count)
		p.tag("span", "", t.word)
		p.close("li")
	}
	p.close("ul")
	p.close("header")
}

// section writes a heading; what follows belongs to it up to the next one.
func (p *page) section(title string) { p.tag("h2", "", title) }

func (p *page) notes(notes []engine.Note) {
	if len(notes) == 0 {
		return
	}
	p.section("Notes")
	first, more := cut(notes, maxNotes)
	for i := range first {
		n := &first[i]
		author, when := noteAuthor(n)
		p.open("article", `class="report-note"`)
		p.open("p", `class="report-where"`)
		p.tag("b", "", author)
		p.tag("span", "", when)
		if about := noteAbout(n); about != "" {
			p.tag("span", "", "on "+about)
		}
		p.close("p")
		for _, block := range view.Markdown(n.Text) {
			p.block(&block)
		}
		p.close("article")
	}
	p.more(more, "notes")
}

// block writes a paragraph or list of a note.
func (p *page) block(b *view.Block) {
	outer, inner := "p", ""
	switch {
	case b.Numbered:
		outer, inner = "ol", "li"
	case b.List:
		outer, inner = "ul", "li"
	}
	p.open(outer, "")
	for i, line := range b.Lines {
		if inner != "" {
			p.open(inner, "")
		} else if i > 0 {
			p.open("br", "")
		}
		for _, part := range line {
			p.inline(part)
		}
		if inner != "" {
			p.close(inner)
		}
	}
	p.close(outer)
}

func (p *page) inline(part view.Inline) {
	text := html.EscapeString(view.VisibleText(part.Text))
	if part.Code {
		text = "<code>" + text + "</code>"
	}
	if part.Bold {
		text = "<strong>" + text + "</strong>"
	}
	p.b.WriteString(text)
}

func (p *page) axis(r *Report) {
	svg := r.SVG()
	if svg == "" {
		return
	}
	p.section("Over time")
	p.open("figure", "")
	p.open("div", `class="report-scroll" role="region" aria-label="Time axis" tabindex="0"`)
	p.b.WriteString(svg)
	p.close("div")
	p.tag("figcaption", "", r.axisText())
	p.close("figure")
}

func (p *page) story(story []insight.Finding) {
	p.section("What happened")
	if len(story) == 0 {
		p.tag("p", `class="report-more"`, "Nothing in the records stands out.")
		return
	}
	p.insights(story)
}

// sender lists what the sender found.
func (p *page) sender(story []insight.Finding) {
	if len(story) == 0 {
		return
	}
	p.section(senderSays)
	p.tag("p", `class="report-more"`, senderHint)
	p.insights(story)
}

func (p *page) insights(story []insight.Finding) {
	first, more := storyCut(story)
	p.open("ol", `class="report-findings"`)
	for i := range first {
		f := &first[i]
		p.finding(f.Severity.String(), view.InsightMark(f.Severity), f.Title.String(), view.InsightWhere(f, view.UTC), f.Detail.String())
		if f.By != "" {
			p.tag("p", `class="report-why"`, "Why: "+f.By)
		}
		p.related(f.Related)
		p.close("li")
	}
	p.close("ol")
	var left []string
	for _, rule := range more {
		left = append(left, view.Count(rule.Count)+" more of "+rule.Name)
	}
	p.list(`class="report-more"`, left)
}

// related lists the rows that belong to a finding, for those who open it.
func (p *page) related(refs []insight.Ref) {
	if len(refs) == 0 {
		return
	}
	p.open("details", "")
	p.tag("summary", "", view.Plural(len(refs), "row", "rows")+" of it")
	whats := make([]string, len(refs))
	for i, ref := range refs {
		whats[i] = ref.What.String()
	}
	p.list("", whats)
	p.close("details")
}

// finding begins an item: how bad, what, where and when, what is known.
func (p *page) finding(severity, mark, title, where, detail string) {
	p.open("li", `class="report-finding"`)
	p.open("h3", "")
	p.tag("span", `class="badge `+mark+`"`, severity)
	p.tag("span", "", title)
	p.close("h3")
	p.tag("p", `class="report-where"`, where)
	for _, line := range lines(detail) {
		p.tag("p", "", line)
	}
}

func (p *page) damage(r *Report) {
	p.section("Integrity")
	if len(r.damage)+len(r.problems) == 0 {
		p.tag("p", `class="report-more"`, r.sound())
		return
	}
	p.problems(r.problems)
	left, unlisted := maxDamage, 0
	for i := range r.damage {
		of := &r.damage[i]
		first, more := cut(of.list, min(left, maxDamagePerChain))
		left -= len(first)
		if len(first) == 0 {
			unlisted += more
			continue
		}
		p.tag("h3", `class="report-chain"`, of.name)
		p.open("ol", `class="report-findings"`)
		for j := range first {
			f := &first[j]
			p.finding(f.Severity.String(), f.Severity.String(), f.Title.String(), view.IntegrityWhere(f), f.Detail.String())
			p.close("li")
		}
		p.close("ol")
		p.more(more, "of this chain")
	}
	p.more(unlisted, "of other chains")
}

// problems lists what is wrong and about no chain.
func (p *page) problems(all []engine.Problem) {
	if len(all) == 0 {
		return
	}
	first, more := cut(all, maxDamagePerChain)
	p.open("ol", `class="report-findings"`)
	for i := range first {
		title, detail := problemText(&first[i])
		severity := first[i].Severity.String()
		p.finding(severity, severity, title, severity, detail)
		p.close("li")
	}
	p.close("ol")
	p.more(more, "of these problems")
}

// column is a column of a table.
type column struct {
	head string
	// class is "number", "data" or "".
	class string
}

// table writes a table; its first column heads the rows.
func (p *page) table(caption string, columns []column, rows [][]string) {
	p.open("div", `class="report-scroll" role="region" tabindex="0" aria-label="`+escaped(caption)+`"`)
	p.open("table", "")
	p.tag("caption", "", caption)
	p.open("thead", "")
	p.open("tr", "")
	for _, c := range columns {
		p.tag("th", `scope="col"`+classOf(c.class), c.head)
	}
	p.close("tr")
	p.close("thead")
	p.open("tbody", "")
	for _, row := range rows {
		p.open("tr", "")
		for i, cell := range row {
			if i == 0 {
				p.tag("th", `scope="row"`+classOf(columns[i].class), cell)
			} else {
				p.tag("td", strings.TrimPrefix(classOf(columns[i].class), " "), cell)
			}
		}
		p.close("tr")
	}
	p.close("tbody")
	p.close("table")
	p.close("div")
}

func classOf(class string) string {
	if class == "" {
		return ""
	}
	return ` class="` + class + `"`
}

// failureColumns head the failures, here and in the write-up.
var failureColumns = []column{{"time UTC", "data"}, {"node", ""}, {"seq", "number"}, {"id", "number"}, {"kind", "data"}, {"reason", "reason"}}

func failureRows(failures []failure) (rows [][]string) {
	for i := range failures {
		f := &failures[i]
		rows = append(rows, []string{rowTime(&f.row), f.node, fmt.Sprint(f.row.Seq), fmt.Sprint(f.row.ID), f.row.Kind, f.row.Text})
	}
	return rows
}

func (p *page) failures(r *Report) {
	if len(r.failures) == 0 {
		return
	}
	p.section("The last failures")
	p.table(view.Plural(len(r.failures), "failure", "failures")+", newest first", failureColumns, failureRows(r.failures))
	p.more(r.more, "before these")
}

func (p *page) counts(tables []countTable) {
	if len(tables) == 0 {
		return
	}
	p.section("Counts")
	p.open("div", `class="report-tables"`)
	for i := range tables {
		t := &tables[i]
		columns := []column{{t.rowName, "data"}}
		for _, outcome := range t.outcomes {
			columns = append(columns, column{outcome, "number"})
		}
		columns = append(columns, column{"all", "number"})
		first, more := cut(t.rows, maxCountRows)
		caption := t.caption
		if more > 0 {
			caption += " (" + view.Count(more) + " more rows)"
		}
		p.table(caption, columns, countRows(first))
	}
	p.close("div")
}

func countRows(rows []countRow) (cells [][]string) {
	for i := range rows {
		row := []string{rows[i].name}
		for _, n := range rows[i].counts {
			row = append(row, view.Count(n))
		}
		cells = append(cells, append(row, view.Count(rows[i].sum())))
	}
	return cells
}

// chainColumns head the chains.
var chainColumns = []column{{"node", ""}, {"channel", "data"}, {"kind", ""}, {"entries", "number"}, {"first UTC", "data"}, {"last UTC", "data"}, {"outcomes", "reason"}, {"health", ""}}

func (r *Report) chainRows() (rows [][]string, more int) {
	first, more := cut(r.chains, maxChains)
	for _, c := range first {
		from, to := view.Absent, view.Absent
		if span := view.TimeRange(c); span.FirstMS.Some && span.LastMS.Some {
			from, to = view.UTC.Time(span.FirstMS.Value), view.UTC.Time(span.LastMS.Value)
		}
		kind := c.Kind.String()
		if c.Kind == wire.ChainUnknown {
			kind = "not known"
		}
		rows = append(rows, []string{c.Node, c.Channel, kind, view.EntriesOf(c), from, to, outcomeLine(c), health(r.findings(c.ID))})
	}
	return rows, more
}

func (p *page) chains(r *Report) {
	if len(r.chains) == 0 {
		return
	}
	rows, more := r.chainRows()
	p.section("Chains")
	p.table(view.TotalOf(r.chains).String(), chainColumns, rows)
	p.more(more, "chains")
}
