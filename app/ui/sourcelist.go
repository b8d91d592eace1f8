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
	parts := []app.UI{app.H2().Class("panel-title").Text("Sources")}
	for _, open := range l.Store.sources {
		parts = append(parts, l.source(open))
	}
	return app.Nav().Class("sources").Aria("label", "Sources").Body(parts...)
}

func (l *sourceList) source(open *source) app.UI {
	store, id := l.Store, open.id
	parts := []app.UI{app.Div().Class("source-head").Body(
		app.Span().Class("source-name").Title("%s", open.label).Text(open.label),
		app.Button().Type("button").Class("close").Text("×").
			Title("%s", "Close "+open.label).Aria("label", "Close "+open.label).
			OnClick(do(func() { store.closeSource(id) }), app.EventScope("close", id)),
	)}
	for _, node := range view.ByNode(l.Store.chainsOf(open)) {
		if node.Name != "" {
			parts = append(parts, app.H3().Class("node").Title("%s", node.Name).Text(view.Shorten(view.VisibleText(node.Name), 28)))
		}
		for _, chain := range node.Chains {
			parts = append(parts, l.chain(chain))
		}
	}
	return app.Section().Class("source").Body(parts...)
}

func (l *sourceList) chain(c *engine.ChainInfo) app.UI {
	store, id := l.Store, c.ID
	health := view.HealthOf(c)
	zone := l.Store.zone()
	return app.Button().Type("button").Class("chain").Aria("current", c.ID == l.Selected).
		Title("%s", view.VisibleText(c.Origin)+"\n"+view.TimeRange(c).Full(zone)).
		OnClick(do(func() { store.selectChain(id); store.pane = paneRecords }), app.EventScope("chain", id)).
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
