package insight

import (
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// batchRows is how many rows of an action chain are taken at a time. The payloads
// of the failed and gated ones among them are fetched together.
const batchRows = 1 << 13

// action is a row of an action chain and, where it failed or was gated, what its
// payload says beyond that.
type action struct {
	position int
	row      Row
	// byNS is the placing time, or the earliest of those after it if one is
	// earlier: it grows along the batch.
	byNS uint64
	// told is true if the payload was read and delayMS and live mean something.
	told bool
	// delayMS is the retry hint or the cooldown.
	delayMS postcard.Option[uint64]
	// live is the key of the live failure that the action must leave; 0 if it
	// leaves none.
	live uint64
}

// actionReader reads an action chain in batches.
type actionReader struct {
	subject *subject
	batch   []action
	next    int // position after the batch
	wanted  []int
	scratch []byte
}

// read fills the batch with the next rows; it is empty at the end.
func (x *actionReader) read(p *pacer) error {
	x.batch, x.wanted = x.batch[:0], x.wanted[:0]
	first := x.next
	for x.next < x.subject.chain.Len() && len(x.batch) < batchRows {
		if err := p.row(); err != nil {
			return err
		}
		x.batch = append(x.batch, action{position: x.next, row: x.subject.chain.Row(x.next)})
		if r := &x.batch[len(x.batch)-1].row; r.failed() || r.gated() {
			x.wanted = append(x.wanted, x.next)
		}
		x.next++
	}
	byNS := earliestOfNext(x.subject.chain, x.next)
	for i := len(x.batch) - 1; i >= 0; i-- {
		byNS = min(byNS, x.batch[i].row.TimeNS)
		x.batch[i].byNS = byNS
	}
	if len(x.wanted) == 0 {
		return nil
	}
	var v wire.View
	return x.subject.chain.Payloads(x.wanted, func(position int, payload []byte) error {
		a := &x.batch[position-first]
		if _, err := wire.DecodeView(payload, &v); err != nil {
			return nil // the index took it for a record; leave it untold
		}
		a.told, a.delayMS = true, v.DelayMS
		a.live, x.scratch = liveKeyOf(&v, x.scratch)
		return nil
	})
}

// walkActions reads the node's action chains once more and applies the rules
// that follow single actions.
func (n *node) walkActions(p *pacer, out *report) error {
	failures := n.of(wire.ChainFailure)
	var given givenUp
	for i, s := range n.of(wire.ChainAction) {
		var live *liveMatcher
		if i < len(failures) {
			live = newLiveMatcher(s, failures[i])
		}
		storms, loops := newStormWatch(s), newLoopWatch(s)
		reader := actionReader{subject: s}
		for {
			if err := reader.read(p); err != nil {
				return err
			}
			if len(reader.batch) == 0 {
				break
			}
			for i := range reader.batch {
				a := &reader.batch[i]
				storms.action(a)
				loops.action(a)
				if live == nil || a.live == 0 {
					continue
				}
				if err := live.action(p, a); err != nil {
					return err
				}
			}
		}
		storms.report(out)
		loops.report(out)
		given.take(storms)
		if live != nil {
			if err := live.finish(p); err != nil {
				return err
			}
			live.report(out)
		}
	}
	given.report(out)
	return nil
}
