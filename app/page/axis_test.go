package page

import (
	"testing"
	"time"

	"chainglass/app/engine"
	"chainglass/app/host"
	"chainglass/app/view"
)

// axisWidthPX is the width of the time axis in these tests.
const axisWidthPX = 1000

// timed is a session with the test chain open and a time axis on the screen.
func timed(t *testing.T) *session {
	s := newSession(t).opened()
	s.Axis.Resize(axisWidthPX)
	return s.settle()
}

// xOf is where the axis shows the entry at a position.
func (s *session) xOf(position int) float64 {
	s.t.Helper()
	s.Selection.SelectEntry(position)
	s.settle()
	if !s.Playhead.Known {
		s.t.Fatal("the playhead is nowhere")
	}
	return s.Axis.Scale.X(s.Playhead.NS)
}

// points moves the pointer over the strips: down at every place, and up.
func (s *session) points(shift bool, xs ...float64) *session {
	for _, x := range xs {
		s.Axis.PointStrips(host.Pointer{X: x, Y: 5, Down: true, Shift: shift})
		s.settle()
	}
	s.Axis.PointStrips(host.Pointer{X: xs[len(xs)-1], Y: 5})
	return s.settle()
}

// brushes draws over the ruler.
func (s *session) brushes(from, to float64) *session {
	for _, x := range []float64{from, (from + to) / 2, to} {
		s.Axis.PointRuler(host.Pointer{X: x, Down: true})
	}
	s.Axis.PointRuler(host.Pointer{X: to})
	return s.settle()
}

func TestAxisCountsEveryEntry(t *testing.T) {
	s := timed(t)
	if s.Axis.Counted == nil || entriesIn(s.Axis.Counted) != 120 {
		t.Fatalf("the histogram counts %v", s.Axis.Counted)
	}
	if s.Axis.Counted.Columns != axisWidthPX/columnPX || len(s.Axis.Paths) < 3 {
		t.Errorf("%d columns, %d paths", s.Axis.Counted.Columns, len(s.Axis.Paths))
	}
}

func TestDamageIsMarked(t *testing.T) {
	s := timed(t)
	if len(s.Axis.Damage.Marks) == 0 {
		t.Fatal("no mark")
	}
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
	s.Selection.SelectEntry(0)
	s.settle().points(false, 10, 400, x+0.01)
	if s.Selection.Position != 60 || s.Playhead.held {
		t.Errorf("entry %d is selected, held %v", s.Selection.Position, s.Playhead.held)
	}
	if got := s.Axis.Scale.X(s.Playhead.NS); got > x+0.01 {
		t.Errorf("let go, the playhead is at %v, the entry at %v", got, x)
	}
	s.points(false, -50)
	if s.Selection.Position != 0 {
		t.Errorf("left of everything entry %d is selected", s.Selection.Position)
	}
}

func TestPlayheadAsksOnlyForTheNewest(t *testing.T) {
	s := timed(t)
	s.Playhead.hold(s.Selection.Chain)
	before := s.engine.Posts()
	for x := range 200 {
		s.Playhead.moveTo(s.Axis.Scale.NS(float64(x)))
	}
	s.settle()
	if asked := s.engine.Posts() - before; asked > 12 {
		t.Errorf("200 moves made %d requests", asked)
	}
}

func TestBrushZoomsAndKeysFit(t *testing.T) {
	s := timed(t)
	whole := s.Axis.Scale.Span
	s.brushes(600, 200)
	if got := s.Axis.Scale.Span; got.FromNS <= whole.FromNS || got.ToNS >= whole.ToNS {
		t.Fatalf("the brush shows %v of %v", got, whole)
	}
	if s.Axis.Counted.FromNS != s.Axis.Scale.FromNS {
		t.Error("the histogram is of another span")
	}
	zoomed := s.Axis.Scale.Span
	s.points(true, 100, 50)
	if got := s.Axis.Scale.Span; got.FromNS <= zoomed.FromNS {
		t.Error("shift and a drag do not move what is shown")
	}
	if s.press("0"); s.Axis.Scale.Span != whole || s.Axis.Zoomed {
		t.Errorf("0 shows %v, want %v", s.Axis.Scale.Span, whole)
	}
	s.press("+", "+")
	if s.press("-", "-"); s.Axis.Scale.Span != whole {
		t.Errorf("in and out shows %v, want %v", s.Axis.Scale.Span, whole)
	}
	position := s.Selection.Position
	if s.brushes(500, 501); s.Axis.Zoomed || s.Selection.Position == position {
		t.Error("a click on the ruler does not move the playhead")
	}
}

func TestWheel(t *testing.T) {
	s := timed(t)
	whole := s.Axis.Scale
	at := whole.NS(300)
	s.Axis.TurnWheel(300, 0, -200)
	if got := s.Axis.Scale.X(at); got < 299 || got > 301 || !s.Axis.Zoomed {
		t.Errorf("the moment under the pointer moved to %v", got)
	}
	zoomed := s.Axis.Scale.Span
	s.Axis.TurnWheel(300, 50, 0)
	if s.Axis.Scale.FromNS <= zoomed.FromNS {
		t.Error("a wheel turned sideways does not pan")
	}
	s.settle()
}

func TestFilterToRange(t *testing.T) {
	s := timed(t)
	s.brushes(300, 700)
	s.Filter.ToAxis()
	s.settle()
	if rows := s.Table.Scroller.Rows; rows == 0 || rows >= 120 {
		t.Errorf("%d rows are of the range", rows)
	}
	last := s.Axis.Paths[len(s.Axis.Paths)-1]
	if !last.Matching {
		t.Error("what the filter keeps is not drawn")
	}
	s.Filter.Put("")
	if s.settle(); s.Axis.Paths[len(s.Axis.Paths)-1].Matching {
		t.Error("without a filter it is still drawn")
	}
}

func TestChangesSinceAPin(t *testing.T) {
	s := timed(t)
	s.Selection.SelectEntry(20)
	s.settle().press("a")
	if s.Details.Tab != TabSnapshot || !s.States.Pinned.Set {
		t.Fatal("nothing is pinned")
	}
	s.Selection.SelectEntry(80)
	s.settle()
	s.States.ShowChanges(false, false)
	s.settle()
	s.States.ShowChanges(true, false)
	if s.press("A"); s.States.Pinned.Set || s.States.Pinned.Changes {
		t.Error("A is not forgotten")
	}
	s.States.ShowChanges(true, false)
	s.settle()
}

func TestTimeComesBackFromTheURL(t *testing.T) {
	s := timed(t)
	s.brushes(300, 700)
	s.Selection.SelectEntry(50)
	s.settle().press("a")
	info := s.Selection.Info()
	place := view.Place{Node: info.Node, Channel: info.Channel, Position: s.Selection.Position, Tab: string(s.Details.Tab), Time: s.Axis.place()}
	other := newSession(t)
	other.Address.Restore(place.Encode())
	other.Axis.Resize(axisWidthPX)
	other.opened()
	if other.Axis.Scale.Span != s.Axis.Scale.Span {
		t.Errorf("shown %v, want %v", other.Axis.Scale.Span, s.Axis.Scale.Span)
	}
	if got, want := other.States.Pinned.At, (engine.At{Chain: other.Selection.Chain, Position: 51}); got != want {
		t.Errorf("pinned %v, want %v", got, want)
	}
	if other.Axis.place() != s.Axis.place() {
		t.Errorf("the address becomes %+v, want %+v", other.Axis.place(), s.Axis.place())
	}
}

func TestPlayMovesOnAndStops(t *testing.T) {
	s := timed(t)
	s.press("Home", "r")
	if !s.Playhead.Play.On {
		t.Fatal("it does not play")
	}
	start := s.Playhead.NS
	s.Playhead.SetSpeed(10)
	s.Playhead.advance(2 * time.Second)
	s.settle()
	if passed := s.Playhead.NS - start; passed != 20e9 {
		t.Errorf("in two seconds %d ns have passed", passed)
	}
	s.Selection.SelectEntry(10)
	s.settle()
	if got := s.Playhead.NS; got >= start+20e9 {
		t.Error("a record selected while it plays does not move the playhead")
	}
	s.Playhead.advance(24 * time.Hour)
	s.settle()
	if s.Playhead.Play.On || s.Selection.Position != 119 {
		t.Errorf("at the end it plays: %v, entry %d", s.Playhead.Play.On, s.Selection.Position)
	}
}

func TestClosingForgetsThePin(t *testing.T) {
	s := timed(t)
	s.press("a")
	s.Sources.Close(s.Sources.List[0].ID)
	if s.settle(); s.States.Pinned.Set || len(s.Axis.Layout.Nodes) != 0 {
		t.Errorf("pinned %v, %d nodes on the axis", s.States.Pinned.Set, len(s.Axis.Layout.Nodes))
	}
}
