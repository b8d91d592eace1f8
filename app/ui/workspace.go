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

	// filled is how many of the panels have been filled. They appear one after the
	// other, with a frame between them: the browser lays out each in a task of its
	// own, where all at once would take a long one.
	filled int
}

// The order in which the panels are filled.
const (
	fillRecords = 1 + iota
	fillAxis
	fillSources
	fillDetails
)

// OnMount fills the panels.
func (w *workspace) OnMount(ctx app.Context) { w.fill(ctx) }

// OnPreRender fills them at once where there is no browser.
func (w *workspace) OnPreRender(app.Context) { w.filled = fillDetails }

func (w *workspace) fill(ctx app.Context) {
	if w.filled == fillDetails {
		return
	}
	ctx.Defer(func(ctx app.Context) {
		ctx.Dispatch(func(ctx app.Context) {
			w.filled++
			w.fill(ctx)
		})
	})
}

// Render draws the columns.
func (w *workspace) Render() app.UI {
	w.Store.pace.Yield()
	s := w.Store
	return app.Div().Class("columns").Body(
		app.Div().Class("sources").Body(
			app.If(w.filled >= fillSources, func() app.UI {
				return &sourceList{Store: s, Rev: w.Rev.sources, Selected: w.Selected}
			}),
			app.If(w.filled >= fillSources, func() app.UI { return &facetList{Store: s, Rev: w.Facets} }),
		),
		app.If(w.filled >= fillAxis, func() app.UI {
			return &axisPanel{Store: s, Rev: w.Axis, Insights: w.Rev.insights}
		}),
		app.Elem("main").Class("records").Body(
			w.header(),
			app.If(w.filled >= fillRecords, func() app.UI { return &table{Store: s, Rev: w.Rev.table} }),
		),
		app.If(w.filled >= fillDetails, func() app.UI { return &details{Store: s, Rev: w.Rev.details} }).
			Else(func() app.UI { return app.Div().Class("details") }),
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
