package findings

import (
	"fmt"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// insightCard is one finding of the story. Its title leads to where it begins.
type insightCard struct {
	app.Compo
	Page    *page.Page
	Finding insight.Finding
	// Open shows it in full, Hidden says that it is on the list of those that
	// nobody wants to see. Zone names the time zone of the page.
	Open, Hidden bool
	Zone         string
}

// Render draws the finding.
func (p *insightCard) Render() app.UI {
	p.Page.Yield()
	f := &p.Finding
	s, key := p.Page, f.Key
	chain, first, last := engine.ChainID(f.Chain), f.First, f.Last
	hideWord := "Hide"
	if p.Hidden {
		hideWord = "Show again"
	}
	acts := []app.UI{
		draw.Button("small", "First", draw.Do(func() { s.Selection.Jump(chain, first) }), key, "first").Aria("label", "First row of it"),
		app.If(last != first, func() app.UI {
			return draw.Button("small", "Last", draw.Do(func() { s.Selection.Jump(chain, last) }), key, "last").Aria("label", "Last row of it")
		}),
		draw.Button("small", moreWord(f), draw.Do(func() { s.Findings.ToggleOpen(key) }), key, "open").Aria("expanded", p.Open),
		app.If(page.HasAround(f), func() app.UI {
			return draw.Button("small", "Before/after", draw.Do(func() { s.States.CompareAround(f) }), key, "around").
				Title("%s", "What changed on every node from a minute before it began to a minute after")
		}),
		draw.Button("small", "Note", draw.Do(func() { s.Notes.OnFinding(f) }), key, "note"),
		app.Span().Class("spring"),
		draw.Button("small", hideWord, draw.Do(func() { s.Findings.Hide(key) }), key, "hide"),
	}
	return app.Elem("article").Class("finding", "insight").DataSet("rule", string(f.Rule)).Body(
		draw.Mark(view.InsightMark(f.Severity), f.Severity.String()),
		app.Div().Class("finding-body").Body(
			app.Button().Type("button").Class("finding-title", "link").Text(view.VisibleText(view.Message(f.Title, s.Zone()))).
				OnClick(draw.Do(func() { s.Selection.Jump(chain, first) }), app.EventScope(key, "title")),
			app.Div().Class("finding-where data").Text(view.InsightWhere(f, s.Zone())),
			app.Div().Class("finding-detail").Body(draw.Lines(view.Message(f.Detail, s.Zone()))...),
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
	s := p.Page
	parts := make([]app.UI, 0, len(f.Related)+1)
	for i, ref := range f.Related {
		chain, position := engine.ChainID(ref.Chain), ref.Position
		parts = append(parts, app.Button().Type("button").Class("ref", "link").Text(view.VisibleText(view.Message(ref.What, s.Zone()))).
			OnClick(draw.Do(func() { s.Selection.Jump(chain, position) }), app.EventScope(chain, position, i)))
	}
	parts = append(parts, app.Elem("p").Class("hint").Text(fmt.Sprintf("%s, by rule %s: %s", f.Confidence, f.Rule, f.By)))
	return app.Div().Class("finding-more").Body(parts...)
}
