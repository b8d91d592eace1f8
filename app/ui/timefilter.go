package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/query"
	"chainglass/app/view"
)

// timeField is the field of the filter language that the axis sets.
const timeField = "time"

// filterTable is the table whose rows are counted beside all entries, 0 if
// nothing is filtered. rows is how many it has.
func (s *store) filterTable() (id engine.TableID, rows int) {
	f := &s.shown.found
	if s.shown.query == "" || !f.exists() {
		return 0, 0
	}
	return f.table.ID, f.table.Rows
}

// filterToAxis has the table show nothing but the span of the axis.
func (s *store) filterToAxis() {
	s.putFilter(query.SetTerm(s.shown.query, timeField, view.QuerySpan(s.time.axis.Span)))
}

// filterButton filters the table to the span shown.
func (p *axisPanel) filterButton() app.UI {
	s := p.Store
	t := &s.time
	if !t.zoomed || query.HasTerm(s.shown.query, timeField, view.QuerySpan(t.axis.Span)) == query.TermAdded {
		return nil
	}
	return button("small axis-filter", "Filter to range", do(s.filterToAxis), "filter").
		Title("%s", "Show only the records of this time in the table")
}
