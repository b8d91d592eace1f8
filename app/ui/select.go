package ui

import (
	"slices"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/view"
	"chainglass/wire"
)

// tab is a tab of the right panel.
type tab string

const (
	tabRecord   tab = "record"
	tabSnapshot tab = "snapshot"
	tabFindings tab = "findings"
)

// selection is the selected chain and entry, and what is known of them.
type selection struct {
	// chain is 0 while none is selected, position -1 while no entry is.
	chain    engine.ChainID
	position int
	tab      tab
	// left are the positions of chains that were looked at before.
	left map[engine.ChainID]int
	// place is what the URL asked for, until its chain is there.
	place view.Place

	rows     rows
	detail   lane[rpc.PositionRequest, engine.Detail]
	state    lane[rpc.PositionRequest, engine.State]
	findings findings
}

func newSelection() selection {
	return selection{
		position: -1,
		tab:      tabRecord,
		left:     map[engine.ChainID]int{},
		detail:   lane[rpc.PositionRequest, engine.Detail]{method: rpc.Detail},
		state:    lane[rpc.PositionRequest, engine.State]{method: rpc.State},
		findings: newFindings(),
	}
}

// info describes the selected chain; it is nil if there is none.
func (s *store) info() *engine.ChainInfo { return s.chains[s.chain] }

// selectFirst selects a chain if none is: the one the URL names, or else the
// first action chain, or else the first.
func (s *store) selectFirst() {
	if s.info() != nil {
		return
	}
	all := s.allChains()
	if len(all) == 0 {
		return
	}
	pick := slices.IndexFunc(all, func(c *engine.ChainInfo) bool {
		return c.Channel == s.place.Channel && c.Node == s.place.Node && c.Channel != ""
	})
	if pick >= 0 {
		s.left[all[pick].ID] = s.place.Position
		s.place = view.Place{}
	} else {
		pick = max(0, slices.IndexFunc(all, func(c *engine.ChainInfo) bool { return c.Kind == wire.ChainAction }))
	}
	s.selectChain(all[pick].ID)
}

// selectChain shows another chain where it was left.
func (s *store) selectChain(id engine.ChainID) {
	if id == s.chain || s.chains[id] == nil {
		return
	}
	if s.info() != nil {
		s.left[s.chain] = s.position
	}
	s.chain = id
	s.reselect()
}

// reselect shows the selected chain from scratch.
func (s *store) reselect() {
	s.position = -1
	s.rows.show(s.info(), s.zone())
	s.detail.forget()
	s.state.forget()
	s.touchAll()
	s.selectEntry(max(0, s.left[s.chain]))
}

// deselect shows no chain.
func (s *store) deselect() {
	s.chain, s.position = 0, -1
	s.detail.forget()
	s.state.forget()
	s.touchAll()
}

// selectEntry selects an entry of the chain and brings it in sight. A position
// past the end selects the last entry.
func (s *store) selectEntry(position int) {
	info := s.info()
	if info == nil {
		return
	}
	wished := position
	position = min(max(0, position), info.Indexed-1)
	s.left[s.chain] = max(wished, position)
	if position == s.position {
		return
	}
	s.position = position
	s.rev.table++
	s.rev.details++
	s.rows.scroller.ShowRow(max(0, position))
	s.askRows()
	s.askDetails()
	s.keepPlace()
}

// jump selects an entry that was not next to the last one, with its neighbours.
func (s *store) jump(chain engine.ChainID, position int) {
	s.selectChain(chain)
	s.rows.scroller.CenterRow(position)
	s.rev.table++
	s.selectEntry(position)
	s.pane = paneRecords
}

// move selects the entry some rows further on.
func (s *store) move(entries int) { s.selectEntry(s.position + entries) }

// chainGrew takes notice of new entries of the selected chain.
func (s *store) chainGrew() {
	s.rev.header++
	s.rev.table++
	if s.tab == tabSnapshot {
		s.rev.details++ // it says of how many
	}
	info := s.info()
	s.rows.grow(info, s.zone())
	if wished := s.left[s.chain]; s.position < wished && s.position < info.Indexed-1 {
		s.selectEntry(wished)
	}
	s.askRows()
}

// selectTab opens a tab of the right panel.
func (s *store) selectTab(t tab) {
	s.tab = t
	s.rev.details++
	s.askDetails()
	s.keepPlace()
}

// askDetails asks for what the open tab shows.
func (s *store) askDetails() {
	info := s.info()
	if info == nil || s.position < 0 && s.tab != tabFindings {
		return
	}
	changed := func() { s.rev.details++ }
	switch s.tab {
	case tabRecord:
		s.detail.want(s, rpc.PositionRequest{Chain: s.chain, Position: s.position}, changed)
	case tabSnapshot:
		s.state.want(s, rpc.PositionRequest{Chain: s.chain, Position: s.position + 1}, changed)
	case tabFindings:
		s.askFindings()
	}
}

// restorePlace takes over what a URL fragment says.
func (s *store) restorePlace(fragment string) {
	s.place = view.ParsePlace(fragment)
	s.local = s.place.Local
	if t := tab(s.place.Tab); t == tabSnapshot || t == tabFindings {
		s.tab = t
	}
}

// keepPlace puts what is shown into the URL fragment.
func (s *store) keepPlace() {
	info := s.info()
	if info == nil {
		return
	}
	place := view.Place{Node: info.Node, Channel: info.Channel, Position: s.position, Local: s.local}
	if s.tab != tabRecord {
		place.Tab = string(s.tab)
	}
	browser.SetFragment(place.Encode())
}
