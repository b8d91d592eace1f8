package ui

import (
	"slices"

	"chainglass/app/engine"
	"chainglass/app/rpc"
)

// comparing holds two chains against each other.
type comparing struct {
	a, b engine.ChainID
	// result is of the pair that asked names.
	result    *engine.Comparison
	asked     [2]engine.ChainID
	err       error
	busy      bool
	cancel    func()
	progress  engine.Progress
	questions int

	// atA and atB are how many entries have been applied to the states that are
	// compared.
	atA, atB int
	states   lane[rpc.DiffStatesRequest, engine.StateDiff]
	// stated is true once the states were asked for.
	stated bool
}

func newComparing() comparing {
	return comparing{states: lane[rpc.DiffStatesRequest, engine.StateDiff]{method: rpc.DiffStates}}
}

// fitComparison chooses two chains as long as fewer are chosen, or open: the
// selected one and the most alike of the others.
func (s *store) fitComparison() {
	c := &s.comparing
	if s.chains[c.a] == nil {
		c.a = s.chain
	}
	if s.chains[c.b] == nil || c.b == c.a {
		c.b = s.likest(c.a)
	}
}

// likest is the chain most like another: of the same node and channel, of the
// same channel, of the same kind.
func (s *store) likest(id engine.ChainID) engine.ChainID {
	one := s.chains[id]
	if one == nil {
		return 0
	}
	best, most := engine.ChainID(0), -1
	for _, other := range s.allChains() {
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

// chooseComparison chooses the chains to compare.
func (s *store) chooseComparison(a, b engine.ChainID) {
	s.stopComparing()
	s.comparing.a, s.comparing.b = a, b
	s.comparing.stated = false
	s.rev.details++
}

// compareWith opens the comparison of a chain with the one most like it.
func (s *store) compareWith(id engine.ChainID) {
	s.chooseComparison(id, s.likest(id))
	s.selectTab(tabCompare)
	s.pane = paneDetails
	s.compare()
}

// compare holds the chosen chains against each other.
func (s *store) compare() {
	s.fitComparison()
	c := &s.comparing
	if s.chains[c.a] == nil || s.chains[c.b] == nil {
		return
	}
	s.stopComparing()
	c.busy, c.result, c.err, c.progress, c.stated = true, nil, nil, engine.Progress{}, false
	s.rev.details++
	question := c.questions
	pair := [2]engine.ChainID{c.a, c.b}
	options := openOptions{Progress: func(p engine.Progress) {
		if question == c.questions {
			c.progress = p
			s.rev.details++
		}
	}}
	c.cancel = rpc.Call(s.client, rpc.Compare, rpc.CompareRequest{A: pair[0], B: pair[1]}, options,
		func(answer engine.Comparison, err error) {
			if question != c.questions {
				return
			}
			c.busy, c.asked, c.result, c.err = false, pair, &answer, err
			c.atA, c.atB = answer.Common, answer.Common
			s.rev.details++
		})
}

// stopComparing stops a comparison that is under way.
func (s *store) stopComparing() {
	c := &s.comparing
	c.questions++
	if c.busy {
		c.busy = false
		c.cancel()
		s.rev.details++
	}
}

// compared is the result of the chosen pair, or nil.
func (s *store) compared() *engine.Comparison {
	c := &s.comparing
	if c.result == nil || c.err != nil || c.asked != [2]engine.ChainID{c.a, c.b} {
		return nil
	}
	return c.result
}

// compareStates compares the states of both chains after some entries each.
func (s *store) compareStates(atA, atB int) {
	c := &s.comparing
	a, b := s.chains[c.a], s.chains[c.b]
	if a == nil || b == nil {
		return
	}
	c.atA, c.atB, c.stated = min(max(0, atA), a.Indexed), min(max(0, atB), b.Indexed), true
	s.rev.details++
	c.states.want(s, rpc.DiffStatesRequest{
		A: engine.At{Chain: c.a, Position: c.atA}, B: engine.At{Chain: c.b, Position: c.atB},
	}, func() { s.rev.details++ })
}

// forgetComparison lets go of what was compared once one of the chains is no
// longer open.
func (s *store) forgetComparison() {
	c := &s.comparing
	if slices.ContainsFunc(c.asked[:], func(id engine.ChainID) bool { return s.chains[id] == nil }) {
		s.stopComparing()
		*c = comparing{questions: c.questions, states: c.states}
		c.states.forget()
	}
}
