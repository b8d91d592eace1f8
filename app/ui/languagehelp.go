package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/query"
)

// languageHelp lists every form of the filter language with an example that can
// be tried.
type languageHelp struct {
	app.Compo
	Store *store
}

// Render draws the list, by topic.
func (h *languageHelp) Render() app.UI {
	h.Store.pace.Yield()
	parts := []app.UI{
		app.Elem("h3").Class("language-title").Text("The filter language"),
		app.Elem("p").Class("hint").Text("A click on an example puts it into the filter line."),
	}
	topic := ""
	var lines []app.UI
	end := func() {
		if len(lines) > 0 {
			parts = append(parts, app.Elem("h4").Class("language-topic").Text(topic), app.Elem("dl").Class("language-lines").Body(lines...))
			lines = nil
		}
	}
	for _, item := range query.Help() {
		if item.Topic != topic {
			end()
			topic = item.Topic
		}
		lines = append(lines, h.line(item)...)
	}
	end()
	return app.Elem("section").Class("language").Aria("label", "The filter language").Body(parts...)
}

func (h *languageHelp) line(item query.HelpItem) []app.UI {
	s, example := h.Store, item.Example
	return []app.UI{
		app.Elem("dt").Body(app.Button().Type("button").Class("language-example data").Text(example).
			Disabled(s.empty()).OnClick(do(func() { s.closeSheet(); s.putFilter(example) }), app.EventScope(example))),
		app.Elem("dd").Text(item.Meaning),
	}
}
