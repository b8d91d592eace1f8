package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/view"
)

// storyPage lists what is wrong with the bytes, then what happened, the most
// telling first.
type storyPage struct {
	app.Compo
	Store *store
	Rev   uint64
}

// Render draws both lists.
func (p *storyPage) Render() app.UI {
	p.Store.pace.Yield()
	s := p.Store
	var parts []app.UI
	integrity := append(p.problems(), p.integrity()...)
	if len(integrity) > 0 {
		parts = append(parts, app.Elem("h3").Class("finding-section").Text("Integrity"))
		parts = append(parts, integrity...)
	}
	in := &s.insights
	if in.err != nil {
		parts = append(parts, trouble("The story could not be looked for", in.err.Error()))
	}
	scoped := s.insightsInScope()
	if len(in.list) > 0 {
		parts = append(parts, app.Elem("h3").Class("finding-section").Text("What happened"), p.chips(scoped))
		parts = append(parts, p.story(scoped)...)
	} else if len(integrity) == 0 && !in.busy && !in.cancelled && !s.findings.busy && in.err == nil {
		parts = append(parts, app.Div().Class("panel-empty").
			Text("Nothing was noticed. "+view.Sound(s.findingChains())+", and nothing in the records stands out."))
	}
	return app.Div().Body(append(parts, p.sender()...)...)
}

// problems lists what is wrong with what is open and is about no chain. They belong
// to everything that is open.
func (p *storyPage) problems() []app.UI {
	in := &p.Store.insights
	if in.scope != scopeAll {
		return nil
	}
	var list []app.UI
	for i := range in.problems {
		problem := &in.problems[i]
		if problem.Severity < engine.SeverityWarning {
			continue
		}
		if len(list) == maxProblemsListed {
			return append(list, app.Div().Class("panel-empty").Text("There are more; see the list of problems."))
		}
		list = append(list, app.Div().Class("finding").Body(
			mark(problem.Severity.String(), problem.Severity.String()),
			app.Div().Class("finding-body").Body(
				app.Div().Class("finding-title").Text(view.VisibleText(problem.Title)),
				app.Div().Class("finding-detail").Body(lines(problem.Detail)...),
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
	in := &p.Store.insights
	cards := p.cards(p.Store.inScope(in.sender))
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
	in := &p.Store.insights
	var chips []app.UI
	for _, c := range view.RuleCounts(scoped) {
		rule := c.Name
		state := in.rules.State(rule)
		class := map[view.RuleState]string{view.RuleShown: "", view.RuleChosen: "chosen", view.RuleLeftOut: "left-out"}[state]
		chips = append(chips, app.Button().Type("button").Class("chip", class).Aria("pressed", state == view.RuleChosen).
			Title("%s", "Show only these; with Alt all others").DataSet("rule", rule).
			OnClick(p.onChip(rule), app.EventScope("chip", rule)).
			Body(app.Text(rule+" "), app.Elem("b").Text(view.Count(c.Count))))
	}
	if in.rules.Active() {
		chips = append(chips, app.Button().Type("button").Class("chip").Text("show all").
			OnClick(do(p.Store.showAllRules), app.EventScope("all")))
	}
	if n := len(in.hidden); n > 0 {
		word := view.Count(n) + " hidden"
		if in.showHidden {
			word = "hidden ones shown"
		}
		chips = append(chips, app.Button().Type("button").Class("chip").Aria("pressed", in.showHidden).Text(word).
			OnClick(do(func() { in.showHidden = !in.showHidden; p.Store.rev.details++ }), app.EventScope("hidden")))
	}
	return app.Div().Class("chips").Role("group").Aria("label", "Rules").Body(chips...)
}

func (p *storyPage) onChip(rule string) app.EventHandler {
	return func(_ app.Context, e app.Event) { p.Store.filterRule(rule, e.Get("altKey").Bool()) }
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
	in := &p.Store.insights
	var list []app.UI
	kept := 0
	for i := range scoped {
		if !in.rules.Keeps(string(scoped[i].Rule)) {
			continue
		}
		if kept < in.limit {
			f := scoped[i]
			list = append(list, &insightCard{Store: p.Store, Finding: f, Open: in.open == f.Key, Hidden: in.hidden[f.Key], Zone: p.Store.zones.name})
		}
		kept++
	}
	if kept > in.limit {
		list = append(list, button("small", view.Count(kept-in.limit)+" more",
			do(func() { in.limit += insightsPerStep; p.Store.rev.details++ }), "more"))
	}
	return list
}

// openInsight shows a finding in full, or no longer.
func (s *store) openInsight(key string) {
	if s.insights.open == key {
		key = ""
	}
	s.insights.open = key
	s.rev.details++
}
