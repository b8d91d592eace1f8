package ui

import (
	"fmt"
	"slices"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// shown is what the table is meant to show: which chains, in what order, and
// what a query keeps of them. What it does show until the engine has answered is
// in rows.
//
// One chain without a query needs no table of the engine: its rows are its
// entries, and they are there while the chain is still being read. Everything
// else is a table, searched anew when the chains grow.
type shown struct {
	rev uint64
	// all shows every open chain, picked are the chains shown otherwise.
	all    bool
	picked []engine.ChainID
	// wanted are chains that the URL asked for and that are not open yet.
	wanted []view.ChainName
	// order is what several chains are merged by; corrected makes up for record
	// clocks that are off.
	order     engine.Order
	corrected bool
	query     string

	// base is everything in these chains, found what the query keeps.
	base, found search
	// placing has a table shown with the selected entry in its place.
	placing newest[placing]
	// center and follow are due as soon as the row of the selected entry is known:
	// to have it in the middle, or just in sight.
	center, follow bool

	clocks clocks
	filter filterState
	facets facetState
	steps  steps
}

// clocks are the measured record clocks of the nodes.
type clocks struct {
	offsets []insight.ClockOffset
	// stamp tells what the measure is of.
	stamp string
}

// shownChains are the chains of the table, in the order they are listed.
func (s *store) shownChains() []*engine.ChainInfo {
	if s.shown.all {
		return s.allChains()
	}
	var chains []*engine.ChainInfo
	for _, c := range s.allChains() {
		if slices.Contains(s.shown.picked, c.ID) {
			chains = append(chains, c)
		}
	}
	return chains
}

// isShown reports whether the table has the entries of a chain.
func (s *store) isShown(id engine.ChainID) bool {
	return s.chains[id] != nil && (s.shown.all || slices.Contains(s.shown.picked, id))
}

// mixed reports whether the table has several chains.
func (s *store) mixed() bool { return len(s.shownChains()) > 1 }

// plain reports whether the table is to be a chain's own rows.
func (s *store) plain() bool { return s.shown.query == "" && !s.mixed() }

// pick shows these chains. The selected entry stays if its chain is among them.
func (s *store) pick(all bool, chains ...engine.ChainID) {
	s.pushPlace()
	s.shown.all, s.shown.picked, s.shown.wanted = all, chains, nil
	s.rev.sources++
	s.rev.header++
	if !s.isShown(s.chain) {
		if first := s.shownChains(); len(first) > 0 {
			s.setChain(first[0].ID)
			s.position = min(max(0, s.left[s.chain]), first[0].Indexed-1)
		}
	}
	s.shown.center = true
	s.reshow()
	s.askDetails()
	s.keepPlace()
}

// toggleChain adds a chain to those shown, or takes it away.
func (s *store) toggleChain(id engine.ChainID) {
	var next []engine.ChainID
	for _, c := range s.shownChains() {
		if c.ID != id {
			next = append(next, c.ID)
		}
	}
	if !s.isShown(id) {
		next = append(next, id)
	}
	if len(next) > 0 {
		s.pick(false, next...)
	}
}

// pickNode shows all chains of a node.
func (s *store) pickNode(chains []*engine.ChainInfo) {
	ids := make([]engine.ChainID, len(chains))
	for i, c := range chains {
		ids[i] = c.ID
	}
	s.pick(false, ids...)
}

// setOrder merges chains by another clock.
func (s *store) setOrder(order engine.Order, corrected bool) {
	s.pushPlace()
	s.shown.order, s.shown.corrected = order, corrected
	s.rev.header++
	s.shown.center = true
	s.reshow()
	s.keepPlace()
}

// setQuery filters the table.
func (s *store) setQuery(text string) {
	if text == s.shown.query {
		return
	}
	s.shown.query = text
	s.shown.center = true
	s.reshow()
	s.keepPlace()
}

// takeWanted shows the chains among those open that the URL asked for.
func (s *store) takeWanted() {
	if len(s.shown.wanted) == 0 {
		return
	}
	for _, c := range s.allChains() {
		name := view.ChainName{Node: c.Node, Channel: c.Channel}
		i := slices.Index(s.shown.wanted, name)
		if i < 0 {
			continue
		}
		s.shown.wanted = slices.Delete(s.shown.wanted, i, i+1)
		if !slices.Contains(s.shown.picked, c.ID) {
			s.shown.picked = append(s.shown.picked, c.ID)
		}
	}
}

// shiftMS is what is added to the times of nodes. The append times are what the
// record clocks are held against, so only the latter are corrected.
func (s *store) shiftMS() map[string]int64 {
	if !s.shown.corrected || s.shown.order != engine.OrderRecorded || !s.mixed() {
		return nil
	}
	shift := map[string]int64{}
	for _, o := range s.skewedClocks() {
		const nanosPerMilli = 1_000_000
		shift[o.Node] = -o.MedianNS / nanosPerMilli
	}
	return shift
}

// skewedClocks are the nodes whose record clock is off.
func (s *store) skewedClocks() []insight.ClockOffset {
	var skewed []insight.ClockOffset
	for _, o := range s.shown.clocks.offsets {
		if o.Skewed {
			skewed = append(skewed, o)
		}
	}
	return skewed
}

// askClocks measures the clocks once everything has been read, for a table of
// several chains.
func (s *store) askClocks() {
	if len(s.loads) > 0 || !s.mixed() {
		return
	}
	stamp := s.stampOf(s.allChains())
	if s.shown.clocks.stamp == stamp {
		return
	}
	s.shown.clocks.stamp = stamp
	rpc.Call(s.client, rpc.ClockOffsets, rpc.Nothing{}, openOptions{},
		func(answer rpc.ClockOffsetsResponse, err error) {
			if err != nil {
				s.fail("The clocks could not be measured", err)
				return
			}
			s.shown.clocks.offsets = answer.Offsets
			s.rev.header++
			if s.shiftMS() != nil {
				s.reshow()
			}
		})
}

// stampOf changes when chains grow or are read as something else.
func (s *store) stampOf(chains []*engine.ChainInfo) string {
	stamp := []byte{}
	for _, c := range chains {
		stamp = fmt.Appendf(stamp, "%d.%d.%d ", c.ID, c.Kind, c.Indexed)
	}
	return string(stamp)
}

// reshow has the table show what it is meant to. It may be called whenever
// something has changed that could matter.
func (s *store) reshow() {
	chains := s.shownChains()
	s.shown.rev++
	s.rev.table++
	s.facetsChanged()
	if len(chains) == 0 {
		s.shown.base.drop()
		s.shown.found.drop()
		return
	}
	if s.plain() {
		s.showPlain(chains[0])
	}
	stamp := s.stampOf(chains)
	s.shown.base.want(s, s.spec(""), stamp)
	if s.shown.query == "" {
		s.shown.found.drop()
	} else {
		s.shown.found.want(s, s.spec(s.shown.query), stamp)
	}
	s.askClocks()
	s.askCounts()
}

// spec describes the table of the chains shown.
func (s *store) spec(query string) engine.TableSpec {
	spec := engine.TableSpec{Query: query, Order: s.shown.order, ShiftMS: s.shiftMS(), Zone: s.zones.name}
	for _, c := range s.shownChains() {
		spec.Chains = append(spec.Chains, c.ID)
	}
	return spec
}

// active is the search whose table is to be shown.
func (s *store) active() *search {
	if s.shown.query == "" {
		return &s.shown.base
	}
	return &s.shown.found
}

// tableID is the engine's table of what is shown, 0 until there is one.
func (s *store) tableID() engine.TableID { return s.active().table.ID }

// tablePlace is what of the table goes into the URL fragment.
func (s *store) tablePlace() view.TablePlace {
	p := view.TablePlace{
		Query:     s.shown.query,
		ByRecord:  s.shown.order == engine.OrderRecorded,
		Corrected: s.shown.corrected,
	}
	chains := s.shownChains()
	switch {
	case s.shown.all:
		p.Chains = view.AllNames
	case len(chains) > 1:
		names := make([]view.ChainName, len(chains))
		for i, c := range chains {
			names[i] = view.ChainName{Node: c.Node, Channel: c.Channel}
		}
		p.Chains = view.JoinNames(names)
	}
	return p
}

// restoreTable takes over what a URL fragment says of the table.
func (s *store) restoreTable(p view.TablePlace) {
	s.shown.query = p.Query
	s.shown.corrected = p.Corrected
	s.shown.order = engine.OrderAppended
	if p.ByRecord {
		s.shown.order = engine.OrderRecorded
	}
	s.shown.all, s.shown.wanted = p.Chains == view.AllNames, nil
	if p.Chains != "" && !s.shown.all {
		s.shown.wanted = view.SplitNames(p.Chains)
	}
	s.shown.filter.text = p.Query
	browser.ElementByID(filterID).SetText(p.Query)
}
