package view

import (
	"math"
	"math/rand/v2"
	"testing"
)

// scroller returns a scroller over rows, seen through 800 pixels.
func scroller(rows int) *Scroller {
	s := &Scroller{}
	s.Resize(rows, 800)
	return s
}

// rest has the element follow the rows, as it does once scrolling has stopped.
func (s *Scroller) rest() float64 { return s.Follow() }

func TestScrollerPlain(t *testing.T) {
	s := scroller(1000)
	if got, want := s.TrackHeightPX(), 22000.0; got != want {
		t.Fatalf("track is %v px high, want %v", got, want)
	}
	s.Scrolled(2200)
	if first, end := s.Window(); first != 100 || end != 137 {
		t.Errorf("rows [%d, %d) in sight, want [100, 137)", first, end)
	}
	if s.Behind() {
		t.Error("a track that is true to scale falls behind")
	}
	s.Scrolled(22000 - 800)
	if _, end := s.Window(); end != 1000 {
		t.Errorf("the end shows row %d last, want 1000", end)
	}
}

func TestScrollerReachesBothEndsOfAnyLength(t *testing.T) {
	for _, rows := range []int{0, 1, 36, 37, 181_818, 181_819, 1_000_000, 10_000_000, 2_000_000_000} {
		s := scroller(rows)
		if s.TrackHeightPX() > maxTrackPX {
			t.Errorf("%d rows: the track is %v px high", rows, s.TrackHeightPX())
		}
		s.Scrolled(s.trackRangePX())
		if _, end := s.Window(); end != rows {
			t.Errorf("%d rows: the end of the track shows %d last", rows, end)
		}
		s.Scrolled(0)
		if first, _ := s.Window(); first != 0 {
			t.Errorf("%d rows: the beginning of the track shows %d first", rows, first)
		}
	}
}

// Wheel notches move by rows wherever they happen, not by shares of a track.
func TestScrollerWheelIsExact(t *testing.T) {
	const rows, notch = 10_000_000, 110
	s := scroller(rows)
	for _, start := range []int{0, 5_000, 4_000_000, 9_990_000} {
		s.CenterRow(start)
		track, top := s.rest(), s.TopPX
		for range 50 {
			track += notch
			s.Scrolled(track)
		}
		if got, want := s.TopPX-top, 50.0*notch; math.Abs(got-want) > 1e-3 {
			t.Errorf("from row %d fifty notches moved %v px, want %v", start, got, want)
		}
		if followed := s.rest(); start > 0 && followed == track {
			t.Logf("from row %d the track was not behind", start)
		}
	}
}

// Near the ends there is always room on the track for the next notch.
func TestScrollerWheelReachesTheEnds(t *testing.T) {
	const rows = 10_000_000
	s := scroller(rows)
	s.CenterRow(12_000)
	for range 12_000 {
		s.Scrolled(max(0, s.rest()-44))
	}
	if s.TopPX != 0 {
		t.Errorf("scrolling back by hand ends at %v px", s.TopPX)
	}
	s.CenterRow(rows - 12_000)
	for range 12_000 {
		s.Scrolled(min(s.trackRangePX(), s.rest()+44))
	}
	if s.TopPX != s.rangePX() {
		t.Errorf("scrolling on by hand ends %v px before the end", s.rangePX()-s.TopPX)
	}
}

func TestScrollerDragIsProportional(t *testing.T) {
	s := scroller(10_000_000)
	s.Scrolled(s.trackRangePX() / 2)
	if first, _ := s.Window(); first < 4_999_900 || first > 5_000_100 {
		t.Errorf("half of the track is row %d", first)
	}
}

func TestScrollerTrackIsTheInverse(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, rows := range []int{10, 100_000, 500_000, 10_000_000} {
		s := scroller(rows)
		for range 1000 {
			s.moveTo(random.Float64() * s.rangePX())
			if back := s.fromTrack(s.Track()); math.Abs(back-s.TopPX) > 1e-3 {
				t.Fatalf("%d rows: %v px is %v on the track and back %v", rows, s.TopPX, s.Track(), back)
			}
		}
	}
}

func TestScrollerIgnoresRounding(t *testing.T) {
	s := scroller(10_000_000)
	s.CenterRow(5_000_000)
	top := s.TopPX
	if s.Scrolled(math.Round(s.Follow())) || s.TopPX != top {
		t.Errorf("a rounded scroll position moved the rows by %v px", s.TopPX-top)
	}
}

func TestScrollerShowRow(t *testing.T) {
	s := scroller(1000)
	for _, c := range []struct {
		row   int
		first float64
	}{
		{0, 0}, {35, 0}, {36, 37*RowPX - 800}, {37, 38*RowPX - 800}, {20, 38*RowPX - 800}, {1, RowPX}, {999, 1000*RowPX - 800},
	} {
		if s.ShowRow(c.row); s.TopPX != c.first {
			t.Errorf("row %d is shown with %v px on top, want %v", c.row, s.TopPX, c.first)
		}
	}
	unseen := &Scroller{}
	unseen.Resize(1000, 0)
	if unseen.ShowRow(0); unseen.TopPX != 0 {
		t.Errorf("before the view has a height row 0 is %v px above it", unseen.TopPX)
	}
}

func TestScrollerRowAt(t *testing.T) {
	s := scroller(10)
	for y, want := range map[float64]int{0: 0, 21.9: 0, 22: 1, 219: 9, 220: -1, -1: -1} {
		if got := s.RowAt(y); got != want {
			t.Errorf("at %v px is row %d, want %d", y, got, want)
		}
	}
}

func TestPlaceRowsKeepsRowsInTheirSlots(t *testing.T) {
	const count = 38
	before, after := PlaceRows(1000, 1037, count), PlaceRows(1003, 1040, count)
	changed := 0
	for i := range before.All {
		if before.All[i] != after.All[i] {
			changed++
		}
	}
	if changed != 4 { // three rows come, three go; one slot was free before
		t.Errorf("scrolling by three rows changed %d slots", changed)
	}
	rows := map[int]bool{}
	for _, slot := range PlaceRows(5000, 5038, count).All {
		rows[slot.Row] = true
	}
	if len(rows) != count || rows[-1] {
		t.Errorf("a full window leaves slots unused: %v", rows)
	}
}

// A browser moves an element that is scrolled to its end when its view becomes
// higher. The rows have moved by then.
func TestScrollerInAViewThatBecomesHigher(t *testing.T) {
	for _, resizedFirst := range []bool{true, false} {
		s := scroller(1000)
		s.CenterRow(999)
		s.rest()
		const higher = 1000
		clamped := 1000*RowPX - float64(higher)
		if resizedFirst {
			s.Resize(1000, higher)
			s.Scrolled(clamped)
		} else {
			s.Scrolled(clamped)
			s.Resize(1000, higher)
		}
		if s.TopPX != clamped {
			t.Errorf("resized first: %v: the rows are at %v px, want %v", resizedFirst, s.TopPX, clamped)
		}
	}
}

// A chain that is still being read grows before its track does: the element
// cannot go where the last row is, and what it does instead moves no rows.
func TestScrollerAheadOfItsElement(t *testing.T) {
	for _, resizedPX := range []float64{800, 700} {
		s := scroller(8192)
		s.ShowRow(8191)
		s.rest()
		s.Resize(12_496, 800)
		s.ShowRow(12_495)
		top := s.TopPX
		s.Follow()
		end := 8192*RowPX - resizedPX
		s.Reached(end)
		if s.Scrolled(end) || s.TopPX != top {
			t.Errorf("the end of the old track moves the rows to %v px, want %v", s.TopPX, top)
		}
		if !s.Behind() || s.Follow() != top {
			t.Errorf("the element is not moved on once it can go further")
		}
	}
}

// The last row may be wanted before the element has told its height and that it
// lies at its top.
func TestScrollerOfAnElementThatIsNotThereYet(t *testing.T) {
	s := &Scroller{}
	s.Resize(8192, 0)
	s.ShowRow(8191)
	if s.Behind() {
		t.Error("the element is moved before its height is known")
	}
	if s.Scrolled(0) {
		t.Error("an element that lies at its top moves the rows")
	}
	s.Resize(8192, 800)
	if first, end := s.Window(); !s.Behind() || first > 8191 || end != 8192 {
		t.Errorf("rows %d to %d are in sight, want the last one", first, end)
	}
}
