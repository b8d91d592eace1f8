package page

import (
	"fmt"
	"slices"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// Shown is what the table is meant to show: which chains, in what order, and
// what a query keeps of them. What it does show until the engine has answered is
// in [Table].
//
// One chain without a query needs no table of the engine: its rows are its
// entries, and they are there while the chain is still being read. Everything
// else is a table, searched anew when the chains grow.
type Shown struct {
	page *Page
	Rev  uint64
	// all shows every open chain, picked are the chains shown otherwise.
	all    bool
	picked []engine.ChainID
	// requested are chains that the URL asked for and that are not open yet.
	requested []view.ChainName
	// Order is what several chains are merged by; Corrected makes up for record
	// clocks that are off.
	Order     engine.Order
	Corrected bool
	Query     string

	// Base is everything in these chains, Found what the query keeps.
	Base, Found search
	// placing has a table shown with the selected entry in its place.
	placing Newest[placing, engine.Place]
	// center and follow are due as soon as the row of the selected entry is known:
	// to have it in the middle, or just in sight.
	center, follow bool

	Clocks clocks
}

// clocks are the measured record clocks of the nodes.
type clocks struct {
	Offsets []insight.ClockOffset
	// stamp tells what the measure is of.
	stamp string
}

// Chains are the chains of the table, in the order they are listed.
func (s *Shown) Chains() []*engine.ChainInfo {
	if s.all {
		return s.page.Sources.AllChains()
	}
	var chains []*engine.ChainInfo
	for _, c := range s.page.Sources.AllChains() {
		if slices.Contains(s.picked, c.ID) {
			chains = append(chains, c)
		}
	}
	return chains
}

// Has reports whether the table has the entries of a chain.
func (s *Shown) Has(id engine.ChainID) bool {
	return s.page.Sources.Chains[id] != nil && (s.all || slices.Contains(s.picked, id))
}

// Mixed reports whether the table has several chains.
func (s *Shown) Mixed() bool { return len(s.Chains()) > 1 }

// plain reports whether the table is to be a chain's own rows.
func (s *Shown) plain() bool { return s.Query == "" && !s.Mixed() }

// Pick shows these chains. The selected entry stays if its chain is among them.
func (s *Shown) Pick(all bool, chains ...engine.ChainID) {
	s.page.Address.push()
	s.all, s.picked, s.requested = all, chains, nil
	s.page.Rev.Sources++
	s.page.Rev.Header++
	if !s.Has(s.page.Selection.Chain) {
		if first := s.Chains(); len(first) > 0 {
			s.page.Selection.setChain(first[0].ID)
			s.page.Selection.Position = min(max(0, s.page.Selection.left[s.page.Selection.Chain]), first[0].Indexed-1)
		}
	}
	s.center = true
	s.refresh()
	s.page.Details.ask()
	s.page.Address.keep()
}

// Toggle adds a chain to those shown, or takes it away.
func (s *Shown) Toggle(id engine.ChainID) {
	var next []engine.ChainID
	for _, c := range s.Chains() {
		if c.ID != id {
			next = append(next, c.ID)
		}
	}
	if !s.Has(id) {
		next = append(next, id)
	}
	if len(next) > 0 {
		s.Pick(false, next...)
	}
}

// PickNode shows all chains of a node.
func (s *Shown) PickNode(chains []*engine.ChainInfo) {
	ids := make([]engine.ChainID, len(chains))
	for i, c := range chains {
		ids[i] = c.ID
	}
	s.Pick(false, ids...)
}

// SetOrder merges chains by another clock.
func (s *Shown) SetOrder(order engine.Order, corrected bool) {
	s.page.Address.push()
	s.Order, s.Corrected = order, corrected
	s.page.Rev.Header++
	s.center = true
	s.refresh()
	s.page.Address.keep()
}

// setQuery filters the table.
func (s *Shown) setQuery(text string) {
	if text == s.Query {
		return
	}
	s.Query = text
	s.center = true
	s.refresh()
	s.page.Address.keep()
}

// showRequested shows the chains among those open that the URL asked for.
func (s *Shown) showRequested() {
	if len(s.requested) == 0 {
		return
	}
	for _, c := range s.page.Sources.AllChains() {
		name := view.ChainName{Node: c.Node, Channel: c.Channel}
		i := slices.Index(s.requested, name)
		if i < 0 {
			continue
		}
		s.requested = slices.Delete(s.requested, i, i+1)
		if !slices.Contains(s.picked, c.ID) {
			s.picked = append(s.picked, c.ID)
		}
	}
}

// shiftMS is what is added to the times of nodes. The append times are what the
// record clocks are held against, so only the latter are corrected.
func (s *Shown) shiftMS() map[string]int64 {
	if !s.Corrected || s.Order != engine.OrderRecorded || !s.Mixed() {
		return nil
	}
	shift := map[string]int64{}
	for _, o := range s.SkewedClocks() {
		const nanosPerMilli = 1_000_000
		shift[o.Node] = -o.MedianNS / nanosPerMilli
	}
	return shift
}

// SkewedClocks are the nodes whose record clock is off.
func (s *Shown) SkewedClocks() []insight.ClockOffset {
	var skewed []insight.ClockOffset
	for _, o := range s.Clocks.Offsets {
		if o.Skewed {
			skewed = append(skewed, o)
		}
	}
	return skewed
}

// askClocks measures the clocks once everything has been read, for a table of
// several chains.
func (s *Shown) askClocks() {
	if len(s.page.Sources.Loads) > 0 || !s.Mixed() {
		return
	}
	stamp := s.stampOf(s.page.Sources.AllChains())
	if s.Clocks.stamp == stamp {
		return
	}
	s.Clocks.stamp = stamp
	rpc.Call(s.page.client, rpc.ClockOffsets, rpc.Nothing{}, openOptions{},
		func(answer rpc.ClockOffsetsResponse, err error) {
			if err != nil {
				s.page.Notice.fail("The clocks could not be measured", err)
				return
			}
			s.Clocks.Offsets = answer.Offsets
			s.page.Rev.Header++
			if s.shiftMS() != nil {
				s.refresh()
			}
		})
}

// stampOf changes when chains grow or are read as something else.
func (s *Shown) stampOf(chains []*engine.ChainInfo) string {
	stamp := []byte{}
	for _, c := range chains {
		stamp = fmt.Appendf(stamp, "%d.%d.%d ", c.ID, c.Kind, c.Indexed)
	}
	return string(stamp)
}

// refresh has the table show what it is meant to. It may be called whenever
// something has changed that could matter.
func (s *Shown) refresh() {
	chains := s.Chains()
	s.Rev++
	s.page.Rev.Table++
	s.page.Facets.changed()
	if len(chains) == 0 {
		s.Base.drop()
		s.Found.drop()
		return
	}
	if s.plain() {
		s.page.Table.showPlain(chains[0])
	}
	stamp := s.stampOf(chains)
	s.Base.request(s.page, s.spec(""), stamp)
	if s.Query == "" {
		s.Found.drop()
	} else {
		s.Found.request(s.page, s.spec(s.Query), stamp)
	}
	s.askClocks()
	s.page.Axis.askCounts()
}

// spec describes the table of the chains shown.
func (s *Shown) spec(query string) engine.TableSpec {
	spec := engine.TableSpec{Query: query, Order: s.Order, ShiftMS: s.shiftMS(), Zone: s.page.Zones.Name}
	for _, c := range s.Chains() {
		spec.Chains = append(spec.Chains, c.ID)
	}
	return spec
}

// Active is the search whose table is to be shown.
func (s *Shown) Active() *search {
	if s.Query == "" {
		return &s.Base
	}
	return &s.Found
}

// tableID is the engine's table of what is shown, 0 until there is one.
func (s *Shown) tableID() engine.TableID { return s.Active().Table.ID }

// place is what of the table goes into the URL fragment.
func (s *Shown) place() view.TablePlace {
	p := view.TablePlace{
		Query:     s.Query,
		ByRecord:  s.Order == engine.OrderRecorded,
		Corrected: s.Corrected,
	}
	chains := s.Chains()
	switch {
	case s.all:
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

// restore takes over what a URL fragment says of the table.
func (s *Shown) restore(p view.TablePlace) {
	s.Query = p.Query
	s.Corrected = p.Corrected
	s.Order = engine.OrderAppended
	if p.ByRecord {
		s.Order = engine.OrderRecorded
	}
	s.all, s.requested = p.Chains == view.AllNames, nil
	if p.Chains != "" && !s.all {
		s.requested = view.SplitNames(p.Chains)
	}
	s.page.Filter.Text = p.Query
	s.page.host.Field(FilterID).SetText(p.Query)
}

// filterTable is the table whose rows are counted beside all entries, 0 if
// nothing is filtered. rows is how many it has.
func (s *Shown) filterTable() (id engine.TableID, rows int) {
	f := &s.Found
	if s.Query == "" || !f.exists() {
		return 0, 0
	}
	return f.Table.ID, f.Table.Rows
}

// Narrowed reports whether the table shows less than everything.
func (s *Shown) Narrowed() bool {
	return s.Query != "" || len(s.Chains()) < len(s.page.Sources.AllChains())
}
