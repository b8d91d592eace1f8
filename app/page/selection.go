package page

import (
	"math"
	"slices"

	"chainglass/app/engine"
	"chainglass/app/view"
	"chainglass/wire"
)

// Selection is the selected chain and entry.
type Selection struct {
	page *Page
	// Chain is 0 while none is selected, Position -1 while no entry is.
	Chain    engine.ChainID
	Position int
	// left are the positions of chains that were looked at before.
	left map[engine.ChainID]int
}

func newSelection(p *Page) Selection {
	return Selection{page: p, Position: -1, left: map[engine.ChainID]int{}}
}

// Info describes the selected chain; it is nil if there is none.
func (s *Selection) Info() *engine.ChainInfo { return s.page.Sources.Chains[s.Chain] }

// selectFirst selects a chain if none is: the one the URL names, or else the
// first action chain, or else the first.
func (s *Selection) selectFirst() {
	if s.Info() != nil {
		return
	}
	all := s.page.Sources.AllChains()
	if len(all) == 0 {
		return
	}
	pick := slices.IndexFunc(all, func(c *engine.ChainInfo) bool {
		return c.Channel == s.page.Address.requested.Channel && c.Node == s.page.Address.requested.Node && c.Channel != ""
	})
	if pick >= 0 {
		s.left[all[pick].ID] = s.page.Address.requested.Position
		s.page.Address.requested = view.Place{}
	} else {
		pick = max(0, slices.IndexFunc(all, func(c *engine.ChainInfo) bool { return c.Kind == wire.ChainAction }))
	}
	s.Chain = all[pick].ID
	if !s.page.Shown.Has(s.Chain) && !s.page.Shown.all {
		s.page.Shown.picked = append(s.page.Shown.picked, s.Chain)
	}
	s.reselect()
}

// SelectChain shows another chain, and it alone, where it was left.
func (s *Selection) SelectChain(id engine.ChainID) {
	if s.page.Sources.Chains[id] == nil || id == s.Chain && !s.page.Shown.Mixed() {
		return
	}
	s.page.Address.push()
	s.page.Shown.all, s.page.Shown.picked, s.page.Shown.requested = false, []engine.ChainID{id}, nil
	s.setChain(id)
	s.reselect()
}

// setChain makes a chain the one of the selected entry.
func (s *Selection) setChain(id engine.ChainID) {
	if id == s.Chain {
		return
	}
	if s.Info() != nil {
		s.left[s.Chain] = s.Position
	}
	s.Chain, s.Position = id, -1
	s.page.Axis.changed()
	s.page.Rev.Sources++
	s.page.Rev.Header++
}

// reselect shows the selected chain from scratch.
func (s *Selection) reselect() {
	s.Position = -1
	s.page.Table.forget()
	s.page.Details.Detail.forget()
	s.page.States.State.forget()
	s.page.touchAll()
	s.page.Shown.center = true
	s.SelectEntry(max(0, s.left[s.Chain]))
	s.page.Shown.refresh()
}

// deselect shows no chain.
func (s *Selection) deselect() {
	s.Chain, s.Position = 0, -1
	s.page.Details.Detail.forget()
	s.page.States.State.forget()
	s.page.touchAll()
}

// SelectEntry selects an entry of the selected chain and brings it in sight. A
// position past the end selects the last entry.
func (s *Selection) SelectEntry(position int) {
	info := s.Info()
	if info == nil {
		return
	}
	wished := position
	position = min(max(0, position), info.Indexed-1)
	s.left[s.Chain] = max(wished, position)
	if position == s.Position {
		return
	}
	s.selectAt(s.Chain, position)
	s.left[s.Chain] = max(wished, position)
	s.page.Table.follow()
}

// selectAt selects an entry of a chain that is shown, without moving the table.
func (s *Selection) selectAt(chain engine.ChainID, position int) {
	s.setChain(chain)
	s.Position = position
	s.left[chain] = position
	s.page.Rev.Table++
	s.page.Rev.Details++
	s.page.Details.ask()
	s.page.Playhead.followSelection()
	s.page.Address.keep()
}

// Jump selects an entry that was not next to the last one, with its neighbours.
// A chain that is not in the table takes its place.
func (s *Selection) Jump(chain engine.ChainID, position int) {
	if s.page.Sources.Chains[chain] == nil {
		return
	}
	if s.page.Shown.Has(chain) {
		s.setChain(chain)
	} else {
		s.left[chain] = position
		s.SelectChain(chain)
	}
	s.page.Shown.center = true
	s.page.Rev.Table++
	s.SelectEntry(position)
	s.page.Pane = PaneRecords
}

// Move selects the entry some rows further on.
func (s *Selection) Move(rows int) {
	r := &s.page.Table
	if r.ID == 0 {
		s.SelectEntry(s.Position + rows)
		return
	}
	if !r.exact && rows > 0 {
		rows-- // the row is the next one already
	}
	s.page.Table.SelectRow(r.selected + rows)
}

// moveToEnd selects the first or last row.
func (s *Selection) moveToEnd(last bool) {
	switch {
	case !last:
		s.page.Table.SelectRow(0)
	case s.page.Table.ID == 0:
		s.SelectEntry(math.MaxInt) // which follows a chain that grows
	default:
		s.page.Table.SelectRow(s.page.Table.Scroller.Rows - 1)
	}
}

// shownGrew takes notice of new entries in the chains shown.
func (s *Selection) shownGrew() {
	if s.page.Details.Tab == TabSnapshot {
		s.page.Rev.Details++ // it says of how many
	}
	s.page.Rev.Header++
	s.page.Shown.refresh()
	info := s.Info()
	if info == nil {
		return
	}
	if wished := s.left[s.Chain]; s.Position < wished && s.Position < info.Indexed-1 {
		s.SelectEntry(wished)
	}
}

// moveChain selects the chain some places further down the list.
func (s *Selection) moveChain(places int) {
	all := s.page.Sources.AllChains()
	i := slices.IndexFunc(all, func(c *engine.ChainInfo) bool { return c.ID == s.Chain })
	if i < 0 {
		return
	}
	s.SelectChain(all[min(max(0, i+places), len(all)-1)].ID)
}
