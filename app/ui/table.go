package ui

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/view"
)

// table shows the rows of one chain or of several. Only the rows in sight exist as
// elements; the element that scrolls holds an empty track as high as a browser
// takes, and the rows stick to its upper edge.
//
//	grid        scrolls
//	└ track     as high as view.Scroller says
//	  └ frame   sticks to the top of the grid, has no height
//	    ├ head
//	    └ canvas   moved by fractions of a row
//	      └ row    from a fixed pool, placed by view.PlaceRows
type table struct {
	app.Compo
	Store *store
	Rev   uint64

	release []func()
	// scrollingAt is when the user scrolled last, zero once that has come to rest.
	scrollingAt time.Time
}

const (
	gridID = "grid"
	// headPX is the height of the column headings.
	headPX = 24
	// rest is how long the track has to lie still before it is corrected.
	rest = 200 * time.Millisecond
	// leastIDWidth is how many characters the heading of the ids takes.
	leastIDWidth = 6
)

// OnMount begins to follow the grid's size and scroll position.
func (t *table) OnMount(ctx app.Context) {
	grid := browser.ElementByID(gridID)
	t.release = []func(){
		grid.OnSize(func(_, height float64) {
			ctx.Dispatch(func(app.Context) { t.Store.resizeTable(height - headPX) })
		}),
		grid.OnScroll(func(_ float64, byHand bool) {
			// What was reported may be from before the page itself scrolled.
			ctx.Dispatch(func(ctx app.Context) { t.onScroll(ctx, grid.ScrollTop(), byHand) })
		}),
	}
}

// OnDismount lets go of the grid.
func (t *table) OnDismount() {
	for _, release := range t.release {
		release()
	}
}

// OnUpdate has the scroll bar follow a selection, once what has changed is drawn.
func (t *table) OnUpdate(ctx app.Context) {
	ctx.Defer(func(app.Context) {
		if t.scrollingAt.IsZero() {
			t.follow()
		}
	})
}

// follow moves the scroll bar to where the rows are, as far as it can go.
func (t *table) follow() {
	scroller := &t.Store.rows.scroller
	if scroller.Behind() {
		grid := browser.ElementByID(gridID)
		grid.SetScrollTop(scroller.Follow())
		scroller.Reached(grid.ScrollTop())
	}
}

// onScroll moves the rows. A shortened track falls behind while it is being
// scrolled, and is corrected once it lies still.
func (t *table) onScroll(ctx app.Context, trackPX float64, byHand bool) {
	if !t.Store.scrolled(trackPX, byHand) {
		ctx.PreventUpdate()
		return
	}
	now := time.Now()
	t.scrollingAt = now
	ctx.After(rest, func(ctx app.Context) {
		if t.scrollingAt.Equal(now) {
			t.scrollingAt = time.Time{}
			// Not before the track is as high as it should be.
			ctx.Defer(func(app.Context) { t.follow() })
		}
	})
}

// Render draws the rows in sight.
func (t *table) Render() app.UI {
	t.Store.pace.Yield()
	s := t.Store
	r := &s.rows
	grid := app.Div().ID(gridID).Class("grid").Role("grid").TabIndex(0).Aria("label", "Records").
		OnClick(t.onClick).OnDblClick(t.onDoubleClick)
	if r.columns == nil {
		return grid
	}
	return grid.
		Aria("rowcount", r.scroller.Rows+1).Aria("colcount", len(r.columns.List)).
		Aria("activedescendant", t.active()).
		DataSet("kind", kindOfRows(r.columns)).DataSet("dates", string(r.columns.Dates)).
		Style("--seq-digits", "%d", r.columns.SeqDigits).Style("--id-digits", "%d", max(leastIDWidth, r.idWidth)).
		Body(
			app.Div().Class("track").Role("presentation").
				Style("height", "%.0fpx", r.scroller.TrackHeightPX()+headPX).
				Body(app.Div().Class("frame").Role("presentation").Body(
					&tableHead{Columns: r.columns},
					t.canvas(),
				)),
			t.nothing(),
		)
}

func (t *table) active() string {
	r := &t.Store.rows
	first, end := r.scroller.Window()
	if row := t.Store.selectedRow(); row >= first && row < end {
		return rowID(row % r.scroller.Slots())
	}
	return ""
}

func (t *table) canvas() app.UI {
	s := t.Store
	r := &s.rows
	first, end := r.scroller.Window()
	slots := view.PlaceRows(first, end, r.scroller.Slots())
	selected := s.selectedRow()
	pool := make([]app.UI, len(slots.All))
	for i, slot := range slots.All {
		line := &row{Pace: s.pace, Slot: i, Row: slot.Row, YPX: slot.YPX, Columns: r.columns, Selected: slot.Row >= 0 && slot.Row == selected}
		if slot.Row >= 0 {
			if shown := r.pages.Row(slot.Row); shown != nil {
				line.Cells = shown.cells
			}
		}
		pool[i] = line
	}
	offset := float64(slots.Origin*view.RowPX) - r.scroller.TopPX
	return app.Div().Class("canvas").Role("rowgroup").Style("transform", "translateY(%.2fpx)", offset).Body(pool...)
}

// nothing says why there are no rows.
func (t *table) nothing() app.UI {
	s := t.Store
	if s.rows.scroller.Rows > 0 {
		return nil
	}
	text := "This chain has no entries."
	entries, indexed := 0, 0
	for _, c := range s.shownChains() {
		entries += c.Entries
		indexed += c.Indexed
	}
	switch {
	case indexed < entries:
		text = "Reading…"
	case s.rows.table != 0 && s.active().busy:
		text = "Searching…"
	case s.rows.table != 0 && entries > 0:
		return app.Div().Class("no-rows").Body(
			app.Elem("p").Text("No entry is kept by the filter."),
			button("", "Clear the filter", do(func() { s.putFilter("") })).ID("clear-filter"),
		)
	}
	return app.Elem("p").Class("no-rows").Text(text)
}

// kindOfRows names what the rows are of, for the style sheet.
func kindOfRows(c *view.Columns) string {
	if c.Mixed != nil {
		return "mixed"
	}
	return c.Kind.String()
}

func (t *table) onClick(_ app.Context, e app.Event) {
	y := e.Get("clientY").Float() - browser.ElementByID(gridID).Rect().Y - headPX
	if y < 0 {
		return
	}
	if row := t.Store.rows.scroller.RowAt(y); row >= 0 {
		t.Store.selectRow(row)
	}
}

// onDoubleClick opens the record, which on a narrow screen is another pane.
func (t *table) onDoubleClick(app.Context, app.Event) {
	t.Store.selectTab(tabRecord)
	t.Store.pane = paneDetails
}
