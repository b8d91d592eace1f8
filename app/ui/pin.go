package ui

import (
	"slices"

	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// pin is the state called A, to which the one at the playhead is compared.
type pin struct {
	set bool
	// at is the state: a chain and how many of its entries have been applied.
	at engine.At
	// ns is when that was.
	ns uint64
	// changes shows what changed since A instead of the state at the playhead.
	changes bool
	// everywhere shows that of all nodes.
	everywhere bool
	// wanted is what the URL asked for, until its chain is there.
	wanted view.TimePlace
	diff   lane[rpc.DiffStatesRequest, engine.StateDiff]
}

func newPin() pin {
	return pin{diff: lane[rpc.DiffStatesRequest, engine.StateDiff]{method: rpc.DiffStates}}
}

// pinHead pins the state at the playhead and shows what changes from there on.
func (s *store) pinHead() {
	t := &s.time
	if s.info() == nil || s.position < 0 {
		return
	}
	s.pushPlace()
	t.pinned.wanted, t.pinned.changes = view.TimePlace{}, true
	t.pinned.ns = t.head.ns
	s.pinAt(engine.At{Chain: s.chain, Position: s.position + 1})
	t.rev++
	s.selectTab(tabSnapshot)
	s.tell("A is pinned: move the playhead to see what changes")
}

// unpin forgets A.
func (s *store) unpin() {
	s.time.pinned = newPin()
	s.time.rev++
	s.rev.details++
	s.askDetails()
	s.keepPlace()
}

// showChanges chooses between the state and what changed since A, on its node or
// on all.
func (s *store) showChanges(changes, everywhere bool) {
	s.time.pinned.changes, s.time.pinned.everywhere = changes, everywhere
	s.rev.details++
	s.askDetails()
	s.keepPlace()
}

// pinFits reports whether A is a state of the selected chain's node.
func (s *store) pinFits() bool {
	at, info := s.chains[s.time.pinned.at.Chain], s.info()
	return s.time.pinned.set && at != nil && info != nil && at.Node == info.Node && at.Source == info.Source
}

// askState asks for what the snapshot tab shows.
func (s *store) askState(changed func()) {
	p := &s.time.pinned
	if p.changes && s.pinFits() {
		b := engine.At{Chain: s.chain, Position: s.position + 1}
		p.diff.want(s, rpc.DiffStatesRequest{A: p.at, B: b, Everywhere: p.everywhere}, changed)
		return
	}
	s.state.want(s, rpc.PositionRequest{Chain: s.chain, Position: s.position + 1}, changed)
}

// pinPlace is what of the pin is kept in the URL.
func (s *store) pinPlace() view.TimePlace {
	p := &s.time.pinned
	at := s.chains[p.at.Chain]
	if !p.set || at == nil {
		place := p.wanted
		place.Shown = view.Span{}
		return place
	}
	return view.TimePlace{PinNode: at.Node, PinChannel: at.Channel, PinPosition: p.at.Position, Changes: p.changes, Everywhere: p.everywhere}
}

// restorePin remembers what the URL asks for.
func (s *store) restorePin(place view.TimePlace) {
	s.time.pinned = newPin()
	s.time.pinned.wanted, s.time.pinned.changes, s.time.pinned.everywhere = place, place.Changes, place.Everywhere
	s.findPin()
}

// findPin pins what the URL asked for once its chain has come that far, and
// forgets a pin whose chain is gone.
func (s *store) findPin() {
	p := &s.time.pinned
	if p.set && s.chains[p.at.Chain] == nil {
		*p = newPin()
		return
	}
	place := p.wanted
	if place.PinChannel == "" {
		return
	}
	all := s.allChains()
	i := slices.IndexFunc(all, func(c *engine.ChainInfo) bool {
		return c.Node == place.PinNode && c.Channel == place.PinChannel && c.Indexed >= place.PinPosition
	})
	if i < 0 {
		return
	}
	p.wanted = view.TimePlace{}
	s.pinAt(engine.At{Chain: all[i].ID, Position: place.PinPosition})
	s.rev.details++
	s.askDetails()
}

// pinAt makes a state A. When that was is known once the engine has told.
func (s *store) pinAt(at engine.At) {
	p := &s.time.pinned
	p.set, p.at = true, at
	rpc.Call(s.client, rpc.Rows, rpc.RowsRequest{Chain: at.Chain, First: max(0, at.Position-1), Count: 1}, openOptions{},
		func(page engine.RowPage, err error) {
			if err != nil || len(page.Rows) == 0 || p.at != at {
				return
			}
			if ns, ok := view.RowNS(&page.Rows[0]); ok {
				p.ns = ns
				s.time.rev++
			}
		})
}

// jumpToPin selects the entry after which A is.
func (s *store) jumpToPin() {
	if at := s.time.pinned.at; s.chains[at.Chain] != nil {
		s.reach(at.Chain, max(0, at.Position-1))
	}
}
