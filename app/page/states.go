package page

import (
	"slices"

	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// States is the state at the playhead, and the one that it is compared to.
type States struct {
	page   *Page
	State  Newest[rpc.PositionRequest, engine.State]
	Pinned pin
}

// pin is the state called A, to which the one at the playhead is compared.
type pin struct {
	Set bool
	// At is the state: a chain and how many of its entries have been applied.
	At engine.At
	// NS is when that was.
	NS uint64
	// Changes shows what changed since A instead of the state at the playhead.
	Changes bool
	// Everywhere shows that of all nodes.
	Everywhere bool
	// requested is what the URL asked for, until its chain is there.
	requested view.TimePlace
	Diff      Newest[rpc.DiffStatesRequest, engine.StateDiff]
}

// forgetPin forgets A.
func (st *States) forgetPin() {
	diff := st.Pinned.Diff
	diff.forget()
	st.Pinned = pin{Diff: diff}
}

// PinHead pins the state at the playhead and shows what changes from there on.
func (st *States) PinHead() {
	t := &st.page.Axis
	if st.page.Selection.Info() == nil || st.page.Selection.Position < 0 {
		return
	}
	st.page.Address.push()
	st.Pinned.requested, st.Pinned.Changes = view.TimePlace{}, true
	st.Pinned.NS = st.page.Playhead.NS
	st.pinAt(engine.At{Chain: st.page.Selection.Chain, Position: st.page.Selection.Position + 1})
	t.Rev++
	st.page.Details.Open(TabSnapshot)
	st.page.Notice.tell("A is pinned: move the playhead to see what changes")
}

// Unpin forgets A.
func (st *States) Unpin() {
	st.forgetPin()
	st.page.Axis.Rev++
	st.page.Rev.Details++
	st.page.Details.ask()
	st.page.Address.keep()
}

// ShowChanges chooses between the state and what changed since A, on its node or
// on all.
func (st *States) ShowChanges(changes, everywhere bool) {
	st.Pinned.Changes, st.Pinned.Everywhere = changes, everywhere
	st.page.Rev.Details++
	st.page.Details.ask()
	st.page.Address.keep()
}

// PinFits reports whether A is a state of the selected chain's node.
func (st *States) PinFits() bool {
	at, info := st.page.Sources.Chains[st.Pinned.At.Chain], st.page.Selection.Info()
	return st.Pinned.Set && at != nil && info != nil && at.Node == info.Node && at.Source == info.Source
}

// ask asks for what the snapshot tab shows.
func (st *States) ask(changed func()) {
	p := &st.Pinned
	if p.Changes && st.PinFits() {
		b := engine.At{Chain: st.page.Selection.Chain, Position: st.page.Selection.Position + 1}
		p.Diff.request(rpc.DiffStatesRequest{A: p.At, B: b, Everywhere: p.Everywhere}, of(st.page, rpc.DiffStates), changed)
		return
	}
	st.State.request(rpc.PositionRequest{Chain: st.page.Selection.Chain, Position: st.page.Selection.Position + 1}, of(st.page, rpc.State), changed)
}

// place is what of the pin is kept in the URL.
func (st *States) place() view.TimePlace {
	p := &st.Pinned
	at := st.page.Sources.Chains[p.At.Chain]
	if !p.Set || at == nil {
		place := p.requested
		place.Shown = view.Span{}
		return place
	}
	return view.TimePlace{PinNode: at.Node, PinChannel: at.Channel, PinPosition: p.At.Position, Changes: p.Changes, Everywhere: p.Everywhere}
}

// restore remembers what the URL asks for.
func (st *States) restore(place view.TimePlace) {
	st.forgetPin()
	st.Pinned.requested, st.Pinned.Changes, st.Pinned.Everywhere = place, place.Changes, place.Everywhere
	st.findPin()
}

// findPin pins what the URL asked for once its chain has come that far, and
// forgets a pin whose chain is gone.
func (st *States) findPin() {
	p := &st.Pinned
	if p.Set && st.page.Sources.Chains[p.At.Chain] == nil {
		st.forgetPin()
		return
	}
	place := p.requested
	if place.PinChannel == "" {
		return
	}
	all := st.page.Sources.AllChains()
	i := slices.IndexFunc(all, func(c *engine.ChainInfo) bool {
		return c.Node == place.PinNode && c.Channel == place.PinChannel && c.Indexed >= place.PinPosition
	})
	if i < 0 {
		return
	}
	p.requested = view.TimePlace{}
	st.pinAt(engine.At{Chain: all[i].ID, Position: place.PinPosition})
	st.page.Rev.Details++
	st.page.Details.ask()
}

// pinAt makes a state A. When that was is known once the engine has told.
func (st *States) pinAt(at engine.At) {
	p := &st.Pinned
	p.Set, p.At = true, at
	rpc.Call(st.page.client, rpc.Rows, rpc.RowsRequest{Chain: at.Chain, First: max(0, at.Position-1), Count: 1}, openOptions{},
		func(page engine.RowPage, err error) {
			if err != nil || len(page.Rows) == 0 || p.At != at {
				return
			}
			if ns, ok := view.RowNS(&page.Rows[0]); ok {
				p.NS = ns
				st.page.Axis.Rev++
			}
		})
}

// JumpToPin selects the entry after which A is.
func (st *States) JumpToPin() {
	if at := st.Pinned.At; st.page.Sources.Chains[at.Chain] != nil {
		st.page.Playhead.reach(at.Chain, max(0, at.Position-1))
	}
}
