package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/view"
)

// reasonsPage answers which reason was given most in a span of time, and where
// it began.
type reasonsPage struct {
	app.Compo
	Store *store
	Rev   uint64
}

const reasonsFieldID = "reasons-span"

// reasonsShown is how many reasons are listed.
const reasonsShown = 20

// OnMount fills the field.
func (p *reasonsPage) OnMount(app.Context) {
	browser.ElementByID(reasonsFieldID).SetText(p.Store.insights.reasons.span)
}

// Render draws the field and the list.
func (p *reasonsPage) Render() app.UI {
	p.Store.pace.Yield()
	r := &p.Store.insights.reasons
	return app.Div().Class("reasons").Body(
		app.Elem("form").Class("span-form").OnSubmit(p.onSubmit).Body(
			app.Label().For(reasonsFieldID).Text("Reasons given, values masked, between"),
			app.Input().ID(reasonsFieldID).Class("data").Type("text").AutoComplete(false).Placeholder("16:08..16:15, empty for all time"),
			app.Button().Type("submit").Class("button", "small").Text("Count"),
			p.axisRange(),
		),
		p.note(r),
		app.Elem("ol").Class("reason-list").Body(p.list(r)...),
	)
}

// axisRange asks about what the time axis shows, while that is a part.
func (p *reasonsPage) axisRange() app.UI {
	s := p.Store
	if !s.time.zoomed {
		return nil
	}
	return button("small", "Range of the axis", do(func() {
		axis := s.time.axis
		span := s.zone().SpanText(axis.FromNS/1e6, axis.ToNS/1e6, s.firstDayMS())
		s.askReasons(span)
	}), "axis")
}

func (p *reasonsPage) onSubmit(app.Context, app.Event) {
	p.Store.askReasons(browser.ElementByID(reasonsFieldID).Text())
}

// note says what the list is of, or why there is none.
func (p *reasonsPage) note(r *reasons) app.UI {
	text := view.Plural(len(r.groups), "reason", "reasons") + " of failed and gated actions"
	switch {
	case r.wrong != "":
		text = r.wrong
	case r.err != nil:
		text = "The reasons could not be counted: " + r.err.Error()
	case r.busy:
		text = "Counting…"
	case !r.known:
		text = ""
	case len(r.groups) == 0:
		text = "No reason was given then."
	case len(r.groups) > reasonsShown:
		text += ", the first " + view.Count(reasonsShown) + " are listed"
	}
	return app.Elem("p").Class("looking").Role("status").Text(text)
}

func (p *reasonsPage) list(r *reasons) []app.UI {
	shown := r.groups[:min(len(r.groups), reasonsShown)]
	list := make([]app.UI, len(shown))
	for i := range shown {
		list[i] = p.group(&shown[i], i, r.groups[0].Count)
	}
	return list
}

// group draws one reason. Its text leads to where it was given first.
func (p *reasonsPage) group(g *insight.Group, i, most int) app.UI {
	s := p.Store
	lead := func(ref insight.Ref) app.EventHandler {
		return do(func() { s.jump(engine.ChainID(ref.Chain), ref.Position) })
	}
	nodes := make([]app.UI, 0, len(g.Nodes)+1)
	for n, share := range g.Nodes {
		word := "then"
		if n == 0 {
			word = "began on"
		}
		nodes = append(nodes, app.Button().Type("button").Class("ref", "link").
			Text(word+" "+view.ShareText(&share, s.zone())).
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
