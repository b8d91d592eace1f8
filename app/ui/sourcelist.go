package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/view"
)

// sourceList is the left panel: what is open.
type sourceList struct {
	app.Compo
	Store    *store
	Rev      uint64
	Selected engine.ChainID
}

// Render draws sources, nodes and chains.
func (l *sourceList) Render() app.UI {
	l.Store.pace.Yield()
	parts := []app.UI{app.Elem("h2").Class("panel-title").Text("Sources"), l.everything()}
	for _, open := range l.Store.sources {
		parts = append(parts, l.source(open))
	}
	return app.Elem("nav").Class("source-list").Aria("label", "Sources").Body(parts...)
}

func (l *sourceList) source(open *source) app.UI {
	store, id := l.Store, open.id
	parts := []app.UI{app.Div().Class("source-head").Body(
		app.Span().Class("source-name").Title("%s", open.label).Text(open.label),
		app.Button().Type("button").Class("close").Text("×").
			Title("%s", "Close "+open.label).Aria("label", "Close "+open.label).
			OnClick(do(func() { store.closeSource(id) }), app.EventScope("close", id)),
	)}
	for _, node := range view.ByNode(open.chains) {
		if node.Name != "" {
			parts = append(parts, l.Store.part(func() app.UI { return l.node(&node) }))
		}
		for _, item := range node.Items() {
			parts = append(parts, l.Store.part(func() app.UI { return l.item(item) }))
		}
	}
	return app.Elem("section").Class("source").Body(parts...)
}

func (l *sourceList) item(item view.ChainItem) app.UI {
	if item.Group != nil {
		return l.group(item.Group)
	}
	return l.chain(item.Chain)
}

// everything shows all chains in one table.
func (l *sourceList) everything() app.UI {
	s := l.Store
	all := s.allChains()
	if len(all) < 2 {
		return nil
	}
	return app.Button().Type("button").Class("all-chains").Aria("current", len(s.shownChains()) == len(all)).
		Title("One table of all chains, in order of time (m)").
		OnClick(do(func() { s.pick(true); s.pane = paneRecords })).
		Body(
			app.Span().Class("chain-name").Text("All chains"),
			app.Span().Class("chain-count").Text(view.Count(view.TotalOf(all).Records)),
		)
}

// node shows all chains of the node in one table.
func (l *sourceList) node(n *view.Node) app.UI {
	s, chains := l.Store, n.Chains
	return app.Elem("h3").Class("node").Body(
		app.Button().Type("button").Class("node-name").Title("%s", "All chains of "+view.VisibleText(n.Name)).
			Text(view.Shorten(view.VisibleText(n.Name), 28)).
			OnClick(do(func() { s.pickNode(chains); s.pane = paneRecords }), app.EventScope("node", chains[0].ID, len(chains))))
}

// chain is a chain with a box that adds it to those shown.
func (l *sourceList) chain(c *engine.ChainInfo) app.UI {
	s, id := l.Store, c.ID
	return app.Div().Class("chain-item").Body(
		l.pick(c),
		app.Input().Type("checkbox").Class("chain-box").Checked(s.isShown(id)).
			Aria("label", "Show "+view.VisibleText(c.Name())).Title("Show with the others (Ctrl-click)").
			OnChange(do(func() { s.toggleChain(id) }), app.EventScope("box", id)),
	)
}

// chainButton returns a button that shows a chain, or with Ctrl adds it to those shown.
func (s *store) chainButton(c *engine.ChainInfo) app.HTMLButton {
	id := c.ID
	return app.Button().Type("button").Class("chain").Aria("current", s.isShown(id)).
		Title("%s", view.VisibleText(c.Origin)+"\n"+view.TimeRange(c).Full(s.zone())).
		OnClick(func(_ app.Context, e app.Event) {
			if e.Get("ctrlKey").Bool() || e.Get("metaKey").Bool() {
				s.toggleChain(id)
				return
			}
			s.selectChain(id)
			s.pane = paneRecords
		}, app.EventScope("chain", id))
}

func (l *sourceList) pick(c *engine.ChainInfo) app.UI {
	health := view.HealthOf(c)
	zone := l.Store.zone()
	return l.Store.chainButton(c).
		Body(
			app.Span().Class("tag", "tag-"+c.Kind.String()).Text(view.KindTag(c.Kind)),
			app.Span().Class("chain-name").Text(view.VisibleText(c.Channel)),
			app.Span().Class("chain-count").Text(view.Count(c.Entries)),
			mark(health.Word, health.Title),
			app.Span().Class("chain-range").Text(view.TimeRange(c).Compact(zone)),
			l.indexing(c),
		)
}

// indexing is the progress of a chain that is still being read.
func (l *sourceList) indexing(c *engine.ChainInfo) app.UI {
	if c.Indexed >= c.Entries {
		return nil
	}
	return app.Progress().Class("chain-progress").Max(c.Entries).Value(c.Indexed).
		Aria("label", "Reading "+view.VisibleText(c.Channel))
}
