package ui

import (
	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// damageMarks are the marks of damage and gaps.
type damageMarks struct {
	marks []view.AxisMark
	// growth is the state of the chains that marks are for.
	growth uint64
	turn   int
}

const (
	// maxDamageMarks bounds the marks of damage: each needs a question.
	maxDamageMarks = 48
	// maxDamageOfChain bounds those of one chain.
	maxDamageOfChain = 12
)

// askDamage asks for the findings about the files once everything is read. Its
// questions follow one on the other; what comes up meanwhile begins anew.
func (s *store) askDamage() {
	d := &s.time.damage
	if len(s.loads) > 0 || d.growth == s.time.growth {
		return
	}
	d.growth = s.time.growth
	d.turn++
	d.marks = nil
	var chains []engine.ChainID
	for _, c := range s.allChains() {
		if c.Worst >= engine.SeverityWarning {
			chains = append(chains, c.ID)
		}
	}
	s.askDamageOf(chains, d.turn)
}

func (s *store) askDamageOf(chains []engine.ChainID, turn int) {
	if len(chains) == 0 || len(s.time.damage.marks) >= maxDamageMarks {
		return
	}
	rpc.Call(s.client, rpc.Findings, rpc.ChainRequest{Chain: chains[0]}, openOptions{},
		func(answer rpc.FindingsResponse, err error) {
			if s.time.damage.turn != turn {
				return
			}
			var worth []engine.Finding
			for _, f := range answer.Findings {
				if f.Position >= 0 && f.Severity >= engine.SeverityWarning && len(worth) < maxDamageOfChain {
					worth = append(worth, f)
				}
			}
			s.placeDamage(worth, chains[1:], turn)
		})
}

// placeDamage asks when the entries of findings were written, and then goes on
// with the other chains.
func (s *store) placeDamage(found []engine.Finding, others []engine.ChainID, turn int) {
	if len(found) == 0 {
		s.askDamageOf(others, turn)
		return
	}
	f := found[0]
	rpc.Call(s.client, rpc.Rows, rpc.RowsRequest{Chain: f.Chain, First: f.Position, Count: 1}, openOptions{},
		func(page engine.RowPage, err error) {
			d := &s.time.damage
			if d.turn != turn {
				return
			}
			if err == nil && len(page.Rows) > 0 {
				if ns, ok := view.RowNS(&page.Rows[0]); ok {
					d.marks = append(d.marks, view.DamageMark(&f, ns))
					s.axisChanged()
				}
			}
			s.placeDamage(found[1:], others, turn)
		})
}
