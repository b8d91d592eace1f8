package ui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/view"
)

// axisChart draws the strips: a path for each tone, whatever the number of
// entries.
type axisChart struct {
	app.Compo
	Store *store
	Rev   uint64
}

const svgNS = "http://www.w3.org/2000/svg"

func svg(tag string) app.HTMLElem { return app.Elem(tag).XMLNS(svgNS) }

// Render draws the chart. Between a zoom and the counts for it the paths of
// before are stretched to where they belong.
func (c *axisChart) Render() app.UI {
	c.Store.pace.Yield()
	s := c.Store
	t := &s.time
	paths := make([]app.UI, len(t.paths))
	filtered := false
	for i, path := range t.paths {
		class := "tone-" + string(path.Tone)
		if path.Matching {
			class, filtered = "axis-matching", true
		}
		paths[i] = svg("path").Attr("class", class).Attr("d", path.D)
	}
	class := "axis-chart"
	if filtered {
		class += " filtered"
	}
	return svg("svg").Attr("class", class).Attr("aria-hidden", "true").
		Attr("width", fmt.Sprintf("%.0f", t.axis.WidthPX)).Attr("height", fmt.Sprint(t.layout.HeightPX)).
		Body(
			svg("path").Attr("class", "axis-current").Attr("d", c.current()),
			svg("path").Attr("class", "axis-grid").Attr("d", c.grid()),
			svg("g").Attr("transform", c.transform()).Body(paths...),
		)
}

// transform brings columns of the histogram to their pixels.
func (c *axisChart) transform() string {
	t := &c.Store.time
	if t.counted == nil || t.axis.Empty() {
		return "scale(0)"
	}
	from, to := t.axis.X(t.counted.FromNS), t.axis.X(t.counted.ToNS)
	return fmt.Sprintf("matrix(%.6f 0 0 1 %.2f 0)", (to-from)/float64(t.counted.Columns), from)
}

// grid is a line below every tick, and one below every node.
func (c *axisChart) grid() string {
	t := &c.Store.time
	var b strings.Builder
	for _, tick := range t.axis.Ticks(c.Store.zone()) {
		fmt.Fprintf(&b, "M%.1f 0V%d", tick.X, t.layout.HeightPX)
	}
	for _, n := range t.layout.Nodes {
		fmt.Fprintf(&b, "M0 %.1fH%.0f", float64(n.TopPX+n.HeightPX)-0.5, t.axis.WidthPX)
	}
	return b.String()
}

// current is the ground of the selected chain's strip.
func (c *axisChart) current() string {
	s := c.Store
	for _, n := range s.time.layout.Nodes {
		for _, lane := range n.Lanes {
			if lane.Chain == s.chain {
				return fmt.Sprintf("M0 %dH%.0fV%dH0z", lane.TopPX, s.time.axis.WidthPX, lane.TopPX+lane.HeightPX)
			}
		}
	}
	return ""
}

// axisMarks are the restarts, the operators' actions, damage and more, as
// buttons that jump to their records.
type axisMarks struct {
	app.Compo
	Store    *store
	Rev      uint64
	Insights uint64
}

// Render draws the marks in sight.
func (m *axisMarks) Render() app.UI {
	m.Store.pace.Yield()
	s := m.Store
	t := &s.time
	marks := slices.Concat(view.MarksOf(s.insights.list), t.damage.marks, t.stray)
	placed := t.axis.PlaceMarks(marks, &t.layout, s.zone())
	buttons := make([]app.UI, len(placed))
	for i := range placed {
		buttons[i] = m.mark(&placed[i])
	}
	return app.Div().Class("axis-marks").Body(buttons...)
}

func (m *axisMarks) mark(p *view.PlacedMark) app.UI {
	s := m.Store
	first := p.First
	class := "axis-mark"
	if p.Count > 1 {
		class += " many"
	}
	return app.Button().Type("button").Class(class, "tone-"+string(first.Tone)).
		Title("%s", p.Title).Aria("label", p.Title).
		Style("top", "%dpx", s.time.layout.Nodes[p.Node].TopPX).
		Style("transform", "translateX(%.1fpx)", p.X).
		Text(first.Letter).
		OnClick(do(func() { s.jump(first.Chain, first.Position) }), app.EventScope(first.Chain, first.Position))
}
