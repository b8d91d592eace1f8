package page

import (
	"fmt"

	"chainglass/app/engine"
	"chainglass/app/rpc"
)

// search is a table of the engine being filled.
type search struct {
	asking Newest[searched, engine.Table]
	Table  engine.Table
	// spec is that of the search that began last.
	spec string
	// shownRows is how many rows the table has that is shown until this search has
	// as many: one that is searched again for more does not shrink meanwhile.
	shownRows int
}

// searched says what is searched, and of how much.
type searched struct{ spec, stamp string }

// request searches unless that is done or under way. A search of the same kind is
// left to end before it begins again for what has been read meanwhile.
func (f *search) request(p *Page, spec engine.TableSpec, stamp string) {
	question := searched{fmt.Sprint(spec), stamp}
	ask := func(q searched, answer func(engine.Table, error)) func() { return f.begin(p, q, spec, answer) }
	ended := func() { f.ended(p) }
	switch {
	case f.known() && f.asking.Asked() == question:
		p.Shown.tableChanged(f)
	case f.Busy() && f.spec == question.spec:
		f.asking.again(question, ask, ended)
	default:
		f.asking.forget()
		f.asking.replace(question, ask, ended)
	}
}

// begin begins a search. The table of the one before is shown until there is another.
func (f *search) begin(p *Page, q searched, spec engine.TableSpec, answer func(engine.Table, error)) (cancel func()) {
	grown := f.spec == q.spec
	f.spec, f.shownRows = q.spec, 0
	switch {
	case f.Table.Fault != nil:
		f.Table = engine.Table{}
	case grown:
		f.shownRows = f.Table.Rows
	}
	lasts := f.asking.turn.present()
	return rpc.Call(p.client, rpc.Search, spec, openOptions{Progress: func(progress engine.Progress) {
		if lasts() && progress.Table != nil && progress.Table.Rows >= f.shownRows {
			f.Table = *progress.Table
			p.Shown.tableChanged(f)
		}
	}}, answer)
}

func (f *search) ended(p *Page) {
	if err := f.asking.Err(); err != nil {
		p.Notice.fail("The search failed", err)
		return
	}
	f.Table = *f.asking.Last()
	p.Shown.tableChanged(f)
}

// Busy reports whether the search is under way.
func (f *search) Busy() bool { return f.asking.Busy() }

// known reports whether the search has ended.
func (f *search) known() bool { return f.asking.settled() }

// Stop ends the search with what has been found.
func (f *search) Stop() { f.asking.finish() }

// drop forgets the search.
func (f *search) drop() {
	f.asking.forget()
	*f = search{asking: f.asking}
}

// exists reports whether the engine has a table.
func (f *search) exists() bool { return f.Table.Fault == nil && f.Table.ID != 0 }

// tableChanged takes notice of a table that has grown.
func (s *Shown) tableChanged(f *search) {
	s.Rev++
	s.page.Facets.changed()
	s.page.Steps.changed(s.page, f)
	s.page.Axis.askCounts()
	if f == s.Active() && f.exists() && !s.plain() {
		s.page.Table.showTable(f.Table)
	}
}
