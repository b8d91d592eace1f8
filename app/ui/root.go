package ui

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/page"
	"chainglass/app/ui/share"
	"chainglass/app/ui/sources"
	"chainglass/app/view"
)

// root is the page. It is the only component that lives as long as the page.
type root struct {
	app.Compo
	Page *page.Page

	stop func()
}

// OnMount starts the page: from here on its changes are drawn.
func (r *root) OnMount(ctx app.Context) {
	p := r.Page
	p.Run(func(f func()) {
		ctx.Dispatch(func(app.Context) {
			f()
			p.NoteActivity()
		})
	}, func(d time.Duration, f func()) { ctx.After(d, func(app.Context) { f() }) })
	r.stop = listen(p)
}

// OnDismount stops listening.
func (r *root) OnDismount() {
	if r.stop != nil {
		r.stop()
	}
}

// Render lays out the page.
func (r *root) Render() app.UI {
	s := r.Page
	s.Yield()
	return app.Div().Class("app").DataSet("pane", string(s.Pane)).DataSet("empty", s.Sources.Empty()).Body(
		&topbar{Page: s, Total: r.total(), Zone: s.Zones.Name, Other: s.Zones.Other, Theme: browser.Theme(), MenuOpen: s.Sheets.MenuOpen, Filter: r.filter()},
		&sources.Loads{Page: s, Rev: s.Sources.LoadRev()},
		&sources.Cards{Page: s, Rev: s.Rev.Cards},
		r.body(),
		&statusbar{Page: s, Text: s.Notice.Text, Bad: s.Notice.Bad},
		r.over(),
	)
}

func (r *root) total() string {
	chains := r.Page.Sources.AllChains()
	if len(chains) == 0 {
		return ""
	}
	return view.TotalOf(chains).String()
}

// filter is the revision of the filter line, 0 while there is nothing to filter.
func (r *root) filter() uint64 {
	if r.Page.Sources.Empty() {
		return 0
	}
	return r.Page.Shown.Rev + 1
}

func (r *root) body() app.UI {
	s := r.Page
	if s.Sources.Empty() {
		return &sources.Empty{Page: s, Walking: s.Sources.Walking}
	}
	return &workspace{Page: s, Rev: s.Rev, Facets: s.Facets.Rev, Axis: s.Axis.Rev, Selected: s.Selection.Chain, Pane: s.Pane}
}

// over is what lies over the page: a sheet, the crash card, the drop hint.
func (r *root) over() app.UI {
	s := r.Page
	switch {
	case s.Crash != "":
		return &crashCard{Page: s, Reason: s.Crash}
	case s.Sources.Dragging:
		return app.Div().Class("drop-hint").Body(app.Elem("p").Text("Drop it: folders, files, archives"))
	case s.Sheets.Sheet == page.SheetPaste:
		return &sources.PasteSheet{Page: s}
	case s.Sheets.Sheet == page.SheetGoto:
		return &gotoSheet{Page: s}
	case s.Sheets.Sheet == page.SheetHelp:
		return &helpSheet{Page: s}
	case s.Sheets.Sheet == page.SheetPalette:
		return &paletteSheet{Page: s}
	case s.Sheets.Sheet == page.SheetShare:
		return &share.Sheet{Page: s, Rev: s.Sharing.Rev}
	}
	return nil
}
