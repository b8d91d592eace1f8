package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/view"
)

// findingsPanel is the tab of what was noticed: the story and the integrity of
// the chains, the reasons given, what operators did.
type findingsPanel struct {
	app.Compo
	Store *store
	Rev   uint64
}

// Render draws the choice of pages and the chosen one.
func (p *findingsPanel) Render() app.UI {
	p.Store.pace.Yield()
	s := p.Store
	var page app.UI
	switch s.insights.page {
	case pageReasons:
		page = &reasonsPage{Store: s, Rev: p.Rev}
	case pageOperators:
		page = &operatorsPage{Store: s, Rev: p.Rev}
	default:
		page = &storyPage{Store: s, Rev: p.Rev}
	}
	return app.Div().Class("findings").Body(
		app.Div().Class("panel-head").Body(
			app.Div().Class("segments").Role("group").Aria("label", "What to list").Body(
				p.page(pageStory, "Findings"), p.page(pageReasons, "Reasons"), p.page(pageOperators, "Operators"),
			),
			app.Span().Class("spring"),
			p.scopes(),
		),
		p.looking(),
		page,
	)
}

func (p *findingsPanel) page(page findingsPage, word string) app.UI {
	return app.Button().Type("button").Class("segment").ID("findings-"+string(page)).
		Aria("pressed", p.Store.insights.page == page).Text(word).
		OnClick(do(func() { p.Store.showFindings(page) }), app.EventScope(page))
}

// scopes chooses whose findings are listed. Reasons are always of all chains:
// that is what tells where one began.
func (p *findingsPanel) scopes() app.UI {
	if p.Store.insights.page == pageReasons {
		return nil
	}
	return app.Div().Class("segments").Role("group").Aria("label", "Whose findings").Body(
		p.scope("All", scopeAll), p.scope("Node", scopeNode), p.scope("Chain", scopeChain),
	)
}

func (p *findingsPanel) scope(word string, scope findingsScope) app.UI {
	title := map[findingsScope]string{
		scopeAll: "Everything that is open", scopeNode: "The node of the selected chain", scopeChain: "The selected chain",
	}[scope]
	return app.Button().Type("button").Class("segment").Title("%s", title).
		Aria("pressed", p.Store.insights.scope == scope).Text(word).
		OnClick(do(func() { p.Store.showScope(scope) }), app.EventScope(scope))
}

// looking tells how far the engine has come with looking for the story.
func (p *findingsPanel) looking() app.UI {
	in := &p.Store.insights
	if !in.busy {
		if in.cancelled {
			return app.Elem("p").Class("looking").Body(
				app.Span().Text("The story was not looked for: cancelled. "),
				button("small", "Look now", do(p.Store.askInsights), "look"))
		}
		return nil
	}
	text := "Looking for the story"
	if in.progress.ElapsedMS > 0 {
		text += ", " + view.Duration(uint64(in.progress.ElapsedMS))
	}
	return app.Elem("p").Class("looking").Body(
		app.Span().Role("status").Text(text+"… "),
		button("small", "Cancel", do(p.Store.cancelInsights), "cancel"))
}
