package view

import "math"

// RowPX is the height of a table row in CSS pixels.
const RowPX = 22

// maxTrackPX bounds the height of the element that gives the table its scroll
// bar. Browsers clip elements at 16 to 33 million pixels, some of them at
// device pixels, of which there are up to four to a CSS pixel.
const maxTrackPX = 4_000_000

// edgePX is how much of either end of a shortened track is true to scale.
// Wheels, fingers and inertia there move rows, not shares of a track, all the
// way to the first and the last row.
const edgePX = 150_000

// Scroller maps the scroll position of an element of bounded height to the
// position among any number of rows.
//
// The rows are virtually Rows*[RowPX] pixels high, the element's content never
// more than maxTrackPX. Small movements, which come from wheels, touch and keys,
// count pixel for pixel. Large ones, which come from dragging the scroll bar,
// go through this map:
//
//	track   0 ── edge ───────────────────────────── range−edge ── range
//	rows    0 ── edge ──────── stretched ────────── range−edge ── range
//
// Between small movements the track falls behind; [Scroller.Track] says where
// it should be, and the caller moves it there once scrolling has come to rest.
type Scroller struct {
	// Rows is the number of rows, ViewPX the height they are seen through. Set
	// them with [Scroller.Resize].
	Rows   int
	ViewPX float64
	// TopPX is the virtual position of the first visible pixel.
	TopPX float64

	// trackPX is the element's scroll position as last seen.
	trackPX float64
}

// heightPX is the virtual height of all rows.
func (s *Scroller) heightPX() float64 { return float64(s.Rows) * RowPX }

// TrackHeightPX is the height to give the element's content.
func (s *Scroller) TrackHeightPX() float64 { return min(s.heightPX(), maxTrackPX) }

// rangePX is how far the rows can be scrolled, trackRangePX how far the track.
func (s *Scroller) rangePX() float64      { return max(0, s.heightPX()-s.ViewPX) }
func (s *Scroller) trackRangePX() float64 { return max(0, s.TrackHeightPX()-s.ViewPX) }

// stretch is how many virtual pixels one pixel in the middle of the track
// stands for, at least 1.
func (s *Scroller) stretch() float64 {
	if s.heightPX() <= maxTrackPX {
		return 1
	}
	return (s.rangePX() - 2*edgePX) / (s.trackRangePX() - 2*edgePX)
}

// Resize sets the number of rows and the height of the view. The first visible
// row stays where it is as far as possible.
func (s *Scroller) Resize(rows int, viewPX float64) {
	s.Rows, s.ViewPX = rows, max(0, viewPX)
	s.moveTo(s.TopPX)
}

// Restart begins at the top of other rows, in the same element.
func (s *Scroller) Restart(rows int) {
	s.Rows, s.TopPX = rows, 0
}

// moveTo sets the position within its bounds.
func (s *Scroller) moveTo(topPX float64) { s.TopPX = min(max(0, topPX), s.rangePX()) }

// Track is the scroll position of the element that fits the rows in sight.
func (s *Scroller) Track() float64 {
	if s.TopPX <= edgePX {
		return s.TopPX
	}
	if left := s.rangePX() - s.TopPX; left <= edgePX {
		return s.trackRangePX() - left
	}
	return edgePX + (s.TopPX-edgePX)/s.stretch()
}

// fromTrack is the inverse of Track.
func (s *Scroller) fromTrack(trackPX float64) float64 {
	if trackPX <= edgePX {
		return trackPX
	}
	if left := s.trackRangePX() - trackPX; left <= edgePX {
		return s.rangePX() - left
	}
	return edgePX + (trackPX-edgePX)*s.stretch()
}

// Scrolled takes the element's scroll position after it has changed, and
// reports whether that moved the rows. Less than a pixel does not: it is what a
// browser made of the position it was given. Nor does a position that fits the
// rows already: it is the browser's own, for a view that has become higher.
func (s *Scroller) Scrolled(trackPX float64) bool {
	moved := trackPX - s.trackPX
	if math.Abs(moved) < 1 {
		return false
	}
	if math.Abs(trackPX-s.Track()) < 1 {
		s.trackPX = trackPX
		return false
	}
	s.trackPX = trackPX
	if math.Abs(moved) <= 2*s.ViewPX {
		s.moveTo(s.TopPX + moved)
	} else {
		s.moveTo(s.fromTrack(trackPX))
	}
	return true
}

// Behind reports whether the element is to be moved: [Scroller.Follow]. Before
// its height is known nobody can say where to; what it does then by itself would
// be taken for scrolling.
func (s *Scroller) Behind() bool { return s.ViewPX > 0 && math.Abs(s.Track()-s.trackPX) >= 1 }

// Follow returns where to move the element so that it fits the rows in sight.
// It takes for granted that the element goes there; the event that follows
// moves no rows then. If it did not go there, [Scroller.Reached] says so.
func (s *Scroller) Follow() (trackPX float64) {
	s.trackPX = s.Track()
	return s.trackPX
}

// Reached takes where the element went when it was moved. A browser stops at the
// end it knows: rows that were added since are still to be drawn, or the view is
// higher for a moment. That is no scrolling; the element is behind again.
func (s *Scroller) Reached(trackPX float64) { s.trackPX = trackPX }

// ShowRow moves as little as needed to have a row whole in sight.
func (s *Scroller) ShowRow(row int) {
	top := float64(row) * RowPX
	switch {
	case top < s.TopPX, s.ViewPX < RowPX:
		s.moveTo(top)
	case top+RowPX > s.TopPX+s.ViewPX:
		s.moveTo(top + RowPX - s.ViewPX)
	}
}

// Shift moves by a number of rows, for rows that have moved themselves.
func (s *Scroller) Shift(rows int) { s.moveTo(s.TopPX + float64(rows)*RowPX) }

// CenterRow has a row in the middle of the view, unless it is already well in
// sight.
func (s *Scroller) CenterRow(row int) {
	top := float64(row) * RowPX
	if top >= s.TopPX+RowPX && top+2*RowPX <= s.TopPX+s.ViewPX {
		return
	}
	s.moveTo(top - max(0, s.ViewPX-RowPX)/2)
}

// PageRows is how many rows a page key moves: all that fit but one.
func (s *Scroller) PageRows() int { return max(1, int(s.ViewPX/RowPX)-1) }

// RowAt returns the row at a height below the upper edge of the view, or -1 if
// there is none.
func (s *Scroller) RowAt(yPX float64) int {
	row := int(math.Floor((s.TopPX + yPX) / RowPX))
	if row < 0 || row >= s.Rows {
		return -1
	}
	return row
}

// Window returns the rows in sight, [first, end).
func (s *Scroller) Window() (first, end int) {
	first = int(s.TopPX / RowPX)
	end = int(math.Ceil((s.TopPX + s.ViewPX) / RowPX))
	return min(first, s.Rows), min(end, s.Rows)
}

// Slots is how many row elements are needed so that every window fits.
func (s *Scroller) Slots() int { return int(math.Ceil(s.ViewPX/RowPX)) + 1 }
