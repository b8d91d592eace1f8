package page

import "time"

// tableLag is how long the table waits before it follows a playhead that moves:
// its rows cost more than the snapshot, which follows at once.
const tableLag = 120 * time.Millisecond

// follow brings the selected entry in sight, now, or while the playhead is
// held or plays, a few times a second.
func (r *Table) follow() {
	h := &r.page.Playhead
	if !h.held && !h.Play.On {
		r.showSelected()
		return
	}
	if h.tableDue {
		return
	}
	h.tableDue = true
	h.Play.after(tableLag, func() {
		r.page.dispatch(func() {
			if h.tableDue {
				r.showSelected()
			}
		})
	})
}

// showSelected brings the selected entry in sight.
func (r *Table) showSelected() {
	r.page.Playhead.tableDue = false
	if r.ID == 0 && r.chain == r.page.Selection.Chain {
		r.reveal(max(0, r.page.Selection.Position))
	} else {
		r.locate()
	}
}
