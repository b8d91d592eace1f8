package findings

import (
	"slices"
	"sort"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// operatorsPage lists what operators did, in the order of time.
type operatorsPage struct {
	app.Compo
	Page *page.Page
	Rev  uint64
}

// operatorsShown bounds the list.
const operatorsShown = 40

// Render draws the list.
func (p *operatorsPage) Render() app.UI {
	p.Page.Yield()
	s := p.Page
	acts := slices.DeleteFunc(s.Findings.StoryInScope(), func(f insight.Finding) bool { return f.Rule != insight.RuleOperator })
	sort.SliceStable(acts, func(i, j int) bool { return acts[i].FirstTimeNS < acts[j].FirstTimeNS })
	if len(acts) == 0 {
		return app.Div().Class("panel-empty").Text("No audit chain among those open tells of an operator.")
	}
	list := make([]app.UI, min(len(acts), operatorsShown))
	for i := range list {
		list[i] = p.act(&acts[i])
	}
	var more app.UI
	if n := len(acts) - len(list); n > 0 {
		more = app.Elem("p").Class("looking").Text(view.Plural(n, "more is", "more are") + " on the audit chains.")
	}
	return app.Div().Body(app.Elem("ol").Class("timeline").Body(list...), more)
}

func (p *operatorsPage) act(f *insight.Finding) app.UI {
	s := p.Page
	chain, first := engine.ChainID(f.Chain), f.First
	zone := s.Zone()
	return app.Elem("li").Class("timeline-item").Body(
		app.Div().Class("timeline-when data").Body(
			app.Span().Text(zone.Time(f.FirstTimeNS/1e6)+" "+zone.Name()+" · "),
			app.Span().Text(view.VisibleText(f.Node)),
		),
		app.Button().Type("button").Class("link", "finding-title").Text(view.VisibleText(view.Message(f.Title, s.Zone()))).
			OnClick(draw.Do(func() { s.Selection.Jump(chain, first) }), app.EventScope(f.Key)),
		app.Div().Class("finding-detail").Body(draw.Lines(view.Message(f.Detail, s.Zone()))...),
	)
}
