package page

import (
	"time"

	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// Playhead is the moment that is looked at: the time of the selected entry, or
// while it is held and while it plays, any.
type Playhead struct {
	page  *Page
	NS    uint64
	Known bool
	// held is true while the selection follows the playhead; at other times the
	// playhead follows the selection.
	held bool
	// reaching is true while the playhead selects what it plays over: it does not
	// follow itself.
	reaching bool
	// tableDue is true while the table has yet to follow.
	tableDue bool
	// chain is the one whose entries are looked for.
	chain   engine.ChainID
	seeking Newest[headKey, engine.Histogram]
	at      Newest[rpc.RowsRequest, engine.RowPage]

	Play play
}

// headKey is a moment of a chain.
type headKey struct {
	chain engine.ChainID
	ns    uint64
}

func newPlayhead(p *Page) Playhead {
	return Playhead{
		page: p,
		Play: play{Speed: 10, after: func(d time.Duration, f func()) { time.AfterFunc(d, f) }},
	}
}

// hold begins to move the playhead through a chain.
func (h *Playhead) hold(chain engine.ChainID) {
	h.held, h.chain = true, chain
}

// moveTo moves the held playhead. The selection follows to the last entry that
// is not later.
func (h *Playhead) moveTo(ns uint64) {
	t := &h.page.Axis
	t.Rev++
	h.NS, h.Known = min(max(ns, t.Whole.FromNS), t.Whole.ToNS), true
	h.seek()
}

// seek looks for the entry at the playhead: the histogram of one column from
// the beginning of time counts the entries up to it.
func (h *Playhead) seek() {
	if h.page.Sources.Chains[h.chain] == nil {
		return
	}
	h.seeking.again(headKey{h.chain, h.NS}, func(k headKey, answer func(engine.Histogram, error)) func() {
		spec := engine.HistogramSpec{Chains: []engine.ChainID{k.chain}, ToNS: max(k.ns, k.ns+1), Columns: 1}
		rpc.Call(h.page.client, rpc.Histogram, spec, openOptions{}, answer)
		return nil
	}, h.found)
}

// found selects the entry that was looked for.
func (h *Playhead) found() {
	chain, counts := h.seeking.Asked().chain, h.seeking.Last()
	if counts == nil || h.page.Sources.Chains[chain] == nil {
		return
	}
	h.reaching = h.Play.On
	h.reach(chain, max(0, entriesIn(counts)-1))
	h.reaching = false
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
func (h *Playhead) reach(chain engine.ChainID, position int) {
	if chain == h.page.Selection.Chain && position == h.page.Selection.Position {
		return
	}
	pane := h.page.Pane
	h.page.Shown.center = true
	if chain == h.page.Selection.Chain {
		h.page.Selection.SelectEntry(position)
	} else {
		h.page.Selection.Jump(chain, position)
	}
	h.page.Pane = pane
}

// release has the playhead follow the selection again.
func (h *Playhead) release() {
	h.held = false
	h.followSelection()
	h.page.Table.showSelected()
}

// followSelection moves the playhead to the selected entry.
func (h *Playhead) followSelection() {
	if h.page.Selection.Info() == nil || h.page.Selection.Position < 0 {
		h.Known = false
		h.page.Axis.Rev++
		return
	}
	if h.held || h.reaching {
		return
	}
	h.at.request(rpc.RowsRequest{Chain: h.page.Selection.Chain, First: h.page.Selection.Position, Count: 1}, of(h.page, rpc.Rows), func() {
		page := h.at.Current()
		if page == nil || len(page.Rows) == 0 || h.held {
			return
		}
		if ns, ok := view.RowNS(&page.Rows[0]); ok {
			h.NS, h.Known = ns, true
			h.page.Axis.Rev++
		}
	})
}

// Leap moves the playhead by a share of the span shown, and by one entry at
// least.
func (h *Playhead) Leap(share float64) {
	t := &h.page.Axis
	if !h.Known {
		return
	}
	step := 1
	if share < 0 {
		step = -1
	}
	before := h.page.Selection.Position
	ns := t.Scale.NS(t.Scale.X(h.NS) + share*t.Scale.WidthPX)
	spec := engine.HistogramSpec{Chains: []engine.ChainID{h.page.Selection.Chain}, ToNS: max(ns, ns+1), Columns: 1}
	chain := h.page.Selection.Chain
	rpc.Call(h.page.client, rpc.Histogram, spec, openOptions{}, func(counts engine.Histogram, err error) {
		if err != nil || chain != h.page.Selection.Chain {
			return
		}
		position := max(0, entriesIn(&counts)-1)
		if position == before {
			position += step
		}
		h.reach(chain, position)
	})
}

// play moves the playhead by itself.
type play struct {
	On bool
	// Speed is how many times faster than it was time passes.
	Speed int
	// run tells the ticks of this run from those of one before.
	run  turn
	last time.Time
	// after calls a function later.
	after func(time.Duration, func())
}

// PlaySpeeds are the speeds to choose from.
var PlaySpeeds = [...]int{1, 10, 100, 1000}

// playTick is the time between two steps.
const playTick = 50 * time.Millisecond

// TogglePlay starts or stops.
func (h *Playhead) TogglePlay() {
	p := &h.Play
	h.page.Axis.Rev++
	if p.On {
		h.stopPlay()
		return
	}
	if h.page.Selection.Info() == nil || !h.Known {
		return
	}
	p.On, p.last = true, time.Now()
	h.chain = h.page.Selection.Chain
	h.playOn(p.run.next())
}

// stopPlay stops at the entry that was reached.
func (h *Playhead) stopPlay() {
	h.Play.On = false
	h.page.Axis.Rev++
	h.followSelection()
	h.page.Table.showSelected()
}

func (h *Playhead) playOn(lasts func() bool) {
	p := &h.Play
	p.after(playTick, func() {
		h.page.dispatch(func() {
			if !p.On || !lasts() {
				return
			}
			now := time.Now()
			h.advance(now.Sub(p.last))
			p.last = now
			if p.On {
				h.playOn(lasts)
			}
		})
	})
}

// advance moves the playhead by what passes in some real time. It stops at the
// end of everything.
func (h *Playhead) advance(passed time.Duration) {
	t := &h.page.Axis
	if h.held {
		return // by a hand, which goes first
	}
	h.chain = h.page.Selection.Chain
	h.moveTo(h.NS + uint64(max(passed, 0))*uint64(h.Play.Speed))
	if !t.Scale.Contains(h.NS) {
		h.page.Axis.show(t.Scale.Reveal(h.NS, t.Whole))
	}
	if h.NS >= t.Whole.ToNS {
		h.stopPlay()
	}
}

// SetSpeed chooses how fast to play.
func (h *Playhead) SetSpeed(speed int) {
	h.Play.Speed = speed
	h.page.Axis.Rev++
}

// GoToTime moves the playhead of the selected chain.
func (h *Playhead) GoToTime(ns uint64) {
	h.hold(h.page.Selection.Chain)
	h.moveTo(ns)
	h.release()
}
