package findings

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// storyPage lists what is wrong with the bytes, then what happened, the most
// telling first.
type storyPage struct {
	app.Compo
	Page *page.Page
	Rev  uint64
}

// Render draws both lists.
func (p *storyPage) Render() app.UI {
	p.Page.Yield()
	s := p.Page
	var parts []app.UI
	integrity := append(p.problems(), p.integrity()...)
	if len(integrity) > 0 {
		parts = append(parts, app.Elem("h3").Class("finding-section").Text("Integrity"))
		parts = append(parts, integrity...)
	}
	in := &s.Findings
	if in.Err != nil {
		parts = append(parts, draw.Trouble("The story could not be looked for", in.Err.Error()))
	}
	scoped := s.Findings.StoryInScope()
	if len(in.List) > 0 {
		parts = append(parts, app.Elem("h3").Class("finding-section").Text("What happened"), p.chips(scoped))
		parts = append(parts, p.story(scoped)...)
	} else if len(integrity) == 0 && !in.Busy() && !in.Cancelled && !s.Findings.Integrity.Busy && in.Err == nil {
		parts = append(parts, app.Div().Class("panel-empty").
			Text("Nothing was noticed. "+view.Sound(s.Findings.Chains())+", and nothing in the records stands out."))
	}
	return app.Div().Body(append(parts, p.sender()...)...)
}

// problems lists what is wrong with what is open and is about no chain. They belong
// to everything that is open.
func (p *storyPage) problems() []app.UI {
	in := &p.Page.Findings
	if in.Scope != page.ScopeAll {
		return nil
	}
	var list []app.UI
	for i := range in.Problems {
		problem := &in.Problems[i]
		if problem.Severity < engine.SeverityWarning {
			continue
		}
		if len(list) == maxProblemsListed {
			return append(list, app.Div().Class("panel-empty").Text("There are more; see the list of problems."))
		}
		list = append(list, app.Div().Class("finding").Body(
			draw.Mark(problem.Severity.String(), problem.Severity.String()),
			app.Div().Class("finding-body").Body(
				app.Div().Class("finding-title").Text(view.VisibleText(problem.Title)),
				app.Div().Class("finding-detail").Body(draw.Lines(problem.Detail)...),
				app.Div().Class("finding-where data").Text(view.VisibleText(problem.Path)),
			),
		))
	}
	return list
}

// maxProblemsListed bounds the problems beside the findings of chains.
const maxProblemsListed = 40

// sender lists what the senders of exports concluded, as theirs.
func (p *storyPage) sender() []app.UI {
	in := &p.Page.Findings
	cards := p.cards(p.Page.Findings.InScope(in.Sender))
	if len(cards) == 0 {
		return nil
	}
	parts := []app.UI{
		app.Elem("h3").Class("finding-section").ID("sender-findings").Text("What the sender found"),
		app.Elem("p").Class("hint").Text("The program that wrote the export concluded this from the chains that it had before it. Nothing here has checked it."),
	}
	return append(parts, cards...)
}

// chips are the rules that found something: a click shows only theirs, with Alt
// all others.
func (p *storyPage) chips(scoped []insight.Finding) app.UI {
	in := &p.Page.Findings
	var chips []app.UI
	for _, c := range view.RuleCounts(scoped) {
		rule := c.Name
		state := in.Rules.State(rule)
		class := map[view.RuleState]string{view.RuleShown: "", view.RuleChosen: "chosen", view.RuleLeftOut: "left-out"}[state]
		chips = append(chips, app.Button().Type("button").Class("chip", class).Aria("pressed", state == view.RuleChosen).
			Title("%s", "Show only these; with Alt all others").DataSet("rule", rule).
			OnClick(p.onChip(rule), app.EventScope("chip", rule)).
			Body(app.Text(rule+" "), app.Elem("b").Text(view.Count(c.Count))))
	}
	if in.Rules.Active() {
		chips = append(chips, app.Button().Type("button").Class("chip").Text("show all").
			OnClick(draw.Do(p.Page.Findings.ShowAllRules), app.EventScope("all")))
	}
	if n := len(in.Hidden); n > 0 {
		word := view.Count(n) + " hidden"
		if in.ShowHidden {
			word = "hidden ones shown"
		}
		chips = append(chips, app.Button().Type("button").Class("chip").Aria("pressed", in.ShowHidden).Text(word).
			OnClick(draw.Do(func() { in.ShowHidden = !in.ShowHidden; p.Page.Rev.Details++ }), app.EventScope("hidden")))
	}
	return app.Div().Class("chips").Role("group").Aria("label", "Rules").Body(chips...)
}

func (p *storyPage) onChip(rule string) app.EventHandler {
	return func(_ app.Context, e app.Event) { p.Page.Findings.FilterRule(rule, e.Get("altKey").Bool()) }
}

func (p *storyPage) story(scoped []insight.Finding) []app.UI {
	list := p.cards(scoped)
	if len(list) == 0 {
		list = append(list, app.Div().Class("panel-empty").Text("Nothing of that kind here."))
	}
	return list
}

// cards are findings, as many as are listed at once, and the button for more.
func (p *storyPage) cards(scoped []insight.Finding) []app.UI {
	in := &p.Page.Findings
	var list []app.UI
	kept := 0
	for i := range scoped {
		if !in.Rules.Keeps(string(scoped[i].Rule)) {
			continue
		}
		if kept < in.Limit {
			f := scoped[i]
			list = append(list, &insightCard{Page: p.Page, Finding: f, Open: in.Open == f.Key, Hidden: in.Hidden[f.Key], Zone: p.Page.Zones.Name})
		}
		kept++
	}
	if kept > in.Limit {
		list = append(list, draw.Button("small", view.Count(kept-in.Limit)+" more",
			draw.Do(func() { in.Limit += page.InsightsPerStep; p.Page.Rev.Details++ }), "more"))
	}
	return list
}
