package findings

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// Panel is the tab of what was noticed: the story and the integrity of
// the chains, the reasons given, what operators did.
type Panel struct {
	app.Compo
	Page *page.Page
	Rev  uint64
}

// Render draws the choice of pages and the chosen one.
func (p *Panel) Render() app.UI {
	p.Page.Yield()
	s := p.Page
	var shown app.UI
	switch s.Findings.ShownPage {
	case page.PageReasons:
		shown = &reasonsPage{Page: s, Rev: p.Rev}
	case page.PageOperators:
		shown = &operatorsPage{Page: s, Rev: p.Rev}
	default:
		shown = &storyPage{Page: s, Rev: p.Rev}
	}
	return app.Div().Class("findings").Body(
		app.Div().Class("panel-head").Body(
			app.Div().Class("segments").Role("group").Aria("label", "What to list").Body(
				p.page(page.PageStory, "Findings"), p.page(page.PageReasons, "Reasons"), p.page(page.PageOperators, "Operators"),
			),
			app.Span().Class("spring"),
			p.scopes(),
		),
		p.looking(),
		shown,
	)
}

func (p *Panel) page(which page.FindingsPage, word string) app.UI {
	return app.Button().Type("button").Class("segment").ID("findings-"+string(which)).
		Aria("pressed", p.Page.Findings.ShownPage == which).Text(word).
		OnClick(draw.Do(func() { p.Page.Findings.ShowPage(which) }), app.EventScope(which))
}

// scopes chooses whose findings are listed. Reasons are always of all chains:
// that is what tells where one began.
func (p *Panel) scopes() app.UI {
	if p.Page.Findings.ShownPage == page.PageReasons {
		return nil
	}
	return app.Div().Class("segments").Role("group").Aria("label", "Whose findings").Body(
		p.scope("All", page.ScopeAll), p.scope("Node", page.ScopeNode), p.scope("Chain", page.ScopeChain),
	)
}

func (p *Panel) scope(word string, scope page.FindingsScope) app.UI {
	title := map[page.FindingsScope]string{
		page.ScopeAll: "Everything that is open", page.ScopeNode: "The node of the selected chain", page.ScopeChain: "The selected chain",
	}[scope]
	return app.Button().Type("button").Class("segment").Title("%s", title).
		Aria("pressed", p.Page.Findings.Scope == scope).Text(word).
		OnClick(draw.Do(func() { p.Page.Findings.ShowScope(scope) }), app.EventScope(scope))
}

// looking tells how far the engine has come with looking for the story.
func (p *Panel) looking() app.UI {
	in := &p.Page.Findings
	if !in.Busy() {
		if in.Cancelled {
			return app.Elem("p").Class("looking").Body(
				app.Span().Text("The story was not looked for: cancelled. "),
				draw.Button("small", "Look now", draw.Do(p.Page.Findings.AskStory), "look"))
		}
		return nil
	}
	text := "Looking for the story"
	if in.Progress.ElapsedMS > 0 {
		text += ", " + view.Duration(uint64(in.Progress.ElapsedMS))
	}
	return app.Elem("p").Class("looking").Body(
		app.Span().Role("status").Text(text+"… "),
		draw.Button("small", "Cancel", draw.Do(p.Page.Findings.CancelStory), "cancel"))
}
