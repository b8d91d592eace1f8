package ui

import (
	"fmt"

	"chainglass/app/engine"
	"chainglass/app/rpc"
)

// search is a table of the engine being filled.
type search struct {
	// spec and stamp say what was searched, and of how much.
	spec, stamp string
	table       engine.Table
	// known is true once the search has ended.
	known, busy bool
	// shownRows is how many rows the table has that is shown until this search has
	// as many: one that is searched again for more does not shrink meanwhile.
	shownRows int
	// again is true if the chains have grown since it began.
	again  bool
	cancel func()
	// generation tells answers from before another search.
	generation int
}

// want searches unless that is done or under way. A search of the same kind is
// left to end before it begins again for what has been read meanwhile.
func (f *search) want(s *store, spec engine.TableSpec, stamp string) {
	text := fmt.Sprint(spec)
	if f.spec == text && f.stamp == stamp && (f.busy || f.known) {
		if f.known {
			s.tableChanged(f)
		}
		return
	}
	if f.spec == text && f.busy {
		f.again = true
		return
	}
	table, grown := f.table, f.spec == text
	f.drop()
	if table.Fault == nil {
		f.table = table // shown until there is another
		if grown {
			f.shownRows = table.Rows
		}
	}
	f.spec, f.stamp, f.busy = text, stamp, true
	generation := f.generation
	mine := func() bool { return f.generation == generation }
	f.cancel = rpc.Call(s.client, rpc.Search, spec, openOptions{Progress: func(p engine.Progress) {
		if mine() && p.Table != nil && p.Table.Rows >= f.shownRows {
			f.table = *p.Table
			s.tableChanged(f)
		}
	}}, func(t engine.Table, err error) {
		if mine() {
			f.ended(s, t, err)
		}
	})
}

func (f *search) ended(s *store, t engine.Table, err error) {
	f.busy, f.known = false, err == nil
	if err != nil {
		f.stamp = ""
		s.fail("The search failed", err)
		return
	}
	f.table = t
	s.tableChanged(f)
	if f.again {
		f.again = false
		s.reshow()
	}
}

// stop ends the search with what has been found.
func (f *search) stop() {
	if f.busy {
		f.again = false
		f.cancel()
	}
}

// drop forgets the search.
func (f *search) drop() {
	if f.busy {
		f.cancel()
	}
	*f = search{generation: f.generation + 1}
}

// exists reports whether the engine has a table.
func (f *search) exists() bool { return f.table.Fault == nil && f.table.ID != 0 }

// tableChanged takes notice of a table that has grown.
func (s *store) tableChanged(f *search) {
	s.shown.rev++
	s.facetsChanged()
	s.shown.steps.changed(s, f)
	s.askCounts()
	if f == s.active() && f.exists() && !s.plain() {
		s.showTable(f.table)
	}
}
