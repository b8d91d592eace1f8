package page

import (
	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// damageMarks are the marks of damage and gaps.
type damageMarks struct {
	Marks []view.AxisMark
	// growth is the state of the chains that Marks are for.
	growth uint64
	turn   turn
}

const (
	// maxDamageMarks bounds the marks of damage: each needs a question.
	maxDamageMarks = 48
	// maxDamageOfChain bounds those of one chain.
	maxDamageOfChain = 12
)

// askDamage asks for the findings about the files once everything is read. Its
// questions follow one on the other; what comes up meanwhile begins anew.
func (a *Axis) askDamage() {
	d := &a.Damage
	if len(a.page.Sources.Loads) > 0 || d.growth == a.growth {
		return
	}
	d.growth = a.growth
	d.Marks = nil
	var chains []engine.ChainID
	for _, c := range a.page.Sources.AllChains() {
		if c.Worst >= engine.SeverityWarning {
			chains = append(chains, c.ID)
		}
	}
	a.askDamageOf(chains, d.turn.next())
}

func (a *Axis) askDamageOf(chains []engine.ChainID, lasts func() bool) {
	if len(chains) == 0 || len(a.Damage.Marks) >= maxDamageMarks {
		return
	}
	rpc.Call(a.page.client, rpc.Findings, rpc.ChainRequest{Chain: chains[0]}, openOptions{},
		func(answer rpc.FindingsResponse, err error) {
			if !lasts() {
				return
			}
			var worth []engine.Finding
			for _, f := range answer.Findings {
				if f.Position >= 0 && f.Severity >= engine.SeverityWarning && len(worth) < maxDamageOfChain {
					worth = append(worth, f)
				}
			}
			a.placeDamage(worth, chains[1:], lasts)
		})
}

// placeDamage asks when the entries of findings were written, and then goes on
// with the other chains.
func (a *Axis) placeDamage(found []engine.Finding, others []engine.ChainID, lasts func() bool) {
	if len(found) == 0 {
		a.askDamageOf(others, lasts)
		return
	}
	f := found[0]
	rpc.Call(a.page.client, rpc.Rows, rpc.RowsRequest{Chain: f.Chain, First: f.Position, Count: 1}, openOptions{},
		func(page engine.RowPage, err error) {
			d := &a.Damage
			if !lasts() {
				return
			}
			if err == nil && len(page.Rows) > 0 {
				if ns, ok := view.RowNS(&page.Rows[0]); ok {
					d.Marks = append(d.Marks, view.DamageMark(&f, ns))
					a.changed()
				}
			}
			a.placeDamage(found[1:], others, lasts)
		})
}
