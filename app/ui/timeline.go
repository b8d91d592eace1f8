package ui

import (
	"time"

	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// timeline is the time axis: what it shows, the playhead on it, what is pinned.
type timeline struct {
	// rev counts the changes of anything, chart those of what is drawn.
	rev, chart uint64
	axis       view.Axis
	// whole is the time of all chains. While zoomed is false the axis shows it.
	whole     view.Span
	zoomed    bool
	collapsed bool

	layout view.AxisLayout
	// counted is the histogram that paths are drawn from, nil at first.
	counted *engine.Histogram
	paths   []view.AxisPath
	counts  newest[countsKey]
	// countedFor is what counted was asked for.
	countedFor countsKey
	// growth counts the changes of the chains.
	growth uint64

	hand   hand
	head   playhead
	play   play
	pinned pin
	damage damageMarks
	// stray marks the times that the axis leaves out.
	stray []view.AxisMark
}

// countsKey is what a histogram depends on.
type countsKey struct {
	span    view.Span
	columns int
	growth  uint64
	table   engine.TableID
	// rows is how many rows the table has: it may still be filling.
	rows int
}

const (
	// columnPX is the width of a column of the histogram.
	columnPX = 2
	// maxCounted bounds the numbers of a histogram: columns times chains.
	maxCounted = 1 << 14
	// lowPX is the width below which strips are lower.
	lowPX = 560
	// zoomStep is how much one key or click zooms, wheelZoomPX how far a wheel is
	// turned for a factor of e.
	zoomStep    = 0.5
	wheelZoomPX = 400
	// panShare of the width is what one key pans.
	panShare = 0.1
)

func newTimeline() timeline {
	return timeline{
		head:   newPlayhead(),
		play:   play{speed: 10, after: func(d time.Duration, f func()) { time.AfterFunc(d, f) }},
		pinned: newPin(),
	}
}

// axisChanged has the axis drawn anew.
func (s *store) axisChanged() {
	s.time.rev++
	s.time.chart++
}

// axisChains takes notice of chains that came, grew or went.
func (s *store) axisChains() {
	t := &s.time
	t.growth++
	all := s.allChains()
	t.whole, t.stray = view.SpanOf(all), view.StrayMarks(all)
	if t.zoomed && len(s.loads) == 0 && (t.axis.ToNS < t.whole.FromNS || t.axis.FromNS > t.whole.ToNS) {
		t.zoomed = false
	}
	if !t.zoomed {
		t.axis.Span = t.whole
	}
	s.layoutAxis()
	s.findPin()
	s.askDamage()
}

// layoutAxis places the strips anew.
func (s *store) layoutAxis() {
	t := &s.time
	t.layout = view.LayoutAxis(s.allChains(), t.low())
	s.axisChanged()
	s.drawPaths()
	s.askCounts()
}

func (t *timeline) low() bool { return t.axis.WidthPX > 0 && t.axis.WidthPX < lowPX }

// resizeAxis takes the width of the axis; it has none while it is not in sight.
func (s *store) resizeAxis(widthPX float64) {
	t := &s.time
	if widthPX <= 0 || widthPX == t.axis.WidthPX {
		return
	}
	t.axis.WidthPX = widthPX
	s.layoutAxis()
}

// showAxis shows another span.
func (s *store) showAxis(axis view.Axis) {
	t := &s.time
	t.axis = axis
	t.zoomed = axis.Span != t.whole
	s.axisChanged()
	s.askCounts()
	s.keepPlace()
}

// zoomAxis zooms around a place; a factor below 1 shows less time.
func (s *store) zoomAxis(x, factor float64) {
	if t := &s.time; !t.axis.Empty() {
		s.showAxis(t.axis.Zoom(x, factor, t.whole))
	}
}

// zoomHead zooms around the playhead if it is in sight, or else the middle.
func (s *store) zoomHead(factor float64) {
	t := &s.time
	x := t.axis.WidthPX / 2
	if t.head.known && t.axis.Contains(t.head.ns) {
		x = t.axis.X(t.head.ns)
	}
	s.zoomAxis(x, factor)
}

// panAxis moves the span shown by pixels.
func (s *store) panAxis(px float64) {
	if t := &s.time; !t.axis.Empty() {
		s.showAxis(t.axis.Pan(px, t.whole))
	}
}

// fitAxis shows everything.
func (s *store) fitAxis() {
	t := &s.time
	s.showAxis(view.Axis{Span: t.whole, WidthPX: t.axis.WidthPX})
}

// collapseAxis hides the strips, or shows them again.
func (s *store) collapseAxis() {
	s.time.collapsed = !s.time.collapsed
	s.axisChanged()
}

// askCounts asks for the histogram of what the axis shows.
func (s *store) askCounts() {
	t := &s.time
	if t.axis.Empty() || t.axis.WidthPX <= 0 || len(s.chains) == 0 {
		return
	}
	lanes := t.layout.Chains()
	if len(lanes) == 0 {
		return
	}
	columns := min(int(t.axis.WidthPX)/columnPX, maxCounted/len(lanes))
	table, rows := s.filterTable()
	key := countsKey{t.axis.Span, max(columns, 1), t.growth, table, rows}
	if key == t.countedFor && !t.counts.busy {
		return
	}
	t.counts.want(key, func(k countsKey, done func()) {
		spec := engine.HistogramSpec{Chains: lanes, FromNS: k.span.FromNS, ToNS: k.span.ToNS, Columns: k.columns, Table: k.table}
		rpc.Call(s.client, rpc.Histogram, spec, openOptions{}, func(h engine.Histogram, err error) {
			if err == nil { // else a chain or table was closed meanwhile; the next question knows
				s.time.counted, s.time.countedFor = &h, k
				s.drawPaths()
				s.axisChanged()
			}
			done()
		})
	})
}

func (s *store) drawPaths() {
	if t := &s.time; t.counted != nil {
		t.paths = view.AxisPaths(t.counted, &t.layout)
	}
}

// axisPlace is what of the axis is kept in the URL.
func (s *store) axisPlace() view.TimePlace {
	t := &s.time
	place := s.pinPlace()
	if t.zoomed {
		place.Shown = t.axis.Span
	}
	return place
}

// restoreAxis takes over what the URL says.
func (s *store) restoreAxis(place view.TimePlace) {
	t := &s.time
	if t.zoomed = !place.Shown.Empty(); t.zoomed {
		t.axis.Span = place.Shown
	} else {
		t.axis.Span = t.whole
	}
	s.restorePin(place)
	s.axisChanged()
	s.askCounts()
}
