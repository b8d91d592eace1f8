package table

import (
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/ui/uitest"
	"chainglass/app/view"
)

func TestRow(t *testing.T) {
	columns := view.Columns{List: []view.Column{{Key: view.ColumnSeq}, {Key: view.ColumnOutcome}}}
	cells := view.Cells{Outcome: view.OutcomeOf("Failed")}
	cells.Text[view.ColumnSeq], cells.Text[view.ColumnOutcome] = "1042", "Failed"
	s := uitest.New(t, "../../page/testdata")
	line := &row{Page: s.Page, Slot: 3, Row: 1042, YPX: 44, Columns: &columns, Cells: &cells, Selected: true}
	uitest.Draw(t, line)
	expected := app.Div().ID("row-3").Role("row").Class("row", "tone-failed selected").
		Aria("rowindex", 1044).Aria("selected", true).Style("transform", "translateY(44px)")
	if err := app.Match(expected, line, 0); err != nil {
		t.Error(err)
	}
	if err := app.Match(app.Text("1042"), line, 0, 0, 0); err != nil {
		t.Error(err)
	}
	letter := app.Div().Role("gridcell").Class("c-outcome").DataSet("letter", "F")
	if err := app.Match(letter, line, 0, 1); err != nil {
		t.Error(err)
	}
}
