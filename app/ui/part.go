package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// part is a piece of a large panel. Panels end the page's task when it has lasted
// for long; a panel of parts does so between them as well.
type part struct {
	app.Compo
	Store *store
	Draw  func() app.UI
}

// Render draws the piece.
func (p *part) Render() app.UI {
	p.Store.pace.Yield()
	return p.Draw()
}

// part makes a piece of what draw draws, which must not be nil.
func (s *store) part(draw func() app.UI) app.UI { return &part{Store: s, Draw: draw} }
