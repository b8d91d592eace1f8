package page

import (
	"math"

	"chainglass/app/engine"
	"chainglass/app/host"
)

// dragState tracks the pointer on the axis.
type dragState struct {
	Grip grip
	// FromX is where the grip began, X where the pointer is. Over is true while it
	// is over the strips.
	FromX, X float64
	Over     bool
}

// grip is what a pressed pointer moves.
type grip uint8

const (
	gripNone grip = iota
	gripHead
	gripPan
	GripBrush
)

// clickPX is how far a pointer may move between press and release of a click.
const clickPX = 4

// PointStrips takes the pointer over the strips. A press moves the playhead and
// takes it along; with shift down it takes the strips along.
func (a *Axis) PointStrips(p host.Pointer) {
	h := &a.Drag
	a.Rev++
	wasX := h.X
	h.X, h.Over = p.X, true
	switch {
	case !p.Down:
		a.release()
	case h.Grip == gripNone && p.Shift:
		h.Grip = gripPan
	case h.Grip == gripNone:
		h.Grip = gripHead
		a.page.Playhead.hold(a.chainPointedAt(p.Y))
		a.page.Playhead.moveTo(a.Scale.NS(p.X))
	case h.Grip == gripPan:
		a.Pan(wasX - p.X)
	case h.Grip == gripHead:
		a.page.Playhead.moveTo(a.Scale.NS(min(max(p.X, 0), a.Scale.WidthPX)))
	}
}

// chainPointedAt is the chain that the playhead moves through: the selected one,
// unless another node is pointed at.
func (a *Axis) chainPointedAt(y float64) engine.ChainID {
	lane := a.Layout.LaneAt(y)
	if lane == nil || a.Layout.NodeOf(lane.Chain) == a.Layout.NodeOf(a.page.Selection.Chain) {
		return a.page.Selection.Chain
	}
	return lane.Chain
}

// PointRuler takes the pointer over the ruler. A drag zooms to what was drawn
// over, a click moves the playhead.
func (a *Axis) PointRuler(p host.Pointer) {
	h := &a.Drag
	x := min(max(p.X, 0), a.Scale.WidthPX)
	switch {
	case p.Down && h.Grip == gripNone:
		h.Grip, h.FromX, h.X = GripBrush, x, x
	case h.Grip == GripBrush && p.Down:
		h.X = x
	case h.Grip == GripBrush:
		h.X = x
		a.brushed()
	default:
		return
	}
	a.Rev++
}

func (a *Axis) brushed() {
	a.Drag.Grip = gripNone
	if math.Abs(a.Drag.X-a.Drag.FromX) < clickPX {
		a.page.Playhead.hold(a.page.Selection.Chain)
		a.page.Playhead.moveTo(a.Scale.NS(a.Drag.X))
		a.page.Playhead.release()
		return
	}
	a.page.Address.push()
	a.show(a.Scale.Between(a.Scale.NS(a.Drag.FromX), a.Scale.NS(a.Drag.X), a.Whole))
}

// PointAway takes notice that the pointer is gone.
func (a *Axis) PointAway() {
	a.Rev++
	a.Drag.Over = false
	a.release()
}

// release ends what a press began.
func (a *Axis) release() {
	held := a.Drag.Grip
	a.Drag.Grip = gripNone
	if held == gripHead {
		a.page.Playhead.release()
	}
}

// TurnWheel zooms around the pointer, or pans.
func (a *Axis) TurnWheel(x, dx, dy float64) {
	if math.Abs(dx) > math.Abs(dy) {
		a.Pan(dx)
		return
	}
	a.zoomAt(x, math.Exp(dy/wheelZoomPX))
}
