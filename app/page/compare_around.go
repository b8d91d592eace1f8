package page

import (
	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// aroundNS is how far before and after the beginning of a finding states are
// compared.
const aroundNS = 60_000_000_000

// HasAround reports whether the state before a finding and after it are worth a
// comparison: whether it is an event.
func HasAround(f *insight.Finding) bool {
	switch f.Rule {
	case insight.RuleRestart, insight.RulePanic, insight.RuleBurst, insight.RuleCrashLoop, insight.RuleOperator:
		return true
	}
	return false
}

// CompareAround shows what changed on every node from a minute before a finding
// began to a minute after, that of the finding first.
func (st *States) CompareAround(f *insight.Finding) {
	chain, began := engine.ChainID(f.Chain), f.FirstTimeNS
	st.countUntil(chain, began-min(began, aroundNS), func(before int) {
		st.countUntil(chain, began+aroundNS, func(after int) {
			if st.page.Sources.Chains[chain] == nil {
				return // closed meanwhile
			}
			st.page.Address.push()
			st.page.Selection.Jump(chain, max(0, after-1))
			p := &st.Pinned
			p.requested, p.Changes, p.Everywhere = view.TimePlace{}, true, true
			st.pinAt(engine.At{Chain: chain, Position: before})
			st.page.Axis.Rev++
			st.page.Pane = PaneDetails
			st.page.Details.Open(TabSnapshot)
			st.page.Notice.tell("A is pinned a minute before it began, the playhead is a minute after")
		})
	})
}

// countUntil counts the entries of a chain that are not later than a time.
func (st *States) countUntil(chain engine.ChainID, ns uint64, done func(entries int)) {
	spec := engine.HistogramSpec{Chains: []engine.ChainID{chain}, ToNS: ns + 1, Columns: 1}
	rpc.Call(st.page.client, rpc.Histogram, spec, openOptions{}, func(h engine.Histogram, err error) {
		if err != nil {
			st.page.Notice.fail("The entries could not be counted", err)
			return
		}
		done(entriesIn(&h))
	})
}
