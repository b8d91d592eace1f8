package ui

import (
	"time"

	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// playhead is the moment that is looked at: the time of the selected entry, or
// while it is held and while it plays, any.
type playhead struct {
	ns    uint64
	known bool
	// held is true while the selection follows the playhead; at other times the
	// playhead follows the selection.
	held bool
	// reaching is true while the playhead selects what it plays over: it does not
	// follow itself.
	reaching bool
	// tableDue is true while the table has yet to follow.
	tableDue bool
	// chain is the one whose entries are looked for.
	chain engine.ChainID
	seek  newest[headKey]
	at    lane[rpc.RowsRequest, engine.RowPage]
}

// headKey is a moment of a chain.
type headKey struct {
	chain engine.ChainID
	ns    uint64
}

func newPlayhead() playhead {
	return playhead{at: lane[rpc.RowsRequest, engine.RowPage]{method: rpc.Rows}}
}

// holdHead begins to move the playhead through a chain.
func (s *store) holdHead(chain engine.ChainID) {
	s.time.head.held, s.time.head.chain = true, chain
}

// moveHead moves the held playhead. The selection follows to the last entry that
// is not later.
func (s *store) moveHead(ns uint64) {
	t := &s.time
	t.rev++
	t.head.ns, t.head.known = min(max(ns, t.whole.FromNS), t.whole.ToNS), true
	s.seekHead()
}

// seekHead looks for the entry at the playhead: the histogram of one column from
// the beginning of time counts the entries up to it.
func (s *store) seekHead() {
	h := &s.time.head
	if s.chains[h.chain] == nil {
		return
	}
	h.seek.want(headKey{h.chain, h.ns}, func(k headKey, done func()) {
		spec := engine.HistogramSpec{Chains: []engine.ChainID{k.chain}, ToNS: max(k.ns, k.ns+1), Columns: 1}
		rpc.Call(s.client, rpc.Histogram, spec, openOptions{}, func(h engine.Histogram, err error) {
			if err == nil && s.chains[k.chain] != nil {
				s.time.head.reaching = s.time.play.on
				s.reach(k.chain, max(0, entriesIn(&h)-1))
				s.time.head.reaching = false
			}
			done()
		})
	})
}

func entriesIn(h *engine.Histogram) int {
	n := 0
	for _, lane := range h.Lanes {
		for _, counts := range lane.Counts {
			for _, count := range counts {
				n += int(count)
			}
		}
	}
	return n
}

// reach selects the entry at the playhead. What a narrow screen shows stays.
func (s *store) reach(chain engine.ChainID, position int) {
	if chain == s.chain && position == s.position {
		return
	}
	pane := s.pane
	s.shown.center = true
	if chain == s.chain {
		s.selectEntry(position)
	} else {
		s.jump(chain, position)
	}
	s.pane = pane
}

// releaseHead has the playhead follow the selection again.
func (s *store) releaseHead() {
	s.time.head.held = false
	s.followSelection()
	s.showSelected()
}

// followSelection moves the playhead to the selected entry.
func (s *store) followSelection() {
	h := &s.time.head
	if s.info() == nil || s.position < 0 {
		h.known = false
		s.time.rev++
		return
	}
	if h.held || h.reaching {
		return
	}
	h.at.want(s, rpc.RowsRequest{Chain: s.chain, First: s.position, Count: 1}, func() {
		page := h.at.current()
		if page == nil || len(page.Rows) == 0 || h.held {
			return
		}
		if ns, ok := view.RowNS(&page.Rows[0]); ok {
			h.ns, h.known = ns, true
			s.time.rev++
		}
	})
}

// leapHead moves the playhead by a share of the span shown, and by one entry at
// least.
func (s *store) leapHead(share float64) {
	t := &s.time
	if !t.head.known {
		return
	}
	step := 1
	if share < 0 {
		step = -1
	}
	before := s.position
	ns := t.axis.NS(t.axis.X(t.head.ns) + share*t.axis.WidthPX)
	spec := engine.HistogramSpec{Chains: []engine.ChainID{s.chain}, ToNS: max(ns, ns+1), Columns: 1}
	chain := s.chain
	rpc.Call(s.client, rpc.Histogram, spec, openOptions{}, func(h engine.Histogram, err error) {
		if err != nil || chain != s.chain {
			return
		}
		position := max(0, entriesIn(&h)-1)
		if position == before {
			position += step
		}
		s.reach(chain, position)
	})
}

// play moves the playhead by itself.
type play struct {
	on bool
	// speed is how many times faster than it was time passes.
	speed int
	// turn tells the ticks of this run from those of one before.
	turn int
	last time.Time
	// after calls a function later.
	after func(time.Duration, func())
}

// playSpeeds are the speeds to choose from.
var playSpeeds = [...]int{1, 10, 100, 1000}

// playTick is the time between two steps.
const playTick = 50 * time.Millisecond

// togglePlay starts or stops.
func (s *store) togglePlay() {
	p := &s.time.play
	s.time.rev++
	if p.on {
		s.stopPlay()
		return
	}
	if s.info() == nil || !s.time.head.known {
		return
	}
	p.on, p.last = true, time.Now()
	p.turn++
	s.time.head.chain = s.chain
	s.playOn(p.turn)
}

// stopPlay stops at the entry that was reached.
func (s *store) stopPlay() {
	s.time.play.on = false
	s.time.rev++
	s.followSelection()
	s.showSelected()
}

func (s *store) playOn(turn int) {
	p := &s.time.play
	p.after(playTick, func() {
		s.dispatch(func() {
			if !p.on || p.turn != turn {
				return
			}
			now := time.Now()
			s.advance(now.Sub(p.last))
			p.last = now
			if p.on {
				s.playOn(turn)
			}
		})
	})
}

// advance moves the playhead by what passes in some real time. It stops at the
// end of everything.
func (s *store) advance(passed time.Duration) {
	t := &s.time
	if t.head.held {
		return // by a hand, which goes first
	}
	t.head.chain = s.chain
	s.moveHead(t.head.ns + uint64(max(passed, 0))*uint64(t.play.speed))
	if !t.axis.Contains(t.head.ns) {
		s.showAxis(t.axis.Reveal(t.head.ns, t.whole))
	}
	if t.head.ns >= t.whole.ToNS {
		s.stopPlay()
	}
}

// setSpeed chooses how fast to play.
func (s *store) setSpeed(speed int) {
	s.time.play.speed = speed
	s.time.rev++
}
