package ui

import (
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/query"
	"chainglass/app/view"
)

// facetState is what of the facets is folded away or shown in full.
type facetState struct {
	rev uint64
	// due is true while a change waits for the rows to be drawn.
	due          bool
	folded, full map[string]bool
}

// toggle turns a mark of a field on or off.
func toggle(marks *map[string]bool, field string) {
	if *marks == nil {
		*marks = map[string]bool{}
	}
	(*marks)[field] = !(*marks)[field]
}

// facetsPerField is how many values are listed before "more".
const facetsPerField = 8

// facetList is the lower part of the left panel: what the rows have in common,
// with counts. A click asks for a value, a click with alt excludes it.
type facetList struct {
	app.Compo
	Store *store
	Rev   uint64
}

// Render draws the fields.
func (l *facetList) Render() app.UI {
	l.Store.pace.Yield()
	s := l.Store
	found := s.active().table
	if found.Fault != nil {
		found = s.shown.base.table
	}
	groups := view.Facets(s.shown.base.table.Facets, found.Facets, s.shown.query)
	parts := []app.UI{app.Elem("h2").Class("panel-title").Text("Facets").
		Title("Click: only these. Alt-click or −: without these.")}
	for _, group := range groups {
		parts = append(parts, l.group(&group))
	}
	return app.Elem("section").Class("facets").Aria("label", "Facets").Hidden(len(groups) == 0).Body(parts...)
}

func (l *facetList) group(g *view.FacetGroup) app.UI {
	s, field := l.Store, g.Field
	folded := s.shown.facets.folded[field]
	parts := []app.UI{app.Elem("h3").Class("facet-title").Body(
		app.Button().Type("button").Class("facet-fold").Aria("expanded", !folded).Text(g.Title).
			OnClick(do(func() { toggle(&s.shown.facets.folded, field); s.shown.facets.rev++ }), app.EventScope(field)),
	)}
	if !folded {
		parts = append(parts, l.values(g)...)
	}
	class := "facet"
	if g.Long {
		class += " long"
	}
	return app.Div().Class(class).DataSet("field", field).Body(parts...)
}

func (l *facetList) values(g *view.FacetGroup) []app.UI {
	s, field := l.Store, g.Field
	full := s.shown.facets.full[field]
	shown := g.Values
	if !full && len(shown) > facetsPerField {
		shown = shown[:facetsPerField]
	}
	var parts []app.UI
	for i := range shown {
		v := &shown[i]
		parts = append(parts, &facetValue{Store: s, Field: field, Name: v.Name, Count: v.Count, State: v.State})
	}
	if hidden := len(g.Values) - len(shown); hidden > 0 {
		parts = append(parts, button("small facet-more", view.Count(hidden)+" more",
			do(func() { toggle(&s.shown.facets.full, field); s.shown.facets.rev++ }), field))
	} else if full {
		parts = append(parts, button("small facet-more", "fewer",
			do(func() { toggle(&s.shown.facets.full, field); s.shown.facets.rev++ }), field))
	}
	if g.Others > 0 && full {
		parts = append(parts, app.Div().Class("facet-others").Text("others "+view.Count(g.Others)))
	}
	return parts
}

// facetStates are the style classes of the states.
var facetStates = [...]string{query.TermNone: "", query.TermAdded: "added", query.TermExcluded: "excluded"}

// facetValue is one value of a field. It is a component of its own so that of
// some dozen only those are drawn anew whose counts have changed.
type facetValue struct {
	app.Compo
	Store       *store
	Field, Name string
	Count       int
	State       query.TermState
}

// Render draws the value with its count, and the button that excludes it.
func (v *facetValue) Render() app.UI {
	v.Store.pace.Yield()
	shown := view.VisibleText(v.Name)
	class := facetStates[v.State]
	if v.Count == 0 && v.State == query.TermNone {
		class = "none"
	}
	return app.Div().Class("facet-value", class).Body(
		app.Button().Type("button").Class("facet-pick").Aria("pressed", v.State == query.TermAdded).
			Title("%s", shown).OnClick(v.onPick).
			Body(
				app.Span().Class("facet-name data").Body(masked(shown)...),
				app.Span().Class("facet-count data").Text(view.Count(v.Count)),
			),
		app.Button().Type("button").Class("facet-exclude").Text("−").
			Aria("pressed", v.State == query.TermExcluded).Aria("label", "Without "+shown).Title("%s", "Without "+shown).
			OnClick(v.onExclude),
	)
}

func (v *facetValue) onPick(_ app.Context, e app.Event) {
	if e.Get("altKey").Bool() {
		v.Store.excludeFacet(v.Field, v.Name)
		return
	}
	v.Store.pickFacet(v.Field, v.Name)
}

func (v *facetValue) onExclude(app.Context, app.Event) { v.Store.excludeFacet(v.Field, v.Name) }

// masked returns a text in which every # stands for what differs.
func masked(text string) []app.UI {
	var parts []app.UI
	for i, piece := range strings.Split(text, "#") {
		if i > 0 {
			parts = append(parts, app.Span().Class("facet-mask").Text("#"))
		}
		if piece != "" {
			parts = append(parts, app.Span().Text(piece))
		}
	}
	return parts
}

// facetPause is how much later than the rows the facets follow a search: both at
// once would hold the page up, and nobody reads them while typing.
const facetPause = 60 * time.Millisecond

// facetsChanged has the facets drawn anew, soon.
func (s *store) facetsChanged() {
	f := &s.shown.facets
	if f.due {
		return
	}
	f.due = true
	s.after(facetPause, func() {
		f.due = false
		f.rev++
	})
}

// pickFacet asks for a value or takes that back.
func (s *store) pickFacet(field, value string) {
	s.putFilter(view.ToggleFacet(s.shown.filter.text, field, value))
}

// excludeFacet excludes a value or takes that back.
func (s *store) excludeFacet(field, value string) {
	s.putFilter(view.ToggleExclusion(s.shown.filter.text, field, value))
}
