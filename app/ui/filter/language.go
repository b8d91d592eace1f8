package filter

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/page"
	"chainglass/app/query"
	"chainglass/app/ui/draw"
)

// Language lists every form of the filter language with an example that can
// be tried.
type Language struct {
	app.Compo
	Page *page.Page
}

// Render draws the list, by topic.
func (h *Language) Render() app.UI {
	h.Page.Yield()
	parts := []app.UI{
		app.Elem("h3").Class("language-title").Text("The filter language"),
		app.Elem("p").Class("hint").Text("A click on an example puts it into the filter line."),
	}
	for rest := query.Help(); len(rest) > 0; {
		topic := rest[0].Topic
		items := rest
		if end := slices.IndexFunc(rest, func(item query.HelpItem) bool { return item.Topic != topic }); end > 0 {
			items = rest[:end]
		}
		rest = rest[len(items):]
		parts = append(parts,
			app.Elem("h4").Class("language-topic").Text(topic),
			draw.Part(h.Page, func() app.UI { return h.lines(items) }),
		)
	}
	return app.Elem("section").Class("language").Aria("label", "The filter language").Body(parts...)
}

// lines are those of one topic.
func (h *Language) lines(items []query.HelpItem) app.UI {
	s := h.Page
	var lines []app.UI
	for _, item := range items {
		example := item.Example
		lines = append(lines,
			app.Elem("dt").Body(app.Button().Type("button").Class("language-example data").Text(example).
				Disabled(s.Sources.Empty()).OnClick(draw.Do(func() { s.Sheets.Close(); s.Filter.Put(example) }), app.EventScope(example))),
			app.Elem("dd").Text(item.Meaning),
		)
	}
	return app.Elem("dl").Class("language-lines").Body(lines...)
}
