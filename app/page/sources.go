package page

import (
	"cmp"
	"slices"
	"time"

	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/view"
	"chainglass/wire"
)

// Sources is what is open, what is being opened, and what could not be.
type Sources struct {
	page *Page
	// Dragging is true while files are dragged over the page, Walking is how many files
	// of a drop have been found so far.
	Dragging bool
	Walking  int

	List   []*Source
	Chains map[engine.ChainID]*engine.ChainInfo
	Loads  []*Load
	// endSetKind ends the reading of chains as another kind that is under way.
	endSetKind map[engine.ChainID]func()
	// Groups are the groups of chains that show them.
	Groups map[view.GroupKey]*OpenGroup
	// takenAt is when chains that were coming were last taken, placedAt when they were last
	// placed on the axis.
	takenAt, placedAt time.Time
	// Cards are the problems not dismissed yet.
	Cards []view.ProblemGroup
}

func newSources(p *Page) Sources {
	return Sources{
		page:       p,
		Chains:     map[engine.ChainID]*engine.ChainInfo{},
		endSetKind: map[engine.ChainID]func(){},
		Groups:     map[view.GroupKey]*OpenGroup{},
	}
}

// Source is one thing that was opened and is still open.
type Source struct {
	ID     engine.SourceID
	Label  string
	Chains []*engine.ChainInfo // in the order of their numbers
}

// add adds the present state of a chain in its place.
func (s *Source) add(info *engine.ChainInfo) {
	i, found := slices.BinarySearchFunc(s.Chains, info.ID, func(c *engine.ChainInfo, id engine.ChainID) int { return cmp.Compare(c.ID, id) })
	if !found {
		s.Chains = slices.Insert(s.Chains, i, info)
	}
	s.Chains[i] = info
}

// AllChains lists the open chains in the order they are shown.
func (s *Sources) AllChains() []*engine.ChainInfo {
	var all []*engine.ChainInfo
	for _, source := range s.List {
		all = append(all, source.Chains...)
	}
	return all
}

// Empty reports whether there is nothing to show but how to open something.
func (s *Sources) Empty() bool { return len(s.Chains) == 0 }

// FirstDayMS is the time whose day stands for times without one.
func (s *Sources) FirstDayMS() uint64 {
	return view.MixRange(s.AllChains()).FirstMS.Value
}

// Close forgets a source, and what is being read of it.
func (s *Sources) Close(id engine.SourceID) {
	i := slices.IndexFunc(s.List, func(o *Source) bool { return o.ID == id })
	if i < 0 {
		return
	}
	for _, l := range s.Loads {
		if l.source == id {
			s.CancelLoad(l)
		}
	}
	s.page.Following.closed(s.List[i])
	for _, c := range s.List[i].Chains {
		delete(s.Chains, c.ID)
		if c.ID == s.page.Selection.Chain {
			s.page.Selection.deselect()
		}
	}
	s.List = slices.Delete(s.List, i, i+1)
	s.page.Rev.Sources++
	s.page.Rev.Details++
	rpc.Call(s.page.client, rpc.Close, rpc.CloseRequest{Source: id}, openOptions{}, func(_ rpc.Nothing, err error) {
		if err != nil {
			s.page.Notice.fail("Closing failed", err)
		}
		s.page.chainsChanged()
	})
	s.closed()
	s.page.Axis.chainsChanged()
}

// forgetChain forgets one chain of a source.
func (s *Sources) forgetChain(of *Source, id engine.ChainID) {
	of.Chains = slices.DeleteFunc(of.Chains, func(c *engine.ChainInfo) bool { return c.ID == id })
	delete(s.Chains, id)
	if id == s.page.Selection.Chain {
		s.page.Selection.deselect()
	}
	s.closed()
}

// closed shows what is left.
func (s *Sources) closed() {
	s.page.Shown.picked = slices.DeleteFunc(s.page.Shown.picked, func(id engine.ChainID) bool { return s.Chains[id] == nil })
	if left := s.page.Shown.Chains(); s.page.Selection.Info() == nil && len(left) > 0 {
		s.page.Selection.Chain = left[0].ID
		s.page.Selection.reselect()
	}
	s.page.Selection.selectFirst()
	s.page.Shown.center = true
	s.page.Shown.refresh()
}

// SetKind reads the selected chain as another kind. A choice ends the one before it, if
// that is still under way.
func (s *Sources) SetKind(kind wire.ChainKind) {
	id := s.page.Selection.Chain
	if end := s.endSetKind[id]; end != nil {
		end()
	}
	ended := false
	cancel := rpc.Call(s.page.client, rpc.SetKind, rpc.SetKindRequest{Chain: id, Kind: kind}, openOptions{},
		func(info engine.ChainInfo, err error) {
			if ended {
				return
			}
			delete(s.endSetKind, id)
			// What was told of the chain before is of its other kind.
			for _, l := range s.Loads {
				l.coming = slices.DeleteFunc(l.coming, func(c engine.ChainInfo) bool { return c.ID == id })
			}
			if err != nil {
				s.page.Notice.fail("The chain could not be read as "+kind.String(), err)
				s.page.Rev.Header++
				return
			}
			if s.Chains[id] == nil {
				return // closed meanwhile
			}
			s.Chains[id] = &info
			if i := slices.IndexFunc(s.List, func(o *Source) bool { return o.ID == info.Source }); i >= 0 {
				s.List[i].add(&info)
			}
			s.page.Rev.Sources++
			s.page.Axis.chainsChanged()
			s.page.chainsChanged()
			if s.page.Selection.Chain == id {
				s.page.Selection.reselect()
			}
		})
	s.endSetKind[id] = func() { ended = true; cancel() }
}

// OpenGroup is a group of chains that shows them.
type OpenGroup struct{ TopPX float64 }

// ToggleGroup opens a group or closes it.
func (s *Sources) ToggleGroup(key view.GroupKey) {
	if s.Groups[key] != nil {
		delete(s.Groups, key)
	} else {
		s.Groups[key] = &OpenGroup{}
	}
	s.page.Rev.Sources++
}

func (s *Sources) addCard(p engine.Problem) {
	s.Cards = view.AddProblem(s.Cards, p)
	s.page.Rev.Cards++
}

// DismissCard takes a card away.
func (s *Sources) DismissCard(i int) {
	s.Cards = slices.Delete(s.Cards, i, i+1)
	s.page.Rev.Cards++
}
