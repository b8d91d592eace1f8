package findings

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// reasonsPage answers which reason was given most in a span of time, and where
// it began.
type reasonsPage struct {
	app.Compo
	Page *page.Page
	Rev  uint64
}

// reasonsShown is how many reasons are listed.
const reasonsShown = 20

// OnMount fills the field.
func (p *reasonsPage) OnMount(app.Context) {
	browser.ElementByID(page.ReasonsFieldID).SetText(p.Page.Reasons.Span)
}

// Render draws the field and the list.
func (p *reasonsPage) Render() app.UI {
	p.Page.Yield()
	r := &p.Page.Reasons
	return app.Div().Class("reasons").Body(
		app.Elem("form").Class("span-form").OnSubmit(p.onSubmit).Body(
			app.Elem("label").Attr("for", page.ReasonsFieldID).Text("Reasons given, values masked, between"),
			app.Input().ID(page.ReasonsFieldID).Class("data").Type("text").AutoComplete(false).Placeholder("16:08..16:15, empty for all time"),
			app.Button().Type("submit").Class("button", "small").Text("Count"),
			p.axisRange(),
		),
		p.note(r),
		app.Elem("ol").Class("reason-list").Body(p.list(r)...),
	)
}

// axisRange asks about what the time axis shows, while that is a part.
func (p *reasonsPage) axisRange() app.UI {
	s := p.Page
	if !s.Axis.Zoomed {
		return nil
	}
	return draw.Button("small", "Range of the axis", draw.Do(func() {
		axis := s.Axis.Scale
		span := s.Zone().SpanText(axis.FromNS/1e6, axis.ToNS/1e6, s.Sources.FirstDayMS())
		s.Reasons.Ask(span)
	}), "axis")
}

func (p *reasonsPage) onSubmit(app.Context, app.Event) {
	p.Page.Reasons.Ask(browser.ElementByID(page.ReasonsFieldID).Text())
}

// note says what the list is of, or why there is none.
func (p *reasonsPage) note(r *page.Reasons) app.UI {
	text := view.Plural(len(r.Groups), "reason", "reasons") + " of failed and gated actions"
	switch {
	case r.Wrong != "":
		text = r.Wrong
	case r.Err != nil:
		text = "The reasons could not be counted: " + r.Err.Error()
	case r.Busy():
		text = "Counting…"
	case !r.Known:
		text = ""
	case len(r.Groups) == 0:
		text = "No reason was given then."
	case len(r.Groups) > reasonsShown:
		text += ", the first " + view.Count(reasonsShown) + " are listed"
	}
	return app.Elem("p").Class("looking").Role("status").Text(text)
}

func (p *reasonsPage) list(r *page.Reasons) []app.UI {
	shown := r.Groups[:min(len(r.Groups), reasonsShown)]
	list := make([]app.UI, len(shown))
	for i := range shown {
		list[i] = p.group(&shown[i], i, r.Groups[0].Count)
	}
	return list
}

// group draws one reason. Its text leads to where it was given first.
func (p *reasonsPage) group(g *insight.Group, i, most int) app.UI {
	s := p.Page
	lead := func(ref insight.Ref) app.EventHandler {
		return draw.Do(func() { s.Selection.Jump(engine.ChainID(ref.Chain), ref.Position) })
	}
	nodes := make([]app.UI, 0, len(g.Nodes)+1)
	for n, share := range g.Nodes {
		word := "then"
		if n == 0 {
			word = "began on"
		}
		nodes = append(nodes, app.Button().Type("button").Class("ref", "link").
			Text(word+" "+view.ShareText(&share, s.Zone())).
			OnClick(lead(share.First), app.EventScope(g.Template, share.Node, share.First.Position)))
	}
	return app.Elem("li").Class("reason").Body(
		app.Div().Class("reason-head").Body(
			app.Elem("b").Class("data reason-count").Text(view.Count(g.Count)),
			app.Button().Type("button").Class("link", "reason-text", "data").Text(view.VisibleText(g.Template)).
				OnClick(lead(g.First), app.EventScope(g.Template, i)),
		),
		app.Div().Class("reason-bar").Role("presentation").Body(
			app.Div().Style("width", "%.1f%%", 100*float64(g.Count)/float64(max(most, 1)))),
		app.Div().Class("finding-more").Body(nodes...),
	)
}
