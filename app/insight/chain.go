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
	// Watch is what was noticed of the rows while they were read: it has been fed
	// with all Len of them.
	Watch() *Watch
	// Row returns one row. It is called for the rows that a finding names, and for
	// a few thousand spread over the chain.
	Row(position int) Row
	// Columns returns the rows from a position on, as many as lie together, at
	// least one, and the classes that they are numbered by. Told is not set. Both
	// are only read, and not after the next call.
	Columns(position int) (Rows, []Class)
	// Payloads calls visit with the payload of each of the positions, which
	// ascend. It is called for a few records of an audit chain or a log. A payload is valid
	// until visit returns. An error of visit ends the call and is returned.
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

// Rows are consecutive rows of a chain as the columns of an index. All columns
// but Told have the same length.
type Rows struct {
	// First is the position of the first row.
	First int
	// TSNS is the append time in Unix nanoseconds, where State has [RowHasTS].
	TSNS []uint64
	// TimeMS is the record's own time in Unix milliseconds; for a row that is not
	// decoded, that of the record before it.
	TimeMS []uint64
	// ID is the action id or, on the other chains, the record's seq.
	ID []uint64
	// Class is the number of the row's class.
	Class []uint16
	State []RowState
	// Told is of the decoded rows whose class tells: see [Class.Tells].
	Told []Told
	// Digest is the digest of the rows, or nil.
	Digest *Digest
}

// Class is what decoded rows of one class have in common: see [Row].
type Class struct {
	Kind, Template string
	Outcome        uint8
}

// Tells reports whether the decoded rows of a class have a [Told] on a chain of a
// kind: failed and gated actions, and everything on a failures chain.
func (c *Class) Tells(kind wire.ChainKind) bool {
	switch kind {
	case wire.ChainAction:
		return wire.Outcome(c.Outcome) == wire.OutcomeFailed || wire.Outcome(c.Outcome) == wire.OutcomeGated
	case wire.ChainFailure:
		return true
	}
	return false
}

// RowState packs the status of an entry, in the low four bits, and two facts.
type RowState uint8

// The bits of a RowState.
const (
	RowStatusMask RowState = 0x0f
	// RowHasTS: the entry has an append time.
	RowHasTS RowState = 0x40
	// RowDecoded: the payload is a record of the chain's kind.
	RowDecoded RowState = 0x80
)

// placeNS returns the time that a row is placed at.
func (r *Rows) placeNS(i int) uint64 {
	if r.State[i]&RowHasTS != 0 {
		return r.TSNS[i]
	}
	return placedNS(r.TimeMS[i])
}

// placedNS returns the time that a row without an append time is placed at.
func placedNS(timeMS uint64) uint64 {
	return min(timeMS, ^uint64(0)/nanosPerMilli) * nanosPerMilli
}

// eachRows visits the rows from one position up to but not including another. The
// rows handed out may begin before from and end behind to: visit is told which of
// them are asked for.
func eachRows(p *pacer, c Chain, from, to int, visit func(rows *Rows, classes []Class, begin, end int)) error {
	for from < to {
		rows, classes := c.Columns(from)
		begin := from - rows.First
		end := min(len(rows.State), to-rows.First, begin+paceRows)
		visit(&rows, classes, begin, end)
		from = rows.First + end
		if err := p.work(end - begin); err != nil {
			return err
		}
	}
	return nil
}

// sameClasses reports whether two tables of classes are one.
func sameClasses(a, b []Class) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// paceRows is how many rows are read between two calls of pace.
const paceRows = 4096

// pacer lets others in between and notices that nobody waits any more.
type pacer struct {
	ctx  context.Context
	pace func()
	rows int
}

// work is called with what has been done, in rows. The error is that of the
// context.
func (p *pacer) work(rows int) error {
	p.rows += rows
	if p.rows < paceRows {
		return nil
	}
	return p.now()
}

func (p *pacer) now() error {
	p.rows = 0
	p.pace()
	return p.ctx.Err()
}
