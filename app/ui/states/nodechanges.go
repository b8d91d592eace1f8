package states

import (
	"fmt"
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
	"chainglass/snapshot"
)

// nodeChanges lists what changed on one node.
type nodeChanges struct {
	app.Compo
	Page *page.Page
	// Rev tells one diff from the next, which may lie in the same place.
	Rev  uint64
	Diff *engine.StateDiff
	// Named writes the node's name above, where there are several.
	Named bool
}

// Render draws the changes by field.
func (p *nodeChanges) Render() app.UI {
	p.Page.Yield()
	groups := changeGroups(p.Page, p.Diff)
	if len(groups) == 0 {
		groups = []app.UI{app.Div().Class("panel-empty").Text("Nothing changed between A and the playhead.")}
	}
	return app.Div().Body(
		app.If(p.Named, p.name),
		p.ends(p.Diff),
		stateWarning(p.Diff.NotSource),
		app.Div().Body(groups...),
	)
}

func (p *nodeChanges) name() app.UI {
	name := ""
	if c := p.Page.Sources.Chains[p.Diff.B.Chain]; c != nil {
		name = view.VisibleText(c.Node)
	}
	return app.Elem("h3").Class("finding-section", "changes-node").Text(name)
}

// ends says what is compared to what.
func (p *nodeChanges) ends(d *engine.StateDiff) app.UI {
	return app.Elem("p").Class("state-sources").Body(p.end("A", &d.A), p.end("playhead", &d.B))
}

func (p *nodeChanges) end(name string, state *engine.StatePoint) app.UI {
	at := "before the first entry"
	if state.AtTSNS.Some {
		at = p.Page.Zone().Full(state.AtTSNS.Value / 1e6)
	}
	channel := ""
	if c := p.Page.Sources.Chains[state.Chain]; c != nil {
		channel = view.VisibleText(c.Channel)
	}
	return app.Span().Class("state-source").Body(
		app.Elem("b").Text(name), app.Span().Class("data").Text(at),
		app.Text(fmt.Sprintf("after %s of %s", view.Plural(state.Position, "entry", "entries"), channel)))
}

// changeGroups are the changes of a node, by field.
func changeGroups(s *page.Page, d *engine.StateDiff) []app.UI {
	groups := slices.Concat(view.GroupChanges(d.Changes), view.GroupChanges(d.Live))
	list := make([]app.UI, len(groups))
	for i := range groups {
		list[i] = &changeGroup{Page: s, Group: groups[i], Zone: s.Zones.Name}
	}
	return list
}

// changeGroup is what changed in one field.
type changeGroup struct {
	app.Compo
	Page  *page.Page
	Group view.ChangeGroup
	// Zone names the time zone of the page.
	Zone string

	// limit is how many changes of field are shown.
	limit int
	field string
}

// changesPerStep is how many changes of a field are shown before "more".
const changesPerStep = 20

// Render draws the changes.
func (p *changeGroup) Render() app.UI {
	p.Page.Yield()
	g := &p.Group
	if p.field != g.Field {
		p.field, p.limit = g.Field, changesPerStep
	}
	total, limit := len(g.Changes), p.limit
	shown := min(total, limit)
	list := make([]app.UI, shown)
	for i := range list {
		p.Page.Yield()
		list[i] = p.change(&g.Changes[i])
	}
	return app.Elem("section").Class("part").Body(
		app.Elem("h3").Body(app.Text(g.Field+" "), app.Span().Class("hint").Text(g.Summary)),
		app.Elem("ul").Class("change-list").Body(list...),
		app.If(shown < total, func() app.UI {
			text := view.Count(min(total-shown, limit)) + " more"
			return draw.Button("small", text, draw.Do(func() { p.limit = 2 * limit }), limit)
		}),
	)
}

// opLooks are the signs of what happened to a value.
var opLooks = [...]struct{ sign, class string }{
	snapshot.Appeared: {"+", "appeared"},
	snapshot.Changed:  {"≠", "changed"},
	snapshot.Went:     {"−", "went"},
}

func (p *changeGroup) change(c *snapshot.Change) app.UI {
	v := view.ViewChange(c, p.Page.Zone())
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
	short, cut := draw.Bounded(text, mostValueBytes)
	if cut {
		short += "…"
	}
	return short
}

// mostValueBytes is how much of one value is shown. Copies are whole.
const mostValueBytes = 2048
