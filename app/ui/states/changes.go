package states

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// changesPanel shows what changed from the pinned state to the one at the
// playhead.
type changesPanel struct {
	app.Compo
	Page *page.Page
	Rev  uint64
}

// Render draws the changes by field.
func (p *changesPanel) Render() app.UI {
	p.Page.Yield()
	s := p.Page
	pinned := &s.States.Pinned
	d := pinned.Diff.Last()
	switch {
	case !pinned.Set:
		return app.Div().Class("panel-empty").Text("Pin a state as A first: the key a pins the one at the playhead. Then move on, and this shows what changed, field by field.")
	case !s.States.PinFits():
		return app.Div().Class("panel-empty").Text("A is a state of " + p.pinnedNode() + ". Select a chain of that node, or pin A here with the key a.")
	case pinned.Diff.Err() != nil:
		return draw.Trouble("The states could not be compared", pinned.Diff.Err().Error())
	case d == nil:
		return app.Div().Class("panel-empty").Text("Asking the engine…")
	}
	parts := []app.UI{&nodeChanges{Page: s, Rev: p.Rev, Diff: d, Named: d.Elsewhere != nil}}
	for i := range d.Elsewhere {
		parts = append(parts, &nodeChanges{Page: s, Rev: p.Rev, Diff: &d.Elsewhere[i], Named: true})
	}
	return app.Div().Class("changes").Body(parts...)
}

func (p *changesPanel) pinnedNode() string {
	c := p.Page.Sources.Chains[p.Page.States.Pinned.At.Chain]
	switch {
	case c == nil:
		return "a chain that is closed"
	case c.Node == "":
		return view.VisibleText(c.Channel)
	}
	return view.VisibleText(c.Node)
}
