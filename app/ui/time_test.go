package ui

import (
	"strings"
	"testing"
	"time"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/view"
)

// axisWidthPX is the width of the time axis in these tests.
const axisWidthPX = 1000

// timed is a session with the test chain open and a time axis on the screen.
func timed(t *testing.T) *session {
	s := newSession(t).opened()
	s.resizeAxis(axisWidthPX)
	return s.settle()
}

// xOf is where the axis shows the entry at a position.
func (s *session) xOf(position int) float64 {
	s.t.Helper()
	s.selectEntry(position)
	s.settle()
	if !s.time.head.known {
		s.t.Fatal("the playhead is nowhere")
	}
	return s.time.axis.X(s.time.head.ns)
}

// points moves the pointer over the strips: down at every place, and up.
func (s *session) points(shift bool, xs ...float64) *session {
	for _, x := range xs {
		s.pointStrips(browser.Pointer{X: x, Y: 5, Down: true, Shift: shift})
		s.settle()
	}
	s.pointStrips(browser.Pointer{X: xs[len(xs)-1], Y: 5})
	return s.settle()
}

// brushes draws over the ruler.
func (s *session) brushes(from, to float64) *session {
	for _, x := range []float64{from, (from + to) / 2, to} {
		s.pointRuler(browser.Pointer{X: x, Down: true})
	}
	s.pointRuler(browser.Pointer{X: to})
	return s.settle()
}

func TestAxisCountsEveryEntry(t *testing.T) {
	s := timed(t)
	if s.time.counted == nil || entriesIn(s.time.counted) != 120 {
		t.Fatalf("the histogram counts %v", s.time.counted)
	}
	if s.time.counted.Columns != axisWidthPX/columnPX || len(s.time.paths) < 3 {
		t.Errorf("%d columns, %d paths", s.time.counted.Columns, len(s.time.paths))
	}
	s.shows("axis-chart", "Playhead", "tone-failed", "2026-05-22 16:00:00")
}

func TestDamageIsMarked(t *testing.T) {
	s := timed(t)
	if len(s.time.damage.marks) == 0 {
		t.Fatal("no mark")
	}
	s.shows("axis-mark", "Payload does not match its checksum")
}

func TestSelectionMovesThePlayhead(t *testing.T) {
	s := timed(t)
	if first, last := s.xOf(0), s.xOf(119); first < 0 || last <= first || last > axisWidthPX {
		t.Errorf("the first entry is at %v, the last at %v", first, last)
	}
}

func TestPlayheadMovesTheSelection(t *testing.T) {
	s := timed(t)
	x := s.xOf(60)
	s.selectEntry(0)
	s.settle().points(false, 10, 400, x+0.01)
	if s.position != 60 || s.time.head.held {
		t.Errorf("entry %d is selected, held %v", s.position, s.time.head.held)
	}
	if got := s.time.axis.X(s.time.head.ns); got > x+0.01 {
		t.Errorf("let go, the playhead is at %v, the entry at %v", got, x)
	}
	s.points(false, -50)
	if s.position != 0 {
		t.Errorf("left of everything entry %d is selected", s.position)
	}
}

func TestPlayheadAsksOnlyForTheNewest(t *testing.T) {
	s := timed(t)
	s.holdHead(s.chain)
	before := s.posts
	for x := range 200 {
		s.moveHead(s.time.axis.NS(float64(x)))
	}
	s.settle()
	if asked := s.posts - before; asked > 12 {
		t.Errorf("200 moves made %d requests", asked)
	}
}

func TestBrushZoomsAndKeysFit(t *testing.T) {
	s := timed(t)
	whole := s.time.axis.Span
	s.brushes(600, 200)
	if got := s.time.axis.Span; got.FromNS <= whole.FromNS || got.ToNS >= whole.ToNS {
		t.Fatalf("the brush shows %v of %v", got, whole)
	}
	if s.time.counted.FromNS != s.time.axis.FromNS {
		t.Error("the histogram is of another span")
	}
	s.shows("Filter to range")
	zoomed := s.time.axis.Span
	s.points(true, 100, 50)
	if got := s.time.axis.Span; got.FromNS <= zoomed.FromNS {
		t.Error("shift and a drag do not move what is shown")
	}
	if s.press("0"); s.time.axis.Span != whole || s.time.zoomed {
		t.Errorf("0 shows %v, want %v", s.time.axis.Span, whole)
	}
	s.press("+", "+")
	if s.press("-", "-"); s.time.axis.Span != whole {
		t.Errorf("in and out shows %v, want %v", s.time.axis.Span, whole)
	}
	position := s.position
	if s.brushes(500, 501); s.time.zoomed || s.position == position {
		t.Error("a click on the ruler does not move the playhead")
	}
}

func TestWheel(t *testing.T) {
	s := timed(t)
	whole := s.time.axis
	at := whole.NS(300)
	s.turnWheel(300, 0, -200)
	if got := s.time.axis.X(at); got < 299 || got > 301 || !s.time.zoomed {
		t.Errorf("the moment under the pointer moved to %v", got)
	}
	zoomed := s.time.axis.Span
	s.turnWheel(300, 50, 0)
	if s.time.axis.FromNS <= zoomed.FromNS {
		t.Error("a wheel turned sideways does not pan")
	}
	s.settle()
}

func TestFilterToRange(t *testing.T) {
	s := timed(t)
	s.brushes(300, 700)
	s.filterToAxis()
	s.settle()
	if rows := s.rows.scroller.Rows; rows == 0 || rows >= 120 {
		t.Errorf("%d rows are of the range", rows)
	}
	last := s.time.paths[len(s.time.paths)-1]
	if !last.Matching || !strings.Contains(s.html(), "axis-matching") {
		t.Error("what the filter keeps is not drawn")
	}
	if strings.Contains(s.html(), "Filter to range") {
		t.Error("the button is still there")
	}
	s.putFilter("")
	if s.settle(); s.time.paths[len(s.time.paths)-1].Matching {
		t.Error("without a filter it is still drawn")
	}
}

func TestChangesSinceAPin(t *testing.T) {
	s := timed(t)
	s.selectEntry(20)
	s.settle().press("a")
	if s.tab != tabSnapshot || !s.time.pinned.set {
		t.Fatal("nothing is pinned")
	}
	s.shows("Nothing changed", "axis-flag")
	s.selectEntry(80)
	s.settle().shows("recent_failures", "appeared", "after 21 entries", "after 81 entries", "action-id:")
	s.showChanges(false, false)
	s.settle().shows("from the action chain")
	s.showChanges(true, false)
	if s.press("A"); s.time.pinned.set || s.time.pinned.changes {
		t.Error("A is not forgotten")
	}
	s.showChanges(true, false)
	s.settle().shows("Pin a state as A first")
}

func TestTimeComesBackFromTheURL(t *testing.T) {
	s := timed(t)
	s.brushes(300, 700)
	s.selectEntry(50)
	s.settle().press("a")
	info := s.info()
	place := view.Place{Node: info.Node, Channel: info.Channel, Position: s.position, Tab: string(s.tab), Time: s.axisPlace()}
	other := newSession(t)
	other.restorePlace(place.Encode())
	other.resizeAxis(axisWidthPX)
	other.opened()
	if other.time.axis.Span != s.time.axis.Span {
		t.Errorf("shown %v, want %v", other.time.axis.Span, s.time.axis.Span)
	}
	if got, want := other.time.pinned.at, (engine.At{Chain: other.chain, Position: 51}); got != want {
		t.Errorf("pinned %v, want %v", got, want)
	}
	if other.axisPlace() != s.axisPlace() {
		t.Errorf("the address becomes %+v, want %+v", other.axisPlace(), s.axisPlace())
	}
}

func TestPlayMovesOnAndStops(t *testing.T) {
	s := timed(t)
	s.press("Home", "r")
	if !s.time.play.on {
		t.Fatal("it does not play")
	}
	start := s.time.head.ns
	s.setSpeed(10)
	s.advance(2 * time.Second)
	s.settle()
	if passed := s.time.head.ns - start; passed != 20e9 {
		t.Errorf("in two seconds %d ns have passed", passed)
	}
	s.selectEntry(10)
	s.settle()
	if got := s.time.head.ns; got >= start+20e9 {
		t.Error("a record selected while it plays does not move the playhead")
	}
	s.advance(24 * time.Hour)
	s.settle()
	if s.time.play.on || s.position != 119 {
		t.Errorf("at the end it plays: %v, entry %d", s.time.play.on, s.position)
	}
}

func TestSnapshotAsJSON(t *testing.T) {
	s := timed(t)
	s.selectEntry(119)
	s.press("2").shows("recent_failures", "Copy JSON")
	p := &snapshotPanel{Store: s.store, raw: true}
	if p.json(s.state.last()) == nil {
		t.Error("there is no JSON")
	}
}

func TestClosingForgetsThePin(t *testing.T) {
	s := timed(t)
	s.press("a")
	s.closeSource(s.sources[0].id)
	if s.settle(); s.time.pinned.set || len(s.time.layout.Nodes) != 0 {
		t.Errorf("pinned %v, %d nodes on the axis", s.time.pinned.set, len(s.time.layout.Nodes))
	}
}
