package page

import (
	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// Axis is the time axis: what it shows and how it is dragged.
type Axis struct {
	page *Page
	// Rev counts the changes of anything, Chart those of what is drawn.
	Rev, Chart uint64
	Scale      view.Axis
	// Whole is the time of all chains. While Zoomed is false the axis shows it.
	Whole     view.Span
	Zoomed    bool
	Collapsed bool

	Layout view.AxisLayout
	// Counted is the histogram that paths are drawn from, nil at first.
	Counted *engine.Histogram
	Paths   []view.AxisPath
	counts  Newest[countsKey, engine.Histogram]
	// growth counts the changes of the chains.
	growth uint64

	Drag   dragState
	Damage damageMarks
	// Stray marks the times that the axis leaves out.
	Stray []view.AxisMark
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
	// ZoomStep is how much one key or click zooms, wheelZoomPX how far a wheel is
	// turned for a factor of e.
	ZoomStep    = 0.5
	wheelZoomPX = 400
	// PanShare of the width is what one key pans.
	PanShare = 0.1
)

// changed has the axis drawn anew.
func (a *Axis) changed() {
	a.Rev++
	a.Chart++
}

// chainsChanged takes notice of chains that came, grew or went.
func (a *Axis) chainsChanged() {
	a.growth++
	all := a.page.Sources.AllChains()
	a.Whole, a.Stray = view.SpanOf(all), view.StrayMarks(all)
	if a.Zoomed && len(a.page.Sources.Loads) == 0 && (a.Scale.ToNS < a.Whole.FromNS || a.Scale.FromNS > a.Whole.ToNS) {
		a.Zoomed = false
	}
	if !a.Zoomed {
		a.Scale.Span = a.Whole
	}
	a.placeStrips()
	a.page.States.findPin()
	a.askDamage()
}

// placeStrips places the strips anew.
func (a *Axis) placeStrips() {
	a.Layout = view.LayoutAxis(a.page.Sources.AllChains(), a.Low())
	a.changed()
	a.drawPaths()
	a.askCounts()
}

// Low reports whether the axis is narrow, which makes its strips lower.
func (a *Axis) Low() bool { return a.Scale.WidthPX > 0 && a.Scale.WidthPX < lowPX }

// Resize takes the width of the axis; it has none while it is not in sight.
func (a *Axis) Resize(widthPX float64) {
	if widthPX <= 0 || widthPX == a.Scale.WidthPX {
		return
	}
	a.Scale.WidthPX = widthPX
	a.placeStrips()
}

// show shows another span.
func (a *Axis) show(axis view.Axis) {
	a.Scale = axis
	a.Zoomed = axis.Span != a.Whole
	a.changed()
	a.askCounts()
	a.page.Address.keep()
}

// zoomAt zooms around a place; a factor below 1 shows less time.
func (a *Axis) zoomAt(x, factor float64) {
	if t := a; !t.Scale.Empty() {
		a.show(t.Scale.Zoom(x, factor, t.Whole))
	}
}

// Zoom zooms around the playhead if it is in sight, or else the middle.
func (a *Axis) Zoom(factor float64) {
	x := a.Scale.WidthPX / 2
	if a.page.Playhead.Known && a.Scale.Contains(a.page.Playhead.NS) {
		x = a.Scale.X(a.page.Playhead.NS)
	}
	a.zoomAt(x, factor)
}

// Pan moves the span shown by pixels.
func (a *Axis) Pan(px float64) {
	if t := a; !t.Scale.Empty() {
		a.show(t.Scale.Pan(px, t.Whole))
	}
}

// Fit shows everything.
func (a *Axis) Fit() {
	a.show(view.Axis{Span: a.Whole, WidthPX: a.Scale.WidthPX})
}

// Collapse hides the strips, or shows them again.
func (a *Axis) Collapse() {
	a.Collapsed = !a.Collapsed
	a.changed()
}

// askCounts asks for the histogram of what the axis shows.
func (a *Axis) askCounts() {
	if a.Scale.Empty() || a.Scale.WidthPX <= 0 || len(a.page.Sources.Chains) == 0 {
		return
	}
	lanes := a.Layout.Chains()
	if len(lanes) == 0 {
		return
	}
	columns := min(int(a.Scale.WidthPX)/columnPX, maxCounted/len(lanes))
	table, rows := a.page.Shown.filterTable()
	key := countsKey{a.Scale.Span, max(columns, 1), a.growth, table, rows}
	if a.counts.Last() != nil && key == a.counts.Asked() && !a.counts.Busy() {
		return
	}
	a.counts.again(key, func(k countsKey, answer func(engine.Histogram, error)) func() {
		spec := engine.HistogramSpec{Chains: lanes, FromNS: k.span.FromNS, ToNS: k.span.ToNS, Columns: k.columns, Table: k.table}
		rpc.Call(a.page.client, rpc.Histogram, spec, openOptions{}, answer)
		return nil
	}, func() {
		if counted := a.counts.Last(); counted != nil { // else a chain or table was closed meanwhile; the next question knows
			a.Counted = counted
			a.drawPaths()
			a.changed()
		}
	})
}

func (a *Axis) drawPaths() {
	if a.Counted != nil {
		a.Paths = view.AxisPaths(a.Counted, &a.Layout)
	}
}

// place is what of the axis is kept in the URL.
func (a *Axis) place() view.TimePlace {
	place := a.page.States.place()
	if a.Zoomed {
		place.Shown = a.Scale.Span
	}
	return place
}

// restore takes over what the URL says.
func (a *Axis) restore(place view.TimePlace) {
	if a.Zoomed = !place.Shown.Empty(); a.Zoomed {
		a.Scale.Span = place.Shown
	} else {
		a.Scale.Span = a.Whole
	}
	a.page.States.restore(place)
	a.changed()
	a.askCounts()
}
