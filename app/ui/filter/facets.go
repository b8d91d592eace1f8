package filter

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/page"
	"chainglass/app/query"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// facetsPerField is how many values are listed before "more".
const facetsPerField = 8

// Facets is the lower part of the left panel: what the rows have in common,
// with counts. A click asks for a value, a click with alt excludes it.
type Facets struct {
	app.Compo
	Page *page.Page
	Rev  uint64
}

// Render draws the fields.
func (l *Facets) Render() app.UI {
	l.Page.Yield()
	s := l.Page
	found := s.Shown.Active().Table
	if found.Fault != nil {
		found = s.Shown.Base.Table
	}
	groups := view.Facets(s.Shown.Base.Table.Facets, found.Facets, s.Shown.Query)
	parts := []app.UI{app.Elem("h2").Class("panel-title").Text("Facets").
		Title("Click: only these. Alt-click or −: without these.")}
	for _, group := range groups {
		parts = append(parts, l.group(&group))
	}
	return app.Elem("section").Class("facets").Aria("label", "Facets").Hidden(len(groups) == 0).Body(parts...)
}

func (l *Facets) group(g *view.FacetGroup) app.UI {
	s, field := l.Page, g.Field
	folded := s.Facets.Folded[field]
	parts := []app.UI{app.Elem("h3").Class("facet-title").Body(
		app.Button().Type("button").Class("facet-fold").Aria("expanded", !folded).Text(g.Title).
			OnClick(draw.Do(func() { page.Toggle(&s.Facets.Folded, field); s.Facets.Rev++ }), app.EventScope(field)),
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

func (l *Facets) values(g *view.FacetGroup) []app.UI {
	s, field := l.Page, g.Field
	full := s.Facets.Full[field]
	shown := g.Values
	if !full && len(shown) > facetsPerField {
		shown = shown[:facetsPerField]
	}
	var parts []app.UI
	for i := range shown {
		v := &shown[i]
		parts = append(parts, &facetValue{Page: s, Field: field, Name: v.Name, Count: v.Count, State: v.State})
	}
	if hidden := len(g.Values) - len(shown); hidden > 0 {
		parts = append(parts, draw.Button("small facet-more", view.Count(hidden)+" more",
			draw.Do(func() { page.Toggle(&s.Facets.Full, field); s.Facets.Rev++ }), field))
	} else if full {
		parts = append(parts, draw.Button("small facet-more", "fewer",
			draw.Do(func() { page.Toggle(&s.Facets.Full, field); s.Facets.Rev++ }), field))
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
	Page        *page.Page
	Field, Name string
	Count       int
	State       query.TermState
}

// Render draws the value with its count, and the button that excludes it.
func (v *facetValue) Render() app.UI {
	v.Page.Yield()
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
		v.Page.Facets.Exclude(v.Field, v.Name)
		return
	}
	v.Page.Facets.Pick(v.Field, v.Name)
}

func (v *facetValue) onExclude(app.Context, app.Event) { v.Page.Facets.Exclude(v.Field, v.Name) }

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
