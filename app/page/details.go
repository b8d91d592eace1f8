package page

import (
	"strings"

	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// Details is what the right panel shows: the open tab and what is known of the
// selected entry.
type Details struct {
	page   *Page
	Tab    Tab
	Detail Newest[rpc.PositionRequest, engine.Detail]
	// Related is what belongs to the selected entry.
	Related Newest[rpc.PositionRequest, engine.Related]
}

func newDetails(p *Page) Details {
	return Details{page: p, Tab: TabRecord}
}

// TabWord is a tab and what it is called.
type TabWord struct {
	Tab  Tab
	Word string
}

// TabWords are the tabs of the right panel, in their order.
var TabWords = [...]TabWord{
	{TabRecord, "Record"},
	{TabSnapshot, "Snapshot"},
	{TabFindings, "Findings"},
	{TabNotes, "Notes"},
	{TabCompare, "Compare"},
}

// The tabs beside those of the selection.
const (
	TabNotes   Tab = "notes"
	TabCompare Tab = "compare"
)

// restore opens the tab of an address, with the page of the findings and the
// span of time that it names: "snapshot", "operators", "reasons:16:08..16:15".
func (d *Details) restore(text string) Tab {
	name, span, _ := strings.Cut(text, ":")
	d.page.Findings.ShownPage = pageOf(name)
	d.page.Reasons.Span, d.page.Reasons.Known = span, false
	return tabOf(name)
}

// tabOf reads the name of a tab. A page of the findings stands for the tab.
func tabOf(text string) Tab {
	switch FindingsPage(text) {
	case PageReasons, PageOperators:
		return TabFindings
	}
	for _, known := range TabWords {
		if string(known.Tab) == text {
			return known.Tab
		}
	}
	return TabRecord
}

// pageOf reads the page of the findings of an address.
func pageOf(text string) FindingsPage {
	switch page := FindingsPage(text); page {
	case PageReasons, PageOperators:
		return page
	}
	return PageStory
}

// tabText is what the address says of the open tab: "" for the first.
func (d *Details) tabText() string {
	switch {
	case d.Tab == TabRecord:
		return ""
	case d.Tab == TabFindings && d.page.Findings.ShownPage == PageReasons && d.page.Reasons.Span != "":
		return string(PageReasons) + ":" + d.page.Reasons.Span
	case d.Tab == TabFindings && d.page.Findings.ShownPage != PageStory:
		return string(d.page.Findings.ShownPage)
	}
	return string(d.Tab)
}

// askTab asks for what the tab shows that does not depend on the selected entry.
func (d *Details) askTab() {
	switch d.Tab {
	case TabFindings:
		d.page.Findings.askIntegrity()
		if d.page.Findings.ShownPage == PageReasons && !d.page.Reasons.Known {
			d.page.Reasons.Ask(d.page.Reasons.Span)
		}
	case TabNotes:
		d.page.Notes.ask()
	case TabCompare:
		d.page.Comparison.fit()
	}
}

// Tab is a tab of the right panel.
type Tab string

// Open opens a tab of the right panel.
func (d *Details) Open(t Tab) {
	d.Tab = t
	d.page.Rev.Details++
	d.ask()
	d.page.Address.keep()
}

// ask asks for what the open tab shows.
func (d *Details) ask() {
	d.askTab()
	if d.page.Selection.Info() == nil || d.page.Selection.Position < 0 {
		return
	}
	changed := func() { d.page.Rev.Details++ }
	switch d.Tab {
	case TabRecord:
		d.Detail.request(rpc.PositionRequest{Chain: d.page.Selection.Chain, Position: d.page.Selection.Position}, of(d.page, rpc.Detail), changed)
	case TabSnapshot:
		d.page.States.ask(changed)
	}
}

// AskRelated asks what belongs to an entry.
func (d *Details) AskRelated(at rpc.PositionRequest) {
	d.Related.request(at, of(d.page, rpc.Related), func() { d.page.Rev.Details++ })
}

// copyRow copies the selected entry as one line.
func (d *Details) copyRow() {
	if shown, info := d.Detail.Last(), d.page.Selection.Info(); shown != nil && info != nil && shown.Chain == d.page.Selection.Chain && shown.Row.Position == d.page.Selection.Position {
		d.page.CopyText("Row", view.RowTSV(info, &shown.Row))
	}
}

// The tabs of the selection.
const (
	TabRecord   Tab = "record"
	TabSnapshot Tab = "snapshot"
	TabFindings Tab = "findings"
)
