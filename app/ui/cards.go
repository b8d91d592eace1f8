package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/view"
)

// cardsShown bounds the cards on screen; the rest is counted.
const cardsShown = 4

// cardList shows what could not be opened.
type cardList struct {
	app.Compo
	Store *store
	Count int
	Last  uint64
}

// Render draws the newest cards.
func (c *cardList) Render() app.UI {
	all := c.Store.cards
	hidden := max(0, len(all)-cardsShown)
	cards := make([]app.UI, 0, cardsShown+1)
	for _, one := range all[hidden:] {
		cards = append(cards, c.card(one))
	}
	if len(all) > 1 {
		text := "Dismiss all"
		if hidden > 0 {
			text = "Dismiss all, " + view.Count(hidden) + " more"
		}
		cards = append(cards, button("", text, do(c.Store.dismissCards)))
	}
	return app.Div().Class("cards").Aria("live", "polite").Body(cards...)
}

func (c *cardList) card(one card) app.UI {
	store, number, p := c.Store, one.number, one.problem
	detail, cut := bounded(p.Detail, 2000)
	if cut {
		detail += " …"
	}
	return app.Article().Class("card").Body(
		mark("warning", "problem"),
		app.Div().Class("card-body").Body(
			app.H3().Text(p.Title),
			app.If(p.Path != "", func() app.UI { return app.P().Class("data path").Text(view.VisibleText(p.Path)) }),
			app.If(detail != "", func() app.UI { return app.P().Class("card-detail").Body(lines(detail)...) }),
			app.If(p.Advice != "", func() app.UI { return app.P().Class("advice").Text(p.Advice) }),
		),
		app.Button().Type("button").Class("close").Text("×").Aria("label", "Dismiss").
			OnClick(do(func() { store.dismissCard(number) }), app.EventScope("card", number)),
	)
}
