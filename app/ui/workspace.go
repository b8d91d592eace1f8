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

	// stage is how much is drawn. The columns come one frame after the other:
	// making all of them at once would hold the page up.
	stage int
	// drawn are the revisions that the panels have been given. When several
	// change at once the panels follow one a frame, for the same reason.
	drawn drawn
	again func()
}

// drawn are the revisions of the panels.
type drawn struct {
	Rev          revisions
	Facets, Axis uint64
}

// The stages.
const (
	stageTable = iota + 1
	stageAxis
	stageDetails
	stageFacets
)

// OnInit draws everything at once where there is no browser to hold up.
func (w *workspace) OnInit() {
	if app.IsServer {
		w.stage = stageFacets
	}
}

// OnMount begins with the stages.
func (w *workspace) OnMount(ctx app.Context) {
	w.again = func() { ctx.Dispatch(func(app.Context) {}) }
	w.next(ctx)
}

// follow lets one panel draw what has changed, the one looked at most first, and
// asks for another frame if more are behind. Without frames all follow at once.
func (w *workspace) follow() {
	have := &w.drawn
	moved := false
	for _, panel := range []struct {
		have *uint64
		want uint64
	}{
		{&have.Rev.table, w.Rev.table},
		{&have.Rev.header, w.Rev.header},
		{&have.Rev.details, w.Rev.details},
		{&have.Axis, w.Axis},
		{&have.Rev.sources, w.Rev.sources},
		{&have.Facets, w.Facets},
		{&have.Rev.insights, w.Rev.insights},
	} {
		if *panel.have == panel.want {
			continue
		}
		if moved && w.again != nil {
			w.again()
			return
		}
		*panel.have = panel.want
		moved = true
	}
}

func (w *workspace) next(ctx app.Context) {
	if w.stage < stageFacets {
		ctx.Dispatch(func(ctx app.Context) {
			w.stage++
			ctx.Defer(w.next)
		})
	}
}

// Render draws the columns.
func (w *workspace) Render() app.UI {
	w.follow()
	s := w.Store
	return app.Div().Class("columns").Body(
		app.Div().Class("sources").Body(
			&sourceList{Store: s, Rev: w.drawn.Rev.sources, Selected: w.Selected},
			app.If(w.stage >= stageFacets, func() app.UI { return &facetList{Store: s, Rev: w.drawn.Facets} }),
		),
		// What may come later has a place of its own: go-app tells children by their
		// number.
		app.Div().Class("axis-place").Body(
			app.If(w.stage >= stageAxis, func() app.UI {
				return &axisPanel{Store: s, Rev: w.drawn.Axis, Insights: w.drawn.Rev.insights}
			}),
		),
		app.Main().Class("records").Body(
			w.header(),
			app.If(w.stage >= stageTable, func() app.UI { return &table{Store: s, Rev: w.drawn.Rev.table} }),
		),
		app.If(w.stage >= stageDetails, func() app.UI { return &details{Store: s, Rev: w.drawn.Rev.details} }),
		&paneBar{Store: s, Pane: w.Pane},
	)
}

// header says what the table shows.
func (w *workspace) header() app.UI {
	if w.Store.mixed() {
		return &mixHeader{Store: w.Store, Rev: w.drawn.Rev.header}
	}
	return &chainHeader{Store: w.Store, Rev: w.drawn.Rev.header}
}
