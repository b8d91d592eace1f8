package engine

import (
	"context"
	"fmt"

	"chainglass/app/source"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// State returns the snapshot of a chain's node after the first position entries
// of the chain. The node's other chains of the same source are taken as of the
// time of the last entry applied.
func (e *Engine) State(ctx context.Context, id ChainID, position int) (State, error) {
	c, err := e.chain(id)
	if err != nil {
		return State{}, err
	}
	position = min(max(position, 0), c.index.length)
	var at postcard.Option[uint64]
	if position > 0 {
		at = postcard.Some(c.index.timeNS(position - 1))
	} else if run := c.run(); run != nil && run.Before.Some {
		at = postcard.Some(run.Before.Value.LastNS)
	}
	return c.state(ctx, position, at), ctx.Err()
}

// stateAt returns the snapshot of the chain's node as of a time.
func (c *reading) stateAt(ctx context.Context, ns uint64) State {
	return c.state(ctx, clock{chain: c}.through(ns), postcard.Some(ns))
}

// state folds the first position entries of the chain, and what the node's other
// chains of the source have up to a time.
func (c *reading) state(ctx context.Context, position int, at postcard.Option[uint64]) State {
	state := State{Chain: c.id, Position: position, AtTSNS: at}
	b := c.of.baseOf(c.source.Node)
	if state.Base = b.Origin; b.Snapshot != nil {
		state.Snapshot = *b.Snapshot
	}
	for _, part := range c.node() {
		end, elsewhere := position, false
		if part != c {
			end, elsewhere = part.positionAt(at)
		}
		folded := part.fold(ctx, &state, end)
		folded.Elsewhere = elsewhere
		state.Parts = append(state.Parts, folded)
	}
	return state
}

// baseOf returns the snapshot that the folds of a node start from.
func (s *openSource) baseOf(node string) source.Base {
	s.choosing.Lock()
	defer s.choosing.Unlock()
	if b, found := s.chosen[node]; found {
		return b
	}
	if b, found := s.bases[node]; found {
		return b
	}
	return s.bases[""]
}

// SetBase makes a snapshot that was opened with one source the state that the
// folds of a chain's node start from, and returns where the snapshot is from. Of
// several it takes the node's own.
func (e *Engine) SetBase(id ChainID, from SourceID) (origin string, err error) {
	c, err := e.chain(id)
	if err != nil {
		return "", err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, s := range e.sources {
		if s.id != from {
			continue
		}
		b, found := s.bases[c.source.Node]
		for _, any := range s.bases {
			if !found {
				b, found = any, len(s.bases) == 1
			}
		}
		if !found {
			break
		}
		c.of.choosing.Lock()
		defer c.of.choosing.Unlock()
		c.of.chosen[c.source.Node] = b
		return b.Origin, nil
	}
	return "", fmt.Errorf("source %d has no snapshot for node %q", from, c.source.Node)
}

// node returns the chains that make up the state of c's node: one of each kind,
// c itself for its own.
func (c *reading) node() []*reading {
	var parts []*reading
	peers := c.peers()
	for _, k := range c.of.kinds.All() {
		if c.source.Kind == k.ID {
			parts = append(parts, c)
			continue
		}
		for _, other := range peers {
			if other.source.Kind == k.ID && other.source.Node == c.source.Node {
				parts = append(parts, other)
				break
			}
		}
	}
	return parts
}

// fold puts the state of one chain at a position into a node's state.
func (c *reading) fold(ctx context.Context, state *State, position int) StatePart {
	part := StatePart{Chain: c.id, Kind: c.source.Kind, Channel: c.source.Channel, Position: position, Entries: c.index.length, Cut: c.cut()}
	f := c.kind().Fold
	if f == nil {
		return part
	}
	if start := c.startRings(); start != nil {
		f.Start(&state.State, start)
	}
	err := f.At(&state.State, c.timeline, position, func(positions []int, visit func(int, []byte) error) error { return c.fetch(ctx, positions, visit) })
	if err != nil {
		part.Error = err.Error()
	}
	return part
}

// fetch hands the payloads of positions to visit.
func (c *reading) fetch(ctx context.Context, positions []int, visit func(position int, payload []byte) error) error {
	return c.entries(ctx, positions, func(position int, e *wire.Entry) error {
		return visit(position, e.Payload)
	}, nil)
}
