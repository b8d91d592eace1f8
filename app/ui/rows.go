package ui

import (
	"math"
	"unicode/utf8"

	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// rows are the rows on the screen, as far as they have been asked for, and where
// they are scrolled to.
type rows struct {
	// table is the engine's table the rows are of; 0 for the entries of chain, one
	// after the other.
	table engine.TableID
	chain engine.ChainID
	// spec is what the table was searched by: one that follows and has the same is
	// the same, grown.
	spec string
	// generation tells the answers about these rows from those about others.
	generation int
	// selected is the row of entry, the selected one or the one before it, in a
	// table. If the table does not have it, which exact tells, it is the row the
	// entry would come before.
	selected int
	exact    bool
	entry    rpc.PositionRequest

	columns  *view.Columns
	pages    view.Pages[shownRow]
	scroller view.Scroller
	// idWidth is how many characters the longest id seen has.
	idWidth int
}

// shownRow is a row and its cells in the present columns.
type shownRow struct {
	row   engine.Row
	cells *view.Cells
}

// begin shows other rows, from the top.
func (r *rows) begin(count int, columns view.Columns) {
	scroller := r.scroller
	scroller.Restart(count)
	scroller.Resize(count, scroller.ViewPX)
	*r = rows{generation: r.generation + 1, scroller: scroller, columns: &columns}
}

// forget has the rows shown anew as soon as it is known what they are.
func (r *rows) forget() {
	r.generation++
	r.columns = nil
	r.pages = view.Pages[shownRow]{}
}

// setColumns shows the rows in other columns, if they look different.
func (r *rows) setColumns(columns view.Columns) {
	if r.columns == nil || !r.columns.Equal(&columns) {
		r.columns = &columns
		r.pages.Each(func(shown *shownRow) { shown.cells = columns.Cells(&shown.row) })
	}
}

// columnsShown returns the columns that fit the chains shown.
func (s *store) columnsShown() view.Columns {
	chains := s.shownChains()
	if len(chains) == 1 {
		return view.ColumnsOf(chains[0], s.zone())
	}
	return view.MixedColumns(chains, s.shown.order, s.shiftMS(), s.zone())
}

// showPlain shows the entries of a chain, if they are not already shown.
func (s *store) showPlain(info *engine.ChainInfo) {
	r := &s.rows
	if r.columns != nil && r.table == 0 && r.chain == info.ID {
		r.setColumns(s.columnsShown())
		r.scroller.Resize(info.Indexed, r.scroller.ViewPX)
		s.askRows()
		return
	}
	r.begin(info.Indexed, s.columnsShown())
	r.chain = info.ID
	r.scroller.CenterRow(max(0, s.position))
	s.askRows()
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
func (s *store) showTable(t engine.Table) {
	question := placing{t.ID, t.Rows, t.Complete, s.entry()}
	s.shown.placing.want(question, func(q placing, done func()) {
		request := rpc.FindRowRequest{Table: q.table, Chain: q.entry.Chain, Position: q.entry.Position}
		rpc.Call(s.client, rpc.FindRow, request, openOptions{}, func(place engine.Place, err error) {
			defer done()
			if s.tableID() != q.table || s.plain() {
				return
			}
			if q.entry != s.entry() {
				place = engine.Place{Row: s.rows.selected}
				defer s.locate()
			}
			if err != nil {
				place = engine.Place{}
			}
			// The table may have grown since the question was asked.
			now := s.active()
			final := q.complete && q.rows == now.table.Rows && !now.busy && len(s.loads) == 0
			s.installTable(now.table, place, final)
		})
	})
}

// installTable puts the rows of a table on the screen, in place of others or of
// its own as they were before it grew. final tells that the place of the selected
// entry in it will not change any more.
func (s *store) installTable(t engine.Table, place engine.Place, final bool) {
	r := &s.rows
	columns := s.columnsShown()
	spec := s.active().spec
	sameView := r.table != 0 && r.columns != nil && r.spec == spec
	switch {
	case !sameView:
		r.begin(t.Rows, columns)
	case r.table != t.ID, len(columns.Mixed) > 0 && r.scroller.Rows != t.Rows:
		r.generation++
		r.pages.Outdate()
	}
	selected, sameEntry := s.selectedRow(), r.entry == s.entry()
	first, end := r.scroller.Window()
	r.table, r.chain, r.spec = t.ID, 0, spec
	r.setColumns(columns)
	r.scroller.Resize(t.Rows, r.scroller.ViewPX)
	r.selected, r.exact, r.entry = place.Row, place.Exact, s.entry()
	// The entry may still be on its way, while chains are read or searched.
	known := place.Exact && place.Row < t.Rows || final
	if sameView && sameEntry && selected >= first && selected < end {
		r.scroller.Shift(place.Row - selected)
		s.shown.follow = s.shown.follow || !known
	}
	switch {
	case s.shown.center:
		r.scroller.CenterRow(place.Row)
		s.shown.center, s.shown.follow = !known, false
	case s.shown.follow && known:
		r.scroller.ShowRow(place.Row)
		s.shown.follow = false
	}
	s.rev.table++
	s.askRows()
}

// entry is the selected entry, the first of the chain before one is.
func (s *store) entry() rpc.PositionRequest {
	return rpc.PositionRequest{Chain: s.chain, Position: max(0, s.position)}
}

// selectedRow is the row of the selected entry, or -1 if the table has none.
func (s *store) selectedRow() int {
	r := &s.rows
	switch {
	case r.table == 0 && r.chain == s.chain:
		return s.position
	case r.table != 0 && r.exact:
		return r.selected
	}
	return -1
}

// locate finds the selected entry in the table and brings it in sight.
func (s *store) locate() {
	if s.rows.table == 0 || s.position < 0 {
		return
	}
	s.shown.follow = true
	s.showTable(s.active().table)
}

// reveal brings a row in sight.
func (s *store) reveal(row int) {
	if s.shown.center {
		s.rows.scroller.CenterRow(row)
	} else {
		s.rows.scroller.ShowRow(row)
	}
	s.shown.center, s.shown.follow = false, false
	s.rev.table++
	s.askRows()
}

// selectRow selects the entry of a row of the table.
func (s *store) selectRow(row int) {
	r := &s.rows
	row = min(max(0, row), r.scroller.Rows-1)
	if row < 0 {
		return
	}
	if r.table == 0 {
		s.selectEntry(row)
		return
	}
	r.selected, r.exact = row, true
	s.reveal(row)
	selectAt := func(row *engine.Row) {
		s.selectAt(row.Chain, row.Position)
		r.entry = s.entry()
	}
	if shown := r.pages.Row(row); shown != nil {
		selectAt(&shown.row)
		return
	}
	generation := r.generation
	rpc.Call(s.client, rpc.TableRows, rpc.TableRowsRequest{Table: r.table, First: row, Count: 1}, openOptions{},
		func(page engine.RowPage, err error) {
			if err == nil && len(page.Rows) == 1 && r.generation == generation && r.selected == row {
				selectAt(&page.Rows[0])
			}
		})
}

// reformatRows shows the rows in another time zone.
func (s *store) reformatRows() {
	if s.info() != nil && s.rows.columns != nil {
		s.rows.setColumns(s.columnsShown())
	}
}

// resizeTable takes the height that rows are seen through. A selected row in
// sight stays in sight: the panels above may grow after it was brought there.
func (s *store) resizeTable(viewPX float64) {
	scroller := &s.rows.scroller
	first, end := scroller.Window()
	selected := s.selectedRow()
	scroller.Resize(scroller.Rows, viewPX)
	if selected >= first && selected < end {
		scroller.ShowRow(selected)
	}
	s.rev.table++
	s.askRows()
}

// scrolled takes the scroll position of the table and reports whether that moved
// the rows. A browser scrolls by itself, too, and by little: where a panel above
// went for a moment, the end of the track came into sight. That does not take the
// selected row out of sight.
func (s *store) scrolled(trackPX float64, byHand bool) bool {
	scroller := &s.rows.scroller
	first, end := scroller.Window()
	topPX, selected := scroller.TopPX, s.selectedRow()
	if !scroller.Scrolled(trackPX) {
		return false
	}
	little := math.Abs(scroller.TopPX-topPX) < scroller.ViewPX
	if !byHand && little && selected >= first && selected < end {
		scroller.ShowRow(selected)
	}
	s.rev.table++
	s.askRows()
	return true
}

// askRows asks the engine for the rows in sight that are not there.
func (s *store) askRows() {
	r := &s.rows
	if r.columns == nil {
		return
	}
	for {
		first, end := r.scroller.Window()
		from, count, ok := r.pages.Ask(first, end, r.scroller.Rows)
		if !ok {
			return
		}
		if r.table == 0 {
			rpc.Call(s.client, rpc.Rows, rpc.RowsRequest{Chain: r.chain, First: from, Count: count}, openOptions{}, s.tookRows(from, count))
		} else {
			rpc.Call(s.client, rpc.TableRows, rpc.TableRowsRequest{Table: r.table, First: from, Count: count}, openOptions{}, s.tookRows(from, count))
		}
	}
}

// tookRows returns what to do with the answer to a question for rows.
func (s *store) tookRows(from, count int) func(engine.RowPage, error) {
	generation := s.rows.generation
	return func(page engine.RowPage, err error) {
		r := &s.rows
		if r.generation != generation {
			return
		}
		if err != nil {
			s.fail("Rows could not be read", err)
		}
		shown := make([]shownRow, len(page.Rows))
		for i := range page.Rows {
			cells := r.columns.Cells(&page.Rows[i])
			shown[i] = shownRow{row: page.Rows[i], cells: cells}
			r.idWidth = max(r.idWidth, utf8.RuneCountInString(cells.Text[view.ColumnID]))
		}
		r.pages.Put(from, count, shown)
		s.rev.table++
		s.askRows()
	}
}

// jumpToSeq selects the entry of a sequence number of the selected chain, looking
// for it if the chain has gaps.
func (s *store) jumpToSeq(seq uint64) {
	info := s.info()
	if info == nil || info.Indexed == 0 {
		return
	}
	s.searchSeq(s.chain, view.NewSeqSearch(seq, info.FirstSeq, info.Indexed))
}

func (s *store) searchSeq(chain engine.ChainID, search view.SeqSearch) {
	position, more := search.Look()
	if !more {
		s.jump(chain, search.Position())
		return
	}
	rpc.Call(s.client, rpc.Rows, rpc.RowsRequest{Chain: chain, First: position, Count: 1}, openOptions{},
		func(page engine.RowPage, err error) {
			if err != nil || len(page.Rows) == 0 || s.chain != chain {
				return
			}
			search.Seen(page.Rows[0].Seq)
			s.searchSeq(chain, search)
		})
}
