package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/page"
	"chainglass/app/ui/draw"
)

// statusbar is the last line of the page: what happened last, and the promise.
type statusbar struct {
	app.Compo
	Page *page.Page
	Text string
	Bad  bool
}

// Render draws the line.
func (b *statusbar) Render() app.UI {
	class := "status-text"
	if b.Bad {
		class += " bad"
	}
	return app.Elem("footer").Class("statusbar").Body(
		app.Span().Class(class).Role("status").Title("%s", b.Text).Text(b.Text),
		app.Span().Class("status-promise").Text("nothing leaves this tab"),
	)
}

// paneBar chooses what a narrow screen shows.
type paneBar struct {
	app.Compo
	Page *page.Page
	Pane page.Pane
}

// Render draws three buttons; wide screens hide them.
func (b *paneBar) Render() app.UI {
	words := [...]struct {
		pane page.Pane
		word string
	}{{page.PaneSources, "Sources"}, {page.PaneRecords, "Records"}, {page.PaneDetails, "Details"}}
	buttons := make([]app.UI, 0, len(words))
	for _, w := range words {
		buttons = append(buttons, app.Button().Type("button").Class("pane-button").
			Aria("pressed", b.Pane == w.pane).Text(w.word).
			OnClick(draw.Do(func() { b.Page.Pane = w.pane }), app.EventScope(w.pane)))
	}
	return app.Elem("nav").Class("panebar").Aria("label", "Part of the page").Body(buttons...)
}
