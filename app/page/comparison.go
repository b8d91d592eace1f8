package page

import (
	"slices"

	"chainglass/app/engine"
	"chainglass/app/rpc"
)

// Comparison holds two chains against each other.
type Comparison struct {
	page *Page
	A, B engine.ChainID
	// result is of the pair that was asked about last.
	result   Newest[[2]engine.ChainID, engine.Comparison]
	Progress engine.Progress

	// AtA and AtB are how many entries have been applied to the states that are
	// compared.
	AtA, AtB int
	States   Newest[rpc.DiffStatesRequest, engine.StateDiff]
	// Stated is true once the states were asked for.
	Stated bool
}

// fit chooses two chains as long as fewer are chosen, or open: the
// selected one and the most alike of the others.
func (c *Comparison) fit() {
	if c.page.Sources.Chains[c.A] == nil {
		c.A = c.page.Selection.Chain
	}
	if c.page.Sources.Chains[c.B] == nil || c.B == c.A {
		c.B = c.mostAlike(c.A)
	}
}

// mostAlike is the chain most like another: of the same node and channel, of the
// same channel, of the same kind.
func (c *Comparison) mostAlike(id engine.ChainID) engine.ChainID {
	one := c.page.Sources.Chains[id]
	if one == nil {
		return 0
	}
	best, most := engine.ChainID(0), -1
	for _, other := range c.page.Sources.AllChains() {
		if other.ID == id {
			continue
		}
		alike := 0
		for i, same := range [...]bool{other.Kind == one.Kind, other.Channel == one.Channel, other.Node == one.Node && other.Channel == one.Channel} {
			if same {
				alike += 1 << i
			}
		}
		if alike > most {
			best, most = other.ID, alike
		}
	}
	return best
}

// Choose chooses the chains to compare.
func (c *Comparison) Choose(a, b engine.ChainID) {
	c.Stop()
	c.A, c.B = a, b
	c.Stated = false
	c.page.Rev.Details++
}

// CompareWith opens the comparison of a chain with the one most like it.
func (c *Comparison) CompareWith(id engine.ChainID) {
	c.Choose(id, c.mostAlike(id))
	c.page.Details.Open(TabCompare)
	c.page.Pane = PaneDetails
	c.Compare()
}

// Compare holds the chosen chains against each other.
func (c *Comparison) Compare() {
	c.fit()
	if c.page.Sources.Chains[c.A] == nil || c.page.Sources.Chains[c.B] == nil {
		return
	}
	c.Stop()
	c.result.forget()
	c.Progress, c.Stated = engine.Progress{}, false
	c.page.Rev.Details++
	c.result.replace([2]engine.ChainID{c.A, c.B}, c.ask, func() {
		common := 0
		if r := c.result.Last(); r != nil {
			common = r.Common
		}
		c.AtA, c.AtB = common, common
		c.page.Rev.Details++
	})
}

// ask asks how two chains differ.
func (c *Comparison) ask(pair [2]engine.ChainID, answer func(engine.Comparison, error)) func() {
	lasts := c.result.turn.present()
	options := openOptions{Progress: func(p engine.Progress) {
		if lasts() {
			c.Progress = p
			c.page.Rev.Details++
		}
	}}
	return rpc.Call(c.page.client, rpc.Compare, rpc.CompareRequest{A: pair[0], B: pair[1]}, options, answer)
}

// Stop stops a comparison that is under way.
func (c *Comparison) Stop() {
	if c.result.Busy() {
		c.result.stop()
		c.page.Rev.Details++
	}
}

// Busy reports whether two chains are being compared.
func (c *Comparison) Busy() bool { return c.result.Busy() }

// Err is why the last comparison failed.
func (c *Comparison) Err() error { return c.result.Err() }

// Pair are the chains that were compared last.
func (c *Comparison) Pair() [2]engine.ChainID { return c.result.Asked() }

// Compared is the result of the chosen pair, or nil.
func (c *Comparison) Compared() *engine.Comparison {
	if c.Pair() != [2]engine.ChainID{c.A, c.B} {
		return nil
	}
	return c.result.Last()
}

// CompareStates compares the states of both chains after some entries each.
func (c *Comparison) CompareStates(atA, atB int) {
	a, b := c.page.Sources.Chains[c.A], c.page.Sources.Chains[c.B]
	if a == nil || b == nil {
		return
	}
	c.AtA, c.AtB, c.Stated = min(max(0, atA), a.Indexed), min(max(0, atB), b.Indexed), true
	c.page.Rev.Details++
	c.States.request(rpc.DiffStatesRequest{
		A: engine.At{Chain: c.A, Position: c.AtA}, B: engine.At{Chain: c.B, Position: c.AtB},
	}, of(c.page, rpc.DiffStates), func() { c.page.Rev.Details++ })
}

// forgetClosed lets go of what was compared once one of the chains is no
// longer open.
func (c *Comparison) forgetClosed() {
	pair := c.Pair()
	if slices.ContainsFunc(pair[:], func(id engine.ChainID) bool { return c.page.Sources.Chains[id] == nil }) {
		c.Stop()
		c.result.forget()
		c.States.forget()
		*c = Comparison{page: c.page, result: c.result, States: c.States}
	}
}
