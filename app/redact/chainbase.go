package redact

import (
	"chainglass/wire/export"
	"chainglass/wire/postcard"
)

// readChainBase shows what a chain starts from to m.
func readChainBase(c *export.Chain, m mapper) error {
	if c.Base == nil {
		return nil
	}
	_, _, err := rebuildBase(c.Base.Run.Value.Snapshot, m)
	return err
}

// writeChainBase writes which part of its source's chain a chain is: positions and
// counts as they are, times and the state at its start like all others. Without a
// state that may leave, the chain only says how long its source's is.
func (r *rewriter) writeChainBase(c *export.Chain, id export.ChainID) error {
	if c.Base == nil {
		return nil
	}
	out := export.ChainBase{Chain: id, Entries: c.Base.Entries}
	r.replacer.measure(1)
	run, is := c.Base.Run.Get()
	if !is {
		return r.w.AddChainBase(out)
	}
	s, ok, err := rebuildBase(run.Snapshot, r.replacer)
	if err != nil {
		return located(err, "a chain base")
	}
	if !ok {
		r.summary.BasesDropped++
		r.tally.dropped(ClassDropped)
		return r.w.AddChainBase(out)
	}
	again, ok, err := rebuildBase(s, r.checker)
	if err == nil && (!ok || string(again) != string(s)) {
		err = &LeakError{Class: "record", Offset: -1}
	}
	if err != nil {
		return located(err, "a chain base")
	}
	r.replacer.measure(1)
	to := export.ChainRun{Position: run.Position, Snapshot: s}
	if m, some := run.Before.Get(); some {
		to.Before = postcard.Some(export.ChainMoment{
			LastNS: r.replacer.timeNS(m.LastNS), LatestNS: r.replacer.timeNS(m.LatestNS), RecordedMS: r.replacer.time(m.RecordedMS),
		})
	}
	if ns, some := run.NextNS.Get(); some {
		to.NextNS = postcard.Some(r.replacer.timeNS(ns))
	}
	out.Run = postcard.Some(to)
	r.summary.Bases++
	return r.w.AddChainBase(out)
}
