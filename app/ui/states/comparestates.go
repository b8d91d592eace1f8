package states

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
)

// compareStates shows how the states of two chains differ, after some entries
// each.
type compareStates struct {
	app.Compo
	Page *page.Page
	Rev  uint64
	// Of are the chains, AtA and AtB how many entries have been applied.
	Of       [2]engine.ChainID
	AtA, AtB int

	filled [2]int
	known  bool
}

// OnMount fills the fields.
func (p *compareStates) OnMount(ctx app.Context) { ctx.Defer(p.fill) }

// OnUpdate fills the fields when there are other positions.
func (p *compareStates) OnUpdate(ctx app.Context) { ctx.Defer(p.fill) }

func (p *compareStates) fill(app.Context) {
	if at := [2]int{p.AtA, p.AtB}; !p.known || at != p.filled {
		p.filled, p.known = at, true
		browser.ElementByID(compareAtAID).SetText(strconv.Itoa(p.AtA))
		browser.ElementByID(compareAtBID).SetText(strconv.Itoa(p.AtB))
	}
}

// Render draws the two positions and the differences.
func (p *compareStates) Render() app.UI {
	p.Page.Yield()
	return app.Elem("section").Class("part").Body(
		app.Elem("h3").Body(app.Text("Snapshots "), app.Span().Class("hint").Text("after this many entries of each chain")),
		app.Elem("form").Class("compare-at").OnSubmit(p.onSubmit).Body(
			p.field(compareAtAID, "A"), p.field(compareAtBID, "B"),
			app.Button().Type("submit").Class("button", "small").Text("Difference"),
		),
		p.differences(),
	)
}

func (p *compareStates) field(id, word string) app.UI {
	return app.Elem("label").Body(app.Elem("b").Text(word),
		app.Input().ID(id).Class("data").Type("text").AutoComplete(false).Attr("inputmode", "numeric"))
}

func (p *compareStates) onSubmit(app.Context, app.Event) {
	at := func(id string) int {
		n, err := strconv.Atoi(strings.ReplaceAll(strings.TrimSpace(browser.ElementByID(id).Text()), ",", ""))
		if err != nil {
			return 0
		}
		return n
	}
	p.known = false
	p.Page.Comparison.CompareStates(at(compareAtAID), at(compareAtBID))
}

func (p *compareStates) differences() app.UI {
	c := &p.Page.Comparison
	known := c.States.Current()
	switch {
	case !c.Stated:
		return nil
	case c.States.Err() != nil:
		return draw.Trouble("The states could not be compared", c.States.Err().Error())
	case known == nil:
		return app.Elem("p").Class("looking").Text("Folding…")
	case len(known.Changes)+len(known.Live) == 0:
		return app.Elem("p").Class("looking").Text("Both states are the same.")
	}
	return app.Div().Class("changes").Body(changeGroups(p.Page, known)...)
}
