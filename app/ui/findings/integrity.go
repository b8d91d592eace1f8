package findings

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// integrity lists what was noticed about the bytes of the chains in scope.
func (p *storyPage) integrity() []app.UI {
	s := p.Page
	var list []app.UI
	left, total := s.Findings.Integrity.Limit, 0
	for _, c := range s.Findings.Chains() {
		known := s.Findings.Integrity.Known[c.ID]
		if known.Err != nil {
			list = append(list, draw.Trouble("Findings could not be read", known.Err.Error()))
		}
		total += len(known.List)
		shown := known.List[:min(left, len(known.List))]
		left -= len(shown)
		if s.Findings.Scope != page.ScopeChain && len(shown) > 0 {
			list = append(list, app.Elem("h4").Class("finding-chain").Text(view.VisibleText(c.Name())))
		}
		for i := range shown {
			list = append(list, p.integrityFinding(&shown[i], i))
		}
	}
	switch shown := s.Findings.Integrity.Limit - left; {
	case total == 0 && s.Findings.Integrity.Busy:
		return []app.UI{app.Elem("p").Class("looking").Text("Checking the chains…")}
	case shown < total:
		list = append(list, draw.Button("small", view.Count(total-shown)+" more", draw.Do(func() { s.Findings.Integrity.Limit += page.FindingsPerStep }), "more"))
	}
	return list
}

func (p *storyPage) integrityFinding(f *engine.Finding, i int) app.UI {
	s, chain, position := p.Page, f.Chain, f.Position
	class := "finding"
	if position >= 0 {
		class += " leads"
	}
	body := []app.UI{
		draw.Mark(f.Severity.String(), f.Severity.String()),
		app.Div().Class("finding-body").Body(
			app.Div().Class("finding-title").Text(view.VisibleText(view.Message(f.Title, s.Zone()))),
			app.Div().Class("finding-detail").Body(draw.Lines(view.Message(f.Detail, s.Zone()))...),
			app.Div().Class("finding-where data").Text(view.IntegrityWhere(f)),
		),
	}
	if position < 0 {
		return app.Div().Class(class).Body(body...)
	}
	return app.Button().Type("button").Class(class).
		OnClick(draw.Do(func() { s.Selection.Jump(chain, position) }), app.EventScope(chain, position, i)).
		Body(body...)
}
