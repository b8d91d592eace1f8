package table

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// Table shows the rows of one chain or of several. Only the rows in sight exist as
// elements; the element that scrolls holds an empty track as high as a browser
// takes, and the rows stick to its upper edge.
//
//	grid        scrolls
//	└ track     as high as view.Scroller says
//	  └ frame   sticks to the top of the grid, has no height
//	    ├ head
//	    └ canvas   moved by fractions of a row
//	      └ row    from a fixed pool, placed by view.PlaceRows
type Table struct {
	app.Compo
	Page *page.Page
	Rev  uint64

	release []func()
	// scrollingAt is when the user scrolled last, zero once that has come to rest.
	scrollingAt time.Time
}

const (
	// headPX is the height of the column headings.
	headPX = 24
	// rest is how long the track has to lie still before it is corrected.
	rest = 200 * time.Millisecond
	// leastIDWidth is how many characters the heading of the ids takes.
	leastIDWidth = 6
)

// OnMount begins to follow the grid's size and scroll position.
func (t *Table) OnMount(ctx app.Context) {
	grid := browser.ElementByID(page.GridID)
	t.release = []func(){
		grid.OnSize(func(_, height float64) {
			ctx.Dispatch(func(app.Context) { t.Page.Table.Resize(height - headPX) })
		}),
		grid.OnScroll(func(_ float64, byHand bool) {
			// What was reported may be from before the page itself scrolled.
			ctx.Dispatch(func(ctx app.Context) { t.onScroll(ctx, grid.ScrollTop(), byHand) })
		}),
	}
}

// OnDismount lets go of the grid.
func (t *Table) OnDismount() {
	for _, release := range t.release {
		release()
	}
}

// OnUpdate has the scroll bar follow a selection, once what has changed is drawn.
func (t *Table) OnUpdate(ctx app.Context) {
	ctx.Defer(func(app.Context) {
		if t.scrollingAt.IsZero() {
			t.follow()
		}
	})
}

// follow moves the scroll bar to where the rows are, as far as it can go.
func (t *Table) follow() {
	scroller := &t.Page.Table.Scroller
	if scroller.Behind() {
		grid := browser.ElementByID(page.GridID)
		grid.SetScrollTop(scroller.Follow())
		scroller.Reached(grid.ScrollTop())
	}
}

// onScroll moves the rows. A shortened track falls behind while it is being
// scrolled, and is corrected once it lies still.
func (t *Table) onScroll(ctx app.Context, trackPX float64, byHand bool) {
	if !t.Page.Table.Scrolled(trackPX, byHand) {
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
func (t *Table) Render() app.UI {
	t.Page.Yield()
	s := t.Page
	r := &s.Table
	grid := app.Div().ID(page.GridID).Class("grid").Role("grid").TabIndex(0).Aria("label", "Records").
		OnClick(t.onClick).OnDblClick(t.onDoubleClick)
	if r.Columns == nil {
		return grid
	}
	return grid.Aria("rowcount", r.Scroller.Rows+1).Aria("colcount", len(r.Columns.List)).
		Aria("activedescendant", t.active()).
		DataSet("kind", kindOfRows(r.Columns)).DataSet("dates", string(r.Columns.Dates)).
		Style("--seq-digits", "%d", r.Columns.SeqDigits).Style("--id-digits", "%d", max(leastIDWidth, r.IDWidth)).
		Body(
			app.Div().Class("track").Role("presentation").
				Style("height", "%.0fpx", r.Scroller.TrackHeightPX()+headPX).
				Body(app.Div().Class("frame").Role("presentation").Body(
					&tableHead{Columns: r.Columns},
					t.canvas(),
				)),
			t.nothing(),
		)
}

func (t *Table) active() string {
	r := &t.Page.Table
	first, end := r.Scroller.Window()
	if row := t.Page.Table.SelectedRow(); row >= first && row < end {
		return rowID(row % r.Scroller.Slots())
	}
	return ""
}

func (t *Table) canvas() app.UI {
	s := t.Page
	r := &s.Table
	first, end := r.Scroller.Window()
	slots := view.PlaceRows(first, end, r.Scroller.Slots())
	selected := s.Table.SelectedRow()
	pool := make([]app.UI, len(slots.All))
	for i, slot := range slots.All {
		line := &row{Page: s, Slot: i, Row: slot.Row, YPX: slot.YPX, Columns: r.Columns, Selected: slot.Row >= 0 && slot.Row == selected}
		if slot.Row >= 0 {
			if shown := r.Pages.Row(slot.Row); shown != nil {
				line.Cells = shown.Cells
			}
		}
		pool[i] = line
	}
	offset := float64(slots.Origin*view.RowPX) - r.Scroller.TopPX
	return app.Div().Class("canvas").Role("rowgroup").Style("transform", "translateY(%.2fpx)", offset).Body(pool...)
}

// nothing says why there are no rows.
func (t *Table) nothing() app.UI {
	s := t.Page
	if s.Table.Scroller.Rows > 0 {
		return nil
	}
	text := "This chain has no entries."
	entries, indexed := 0, 0
	for _, c := range s.Shown.Chains() {
		entries += c.Entries
		indexed += c.Indexed
	}
	switch {
	case indexed < entries:
		text = "Reading…"
	case s.Table.ID != 0 && s.Shown.Active().Busy():
		text = "Searching…"
	case s.Table.ID != 0 && entries > 0:
		return app.Div().Class("no-rows").Body(
			app.Elem("p").Text("No entry is kept by the filter."),
			draw.Button("", "Clear the filter", draw.Do(func() { s.Filter.Put("") })).ID("clear-filter"),
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

func (t *Table) onClick(_ app.Context, e app.Event) {
	y := e.Get("clientY").Float() - browser.ElementByID(page.GridID).Rect().Y - headPX
	if y < 0 {
		return
	}
	if row := t.Page.Table.Scroller.RowAt(y); row >= 0 {
		t.Page.Table.SelectRow(row)
	}
}

// onDoubleClick opens the record, which on a narrow screen is another pane.
func (t *Table) onDoubleClick(app.Context, app.Event) {
	t.Page.Details.Open(page.TabRecord)
	t.Page.Pane = page.PaneDetails
}
