package axis

import (
	"math"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/host"
	"chainglass/app/page"
	"chainglass/app/query"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// Panel is the time axis over all chains.
//
//	bar      range, buttons, play
//	ruler    ticks, the playhead's handle; a drag zooms to what it covers, a
//	         click moves the playhead
//	strips   names · chart · marks · lines; a drag moves the playhead, with
//	         shift down what is shown; the wheel zooms, sideways it pans
type Panel struct {
	app.Compo
	Page     *page.Page
	Rev      uint64
	Insights uint64

	release []func()
}

const (
	stripsID = "axis-strips"
	rulerID  = "axis-ruler"
	headID   = "axis-head"
	speedID  = "axis-speed"
)

// OnMount begins to follow the pointer, the wheel and the width.
func (p *Panel) OnMount(ctx app.Context) {
	s := p.Page
	strips, ruler := browser.ElementByID(stripsID), browser.ElementByID(rulerID)
	// do has what happened render the page.
	do := func(f func()) { ctx.Dispatch(func(app.Context) { f() }) }
	gone := func() { do(s.Axis.PointAway) }
	wheel := func(x, dx, dy float64) { do(func() { s.Axis.TurnWheel(x, dx, dy) }) }
	p.release = []func(){
		strips.OnSize(func(width, _ float64) { do(func() { s.Axis.Resize(width) }) }),
		strips.OnPointer(func(at host.Pointer) { do(func() { s.Axis.PointStrips(at) }) }, gone),
		ruler.OnPointer(func(at host.Pointer) { do(func() { s.Axis.PointRuler(at) }) }, gone),
		strips.OnWheel(wheel),
		ruler.OnWheel(wheel),
	}
}

// OnDismount lets go of the elements.
func (p *Panel) OnDismount() {
	for _, release := range p.release {
		release()
	}
}

// Render draws the axis.
func (p *Panel) Render() app.UI {
	p.Page.Yield()
	t := &p.Page.Axis
	class := "axis"
	if t.Collapsed {
		class += " collapsed"
	}
	if t.Low() {
		class += " low"
	}
	return app.Elem("section").Class(class).Aria("label", "Time axis").Body(
		draw.Part(p.Page, p.bar),
		app.Div().Class("axis-body").ID("axis-body").Body(
			draw.Part(p.Page, p.ruler),
			app.Div().Class("axis-scroll").Body(draw.Part(p.Page, p.strips)),
			p.tip(),
		),
	)
}

// bar tells the span shown and holds the buttons.
func (p *Panel) bar() app.UI {
	s := p.Page
	t := &s.Axis
	zone := s.Zone()
	shown := ""
	if !t.Scale.Empty() {
		shown = t.Scale.Range().Short(zone) + " " + zone.Name()
	}
	return app.Div().Class("axis-bar").Body(
		app.Button().Type("button").Class("axis-fold").Aria("expanded", !t.Collapsed).Aria("controls", "axis-body").
			Aria("label", "Time axis").OnClick(draw.Do(s.Axis.Collapse)),
		app.Span().Class("axis-range data").Text(shown),
		p.filterButton(),
		app.Span().Class("spring"),
		p.pinButtons(),
		p.playButtons(),
		app.Div().Class("segments").Role("group").Aria("label", "Zoom").Body(
			segment("−", "Zoom out (-)", func() { s.Axis.Zoom(1 / page.ZoomStep) }),
			segment("+", "Zoom in (+)", func() { s.Axis.Zoom(page.ZoomStep) }),
			segment("Fit", "Show everything (0)", s.Axis.Fit),
		),
	)
}

func segment(text, title string, run func()) app.HTMLButton {
	return app.Button().Type("button").Class("segment").Title("%s", title).Aria("label", title).Text(text).
		OnClick(draw.Do(run), app.EventScope(title))
}

func (p *Panel) pinButtons() app.UI {
	s := p.Page
	pinned := &s.States.Pinned
	if !pinned.Set {
		return draw.Button("small", "Pin A", draw.Do(s.States.PinHead), "pin").Title("%s", "Pin the state at the playhead, to see what changes from it (a)")
	}
	return app.Span().Class("axis-pinned").Body(
		draw.Button("small", "A "+s.Zone().Clock(pinned.NS/1e6), draw.Do(s.States.JumpToPin), "to-pin").Title("%s", "Go back to A"),
		draw.Button("small", "Pin here", draw.Do(s.States.PinHead), "pin").Title("%s", "Pin the state at the playhead instead (a)"),
		app.Button().Type("button").Class("close").Aria("label", "Forget A").Title("%s", "Forget A (shift+A)").Text("×").OnClick(draw.Do(s.States.Unpin)),
	)
}

func (p *Panel) playButtons() app.UI {
	s := p.Page
	playing := &s.Playhead.Play
	word, title := "▶", "Play (r)"
	if playing.On {
		word, title = "❚❚", "Pause (r)"
	}
	options := make([]app.UI, len(page.PlaySpeeds))
	for i, speed := range page.PlaySpeeds {
		options[i] = app.Elem("option").Attr("value", strconv.Itoa(speed)).Attr("selected", speed == playing.Speed).Text(strconv.Itoa(speed) + "×")
	}
	return app.Div().Class("axis-play").Body(
		app.Div().Class("segments").Role("group").Aria("label", "Step and play").Body(
			segment("‹!", "Previous finding (N)", func() { s.Steps.ToFinding(-1) }),
			segment("‹F", "Previous failure (F)", func() { s.Steps.ToFailure(-1) }),
			segment("‹", "Previous record (↑)", func() { s.Selection.Move(-1) }),
			segment(word, title, s.Playhead.TogglePlay).ID("axis-play").Aria("pressed", playing.On),
			segment("›", "Next record (↓)", func() { s.Selection.Move(1) }),
			segment("F›", "Next failure (f)", func() { s.Steps.ToFailure(1) }),
			segment("!›", "Next finding (n)", func() { s.Steps.ToFinding(1) }),
		),
		app.Elem("select").ID(speedID).Class("axis-speed").Aria("label", "Speed").OnChange(p.onSpeed).Body(options...),
	)
}

func (p *Panel) onSpeed(app.Context, app.Event) {
	if speed, err := strconv.Atoi(browser.ElementByID(speedID).Text()); err == nil {
		p.Page.Playhead.SetSpeed(speed)
	}
}

// ruler shows the ticks. It is as wide as the strips, which may have a scroll
// bar beside them.
func (p *Panel) ruler() app.UI {
	t := &p.Page.Axis
	var parts []app.UI
	for _, tick := range t.Scale.Ticks(p.Page.Zone()) {
		class := "axis-tick"
		if tick.Date {
			class += " date"
		}
		parts = append(parts, app.Span().Class(class).Style("transform", "translateX(%.1fpx)", tick.X).Text(tick.Label))
	}
	if p.Page.States.Pinned.Set && t.Scale.Contains(p.Page.States.Pinned.NS) {
		parts = append(parts, app.Span().Class("axis-flag").Title("%s", "A is pinned here").
			Style("transform", "translateX(%.1fpx)", t.Scale.X(p.Page.States.Pinned.NS)).Text("A"))
	}
	parts = append(parts, p.brush())
	return app.Div().Class("axis-ruler-row").Body(
		app.Div().Class("axis-ruler").ID(rulerID).Style("width", "%.0fpx", t.Scale.WidthPX).
			Title("%s", "Drag to zoom in, click to move the playhead. The wheel zooms, with shift it pans.").Body(parts...),
		p.handle(),
	)
}

// handle is the playhead for the keyboard and for those who cannot see it.
func (p *Panel) handle() app.UI {
	t := &p.Page.Axis
	if !p.Page.Playhead.Known || t.Scale.Empty() {
		return nil
	}
	x := min(max(t.Scale.X(p.Page.Playhead.NS), 0), t.Scale.WidthPX)
	class := "axis-handle"
	if !t.Scale.Contains(p.Page.Playhead.NS) {
		class += " beyond"
	}
	return app.Div().ID(headID).Class(class).Role("slider").TabIndex(0).Aria("label", "Playhead").
		Aria("valuemin", t.Whole.FromNS/1e6).Aria("valuemax", t.Whole.ToNS/1e6).Aria("valuenow", p.Page.Playhead.NS/1e6).
		Aria("valuetext", p.Page.Zone().Full(p.Page.Playhead.NS/1e6)).
		Style("transform", "translateX(%.1fpx)", x).OnKeyDown(p.onHeadKey).
		DataSet(draw.OwnKeys, "ArrowLeft ArrowRight")
}

func (p *Panel) onHeadKey(ctx app.Context, e app.Event) {
	s := p.Page
	step := map[string]int{"ArrowLeft": -1, "ArrowRight": 1}[e.Get("key").String()]
	switch {
	case step == 0:
		ctx.PreventUpdate()
		return
	case e.Get("shiftKey").Bool():
		s.Playhead.Leap(float64(step) * page.PanShare / 2)
	default:
		s.Selection.Move(step)
	}
}

// brush is what is being drawn over.
func (p *Panel) brush() app.UI {
	h := &p.Page.Axis.Drag
	if h.Grip != page.GripBrush {
		return nil
	}
	return app.Div().Class("axis-brush").
		Style("transform", "translateX(%.1fpx)", min(h.FromX, h.X)).Style("width", "%.1fpx", math.Abs(h.X-h.FromX))
}

// strips are the names, the chart, and what lies over it.
func (p *Panel) strips() app.UI {
	t := &p.Page.Axis
	names := make([]app.UI, len(t.Layout.Nodes))
	for i := range t.Layout.Nodes {
		names[i] = p.nodeName(&t.Layout.Nodes[i])
	}
	return app.Div().Class("axis-strips-row").Style("height", "%dpx", t.Layout.HeightPX).Body(
		app.Div().Class("axis-names").Body(names...),
		app.Div().Class("axis-strips").ID(stripsID).Role("group").TabIndex(0).
			Aria("label", "Entries over time. Arrow keys move what is shown, plus and minus zoom, 0 shows everything.").
			OnKeyDown(p.onStripsKey).DataSet(draw.OwnKeys, "ArrowLeft ArrowRight").
			Body(
				&axisChart{Page: p.Page, Rev: t.Chart},
				p.line("pin", p.Page.States.Pinned.Set, p.Page.States.Pinned.NS),
				p.line("head", p.Page.Playhead.Known, p.Page.Playhead.NS),
				p.brush(),
			),
		&axisMarks{Page: p.Page, Rev: t.Chart, Insights: p.Insights},
	)
}

func (p *Panel) nodeName(n *view.AxisNode) app.UI {
	class := "axis-name"
	if s := p.Page; s.Axis.Layout.NodeOf(s.Selection.Chain) >= 0 && s.Axis.Layout.Nodes[s.Axis.Layout.NodeOf(s.Selection.Chain)].TopPX == n.TopPX {
		class += " current"
	}
	return app.Div().Class(class).Title("%s", n.Name).
		Style("top", "%dpx", n.TopPX).Style("height", "%dpx", n.HeightPX).
		Body(app.Span().Text(view.Shorten(n.Name, 14)))
}

func (p *Panel) line(which string, known bool, ns uint64) app.UI {
	t := &p.Page.Axis
	line := app.Div().Class("axis-line", which)
	if !known || !t.Scale.Contains(ns) {
		return line.Hidden(true)
	}
	return line.Hidden(false).Style("transform", "translateX(%.1fpx)", t.Scale.X(ns))
}

func (p *Panel) onStripsKey(ctx app.Context, e app.Event) {
	step := map[string]float64{"ArrowLeft": -page.PanShare, "ArrowRight": page.PanShare}[e.Get("key").String()]
	if step == 0 {
		ctx.PreventUpdate()
		return
	}
	p.Page.Axis.Pan(step * p.Page.Axis.Scale.WidthPX)
}

// tip tells what the column under the pointer holds.
func (p *Panel) tip() app.UI {
	s := p.Page
	t := &s.Axis
	if !t.Drag.Over || t.Counted == nil || t.Scale.Empty() {
		return nil
	}
	text := view.TextOfBin(t.Counted, &t.Layout, t.Scale.NS(t.Drag.X), s.Zone())
	if text.Range == "" {
		return nil
	}
	lines := []app.UI{app.Div().Class("axis-tip-range data").Text(text.Range)}
	for _, line := range text.Lines {
		parts := []app.UI{app.Span().Class("axis-tip-name").Text(line.Name)}
		for _, c := range line.Counts {
			parts = append(parts, app.Span().Class("outcome", "tone-"+string(c.Outcome.Tone)).
				DataSet("letter", c.Outcome.Letter).Title("%s", c.Outcome.Word).Text(c.Count))
		}
		lines = append(lines, app.Div().Class("axis-tip-line").Body(parts...))
	}
	switch {
	case len(text.Lines) == 0:
		lines = append(lines, app.Div().Class("axis-tip-line hint").Text("nothing"))
	case text.More > 0:
		lines = append(lines, app.Div().Class("axis-tip-line hint").Text(view.Plural(text.More, "more chain", "more chains")))
	}
	side := "right"
	if t.Drag.X > t.Scale.WidthPX/2 {
		side = "left"
	}
	return app.Div().Class("axis-tip", side).Style("--x", "%.0fpx", t.Drag.X).Body(lines...)
}

// filterButton filters the table to the span shown.
func (p *Panel) filterButton() app.UI {
	s := p.Page
	t := &s.Axis
	if !t.Zoomed || query.HasTerm(s.Shown.Query, page.TimeField, view.QuerySpan(t.Scale.Span)) == query.TermAdded {
		return nil
	}
	return draw.Button("small axis-filter", "Filter to range", draw.Do(s.Filter.ToAxis), "filter").
		Title("%s", "Show only the records of this time in the table")
}
