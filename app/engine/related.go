package engine

import (
	"fmt"
	"strconv"

	"chainglass/snapshot"
	"chainglass/wire"
)

// Related are the entries that have to do with one entry.
type Related struct {
	// Attempts are the records of the same action on the same chain, the entry
	// itself included: every try of it. Ids begin again when a process restarts;
	// only the entry's own process counts.
	Attempts []Row
	// Live are the records of the action on the node's failures chain.
	Live []Row
	// Neighbours are what other nodes' chains of the same kind say within
	// [NeighbourNS] of the entry, nearest first.
	Neighbours []Row
	// More counts what was left out of each list, at most [maxRelated] long.
	MoreAttempts, MoreLive, MoreNeighbours int
}

// NeighbourNS is how far apart neighbours may be.
const NeighbourNS = 1_000_000_000

// maxRelated bounds each list.
const maxRelated = 100

// liveSlackNS is how long after the last record of an action its live failure
// may be appended, and how long before the first.
const liveSlackNS = 60_000_000_000

// Related finds the entries that have to do with one entry.
func (e *Engine) Related(id ChainID, position int) (Related, error) {
	c, err := e.chain(id)
	if err != nil {
		return Related{}, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	if position < 0 || position >= c.index.length {
		return Related{}, fmt.Errorf("chain %d has no entry %d", id, position)
	}
	var r Related
	at := c.index.row(position)
	if c.source.Kind == wire.ChainAction && at.decoded {
		positions := c.attempts(position)
		if r.Attempts, r.MoreAttempts, err = c.rowsAt(positions); err != nil {
			return r, err
		}
		if r.Live, r.MoreLive, err = c.live(at.id, positions); err != nil {
			return r, err
		}
	}
	r.Neighbours, r.MoreNeighbours, err = c.neighbours(position)
	return r, err
}

// attempts returns the positions of the records with an entry's id in the same
// run of the process. It looks at the column of ids alone, 8 bytes an entry.
func (c *chain) attempts(position int) []int {
	id := c.index.row(position).id
	first := c.processStart(position)
	var positions []int
	for start := first; start < c.index.length; {
		b, from := c.index.at(start)
		rest := b.id[from:min(len(b.id), from+c.index.length-start)]
		for i, v := range rest {
			if v == firstID && start+i > first && c.beginsProcess(start+i) {
				return positions
			}
			if v == id && b.state[from+i]&rowDecoded != 0 {
				positions = append(positions, start+i)
			}
		}
		start += len(rest)
	}
	return positions
}

// processStart returns the first entry of the process that wrote an entry.
func (c *chain) processStart(position int) int {
	for end := position; end > 0; {
		b, last := c.index.at(end)
		for i := last; i >= 0; i-- {
			if b.id[i] == firstID && c.beginsProcess(end-last+i) {
				return end - last + i
			}
		}
		end -= last + 1
	}
	return 0
}

// firstID is the id of the first action of a process.
const firstID = 1

// farID is how far ids must fall to mean a new process: a queue holds no more
// actions that wait to be tried again.
const farID = 1024

// beginsProcess reports whether the entry is the first action of a process: ids
// count from 1 in each. Action 1 may be tried again later; then the ids before
// and after are alike.
func (c *chain) beginsProcess(position int) bool {
	if position == 0 {
		return true
	}
	b, i := c.index.at(position)
	if b.state[i]&rowDecoded == 0 || b.id[i] != firstID {
		return false
	}
	before := c.index.row(position - 1)
	if position+1 == c.index.length {
		return before.id > farID
	}
	after := c.index.row(position + 1)
	return before.id > 1 && after.id < before.id && after.id <= farID
}

// live returns the records about an action on the node's failures chain, from
// around the time of its attempts.
func (c *chain) live(id uint64, attempts []int) ([]Row, int, error) {
	failures := c.of.sibling(c, wire.ChainFailure)
	if failures == nil || len(attempts) == 0 {
		return nil, 0, nil
	}
	from := c.index.timeNS(attempts[0])
	to := c.index.timeNS(attempts[len(attempts)-1])
	k := clock{chain: failures}
	var around []int
	for i := k.before(from - min(from, liveSlackNS)); i < k.through(to+liveSlackNS); i++ {
		around = append(around, i)
	}
	source := "action-id:" + strconv.FormatUint(id, 10)
	var positions []int
	err := failures.fetch(around, func(position int, payload []byte) error {
		var v snapshot.FailureView
		if _, err := snapshot.DecodeFailureView(payload, &v); err == nil && string(v.Source) == source {
			positions = append(positions, position)
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	return failures.rowsAt(positions)
}

// sibling returns the chain of a kind that the same node wrote, or nil.
func (s *openSource) sibling(c *chain, kind wire.ChainKind) *chain {
	for _, other := range s.chains {
		if other.source.Kind == kind && other.source.Node == c.source.Node {
			return other
		}
	}
	return nil
}

// neighbours returns what other nodes did at about the time of an entry.
func (c *chain) neighbours(position int) ([]Row, int, error) {
	at := c.index.timeNS(position)
	var rows []Row
	more := 0
	for _, other := range c.of.chains {
		if other.source.Kind != c.source.Kind || other.source.Node == c.source.Node {
			continue
		}
		k := clock{chain: other}
		first, last := k.before(at-min(at, NeighbourNS)), k.through(at+NeighbourNS)
		var positions []int
		for i := first; i < last; i++ {
			positions = append(positions, i)
		}
		found, left, err := other.rowsAt(positions)
		if err != nil {
			return nil, 0, err
		}
		rows, more = append(rows, found...), more+left
	}
	return rows, more, nil
}

// rowsAt returns the rows of positions, at most maxRelated, and how many are
// left out.
func (c *chain) rowsAt(positions []int) ([]Row, int, error) {
	more := max(len(positions)-maxRelated, 0)
	rows := make([]Row, 0, len(positions)-more)
	err := c.entries(positions[:len(positions)-more], func(position int, e *wire.Entry) error {
		rows = append(rows, c.rowOf(position, e))
		return nil
	})
	return rows, more, err
}
