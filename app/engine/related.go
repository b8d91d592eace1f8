package engine

import (
	"chainglass/app/engine/part"
	"context"
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
func (e *Engine) Related(ctx context.Context, id ChainID, position int) (Related, error) {
	c, err := e.chain(id)
	if err != nil {
		return Related{}, err
	}
	if position < 0 || position >= c.index.length {
		return Related{}, fmt.Errorf("chain %d has no entry %d", id, position)
	}
	var r Related
	at := c.index.row(position)
	if c.kind().HasAttempts && at.decoded {
		positions := c.attempts(position)
		if r.Attempts, r.MoreAttempts, err = c.rowsAt(ctx, positions); err != nil {
			return r, err
		}
		if r.Live, r.MoreLive, err = c.live(ctx, at.id, positions); err != nil {
			return r, err
		}
	}
	r.Neighbours, r.MoreNeighbours, err = c.neighbours(ctx, position)
	return r, err
}

// attempts returns the positions of the records with an entry's id in the same
// run of the process. It looks at the column of ids alone, 8 bytes an entry.
func (c *reading) attempts(position int) []int {
	id := c.index.row(position).id
	first := c.processStart(position)
	var positions []int
	c.index.runs(first, c.index.length, func(b *indexBlock, from, to int) bool {
		for i := from; i < to; i++ {
			if b.ID[i] == firstID && b.First+i > first && c.beginsProcess(b.First+i) {
				return false
			}
			if b.ID[i] == id && b.State[i]&part.Decoded != 0 {
				positions = append(positions, b.First+i)
			}
		}
		return true
	})
	return positions
}

// processStart returns the first entry of the process that wrote an entry.
func (c *reading) processStart(position int) int {
	for end := position; end > 0; {
		b, last := c.index.at(end)
		for i := last; i >= 0; i-- {
			if b.ID[i] == firstID && c.beginsProcess(end-last+i) {
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
func (c *reading) beginsProcess(position int) bool {
	if position == 0 {
		return true
	}
	b, i := c.index.at(position)
	if b.State[i]&part.Decoded == 0 || b.ID[i] != firstID {
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
func (c *reading) live(ctx context.Context, id uint64, attempts []int) ([]Row, int, error) {
	failures := c.sibling(wire.ChainFailure)
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
	err := failures.fetch(ctx, around, func(position int, payload []byte) error {
		var v snapshot.FailureView
		if _, err := snapshot.DecodeFailureView(payload, &v); err == nil && string(v.Source) == source {
			positions = append(positions, position)
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	return failures.rowsAt(ctx, positions)
}

// sibling returns the chain of a kind that the same node wrote, or nil.
func (c *reading) sibling(kind wire.ChainKind) *reading {
	for _, other := range c.peers() {
		if other.source.Kind == kind && other.source.Node == c.source.Node {
			return other
		}
	}
	return nil
}

// neighbours returns what other nodes did at about the time of an entry.
func (c *reading) neighbours(ctx context.Context, position int) ([]Row, int, error) {
	at := c.index.timeNS(position)
	var rows []Row
	more := 0
	for _, other := range c.peers() {
		if other.source.Kind != c.source.Kind || other.source.Node == c.source.Node {
			continue
		}
		k := clock{chain: other}
		first, last := k.before(at-min(at, NeighbourNS)), k.through(at+NeighbourNS)
		var positions []int
		for i := first; i < last; i++ {
			positions = append(positions, i)
		}
		found, left, err := other.rowsAt(ctx, positions)
		if err != nil {
			return nil, 0, err
		}
		rows, more = append(rows, found...), more+left
	}
	return rows, more, nil
}

// rowsAt returns the rows of positions, at most maxRelated, and how many are
// left out.
func (c *reading) rowsAt(ctx context.Context, positions []int) ([]Row, int, error) {
	more := max(len(positions)-maxRelated, 0)
	rows := make([]Row, 0, len(positions)-more)
	err := c.entries(ctx, positions[:len(positions)-more], func(position int, e *wire.Entry) error {
		rows = append(rows, c.rowOf(position, e))
		return nil
	}, nil)
	return rows, more, err
}
