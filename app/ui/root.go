package ui

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/view"
)

// root is the page. It is the only component that lives as long as the page.
type root struct {
	app.Compo
	Store *store

	stop func()
}

// OnMount starts the store: from here on its changes render the page.
func (r *root) OnMount(ctx app.Context) {
	r.Store.dispatch = func(f func()) {
		ctx.Dispatch(func(app.Context) {
			f()
			r.Store.stirred()
		})
	}
	r.Store.after = func(d time.Duration, f func()) { ctx.After(d, func(app.Context) { f() }) }
	r.stop = r.Store.start()
}

// OnDismount stops listening.
func (r *root) OnDismount() {
	if r.stop != nil {
		r.stop()
	}
}

// Render lays out the page.
func (r *root) Render() app.UI {
	s := r.Store
	s.pace.Yield()
	return app.Div().Class("app").DataSet("pane", string(s.pane)).DataSet("empty", s.empty()).Body(
		&topbar{Store: s, Total: r.total(), Zone: s.zones.name, Other: s.zones.other, Theme: browser.Theme(), MenuOpen: s.menuOpen, Filter: r.filter()},
		&loadBars{Store: s, Rev: s.loadRev()},
		&cardList{Store: s, Rev: s.rev.cards},
		r.body(),
		&statusbar{Store: s, Text: s.notice.text, Bad: s.notice.bad},
		r.over(),
	)
}

func (r *root) total() string {
	chains := r.Store.allChains()
	if len(chains) == 0 {
		return ""
	}
	return view.TotalOf(chains).String()
}

// filter is the revision of the filter line, 0 while there is nothing to filter.
func (r *root) filter() uint64 {
	if r.Store.empty() {
		return 0
	}
	return r.Store.shown.rev + 1
}

func (r *root) body() app.UI {
	s := r.Store
	if s.empty() {
		return &empty{Store: s, Walking: s.walking}
	}
	return &workspace{Store: s, Rev: s.rev, Facets: s.shown.facets.rev, Axis: s.time.rev, Selected: s.chain, Pane: s.pane}
}

// over is what lies over the page: a sheet, the crash card, the drop hint.
func (r *root) over() app.UI {
	s := r.Store
	switch {
	case s.crash != "":
		return &crashCard{Store: s, Reason: s.crash}
	case s.dragging:
		return app.Div().Class("drop-hint").Body(app.Elem("p").Text("Drop it: folders, files, archives"))
	case s.sheet == sheetPaste:
		return &pasteSheet{Store: s}
	case s.sheet == sheetGoto:
		return &gotoSheet{Store: s}
	case s.sheet == sheetHelp:
		return &helpSheet{Store: s}
	case s.sheet == sheetPalette:
		return &paletteSheet{Store: s}
	case s.sheet == sheetShare:
		return &shareSheet{Store: s, Rev: s.share.rev}
	}
	return nil
}

// empty reports whether there is nothing to show but how to open something.
func (s *store) empty() bool { return len(s.chains) == 0 }
