package sources

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// Loads show what is being opened.
type Loads struct {
	app.Compo
	Page *page.Page
	// Rev changes with every report.
	Rev uint64
}

// Render draws one bar for everything under way.
func (b *Loads) Render() app.UI {
	b.Page.Yield()
	bars := make([]app.UI, 0, len(b.Page.Sources.Loads))
	for i, l := range b.Page.Sources.Loads {
		bars = append(bars, b.bar(i, l))
	}
	return app.Div().Class("loads").Role("status").Body(bars...)
}

func (b *Loads) bar(i int, l *page.Load) app.UI {
	s := b.Page
	shown := view.LoadingOf(&l.Progress)
	bar := app.Elem("progress").Class("load-progress").Aria("label", "Opening "+l.Label)
	if shown.Share >= 0 {
		bar = bar.Attr("max", 1000).Attr("value", int(1000*shown.Share))
	}
	word := "Cancel"
	if l.Cancelling {
		word = "Cancelling"
	}
	return app.Div().Class("load").Body(
		app.Span().Class("load-label").Text(l.Label),
		bar,
		app.Span().Class("load-figures data").Text(shown.Figures),
		app.Span().Class("load-current").Text(view.Shorten(shown.Current, 60)),
		app.Button().Type("button").Class("button", "cancel").Disabled(l.Cancelling).Text(word).
			OnClick(draw.Do(func() { s.Sources.CancelLoad(s.Sources.Loads[i]) }), app.EventScope("cancel", i)),
	)
}
