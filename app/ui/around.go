package ui

import (
	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// aroundNS is how far before and after the beginning of a finding states are
// compared.
const aroundNS = 60_000_000_000

// hasAround reports whether the state before a finding and after it are worth a
// comparison: whether it is an event.
func hasAround(f *insight.Finding) bool {
	switch f.Rule {
	case insight.RuleRestart, insight.RulePanic, insight.RuleBurst, insight.RuleCrashLoop, insight.RuleOperator:
		return true
	}
	return false
}

// compareAround shows what changed on every node from a minute before a finding
// began to a minute after, that of the finding first.
func (s *store) compareAround(f *insight.Finding) {
	chain, began := engine.ChainID(f.Chain), f.FirstTimeNS
	s.countUntil(chain, began-min(began, aroundNS), func(before int) {
		s.countUntil(chain, began+aroundNS, func(after int) {
			if s.chains[chain] == nil {
				return // closed meanwhile
			}
			s.pushPlace()
			s.jump(chain, max(0, after-1))
			p := &s.time.pinned
			p.wanted, p.changes, p.everywhere = view.TimePlace{}, true, true
			s.pinAt(engine.At{Chain: chain, Position: before})
			s.time.rev++
			s.pane = paneDetails
			s.selectTab(tabSnapshot)
			s.tell("A is pinned a minute before it began, the playhead is a minute after")
		})
	})
}

// countUntil counts the entries of a chain that are not later than a time.
func (s *store) countUntil(chain engine.ChainID, ns uint64, done func(entries int)) {
	spec := engine.HistogramSpec{Chains: []engine.ChainID{chain}, ToNS: ns + 1, Columns: 1}
	rpc.Call(s.client, rpc.Histogram, spec, openOptions{}, func(h engine.Histogram, err error) {
		if err != nil {
			s.fail("The entries could not be counted", err)
			return
		}
		done(entriesIn(&h))
	})
}
