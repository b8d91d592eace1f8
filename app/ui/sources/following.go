package sources

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// readOn is the button that reads a source on, beside its name.
func (l *List) readOn(open *page.Source) app.UI {
	f, id := &l.Page.Following, open.ID
	if !f.CanLook(id) {
		return nil
	}
	return draw.Button("small", "Read on", draw.Do(func() { f.ReadOn(id, false) }), "read-on", id).
		Class("read-on").Disabled(f.IsReading(id)).Title("%s", "Look at "+open.Label+" again, and read what has come since").
		Aria("label", "Read on "+open.Label)
}

// others says that files have appeared in a source.
func (l *List) others(open *page.Source) app.UI {
	n := l.Page.Following.Others(open.ID)
	if n == 0 {
		return nil
	}
	return app.Div().Class("chain-news").Role("status").Text(view.Plural(n, "more file", "more files") + " on the disk")
}

// news says what has become of a chain on the disk, with a button that reads it.
func (l *List) news(c *engine.ChainInfo) app.UI {
	f := &l.Page.Following
	n := f.Of(c.ID)
	if !n.Any() {
		return nil
	}
	parts := []app.UI{app.Span().Class("chain-news-text").Title("%s", n.Why).Text(n.Text())}
	if !n.Gone && f.CanLook(c.Source) {
		source, again := c.Source, n.Apart
		parts = append(parts, draw.Button("small", n.Action(), draw.Do(func() { f.ReadOn(source, again) }), "news", c.ID, again).
			Class("read-on").Disabled(f.IsReading(source)).Aria("label", n.Action()+" "+view.VisibleText(c.Name())))
	}
	return app.Div().Class("chain-news").Role("status").Body(parts...)
}
