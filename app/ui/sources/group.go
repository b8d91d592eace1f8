package sources

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

const (
	// groupRowPX is the height of a chain in a group, groupViewPX that of the part of
	// a group that is in sight; sources.css says the same.
	groupRowPX  = 24
	groupViewPX = 288
)

// group is many chains as one line, and on demand those in sight.
func (l *List) group(g *view.ChainGroup) app.UI {
	s, key, health := l.Page, g.Key, g.Health()
	open := s.Sources.Groups[key]
	shown := false
	for _, c := range g.Chains {
		if c.ID == s.Selection.Chain {
			shown = true
		}
	}
	parts := []app.UI{app.Button().Type("button").Class("chain chain-group").Aria("expanded", open != nil).Aria("current", shown).
		Title("%s", g.Name()+"\n"+view.Plural(len(g.Chains), "chain", "chains")+" whose names begin alike").
		OnClick(draw.Do(func() { s.Sources.ToggleGroup(key) }), app.EventScope("group", key.Source, key.Node, key.Begin)).
		Body(
			app.Span().Class("tag").Text("× "+view.Count(len(g.Chains))),
			app.Span().Class("chain-name").Text(g.Name()),
			app.Span().Class("chain-count").Text(view.Count(g.Entries)),
			draw.Mark(health.Word, health.Title),
		)}
	if open != nil {
		parts = append(parts, l.members(g, open))
	}
	return app.Div().Class("group").Body(parts...)
}

// members are the chains of an open group that are in sight, in a box that is as high
// inside as all of them.
func (l *List) members(g *view.ChainGroup, open *page.OpenGroup) app.UI {
	s := l.Page
	w := view.WindowOf(len(g.Chains), groupRowPX, groupViewPX, open.TopPX)
	rows := []app.UI{app.Div().Style("height", "%dpx", w.First*groupRowPX)}
	for _, c := range g.Chains[w.First:w.End] {
		rows = append(rows, l.member(g, c))
	}
	rows = append(rows, app.Div().Style("height", "%dpx", (len(g.Chains)-w.End)*groupRowPX))
	key := g.Key
	return app.Div().Class("group-chains").Role("group").Aria("label", g.Name()).TabIndex(0).
		OnScroll(func(ctx app.Context, _ app.Event) {
			top := ctx.JSSrc().Get("scrollTop").Float()
			if open := s.Sources.Groups[key]; open != nil && int(top/groupRowPX) != int(open.TopPX/groupRowPX) {
				open.TopPX = top
				s.Rev.Sources++
			}
		}, app.EventScope("scroll", key.Source, key.Node, key.Begin)).
		Body(rows...)
}

// member is a chain of a group.
func (l *List) member(g *view.ChainGroup, c *engine.ChainInfo) app.UI {
	health := view.HealthOf(c)
	return l.chainButton(c).Class("group-chain").
		Body(
			app.Span().Class("chain-name").Text(view.Shorten(g.NameIn(c), 24)),
			app.Span().Class("chain-count").Text(view.Count(c.Entries)),
			draw.Mark(health.Word, health.Title),
		)
}
