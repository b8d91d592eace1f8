package ui

import (
	"fmt"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/view"
)

// insightCard is one finding of the story. Its title leads to where it begins.
type insightCard struct {
	app.Compo
	Store   *store
	Finding insight.Finding
	// Open shows it in full, Hidden says that it is on the list of those that
	// nobody wants to see. Zone names the time zone of the page.
	Open, Hidden bool
	Zone         string
}

// Render draws the finding.
func (p *insightCard) Render() app.UI {
	p.Store.pace.Yield()
	f := &p.Finding
	s, key := p.Store, f.Key
	chain, first, last := engine.ChainID(f.Chain), f.First, f.Last
	hideWord := "Hide"
	if p.Hidden {
		hideWord = "Show again"
	}
	acts := []app.UI{
		button("small", "First", do(func() { s.jump(chain, first) }), key, "first").Aria("label", "First row of it"),
		app.If(last != first, func() app.UI {
			return button("small", "Last", do(func() { s.jump(chain, last) }), key, "last").Aria("label", "Last row of it")
		}),
		button("small", moreWord(f), do(func() { s.openInsight(key) }), key, "open").Aria("expanded", p.Open),
		app.If(hasAround(f), func() app.UI {
			return button("small", "Before/after", do(func() { s.compareAround(f) }), key, "around").
				Title("%s", "What changed on every node from a minute before it began to a minute after")
		}),
		button("small", "Note", do(func() { s.noteOnInsight(f) }), key, "note"),
		app.Span().Class("spring"),
		button("small", hideWord, do(func() { s.hideInsight(key) }), key, "hide"),
	}
	return app.Elem("article").Class("finding", "insight").DataSet("rule", string(f.Rule)).Body(
		mark(view.InsightMark(f.Severity), f.Severity.String()),
		app.Div().Class("finding-body").Body(
			app.Button().Type("button").Class("finding-title", "link").Text(view.VisibleText(view.Message(f.Title, s.zone()))).
				OnClick(do(func() { s.jump(chain, first) }), app.EventScope(key, "title")),
			app.Div().Class("finding-where data").Text(view.InsightWhere(f, s.zone())),
			app.Div().Class("finding-detail").Body(lines(view.Message(f.Detail, s.zone()))...),
			app.If(p.Open, func() app.UI { return p.opened(f) }),
			app.Div().Class("finding-acts").Body(acts...),
		),
	)
}

func moreWord(f *insight.Finding) string {
	if n := len(f.Related); n > 0 {
		return view.Plural(n, "row", "rows") + " and rule"
	}
	return "Rule"
}

// opened is what is said of a finding on request: the rows that belong to it
// and the rule.
func (p *insightCard) opened(f *insight.Finding) app.UI {
	s := p.Store
	parts := make([]app.UI, 0, len(f.Related)+1)
	for i, ref := range f.Related {
		chain, position := engine.ChainID(ref.Chain), ref.Position
		parts = append(parts, app.Button().Type("button").Class("ref", "link").Text(view.VisibleText(view.Message(ref.What, s.zone()))).
			OnClick(do(func() { s.jump(chain, position) }), app.EventScope(chain, position, i)))
	}
	parts = append(parts, app.Elem("p").Class("hint").Text(fmt.Sprintf("%s, by rule %s: %s", f.Confidence, f.Rule, f.By)))
	return app.Div().Class("finding-more").Body(parts...)
}
