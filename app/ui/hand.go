package ui

import (
	"math"

	"chainglass/app/browser"
	"chainglass/app/engine"
)

// hand is what the pointer does on the axis.
type hand struct {
	grip grip
	// fromX is where the grip began, x where the pointer is. over is true while it
	// is over the strips.
	fromX, x float64
	over     bool
}

// grip is what a pressed pointer moves.
type grip uint8

const (
	gripNone grip = iota
	gripHead
	gripPan
	gripBrush
)

// clickPX is how far a pointer may move between press and release of a click.
const clickPX = 4

// pointStrips takes the pointer over the strips. A press moves the playhead and
// takes it along; with shift down it takes the strips along.
func (s *store) pointStrips(p browser.Pointer) {
	t := &s.time
	h := &t.hand
	t.rev++
	wasX := h.x
	h.x, h.over = p.X, true
	switch {
	case !p.Down:
		s.letGo()
	case h.grip == gripNone && p.Shift:
		h.grip = gripPan
	case h.grip == gripNone:
		h.grip = gripHead
		s.holdHead(s.chainPointedAt(p.Y))
		s.moveHead(t.axis.NS(p.X))
	case h.grip == gripPan:
		s.panAxis(wasX - p.X)
	case h.grip == gripHead:
		s.moveHead(t.axis.NS(min(max(p.X, 0), t.axis.WidthPX)))
	}
}

// chainPointedAt is the chain that the playhead moves through: the selected one,
// unless another node is pointed at.
func (s *store) chainPointedAt(y float64) engine.ChainID {
	t := &s.time
	lane := t.layout.LaneAt(y)
	if lane == nil || t.layout.NodeOf(lane.Chain) == t.layout.NodeOf(s.chain) {
		return s.chain
	}
	return lane.Chain
}

// pointRuler takes the pointer over the ruler. A drag zooms to what was drawn
// over, a click moves the playhead.
func (s *store) pointRuler(p browser.Pointer) {
	t := &s.time
	h := &t.hand
	x := min(max(p.X, 0), t.axis.WidthPX)
	switch {
	case p.Down && h.grip == gripNone:
		h.grip, h.fromX, h.x = gripBrush, x, x
	case h.grip == gripBrush && p.Down:
		h.x = x
	case h.grip == gripBrush:
		h.x = x
		s.brushed()
	default:
		return
	}
	t.rev++
}

func (s *store) brushed() {
	t := &s.time
	t.hand.grip = gripNone
	if math.Abs(t.hand.x-t.hand.fromX) < clickPX {
		s.holdHead(s.chain)
		s.moveHead(t.axis.NS(t.hand.x))
		s.releaseHead()
		return
	}
	s.pushPlace()
	s.showAxis(t.axis.Between(t.axis.NS(t.hand.fromX), t.axis.NS(t.hand.x), t.whole))
}

// pointAway takes notice that the pointer is gone.
func (s *store) pointAway() {
	s.time.rev++
	s.time.hand.over = false
	s.letGo()
}

// letGo ends what a press began.
func (s *store) letGo() {
	held := s.time.hand.grip
	s.time.hand.grip = gripNone
	if held == gripHead {
		s.releaseHead()
	}
}

// turnWheel zooms around the pointer, or pans.
func (s *store) turnWheel(x, dx, dy float64) {
	if math.Abs(dx) > math.Abs(dy) {
		s.panAxis(dx)
		return
	}
	s.zoomAxis(x, math.Exp(dy/wheelZoomPX))
}
