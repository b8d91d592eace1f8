package ui

import "time"

// tableLag is how long the table waits before it follows a playhead that moves:
// its rows cost more than the snapshot, which follows at once.
const tableLag = 120 * time.Millisecond

// followTable brings the selected entry in sight, now, or while the playhead is
// held or plays, a few times a second.
func (s *store) followTable() {
	t := &s.time
	if !t.head.held && !t.play.on {
		s.showSelected()
		return
	}
	if t.head.tableDue {
		return
	}
	t.head.tableDue = true
	t.play.after(tableLag, func() {
		s.dispatch(func() {
			if s.time.head.tableDue {
				s.showSelected()
			}
		})
	})
}

// showSelected brings the selected entry in sight.
func (s *store) showSelected() {
	s.time.head.tableDue = false
	if s.rows.table == 0 && s.rows.chain == s.chain {
		s.reveal(max(0, s.position))
	} else {
		s.locate()
	}
}
