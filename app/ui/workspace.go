package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
)

// workspace is the page once something is open: three columns, or one of them
// on a narrow screen.
type workspace struct {
	app.Compo
	Store    *store
	Rev      revisions
	Facets   uint64
	Axis     uint64
	Selected engine.ChainID
	Pane     pane
}

// Render draws the columns.
func (w *workspace) Render() app.UI {
	w.Store.pace.Yield()
	s := w.Store
	return app.Div().Class("columns").Body(
		app.Div().Class("sources").Body(
			&sourceList{Store: s, Rev: w.Rev.sources, Selected: w.Selected},
			&facetList{Store: s, Rev: w.Facets},
		),
		&axisPanel{Store: s, Rev: w.Axis, Insights: w.Rev.insights},
		app.Elem("main").Class("records").Body(
			w.header(),
			&table{Store: s, Rev: w.Rev.table},
		),
		&details{Store: s, Rev: w.Rev.details},
		&paneBar{Store: s, Pane: w.Pane},
	)
}

// header says what the table shows.
func (w *workspace) header() app.UI {
	if w.Store.mixed() {
		return &mixHeader{Store: w.Store, Rev: w.Rev.header}
	}
	return &chainHeader{Store: w.Store, Rev: w.Rev.header}
}
