package sources

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// placesShown bounds the places listed on one card; the rest is counted.
const placesShown = 5

// cardDetailBytes bounds the text of one place.
const cardDetailBytes = 1000

// Cards shows what could not be opened.
type Cards struct {
	app.Compo
	Page *page.Page
	Rev  uint64
}

// Render draws a card for every sort of problem, the newest first.
func (c *Cards) Render() app.UI {
	c.Page.Yield()
	all := c.Page.Sources.Cards
	cards := make([]app.UI, 0, len(all))
	for i := len(all) - 1; i >= 0; i-- {
		cards = append(cards, c.card(i, &all[i]))
	}
	return app.Div().Class("cards").Aria("live", "polite").Body(cards...)
}

func (c *Cards) card(i int, group *view.ProblemGroup) app.UI {
	var body []app.UI
	for _, place := range group.Places[:min(placesShown, len(group.Places))] {
		body = append(body, cardPlace(place))
	}
	if more := len(group.Places) - placesShown; more > 0 {
		body = append(body, app.Elem("p").Class("hint").Text("and "+view.Count(more)+" more"))
	}
	body = append(body, app.If(group.Advice != "", func() app.UI {
		return app.Elem("p").Class("advice").Text(group.Advice)
	}))
	s := c.Page
	title := app.Elem("h3").Body(c.title(group)...)
	word, content := "warning", app.UI(app.Div().Class("card-body").Body(append([]app.UI{title}, body...)...))
	if group.Severity <= engine.SeverityNote {
		// Nothing is lost: who wants to know more opens it, unless this is all there is.
		word = "note"
		content = app.Elem("details").Class("card-body").Attr("open", len(s.Sources.AllChains()) == 0).Body(append([]app.UI{app.Elem("summary").Body(title)}, body...)...)
	}
	return app.Elem("article").Class("card", word).Body(
		draw.Mark(word, view.ProblemWord(group.Severity)),
		content,
		app.Button().Type("button").Class("close").Text("×").Aria("label", "Dismiss").
			OnClick(draw.Do(func() { s.Sources.DismissCard(i) }), app.EventScope("card", i)),
	)
}

func (c *Cards) title(group *view.ProblemGroup) []app.UI {
	title := []app.UI{app.Text(group.Title)}
	if n := len(group.Places); n > 1 {
		title = append(title, app.Text(" "), app.Span().Class("badge").Text(view.Count(n)))
	}
	return title
}

func cardPlace(place view.ProblemPlace) app.UI {
	detail, cut := draw.Bounded(place.Detail, cardDetailBytes)
	if cut {
		detail += " …"
	}
	var parts []app.UI
	if place.Path != "" {
		parts = append(parts, app.Span().Class("data path").Text(view.VisibleText(place.Path)), app.Text(" "))
	}
	return app.Elem("p").Class("card-place").Body(append(parts, draw.Lines(detail)...)...)
}
