package ui

import "strings"

// tabWord is a tab and what it is called.
type tabWord struct {
	tab  tab
	word string
}

// tabWords are the tabs of the right panel, in their order.
var tabWords = [...]tabWord{
	{tabRecord, "Record"},
	{tabSnapshot, "Snapshot"},
	{tabFindings, "Findings"},
	{tabNotes, "Notes"},
	{tabCompare, "Compare"},
}

// The tabs beside those of the selection.
const (
	tabNotes   tab = "notes"
	tabCompare tab = "compare"
)

// restoreTab opens the tab of an address, with the page of the findings and the
// span of time that it names: "snapshot", "operators", "reasons:16:08..16:15".
func (s *store) restoreTab(text string) tab {
	name, span, _ := strings.Cut(text, ":")
	s.insights.page = pageOf(name)
	s.insights.reasons.span, s.insights.reasons.known = span, false
	return tabOf(name)
}

// tabOf reads the name of a tab. A page of the findings stands for the tab.
func tabOf(text string) tab {
	switch findingsPage(text) {
	case pageReasons, pageOperators:
		return tabFindings
	}
	for _, known := range tabWords {
		if string(known.tab) == text {
			return known.tab
		}
	}
	return tabRecord
}

// pageOf reads the page of the findings of an address.
func pageOf(text string) findingsPage {
	switch page := findingsPage(text); page {
	case pageReasons, pageOperators:
		return page
	}
	return pageStory
}

// tabText is what the address says of the open tab: "" for the first.
func (s *store) tabText() string {
	switch {
	case s.tab == tabRecord:
		return ""
	case s.tab == tabFindings && s.insights.page == pageReasons && s.insights.reasons.span != "":
		return string(pageReasons) + ":" + s.insights.reasons.span
	case s.tab == tabFindings && s.insights.page != pageStory:
		return string(s.insights.page)
	}
	return string(s.tab)
}

// askTab asks for what the tab shows that does not depend on the selected entry.
func (s *store) askTab() {
	switch s.tab {
	case tabFindings:
		s.askFindings()
		if s.insights.page == pageReasons && !s.insights.reasons.known {
			s.askReasons(s.insights.reasons.span)
		}
	case tabNotes:
		s.askNotes()
	case tabCompare:
		s.fitComparison()
	}
}
