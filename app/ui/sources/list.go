package sources

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// List is the left panel: what is open.
type List struct {
	app.Compo
	Page     *page.Page
	Rev      uint64
	Selected engine.ChainID
}

// Render draws sources, nodes and chains.
func (l *List) Render() app.UI {
	l.Page.Yield()
	parts := []app.UI{app.Elem("h2").Class("panel-title").Text("Sources"), l.everything()}
	for _, open := range l.Page.Sources.List {
		parts = append(parts, l.source(open))
	}
	return app.Elem("nav").Class("source-list").Aria("label", "Sources").Body(parts...)
}

func (l *List) source(open *page.Source) app.UI {
	s, id := l.Page, open.ID
	parts := []app.UI{app.Div().Class("source-head").Body(
		app.Span().Class("source-name").Title("%s", open.Label).Text(open.Label),
		l.readOn(open),
		app.Button().Type("button").Class("close").Text("×").
			Title("%s", "Close "+open.Label).Aria("label", "Close "+open.Label).
			OnClick(draw.Do(func() { s.Sources.Close(id) }), app.EventScope("close", id)),
	), l.others(open)}
	for _, node := range view.ByNode(open.Chains) {
		if node.Name != "" {
			parts = append(parts, draw.Part(l.Page, func() app.UI { return l.node(&node) }))
		}
		for _, item := range node.Items() {
			parts = append(parts, draw.Part(l.Page, func() app.UI { return l.item(item) }))
		}
	}
	return app.Elem("section").Class("source").Body(parts...)
}

func (l *List) item(item view.ChainItem) app.UI {
	if item.Group != nil {
		return l.group(item.Group)
	}
	return l.chain(item.Chain)
}

// everything shows all chains in one table.
func (l *List) everything() app.UI {
	s := l.Page
	all := s.Sources.AllChains()
	if len(all) < 2 {
		return nil
	}
	return app.Button().Type("button").Class("all-chains").Aria("current", len(s.Shown.Chains()) == len(all)).
		Title("One table of all chains, in order of time (m)").
		OnClick(draw.Do(func() { s.Shown.Pick(true); s.Pane = page.PaneRecords })).
		Body(
			app.Span().Class("chain-name").Text("All chains"),
			app.Span().Class("chain-count").Text(view.Count(view.TotalOf(all).Records)),
		)
}

// node shows all chains of the node in one table.
func (l *List) node(n *view.Node) app.UI {
	s, chains := l.Page, n.Chains
	return app.Elem("h3").Class("node").Body(
		app.Button().Type("button").Class("node-name").Title("%s", "All chains of "+view.VisibleText(n.Name)).
			Text(view.Shorten(view.VisibleText(n.Name), 28)).
			OnClick(draw.Do(func() { s.Shown.PickNode(chains); s.Pane = page.PaneRecords }), app.EventScope("node", chains[0].ID, len(chains))))
}

// chain is a chain with a box that adds it to those shown.
func (l *List) chain(c *engine.ChainInfo) app.UI {
	s, id := l.Page, c.ID
	return app.Div().Class("chain-item").Body(
		l.pick(c),
		app.Input().Type("checkbox").Class("chain-box").Checked(s.Shown.Has(id)).
			Aria("label", "Show "+view.VisibleText(c.Name())).Title("Show with the others (Ctrl-click)").
			OnChange(draw.Do(func() { s.Shown.Toggle(id) }), app.EventScope("box", id)),
		l.news(c),
	)
}

// chainButton returns a button that shows a chain, or with Ctrl adds it to those shown.
func (l *List) chainButton(c *engine.ChainInfo) app.HTMLButton {
	s, id := l.Page, c.ID
	return app.Button().Type("button").Class("chain").Aria("current", s.Shown.Has(id)).
		Title("%s", view.VisibleText(c.Origin)+"\n"+view.TimeRange(c).Full(s.Zone())).
		OnClick(func(_ app.Context, e app.Event) {
			if e.Get("ctrlKey").Bool() || e.Get("metaKey").Bool() {
				s.Shown.Toggle(id)
				return
			}
			s.Selection.SelectChain(id)
			s.Pane = page.PaneRecords
		}, app.EventScope("chain", id))
}

func (l *List) pick(c *engine.ChainInfo) app.UI {
	health := view.HealthOf(c)
	zone := l.Page.Zone()
	return l.chainButton(c).
		Body(
			app.Span().Class("tag", "tag-"+c.Kind.String()).Text(view.KindTag(c.Kind)),
			app.Span().Class("chain-name").Text(view.VisibleText(c.Channel)),
			app.Span().Class("chain-count").Text(view.Count(c.Entries)),
			draw.Mark(health.Word, health.Title),
			app.Span().Class("chain-range").Text(view.TimeRange(c).Compact(zone)),
			l.indexing(c),
		)
}

// indexing is the progress of a chain that is still being read.
func (l *List) indexing(c *engine.ChainInfo) app.UI {
	if c.Indexed >= c.Entries {
		return nil
	}
	return app.Elem("progress").Class("chain-progress").Attr("max", c.Entries).Attr("value", c.Indexed).
		Aria("label", "Reading "+view.VisibleText(c.Channel))
}
