package ui

import (
	"unicode/utf8"

	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// rows are the rows of the selected chain, as far as they have been asked for,
// and where they are scrolled to.
type rows struct {
	chain    engine.ChainID
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

// show begins with another chain, at its top.
func (r *rows) show(info *engine.ChainInfo, z view.Zone) {
	scroller := r.scroller
	scroller.Restart(info.Indexed)
	*r = rows{chain: info.ID, scroller: scroller}
	r.grow(info, z)
}

// grow takes notice of new entries.
func (r *rows) grow(info *engine.ChainInfo, z view.Zone) {
	columns := view.ColumnsOf(info, z)
	if r.columns == nil || !r.columns.Equal(&columns) {
		r.columns = &columns
		r.reformat()
	}
	r.scroller.Resize(info.Indexed, r.scroller.ViewPX)
}

func (r *rows) reformat() {
	r.pages.Each(func(shown *shownRow) { shown.cells = r.columns.Cells(&shown.row) })
}

// reformatRows shows the rows in another time zone.
func (s *store) reformatRows() {
	if info := s.info(); info != nil {
		s.rows.grow(info, s.zone())
	}
}

// resizeTable takes the height that rows are seen through.
func (s *store) resizeTable(viewPX float64) {
	s.rows.scroller.Resize(s.rows.scroller.Rows, viewPX)
	s.rev.table++
	s.askRows()
}

// scrolled takes the scroll position of the table and reports whether that
// moved the rows.
func (s *store) scrolled(trackPX float64) bool {
	if !s.rows.scroller.Scrolled(trackPX) {
		return false
	}
	s.rev.table++
	s.askRows()
	return true
}

// askRows asks the engine for the rows in sight that are not there.
func (s *store) askRows() {
	r := &s.rows
	for {
		first, end := r.scroller.Window()
		from, count, ok := r.pages.Ask(first, end, r.scroller.Rows)
		if !ok {
			return
		}
		s.callRows(r.chain, from, count)
	}
}

func (s *store) callRows(chain engine.ChainID, from, count int) {
	columns := s.rows.columns
	rpc.Call(s.client, rpc.Rows, rpc.RowsRequest{Chain: chain, First: from, Count: count}, openOptions{},
		func(page engine.RowPage, err error) {
			r := &s.rows
			if r.chain != chain || columns.Kind != r.columns.Kind {
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
		})
}

// jumpToSeq selects the entry of a sequence number, looking for it if the chain
// has gaps.
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
