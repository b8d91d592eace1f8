package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/view"
)

// integrity lists what was noticed about the bytes of the chains in scope.
func (p *storyPage) integrity() []app.UI {
	s := p.Store
	var list []app.UI
	left, total := s.findings.limit, 0
	for _, c := range s.findingChains() {
		known := s.findings.known[c.ID]
		if known.err != nil {
			list = append(list, trouble("Findings could not be read", known.err.Error()))
		}
		total += len(known.list)
		shown := known.list[:min(left, len(known.list))]
		left -= len(shown)
		if s.insights.scope != scopeChain && len(shown) > 0 {
			list = append(list, app.Elem("h4").Class("finding-chain").Text(view.VisibleText(c.Name())))
		}
		for i := range shown {
			list = append(list, p.integrityFinding(&shown[i], i))
		}
	}
	switch shown := s.findings.limit - left; {
	case total == 0 && s.findings.busy:
		return []app.UI{app.Elem("p").Class("looking").Text("Checking the chains…")}
	case shown < total:
		list = append(list, button("small", view.Count(total-shown)+" more", do(func() { s.findings.limit += findingsPerStep }), "more"))
	}
	return list
}

func (p *storyPage) integrityFinding(f *engine.Finding, i int) app.UI {
	s, chain, position := p.Store, f.Chain, f.Position
	class := "finding"
	if position >= 0 {
		class += " leads"
	}
	body := []app.UI{
		mark(f.Severity.String(), f.Severity.String()),
		app.Div().Class("finding-body").Body(
			app.Div().Class("finding-title").Text(view.VisibleText(view.Message(f.Title, s.zone()))),
			app.Div().Class("finding-detail").Body(lines(view.Message(f.Detail, s.zone()))...),
			app.Div().Class("finding-where data").Text(view.IntegrityWhere(f)),
		),
	}
	if position < 0 {
		return app.Div().Class(class).Body(body...)
	}
	return app.Button().Type("button").Class(class).
		OnClick(do(func() { s.jump(chain, position) }), app.EventScope(chain, position, i)).
		Body(body...)
}
