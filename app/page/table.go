package page

import (
	"math"
	"unicode/utf8"

	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// Table is the rows on the screen, as far as they have been asked for, and where
// they are scrolled to.
type Table struct {
	page *Page
	// ID is the engine's table the rows are of; 0 for the entries of chain, one
	// after the other.
	ID    engine.TableID
	chain engine.ChainID
	// spec is what the table was searched by: one that follows and has the same is
	// the same, grown.
	spec string
	// shown tells the answers about these rows from those about others.
	shown turn
	// choosing tells the answer about the row that was chosen last from those about others.
	choosing turn
	// selected is the row of entry, the selected one or the one before it, in a
	// table. If the table does not have it, which exact tells, it is the row the
	// entry would come before.
	selected int
	exact    bool
	entry    rpc.PositionRequest

	Columns  *view.Columns
	Pages    view.Pages[shownRow]
	Scroller view.Scroller
	// IDWidth is how many characters the longest id seen has.
	IDWidth int
}

// shownRow is a row and its cells in the present columns.
type shownRow struct {
	row   engine.Row
	Cells *view.Cells
}

// begin shows other rows, from the top.
func (r *Table) begin(count int, columns view.Columns) {
	scroller := r.Scroller
	scroller.Restart(count)
	scroller.Resize(count, scroller.ViewPX)
	r.shown.next()
	r.choosing.next()
	*r = Table{page: r.page, shown: r.shown, choosing: r.choosing, Scroller: scroller, Columns: &columns}
}

// forget has the rows shown anew as soon as it is known what they are.
func (r *Table) forget() {
	r.shown.next()
	r.Columns = nil
	r.Pages = view.Pages[shownRow]{}
}

// setColumns shows the rows in other columns, if they look different.
func (r *Table) setColumns(columns view.Columns) {
	if r.Columns == nil || !r.Columns.Equal(&columns) {
		r.Columns = &columns
		r.Pages.Each(func(shown *shownRow) { shown.Cells = columns.Cells(&shown.row) })
	}
}

// columnsNow returns the columns that fit the chains shown.
func (r *Table) columnsNow() view.Columns {
	chains := r.page.Shown.Chains()
	if len(chains) == 1 {
		return view.ColumnsOf(chains[0], r.page.Zone())
	}
	return view.MixedColumns(chains, r.page.Shown.Order, r.page.Shown.shiftMS(), r.page.Zone())
}

// showPlain shows the entries of a chain, if they are not already shown.
func (r *Table) showPlain(info *engine.ChainInfo) {
	if r.Columns != nil && r.ID == 0 && r.chain == info.ID {
		r.setColumns(r.columnsNow())
		r.Scroller.Resize(info.Indexed, r.Scroller.ViewPX)
		r.ask()
		return
	}
	r.begin(info.Indexed, r.columnsNow())
	r.chain = info.ID
	r.Scroller.CenterRow(max(0, r.page.Selection.Position))
	r.ask()
}

// placing is a question for the row of the selected entry in a table of so many
// rows.
type placing struct {
	table    engine.TableID
	rows     int
	complete bool
	entry    rpc.PositionRequest
}

// showTable shows a table of the engine, around the selected entry. Tables that
// grow are shown one after the other, so that the last one stays.
func (r *Table) showTable(t engine.Table) {
	question := placing{t.ID, t.Rows, t.Complete, r.page.Selection.entry()}
	r.page.Shown.placing.again(question, func(q placing, answer func(engine.Place, error)) func() {
		request := rpc.FindRowRequest{Table: q.table, Chain: q.entry.Chain, Position: q.entry.Position}
		rpc.Call(r.page.client, rpc.FindRow, request, openOptions{}, answer)
		return nil
	}, r.placed)
}

// placed takes the row of the selected entry.
func (r *Table) placed() {
	q := r.page.Shown.placing.Asked()
	if r.page.Shown.tableID() != q.table || r.page.Shown.plain() {
		return
	}
	place := engine.Place{}
	if answer := r.page.Shown.placing.Last(); answer != nil {
		place = *answer
	}
	if q.entry != r.page.Selection.entry() {
		place = engine.Place{Row: r.selected}
		defer r.locate()
	}
	// The table may have grown since the question was asked.
	now := r.page.Shown.Active()
	final := q.complete && q.rows == now.Table.Rows && !now.Busy() && len(r.page.Sources.Loads) == 0
	r.install(now.Table, place, final)
}

// install puts the rows of a table on the screen, in place of others or of
// its own as they were before it grew. final tells that the place of the selected
// entry in it will not change any more.
func (r *Table) install(t engine.Table, place engine.Place, final bool) {
	columns := r.columnsNow()
	spec := r.page.Shown.Active().spec
	sameView := r.ID != 0 && r.Columns != nil && r.spec == spec
	switch {
	case !sameView:
		r.begin(t.Rows, columns)
	case r.ID != t.ID, len(columns.Mixed) > 0 && r.Scroller.Rows != t.Rows:
		r.shown.next()
		r.Pages.Outdate()
	}
	selected, sameEntry := r.SelectedRow(), r.entry == r.page.Selection.entry()
	first, end := r.Scroller.Window()
	r.ID, r.chain, r.spec = t.ID, 0, spec
	r.setColumns(columns)
	r.Scroller.Resize(t.Rows, r.Scroller.ViewPX)
	r.selected, r.exact, r.entry = place.Row, place.Exact, r.page.Selection.entry()
	// The entry may still be on its way, while chains are read or searched.
	known := place.Exact && place.Row < t.Rows || final
	if sameView && sameEntry && selected >= first && selected < end {
		r.Scroller.Shift(place.Row - selected)
		r.page.Shown.follow = r.page.Shown.follow || !known
	}
	switch {
	case r.page.Shown.center:
		r.Scroller.CenterRow(place.Row)
		r.page.Shown.center, r.page.Shown.follow = !known, false
	case r.page.Shown.follow && known:
		r.Scroller.ShowRow(place.Row)
		r.page.Shown.follow = false
	}
	r.page.Rev.Table++
	r.ask()
}

// entry is the selected entry, the first of the chain before one is.
func (s *Selection) entry() rpc.PositionRequest {
	return rpc.PositionRequest{Chain: s.Chain, Position: max(0, s.Position)}
}

// SelectedRow is the row of the selected entry, or -1 if the table has none.
func (r *Table) SelectedRow() int {
	switch {
	case r.ID == 0 && r.chain == r.page.Selection.Chain:
		return r.page.Selection.Position
	case r.ID != 0 && r.exact:
		return r.selected
	}
	return -1
}

// locate finds the selected entry in the table and brings it in sight.
func (r *Table) locate() {
	if r.ID == 0 || r.page.Selection.Position < 0 {
		return
	}
	r.page.Shown.follow = true
	r.showTable(r.page.Shown.Active().Table)
}

// reveal brings a row in sight.
func (r *Table) reveal(row int) {
	if r.page.Shown.center {
		r.Scroller.CenterRow(row)
	} else {
		r.Scroller.ShowRow(row)
	}
	r.page.Shown.center, r.page.Shown.follow = false, false
	r.page.Rev.Table++
	r.ask()
}

// SelectRow selects the entry of a row of the table.
func (r *Table) SelectRow(row int) {
	row = min(max(0, row), r.Scroller.Rows-1)
	if row < 0 {
		return
	}
	if r.ID == 0 {
		r.page.Selection.SelectEntry(row)
		return
	}
	lasts, id, before := r.choosing.next(), r.ID, r.page.Selection.entry()
	r.choose(row)
	if shown := r.Pages.Row(row); shown != nil {
		r.chosen(&shown.row)
		return
	}
	rpc.Call(r.page.client, rpc.TableRows, rpc.TableRowsRequest{Table: id, First: row, Count: 1}, openOptions{},
		func(page engine.RowPage, err error) {
			if err != nil || len(page.Rows) != 1 || !lasts() || r.ID != id || r.page.Selection.entry() != before {
				return
			}
			if r.selected != row || !r.exact { // the table was placed around the entry selected before
				r.choose(row)
			}
			r.chosen(&page.Rows[0])
		})
}

// choose brings the row of an entry that is about to be selected in sight.
func (r *Table) choose(row int) {
	r.selected, r.exact = row, true
	r.reveal(row)
}

// chosen selects the entry of the row that was chosen.
func (r *Table) chosen(row *engine.Row) {
	r.page.Selection.selectAt(row.Chain, row.Position)
	r.entry = r.page.Selection.entry()
}

// reformat shows the rows in another time zone.
func (r *Table) reformat() {
	if r.page.Selection.Info() != nil && r.Columns != nil {
		r.setColumns(r.columnsNow())
	}
}

// Resize takes the height that rows are seen through. A selected row in
// sight stays in sight: the panels above may grow after it was brought there.
func (r *Table) Resize(viewPX float64) {
	scroller := &r.Scroller
	first, end := scroller.Window()
	selected := r.SelectedRow()
	scroller.Resize(scroller.Rows, viewPX)
	if selected >= first && selected < end {
		scroller.ShowRow(selected)
	}
	r.page.Rev.Table++
	r.ask()
}

// Scrolled takes the scroll position of the table and reports whether that moved
// the rows. A browser scrolls by itself, too, and by little: where a panel above
// went for a moment, the end of the track came into sight. That does not take the
// selected row out of sight.
func (r *Table) Scrolled(trackPX float64, byHand bool) bool {
	scroller := &r.Scroller
	first, end := scroller.Window()
	topPX, selected := scroller.TopPX, r.SelectedRow()
	if !scroller.Scrolled(trackPX) {
		return false
	}
	little := math.Abs(scroller.TopPX-topPX) < scroller.ViewPX
	if !byHand && little && selected >= first && selected < end {
		scroller.ShowRow(selected)
	}
	r.page.Rev.Table++
	r.ask()
	return true
}

// ask asks the engine for the rows in sight that are not there.
func (r *Table) ask() {
	if r.Columns == nil {
		return
	}
	for {
		first, end := r.Scroller.Window()
		from, count, ok := r.Pages.Ask(first, end, r.Scroller.Rows)
		if !ok {
			return
		}
		if r.ID == 0 {
			rpc.Call(r.page.client, rpc.Rows, rpc.RowsRequest{Chain: r.chain, First: from, Count: count}, openOptions{}, r.took(from, count))
		} else {
			rpc.Call(r.page.client, rpc.TableRows, rpc.TableRowsRequest{Table: r.ID, First: from, Count: count}, openOptions{}, r.took(from, count))
		}
	}
}

// took returns what to do with the answer to a question for rows.
func (r *Table) took(from, count int) func(engine.RowPage, error) {
	lasts := r.shown.present()
	return func(page engine.RowPage, err error) {
		if !lasts() {
			return
		}
		if err != nil {
			r.page.Notice.fail("Rows could not be read", err)
			r.page.Following.refusedRows(err)
		}
		shown := make([]shownRow, len(page.Rows))
		for i := range page.Rows {
			cells := r.Columns.Cells(&page.Rows[i])
			shown[i] = shownRow{row: page.Rows[i], Cells: cells}
			r.IDWidth = max(r.IDWidth, utf8.RuneCountInString(cells.Text[view.ColumnID]))
		}
		r.page.Following.refusedIn(page.Rows)
		r.Pages.Put(from, count, shown)
		r.page.Rev.Table++
		r.ask()
	}
}

// JumpToSeq selects the entry of a sequence number of the selected chain, looking
// for it if the chain has gaps.
func (s *Selection) JumpToSeq(seq uint64) {
	info := s.Info()
	if info == nil || info.Indexed == 0 {
		return
	}
	s.searchSeq(s.Chain, view.NewSeqSearch(seq, info.FirstSeq, info.Indexed))
}

func (s *Selection) searchSeq(chain engine.ChainID, search view.SeqSearch) {
	position, more := search.Look()
	if !more {
		s.Jump(chain, search.Position())
		return
	}
	rpc.Call(s.page.client, rpc.Rows, rpc.RowsRequest{Chain: chain, First: position, Count: 1}, openOptions{},
		func(page engine.RowPage, err error) {
			if err != nil || len(page.Rows) == 0 || s.Chain != chain {
				return
			}
			search.Seen(page.Rows[0].Seq)
			s.searchSeq(chain, search)
		})
}
