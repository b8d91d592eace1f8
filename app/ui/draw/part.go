package draw

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/page"
)

// piece is a piece of a large panel. Panels end the page's task when it has lasted
// for long; a panel of pieces does so between them as well.
type piece struct {
	app.Compo
	Page *page.Page
	Draw func() app.UI
}

// Render draws the piece.
func (p *piece) Render() app.UI {
	p.Page.Yield()
	return p.Draw()
}

// Part makes a piece of what draw draws, which must not be nil.
func Part(s *page.Page, draw func() app.UI) app.UI { return &piece{Page: s, Draw: draw} }
