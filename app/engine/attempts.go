package engine

import (
	"chainglass/app/engine/part"
	"chainglass/wire"
)

// attempt is the place of an entry among the attempts of an action. The zero value means that the entry is not an attempt.
type attempt struct {
	number int
	// nowNS, lastNS and firstNS are the times of this attempt, the one before and the first.
	nowNS, lastNS, firstNS uint64
	dispatched             bool
}

// measure returns what an attempt has of a measure.
func (a attempt) measure(measure string) (ns uint64, ok bool) {
	from := a.lastNS
	switch measure {
	case MeasureGap:
	case MeasureSuccess:
		from, ok = a.firstNS, a.dispatched
		if !ok {
			return 0, false
		}
	default:
		return 0, false
	}
	// A clock that went back leaves no time between them.
	return a.nowNS - from, a.number > 1 && a.nowNS >= from
}

// attempts follows the attempts of actions through a chain, which must be walked from its
// beginning.
type attempts struct {
	chain *reading
	// open are the actions that have not been dispatched, by their ids.
	open map[uint64]attempt
}

// attempts returns nil if nothing that is counted is about attempts.
func (t *tally) attempts(c *reading) *attempts {
	asked := t.measure == MeasureGap || t.measure == MeasureSuccess
	for i := range t.fields {
		asked = asked || t.fields[i].name == "attempt"
	}
	if !asked || !c.kind().HasAttempts {
		return nil
	}
	return &attempts{chain: c, open: map[uint64]attempt{}}
}

// see returns what an entry is. All entries come in their order.
func (a *attempts) see(b *indexBlock, i, position int) attempt {
	if a == nil || b.State[i]&part.Decoded == 0 {
		return attempt{}
	}
	id, now := b.ID[i], b.placeNS(i)
	if id == firstID && a.chain.beginsProcess(position) {
		clear(a.open)
	}
	at, known := a.open[id]
	if !known {
		at.firstNS = now
	}
	at.number++
	at.lastNS, at.nowNS = at.nowNS, now
	at.dispatched = wire.Outcome(a.chain.table[b.class[i]].Outcome) == wire.OutcomeDispatched
	if at.dispatched {
		delete(a.open, id)
	} else {
		a.open[id] = at
	}
	return at
}
