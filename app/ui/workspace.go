package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/page"
	"chainglass/app/ui/axis"
	"chainglass/app/ui/filter"
	"chainglass/app/ui/sources"
	"chainglass/app/ui/table"
)

// workspace is the page once something is open: three columns, or one of them
// on a narrow screen.
type workspace struct {
	app.Compo
	Page     *page.Page
	Rev      page.Revisions
	Facets   uint64
	Axis     uint64
	Selected engine.ChainID
	Pane     page.Pane

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
	w.Page.Yield()
	s := w.Page
	return app.Div().Class("columns").Body(
		app.Div().Class("sources").Body(
			app.If(w.filled >= fillSources, func() app.UI {
				return &sources.List{Page: s, Rev: w.Rev.Sources, Selected: w.Selected}
			}),
			app.If(w.filled >= fillSources, func() app.UI { return &filter.Facets{Page: s, Rev: w.Facets} }),
		),
		app.If(w.filled >= fillAxis, func() app.UI {
			return &axis.Panel{Page: s, Rev: w.Axis, Insights: w.Rev.Insights}
		}),
		app.Elem("main").Class("records").Body(
			w.header(),
			app.If(w.filled >= fillRecords, func() app.UI { return &table.Table{Page: s, Rev: w.Rev.Table} }),
		),
		app.If(w.filled >= fillDetails, func() app.UI { return &details{Page: s, Rev: w.Rev.Details} }).
			Else(func() app.UI { return app.Div().Class("details") }),
		&paneBar{Page: s, Pane: w.Pane},
	)
}

// header says what the table shows.
func (w *workspace) header() app.UI {
	if w.Page.Shown.Mixed() {
		return &table.MixHeader{Page: w.Page, Rev: w.Rev.Header}
	}
	return &table.ChainHeader{Page: w.Page, Rev: w.Rev.Header}
}
