package ui

import (
	"math"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/view"
)

// axisPanel is the time axis over all chains.
//
//	bar      range, buttons, play
//	ruler    ticks, the playhead's handle; a drag zooms to what it covers, a
//	         click moves the playhead
//	strips   names · chart · marks · lines; a drag moves the playhead, with
//	         shift down what is shown; the wheel zooms, sideways it pans
type axisPanel struct {
	app.Compo
	Store    *store
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
func (p *axisPanel) OnMount(ctx app.Context) {
	s := p.Store
	strips, ruler := browser.ElementByID(stripsID), browser.ElementByID(rulerID)
	// do has what happened render the page.
	do := func(f func()) { ctx.Dispatch(func(app.Context) { f() }) }
	gone := func() { do(s.pointAway) }
	wheel := func(x, dx, dy float64) { do(func() { s.turnWheel(x, dx, dy) }) }
	p.release = []func(){
		strips.OnSize(func(width, _ float64) { do(func() { s.resizeAxis(width) }) }),
		strips.OnPointer(func(at browser.Pointer) { do(func() { s.pointStrips(at) }) }, gone),
		ruler.OnPointer(func(at browser.Pointer) { do(func() { s.pointRuler(at) }) }, gone),
		strips.OnWheel(wheel),
		ruler.OnWheel(wheel),
	}
}

// OnDismount lets go of the elements.
func (p *axisPanel) OnDismount() {
	for _, release := range p.release {
		release()
	}
}

// Render draws the axis.
func (p *axisPanel) Render() app.UI {
	p.Store.pace.Yield()
	t := &p.Store.time
	class := "axis"
	if t.collapsed {
		class += " collapsed"
	}
	if t.low() {
		class += " low"
	}
	return app.Elem("section").Class(class).Aria("label", "Time axis").Body(
		p.Store.part(p.bar),
		app.Div().Class("axis-body").ID("axis-body").Body(
			p.Store.part(p.ruler),
			app.Div().Class("axis-scroll").Body(p.Store.part(p.strips)),
			p.tip(),
		),
	)
}

// bar tells the span shown and holds the buttons.
func (p *axisPanel) bar() app.UI {
	s := p.Store
	t := &s.time
	zone := s.zone()
	shown := ""
	if !t.axis.Empty() {
		shown = t.axis.Range().Short(zone) + " " + zone.Name()
	}
	return app.Div().Class("axis-bar").Body(
		app.Button().Type("button").Class("axis-fold").Aria("expanded", !t.collapsed).Aria("controls", "axis-body").
			Aria("label", "Time axis").OnClick(do(s.collapseAxis)),
		app.Span().Class("axis-range data").Text(shown),
		p.filterButton(),
		app.Span().Class("spring"),
		p.pinButtons(),
		p.playButtons(),
		app.Div().Class("segments").Role("group").Aria("label", "Zoom").Body(
			segment("−", "Zoom out (-)", func() { s.zoomHead(1 / zoomStep) }),
			segment("+", "Zoom in (+)", func() { s.zoomHead(zoomStep) }),
			segment("Fit", "Show everything (0)", s.fitAxis),
		),
	)
}

func segment(text, title string, run func()) app.HTMLButton {
	return app.Button().Type("button").Class("segment").Title("%s", title).Aria("label", title).Text(text).
		OnClick(do(run), app.EventScope(title))
}

func (p *axisPanel) pinButtons() app.UI {
	s := p.Store
	pinned := &s.time.pinned
	if !pinned.set {
		return button("small", "Pin A", do(s.pinHead), "pin").Title("%s", "Pin the state at the playhead, to see what changes from it (a)")
	}
	return app.Span().Class("axis-pinned").Body(
		button("small", "A "+s.zone().Clock(pinned.ns/1e6), do(s.jumpToPin), "to-pin").Title("%s", "Go back to A"),
		button("small", "Pin here", do(s.pinHead), "pin").Title("%s", "Pin the state at the playhead instead (a)"),
		app.Button().Type("button").Class("close").Aria("label", "Forget A").Title("%s", "Forget A (shift+A)").Text("×").OnClick(do(s.unpin)),
	)
}

func (p *axisPanel) playButtons() app.UI {
	s := p.Store
	playing := &s.time.play
	word, title := "▶", "Play (r)"
	if playing.on {
		word, title = "❚❚", "Pause (r)"
	}
	options := make([]app.UI, len(playSpeeds))
	for i, speed := range playSpeeds {
		options[i] = app.Option().Value(strconv.Itoa(speed)).Selected(speed == playing.speed).Text(strconv.Itoa(speed) + "×")
	}
	return app.Div().Class("axis-play").Body(
		app.Div().Class("segments").Role("group").Aria("label", "Step and play").Body(
			segment("‹!", "Previous finding (N)", func() { s.stepFinding(-1) }),
			segment("‹F", "Previous failure (F)", func() { s.stepFailure(-1) }),
			segment("‹", "Previous record (↑)", func() { s.move(-1) }),
			segment(word, title, s.togglePlay).ID("axis-play").Aria("pressed", playing.on),
			segment("›", "Next record (↓)", func() { s.move(1) }),
			segment("F›", "Next failure (f)", func() { s.stepFailure(1) }),
			segment("!›", "Next finding (n)", func() { s.stepFinding(1) }),
		),
		app.Select().ID(speedID).Class("axis-speed").Aria("label", "Speed").OnChange(p.onSpeed).Body(options...),
	)
}

func (p *axisPanel) onSpeed(app.Context, app.Event) {
	if speed, err := strconv.Atoi(browser.ElementByID(speedID).Text()); err == nil {
		p.Store.setSpeed(speed)
	}
}

// ruler shows the ticks. It is as wide as the strips, which may have a scroll
// bar beside them.
func (p *axisPanel) ruler() app.UI {
	t := &p.Store.time
	var parts []app.UI
	for _, tick := range t.axis.Ticks(p.Store.zone()) {
		class := "axis-tick"
		if tick.Date {
			class += " date"
		}
		parts = append(parts, app.Span().Class(class).Style("transform", "translateX(%.1fpx)", tick.X).Text(tick.Label))
	}
	if t.pinned.set && t.axis.Contains(t.pinned.ns) {
		parts = append(parts, app.Span().Class("axis-flag").Title("%s", "A is pinned here").
			Style("transform", "translateX(%.1fpx)", t.axis.X(t.pinned.ns)).Text("A"))
	}
	parts = append(parts, p.brush())
	return app.Div().Class("axis-ruler-row").Body(
		app.Div().Class("axis-ruler").ID(rulerID).Style("width", "%.0fpx", t.axis.WidthPX).
			Title("%s", "Drag to zoom in, click to move the playhead. The wheel zooms, with shift it pans.").Body(parts...),
		p.handle(),
	)
}

// handle is the playhead for the keyboard and for those who cannot see it.
func (p *axisPanel) handle() app.UI {
	t := &p.Store.time
	if !t.head.known || t.axis.Empty() {
		return nil
	}
	x := min(max(t.axis.X(t.head.ns), 0), t.axis.WidthPX)
	class := "axis-handle"
	if !t.axis.Contains(t.head.ns) {
		class += " beyond"
	}
	return app.Div().ID(headID).Class(class).Role("slider").TabIndex(0).Aria("label", "Playhead").
		Aria("valuemin", t.whole.FromNS/1e6).Aria("valuemax", t.whole.ToNS/1e6).Aria("valuenow", t.head.ns/1e6).
		Aria("valuetext", p.Store.zone().Full(t.head.ns/1e6)).
		Style("transform", "translateX(%.1fpx)", x).OnKeyDown(p.onHeadKey).
		DataSet(ownKeys, "ArrowLeft ArrowRight")
}

func (p *axisPanel) onHeadKey(ctx app.Context, e app.Event) {
	s := p.Store
	step := map[string]int{"ArrowLeft": -1, "ArrowRight": 1}[e.Get("key").String()]
	switch {
	case step == 0:
		ctx.PreventUpdate()
		return
	case e.Get("shiftKey").Bool():
		s.leapHead(float64(step) * panShare / 2)
	default:
		s.move(step)
	}
}

// brush is what is being drawn over.
func (p *axisPanel) brush() app.UI {
	h := &p.Store.time.hand
	if h.grip != gripBrush {
		return nil
	}
	return app.Div().Class("axis-brush").
		Style("transform", "translateX(%.1fpx)", min(h.fromX, h.x)).Style("width", "%.1fpx", math.Abs(h.x-h.fromX))
}

// strips are the names, the chart, and what lies over it.
func (p *axisPanel) strips() app.UI {
	t := &p.Store.time
	names := make([]app.UI, len(t.layout.Nodes))
	for i := range t.layout.Nodes {
		names[i] = p.nodeName(&t.layout.Nodes[i])
	}
	return app.Div().Class("axis-strips-row").Style("height", "%dpx", t.layout.HeightPX).Body(
		app.Div().Class("axis-names").Body(names...),
		app.Div().Class("axis-strips").ID(stripsID).Role("group").TabIndex(0).
			Aria("label", "Entries over time. Arrow keys move what is shown, plus and minus zoom, 0 shows everything.").
			OnKeyDown(p.onStripsKey).DataSet(ownKeys, "ArrowLeft ArrowRight").
			Body(
				&axisChart{Store: p.Store, Rev: t.chart},
				p.line("pin", t.pinned.set, t.pinned.ns),
				p.line("head", t.head.known, t.head.ns),
				p.brush(),
			),
		&axisMarks{Store: p.Store, Rev: t.chart, Insights: p.Insights},
	)
}

func (p *axisPanel) nodeName(n *view.AxisNode) app.UI {
	class := "axis-name"
	if s := p.Store; s.time.layout.NodeOf(s.chain) >= 0 && s.time.layout.Nodes[s.time.layout.NodeOf(s.chain)].TopPX == n.TopPX {
		class += " current"
	}
	return app.Div().Class(class).Title("%s", n.Name).
		Style("top", "%dpx", n.TopPX).Style("height", "%dpx", n.HeightPX).
		Body(app.Span().Text(view.Shorten(n.Name, 14)))
}

func (p *axisPanel) line(which string, known bool, ns uint64) app.UI {
	t := &p.Store.time
	line := app.Div().Class("axis-line", which)
	if !known || !t.axis.Contains(ns) {
		return line.Hidden(true)
	}
	return line.Hidden(false).Style("transform", "translateX(%.1fpx)", t.axis.X(ns))
}

func (p *axisPanel) onStripsKey(ctx app.Context, e app.Event) {
	step := map[string]float64{"ArrowLeft": -panShare, "ArrowRight": panShare}[e.Get("key").String()]
	if step == 0 {
		ctx.PreventUpdate()
		return
	}
	p.Store.panAxis(step * p.Store.time.axis.WidthPX)
}

// tip tells what the column under the pointer holds.
func (p *axisPanel) tip() app.UI {
	s := p.Store
	t := &s.time
	if !t.hand.over || t.counted == nil || t.axis.Empty() {
		return nil
	}
	text := view.TextOfBin(t.counted, &t.layout, t.axis.NS(t.hand.x), s.zone())
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
	if t.hand.x > t.axis.WidthPX/2 {
		side = "left"
	}
	return app.Div().Class("axis-tip", side).Style("--x", "%.0fpx", t.hand.x).Body(lines...)
}
