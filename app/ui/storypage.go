package ui

import (
	"fmt"

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

	// drawn is how many findings there are elements for: making all at once
	// would hold the page up.
	drawn int
}

// drawnPerFrame is how many findings are drawn in one frame.
const drawnPerFrame = 4

// OnInit draws everything at once where there is no browser to hold up.
func (p *storyPage) OnInit() {
	p.drawn = drawnPerFrame
	if app.IsServer {
		p.drawn = insightsPerStep
	}
}

// OnMount begins to draw what does not fit into the first frame.
func (p *storyPage) OnMount(ctx app.Context) { ctx.Defer(p.grow) }

// OnUpdate draws more, if there is more.
func (p *storyPage) OnUpdate(ctx app.Context) { ctx.Defer(p.grow) }

func (p *storyPage) grow(ctx app.Context) {
	if p.drawn < min(p.Store.insights.limit, len(p.Store.insights.list)) {
		ctx.Dispatch(func(ctx app.Context) {
			p.drawn += drawnPerFrame
			ctx.Defer(p.grow)
		})
	}
}

// Render draws both lists.
func (p *storyPage) Render() app.UI {
	p.Store.pace.Yield()
	s := p.Store
	var parts []app.UI
	integrity := p.integrity()
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
			Text("Nothing was noticed: every entry is present, matches its checksum and decodes, and nothing in the records stands out."))
	}
	return app.Div().Body(parts...)
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
	in := &p.Store.insights
	var list []app.UI
	kept := 0
	for i := range scoped {
		if !in.rules.Keeps(string(scoped[i].Rule)) {
			continue
		}
		if kept < min(in.limit, p.drawn) {
			list = append(list, p.insight(&scoped[i], kept))
		}
		kept++
	}
	switch {
	case kept == 0:
		list = append(list, app.Div().Class("panel-empty").Text("Nothing of that kind here."))
	case kept > in.limit:
		list = append(list, button("small", view.Count(kept-in.limit)+" more",
			do(func() { in.limit += insightsPerStep; p.Store.rev.details++ }), "more"))
	}
	return list
}

// insight draws one finding. Its title leads to where it begins.
func (p *storyPage) insight(f *insight.Finding, place int) app.UI {
	s, key := p.Store, f.Key
	chain, first, last := engine.ChainID(f.Chain), f.First, f.Last
	open := s.insights.open == key
	whole := *f
	local := func(text string) string { return view.Localize(text, s.zone(), f.FirstTimeNS/1e6) }
	hideWord := "Hide"
	if s.insights.hidden[key] {
		hideWord = "Show again"
	}
	acts := []app.UI{
		button("small", "First", do(func() { s.jump(chain, first) }), key, "first").Aria("label", "First row of it"),
		app.If(last != first, func() app.UI {
			return button("small", "Last", do(func() { s.jump(chain, last) }), key, "last").Aria("label", "Last row of it")
		}),
		button("small", moreWord(f), do(func() { s.openInsight(key) }), key, "open").Aria("expanded", open),
		app.If(hasAround(f), func() app.UI {
			return button("small", "Before/after", do(func() { s.compareAround(&whole) }), key, "around").
				Title("%s", "What changed on every node from a minute before it began to a minute after")
		}),
		button("small", "Note", do(func() { s.noteOnInsight(&whole) }), key, "note"),
		app.Span().Class("spring"),
		button("small", hideWord, do(func() { s.hideInsight(key) }), key, "hide"),
	}
	return app.Elem("article").Class("finding", "insight").DataSet("rule", string(f.Rule)).Body(
		mark(view.InsightMark(f.Severity), f.Severity.String()),
		app.Div().Class("finding-body").Body(
			app.Button().Type("button").Class("finding-title", "link").Text(view.VisibleText(local(f.Title))).
				OnClick(do(func() { s.jump(chain, first) }), app.EventScope(key, "title")),
			app.Div().Class("finding-where data").Text(view.InsightWhere(f, s.zone())),
			app.Div().Class("finding-detail").Body(lines(local(f.Detail))...),
			app.If(open, func() app.UI { return p.opened(f) }),
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

// openInsight shows a finding in full, or no longer.
func (s *store) openInsight(key string) {
	if s.insights.open == key {
		key = ""
	}
	s.insights.open = key
	s.rev.details++
}

// opened is what is said of a finding on request: the rows that belong to it
// and the rule.
func (p *storyPage) opened(f *insight.Finding) app.UI {
	s := p.Store
	parts := make([]app.UI, 0, len(f.Related)+1)
	for i, ref := range f.Related {
		chain, position := engine.ChainID(ref.Chain), ref.Position
		parts = append(parts, app.Button().Type("button").Class("ref", "link").Text(view.VisibleText(view.Localize(ref.What, s.zone(), f.FirstTimeNS/1e6))).
			OnClick(do(func() { s.jump(chain, position) }), app.EventScope(chain, position, i)))
	}
	parts = append(parts, app.Elem("p").Class("hint").Text(fmt.Sprintf("%s, by rule %s: %s", f.Confidence, f.Rule, f.By)))
	return app.Div().Class("finding-more").Body(parts...)
}
