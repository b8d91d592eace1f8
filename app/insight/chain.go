package insight

import (
	"context"

	"chainglass/wire"
	"chainglass/wire/postcard"
)

// Chain is one chain as an index holds it. Positions count entries from 0,
// damaged ones included. Chains with the same node name belong to one node.
type Chain interface {
	// ID names the chain in findings.
	ID() uint32
	Node() string
	Channel() string
	Kind() wire.ChainKind
	// Len is the number of rows.
	Len() int
	// Row returns one row. It is called for every position in turn, so it must
	// be quick and must not allocate.
	Row(position int) Row
	// Payloads calls visit with the payload of each of the positions, which
	// ascend. A payload is valid until visit returns. An error of visit ends the
	// call and is returned.
	Payloads(positions []int, visit func(position int, payload []byte) error) error
}

// Row is what an index knows of an entry.
type Row struct {
	Seq uint64
	// TSNS is the append time in Unix nanoseconds.
	TSNS postcard.Option[uint64]
	// TimeNS is the time that the entry is placed at: its append time or, where
	// there is none, the record's own.
	TimeNS uint64
	// TimeMS is the record's own time in Unix milliseconds.
	TimeMS uint64
	// ID is the action id or, on the other chains, the record's seq.
	ID uint64
	// Kind is the action kind, the admin event, the log's origin or the
	// failure's masked source.
	Kind string
	// Outcome is the disposition, the verification outcome or the log level, as
	// numbered on the wire.
	Outcome uint8
	// Template is the reason or message with its values masked by '#'.
	Template string
	Status   wire.EntryStatus
	// Decoded is true if the payload is a record of the chain's kind. TimeMS, ID,
	// Kind, Outcome and Template mean something only then.
	Decoded bool
}

// failed reports whether the row is a Failed action.
func (r *Row) failed() bool { return r.Decoded && wire.Outcome(r.Outcome) == wire.OutcomeFailed }

// gated reports whether the row is a Gated action.
func (r *Row) gated() bool { return r.Decoded && wire.Outcome(r.Outcome) == wire.OutcomeGated }

// settleRows is how many rows ahead are asked whether a time is to be believed.
const settleRows = 8

// earliestOfNext returns the smallest placing time of the next few rows from a
// position on. A row later than that has come before its time, or its time is
// wild.
func earliestOfNext(c Chain, position int) uint64 {
	earliest := ^uint64(0)
	for end := min(c.Len(), position+settleRows); position < end; position++ {
		r := c.Row(position)
		earliest = min(earliest, r.TimeNS)
	}
	return earliest
}

// paceRows is how many rows are read between two calls of pace.
const paceRows = 4096

// pacer lets others in between and notices that nobody waits any more.
type pacer struct {
	ctx  context.Context
	pace func()
	rows int
}

// row is called once a row. The error is that of the context.
func (p *pacer) row() error {
	p.rows++
	if p.rows%paceRows != 0 {
		return nil
	}
	return p.now()
}

func (p *pacer) now() error {
	p.pace()
	return p.ctx.Err()
}
