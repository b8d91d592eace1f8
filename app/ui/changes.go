package ui

import (
	"fmt"
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/view"
	"chainglass/snapshot"
)

// changesPanel shows what changed from the pinned state to the one at the
// playhead.
type changesPanel struct {
	app.Compo
	Store *store
	Rev   uint64

	// limits are how many changes of a field of a node are shown, where it is not the first
	// few.
	limits map[string]int
}

// changesPerStep is how many changes of a field are shown before "more".
const changesPerStep = 20

// OnInit begins with short lists.
func (p *changesPanel) OnInit() { p.limits = map[string]int{} }

// Render draws the changes by field.
func (p *changesPanel) Render() app.UI {
	p.Store.pace.Yield()
	s := p.Store
	pinned := &s.time.pinned
	d := pinned.diff.last()
	switch {
	case !pinned.set:
		return app.Div().Class("panel-empty").Text("Pin a state as A first: the key a pins the one at the playhead. Then move on, and this shows what changed, field by field.")
	case !s.pinFits():
		return app.Div().Class("panel-empty").Text("A is a state of " + p.pinnedNode() + ". Select a chain of that node, or pin A here with the key a.")
	case pinned.diff.err != nil:
		return trouble("The states could not be compared", pinned.diff.err.Error())
	case d == nil:
		return app.Div().Class("panel-empty").Text("Asking the engine…")
	}
	if d.Elsewhere == nil {
		return app.Div().Class("changes").Body(p.node(d)...)
	}
	parts := append([]app.UI{p.nodeName(d)}, p.node(d)...)
	for i := range d.Elsewhere {
		other := &d.Elsewhere[i]
		parts = append(append(parts, p.nodeName(other)), p.node(other)...)
	}
	return app.Div().Class("changes").Body(parts...)
}

// nodeName is the heading of a node's changes, where there are those of several.
func (p *changesPanel) nodeName(d *engine.StateDiff) app.UI {
	name := ""
	if c := p.Store.chains[d.B.Chain]; c != nil {
		name = view.VisibleText(c.Node)
	}
	return app.Elem("h3").Class("finding-section", "changes-node").Text(name)
}

// node lists what changed on one node.
func (p *changesPanel) node(d *engine.StateDiff) []app.UI {
	parts := []app.UI{p.ends(d)}
	groups := slices.Concat(view.GroupChanges(d.Changes), view.GroupChanges(d.Live))
	for i := range groups {
		parts = append(parts, p.group(d.B.Chain, &groups[i]))
	}
	if len(groups) == 0 {
		parts = append(parts, app.Div().Class("panel-empty").Text("Nothing changed between A and the playhead."))
	}
	return parts
}

func (p *changesPanel) pinnedNode() string {
	c := p.Store.chains[p.Store.time.pinned.at.Chain]
	switch {
	case c == nil:
		return "a chain that is closed"
	case c.Node == "":
		return view.VisibleText(c.Channel)
	}
	return view.VisibleText(c.Node)
}

// ends says what is compared to what.
func (p *changesPanel) ends(d *engine.StateDiff) app.UI {
	return app.Elem("p").Class("state-sources").Body(p.end("A", &d.A), p.end("playhead", &d.B))
}

func (p *changesPanel) end(name string, state *engine.State) app.UI {
	at := "before the first entry"
	if state.AtTSNS.Some {
		at = p.Store.zone().Full(state.AtTSNS.Value / 1e6)
	}
	channel := ""
	if c := p.Store.chains[state.Chain]; c != nil {
		channel = view.VisibleText(c.Channel)
	}
	return app.Span().Class("state-source").Body(
		app.Elem("b").Text(name), app.Span().Class("data").Text(at),
		app.Text(fmt.Sprintf("after %s of %s", view.Plural(state.Position, "entry", "entries"), channel)))
}

// group lists the changes of one field of the node of a chain.
func (p *changesPanel) group(chain engine.ChainID, g *view.ChangeGroup) app.UI {
	key := fmt.Sprint(chain, g.Field)
	limit := max(changesPerStep, p.limits[key])
	shown := min(len(g.Changes), limit)
	list := make([]app.UI, shown)
	for i := range list {
		list[i] = p.change(&g.Changes[i])
	}
	total := len(g.Changes)
	return app.Elem("section").Class("part").Body(
		app.Elem("h3").Body(app.Text(g.Field+" "), app.Span().Class("hint").Text(g.Summary)),
		app.Elem("ul").Class("change-list").Body(list...),
		app.If(shown < total, func() app.UI {
			text := view.Count(min(total-shown, limit)) + " more"
			return button("small", text, do(func() { p.limits[key] = 2 * limit }), key, limit)
		}),
	)
}

// opLooks are the signs of what happened to a value.
var opLooks = [...]struct{ sign, class string }{
	snapshot.Appeared: {"+", "appeared"},
	snapshot.Changed:  {"≠", "changed"},
	snapshot.Went:     {"−", "went"},
}

func (p *changesPanel) change(c *snapshot.Change) app.UI {
	v := view.ViewChange(c, p.Store.zone())
	look := opLooks[min(v.Op, snapshot.Went)]
	lines := make([]app.UI, 0, len(v.Lines))
	for _, line := range v.Lines {
		lines = append(lines, changeLine(&line, v.Op))
	}
	return app.Elem("li").Class("change", look.class).Body(
		app.Span().Class("change-sign").Role("img").Aria("label", v.Op.String()).Title("%s", v.Op.String()).Text(look.sign),
		app.Span().Class("change-where data").Text(v.Where),
		app.Div().Class("change-lines").Body(lines...),
	)
}

func changeLine(line *view.ChangeLine, op snapshot.ChangeOp) app.UI {
	parts := make([]app.UI, 0, 4)
	if line.Name != "" {
		parts = append(parts, app.Span().Class("change-name").Text(line.Name))
	}
	if op != snapshot.Appeared {
		parts = append(parts, app.Elem("del").Text(shownValue(line.Before)))
	}
	if op == snapshot.Changed {
		parts = append(parts, app.Span().Class("change-to").Text("→"))
	}
	if op != snapshot.Went {
		parts = append(parts, app.Elem("ins").Text(shownValue(line.After)))
	}
	return app.Div().Class("change-line").Body(parts...)
}

func shownValue(text string) string {
	if text == "" {
		return view.Absent
	}
	short, cut := bounded(text, mostValueBytes)
	if cut {
		short += "…"
	}
	return short
}

// mostValueBytes is how much of one value is shown. Copies are whole.
const mostValueBytes = 2048
