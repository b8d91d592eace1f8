package export

import (
	"fmt"
	"math"

	"chainglass/wire/postcard"
)

// ChainBase says which part of its source's chain a chain of an export is.
type ChainBase struct {
	// Chain is the id of the chain in this export.
	Chain ChainID
	// Entries is how many entries the source's chain has in all.
	Entries uint64
	// Run is set if the chain is one run of the source's entries. If entries in
	// between were left out it is not, and no state in the chain is the source's.
	Run postcard.Option[ChainRun]
}

// ChainRun is where in the source's chain a run of its entries lies.
type ChainRun struct {
	// Position is how many entries of the source's chain come before the run.
	Position uint64
	// Snapshot is a MeshOsSnapshot in postcard: what these entries fold to. Only
	// what the fold of a chain of this kind fills means anything; the live failures
	// of a failure chain are in recent_failures.
	Snapshot []byte
	// Before is where in time they end; missing if there are none.
	Before postcard.Option[ChainMoment]
	// NextNS is the latest time up to and including the first entry after the run,
	// Unix nanoseconds; missing if the source's chain ends with the run.
	NextNS postcard.Option[uint64]
}

// ChainMoment is a position of a chain in time. An entry's time is that of its
// append, or its record's own, or that of the record before.
type ChainMoment struct {
	// LastNS is the time of the last entry, LatestNS the latest of all entries, Unix
	// nanoseconds: they differ where a clock went back.
	LastNS, LatestNS uint64
	// RecordedMS is the time in the last record, Unix milliseconds.
	RecordedMS uint64
}

// chainBaseBody is the body of a chain base. Position and Snapshot are there
// together, the three times if Position is not 0.
type chainBaseBody struct {
	Entries    uint64  `cbor:"entries"`
	Position   *uint64 `cbor:"position,omitempty"`
	Snapshot   []byte  `cbor:"snapshot,omitempty"`
	LastNS     *uint64 `cbor:"last_ns,omitempty"`
	LatestNS   *uint64 `cbor:"latest_ns,omitempty"`
	RecordedMS *uint64 `cbor:"recorded_ms,omitempty"`
	NextNS     *uint64 `cbor:"next_ns,omitempty"`
}

// maxChainEntries is the length of the longest chain.
const maxChainEntries = math.MaxInt64 - MaxBlockEntries

// check says what a base must not say.
func (b *chainBaseBody) check() error {
	run, moment := b.Position != nil, b.LastNS != nil
	switch {
	case b.Entries > maxChainEntries:
		return fmt.Errorf("%w: a chain of %d entries", ErrMalformed, b.Entries)
	case run != (len(b.Snapshot) > 0) || !run && b.NextNS != nil:
		return fmt.Errorf("%w: position, snapshot and next_ns belong together", ErrMalformed)
	case run && *b.Position > b.Entries:
		return fmt.Errorf("%w: position %d of %d", ErrMalformed, *b.Position, b.Entries)
	case moment != (run && *b.Position > 0) || moment != (b.LatestNS != nil) || moment != (b.RecordedMS != nil):
		return fmt.Errorf("%w: the times of the entries before", ErrMalformed)
	case moment && *b.LatestNS < *b.LastNS:
		return fmt.Errorf("%w: latest_ns is before last_ns", ErrMalformed)
	}
	return nil
}

func encodeChainBase(b *ChainBase) ([]byte, error) {
	body := chainBaseBody{Entries: b.Entries}
	if r := &b.Run.Value; b.Run.Some {
		body.Position, body.Snapshot, body.NextNS = &r.Position, r.Snapshot, pointer(r.NextNS)
		if m := &r.Before.Value; r.Before.Some {
			body.LastNS, body.LatestNS, body.RecordedMS = &m.LastNS, &m.LatestNS, &m.RecordedMS
		}
	}
	if err := body.check(); err != nil {
		return nil, err
	}
	return encodeBody(body)
}

func decodeChainBase(id ChainID, b []byte) (ChainBase, error) {
	body, err := decodeBody[chainBaseBody](b)
	if err == nil {
		err = body.check()
	}
	if err != nil || body.Position == nil {
		return ChainBase{Chain: id, Entries: body.Entries}, err
	}
	run := ChainRun{Position: *body.Position, Snapshot: body.Snapshot, NextNS: option(body.NextNS)}
	if body.LastNS != nil {
		run.Before = postcard.Some(ChainMoment{LastNS: *body.LastNS, LatestNS: *body.LatestNS, RecordedMS: *body.RecordedMS})
	}
	return ChainBase{Chain: id, Entries: body.Entries, Run: postcard.Some(run)}, nil
}
