package ui

import (
	"math"
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
	shown    shown
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
	s.chain = all[pick].ID
	if !s.isShown(s.chain) && !s.shown.all {
		s.shown.picked = append(s.shown.picked, s.chain)
	}
	s.reselect()
}

// selectChain shows another chain, and it alone, where it was left.
func (s *store) selectChain(id engine.ChainID) {
	if s.chains[id] == nil || id == s.chain && !s.mixed() {
		return
	}
	s.pushPlace()
	s.shown.all, s.shown.picked, s.shown.wanted = false, []engine.ChainID{id}, nil
	s.setChain(id)
	s.reselect()
}

// setChain makes a chain the one of the selected entry.
func (s *store) setChain(id engine.ChainID) {
	if id == s.chain {
		return
	}
	if s.info() != nil {
		s.left[s.chain] = s.position
	}
	s.chain, s.position = id, -1
	s.axisChanged()
	s.rev.sources++
	s.rev.header++
}

// reselect shows the selected chain from scratch.
func (s *store) reselect() {
	s.position = -1
	s.rows.forget()
	s.detail.forget()
	s.state.forget()
	s.touchAll()
	s.shown.center = true
	s.selectEntry(max(0, s.left[s.chain]))
	s.reshow()
}

// deselect shows no chain.
func (s *store) deselect() {
	s.chain, s.position = 0, -1
	s.detail.forget()
	s.state.forget()
	s.touchAll()
}

// selectEntry selects an entry of the selected chain and brings it in sight. A
// position past the end selects the last entry.
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
	s.selectAt(s.chain, position)
	s.left[s.chain] = max(wished, position)
	s.followTable()
}

// selectAt selects an entry of a chain that is shown, without moving the table.
func (s *store) selectAt(chain engine.ChainID, position int) {
	s.setChain(chain)
	s.position = position
	s.left[chain] = position
	s.rev.table++
	s.rev.details++
	s.askDetails()
	s.followSelection()
	s.keepPlace()
}

// jump selects an entry that was not next to the last one, with its neighbours.
// A chain that is not in the table takes its place.
func (s *store) jump(chain engine.ChainID, position int) {
	if s.chains[chain] == nil {
		return
	}
	if s.isShown(chain) {
		s.setChain(chain)
	} else {
		s.left[chain] = position
		s.selectChain(chain)
	}
	s.shown.center = true
	s.rev.table++
	s.selectEntry(position)
	s.pane = paneRecords
}

// move selects the entry some rows further on.
func (s *store) move(rows int) {
	r := &s.rows
	if r.table == 0 {
		s.selectEntry(s.position + rows)
		return
	}
	if !r.exact && rows > 0 {
		rows-- // the row is the next one already
	}
	s.selectRow(r.selected + rows)
}

// moveToEnd selects the first or last row.
func (s *store) moveToEnd(last bool) {
	switch {
	case !last:
		s.selectRow(0)
	case s.rows.table == 0:
		s.selectEntry(math.MaxInt) // which follows a chain that grows
	default:
		s.selectRow(s.rows.scroller.Rows - 1)
	}
}

// shownGrew takes notice of new entries in the chains shown.
func (s *store) shownGrew() {
	if s.tab == tabSnapshot {
		s.rev.details++ // it says of how many
	}
	s.rev.header++
	s.reshow()
	info := s.info()
	if info == nil {
		return
	}
	if wished := s.left[s.chain]; s.position < wished && s.position < info.Indexed-1 {
		s.selectEntry(wished)
	}
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
	s.askTab()
	if s.info() == nil || s.position < 0 {
		return
	}
	changed := func() { s.rev.details++ }
	switch s.tab {
	case tabRecord:
		s.detail.want(s, rpc.PositionRequest{Chain: s.chain, Position: s.position}, changed)
	case tabSnapshot:
		s.askState(changed)
	}
}

// readPlace reads a fragment, and says what cannot be read of it.
func (s *store) readPlace(fragment string) view.Place {
	place, said := view.ReadPlace(fragment)
	if said != "" {
		s.addressProblem("The address is not read whole", said)
	}
	return place
}

// addressProblem adds a card about the address of the page.
func (s *store) addressProblem(title, detail string) {
	s.cards = view.AddProblem(s.cards, engine.Problem{Severity: engine.SeverityWarning, Title: title, Detail: detail})
	s.rev.cards++
}

// restorePlace takes over what a URL fragment says.
func (s *store) restorePlace(fragment string) {
	s.place = s.readPlace(fragment)
	s.takeZone(s.place.Zone)
	s.restoreTable(s.place.Table)
	s.restoreAxis(s.place.Time)
	s.tab = s.restoreTab(s.place.Tab)
	s.restoreFindings(s.place)
}

// keepPlace puts what is shown into the URL fragment.
func (s *store) keepPlace() {
	if s.info() != nil {
		browser.SetFragment(s.currentPlace().Encode())
	}
}

// currentPlace is what is shown, the zero place if nothing is.
func (s *store) currentPlace() view.Place {
	info := s.info()
	if info == nil {
		return view.Place{}
	}
	place := view.Place{Node: info.Node, Channel: info.Channel, Position: s.position, Zone: s.zones.name, Table: s.tablePlace(), Time: s.axisPlace()}
	place.Tab = s.tabText()
	place.Scope, place.Rules = string(s.insights.scope), s.insights.rules.Encode()
	return place
}
