package axis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// axisChart draws the strips: a path for each tone, whatever the number of
// entries.
type axisChart struct {
	app.Compo
	Page *page.Page
	Rev  uint64
}

const svgNS = "http://www.w3.org/2000/svg"

func svg(tag string) app.HTMLElem { return app.Elem(tag).XMLNS(svgNS) }

// Render draws the chart. Between a zoom and the counts for it the paths of
// before are stretched to where they belong.
func (c *axisChart) Render() app.UI {
	c.Page.Yield()
	s := c.Page
	t := &s.Axis
	paths := make([]app.UI, len(t.Paths))
	filtered := false
	for i, path := range t.Paths {
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
		Attr("width", fmt.Sprintf("%.0f", t.Scale.WidthPX)).Attr("height", fmt.Sprint(t.Layout.HeightPX)).
		Body(
			svg("path").Attr("class", "axis-current").Attr("d", c.current()),
			svg("path").Attr("class", "axis-grid").Attr("d", c.grid()),
			svg("g").Attr("transform", c.transform()).Body(paths...),
		)
}

// transform brings columns of the histogram to their pixels.
func (c *axisChart) transform() string {
	t := &c.Page.Axis
	if t.Counted == nil || t.Scale.Empty() {
		return "scale(0)"
	}
	from, to := t.Scale.X(t.Counted.FromNS), t.Scale.X(t.Counted.ToNS)
	return fmt.Sprintf("matrix(%.6f 0 0 1 %.2f 0)", (to-from)/float64(t.Counted.Columns), from)
}

// grid is a line below every tick, and one below every node.
func (c *axisChart) grid() string {
	t := &c.Page.Axis
	var b strings.Builder
	for _, tick := range t.Scale.Ticks(c.Page.Zone()) {
		fmt.Fprintf(&b, "M%.1f 0V%d", tick.X, t.Layout.HeightPX)
	}
	for _, n := range t.Layout.Nodes {
		fmt.Fprintf(&b, "M0 %.1fH%.0f", float64(n.TopPX+n.HeightPX)-0.5, t.Scale.WidthPX)
	}
	return b.String()
}

// current is the ground of the selected chain's strip.
func (c *axisChart) current() string {
	s := c.Page
	for _, n := range s.Axis.Layout.Nodes {
		for _, lane := range n.Lanes {
			if lane.Chain == s.Selection.Chain {
				return fmt.Sprintf("M0 %dH%.0fV%dH0z", lane.TopPX, s.Axis.Scale.WidthPX, lane.TopPX+lane.HeightPX)
			}
		}
	}
	return ""
}

// axisMarks are the restarts, the operators' actions, damage and more, as
// buttons that jump to their records.
type axisMarks struct {
	app.Compo
	Page     *page.Page
	Rev      uint64
	Insights uint64
}

// Render draws the marks in sight.
func (m *axisMarks) Render() app.UI {
	m.Page.Yield()
	s := m.Page
	t := &s.Axis
	marks := slices.Concat(view.MarksOf(s.Findings.List), t.Damage.Marks, t.Stray)
	placed := t.Scale.PlaceMarks(marks, &t.Layout, s.Zone())
	buttons := make([]app.UI, len(placed))
	for i := range placed {
		buttons[i] = m.mark(&placed[i])
	}
	return app.Div().Class("axis-marks").Body(buttons...)
}

func (m *axisMarks) mark(p *view.PlacedMark) app.UI {
	s := m.Page
	first := p.First
	class := "axis-mark"
	if p.Count > 1 {
		class += " many"
	}
	return app.Button().Type("button").Class(class, "tone-"+string(first.Tone)).
		Title("%s", p.Title).Aria("label", p.Title).
		Style("top", "%dpx", s.Axis.Layout.Nodes[p.Node].TopPX).
		Style("transform", "translateX(%.1fpx)", p.X).
		Text(first.Letter).
		OnClick(draw.Do(func() { s.Selection.Jump(first.Chain, first.Position) }), app.EventScope(first.Chain, first.Position))
}
