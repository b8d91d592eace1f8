package table

import (
	"fmt"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/page"
	"chainglass/app/view"
)

// row is one of the row elements of the table. What it shows changes; the
// element stays.
type row struct {
	app.Compo
	Page *page.Page
	// Slot is the place in the pool, Row the row shown, -1 for none.
	Slot, Row int
	YPX       int
	Columns   *view.Columns
	// Cells is nil until the engine has answered.
	Cells    *view.Cells
	Selected bool
}

func rowID(slot int) string { return fmt.Sprintf("row-%d", slot) }

// Render draws the row.
func (r *row) Render() app.UI {
	r.Page.Yield()
	element := app.Div().ID(rowID(r.Slot)).Role("row")
	if r.Row < 0 {
		return element.Class("row", "unused")
	}
	class, letter := "waiting", ""
	var texts view.Cells
	if r.Cells != nil {
		texts = *r.Cells
		class, letter = "tone-"+string(texts.Outcome.Tone), texts.Outcome.Letter
	}
	if r.Selected {
		class += " selected"
	}
	cells := make([]app.UI, len(r.Columns.List))
	for i, column := range r.Columns.List {
		cell := app.Div().Role("gridcell").Class(column.Key.Class()).Text(texts.Text[column.Key])
		switch {
		case column.Key == view.ColumnOutcome:
			cell = cell.DataSet("letter", letter)
		case column.Key == view.ColumnID && texts.WholeID != "":
			cell = cell.Title("%s", texts.WholeID)
		case column.Key == view.ColumnNode || column.Key == view.ColumnChain:
			cell = cell.Title("%s", texts.Chain)
		}
		cells[i] = cell
	}
	// Row 1 of the grid are the headings.
	return element.Class("row", class).Aria("rowindex", r.Row+2).Aria("selected", r.Selected).
		Style("transform", "translateY(%dpx)", r.YPX).Body(cells...)
}

// tableHead are the column headings.
type tableHead struct {
	app.Compo
	Columns *view.Columns
}

// Render draws the headings.
func (h *tableHead) Render() app.UI {
	cells := make([]app.UI, len(h.Columns.List))
	for i, column := range h.Columns.List {
		cells[i] = app.Div().Role("columnheader").Class(column.Key.Class()).Title("%s", column.Title).Text(column.Heading)
	}
	return app.Div().Class("row head").Role("row").Aria("rowindex", 1).Body(cells...)
}
