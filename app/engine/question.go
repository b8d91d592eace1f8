package engine

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"chainglass/app/engine/part"
	"chainglass/app/kind"
	"chainglass/app/query"
	"chainglass/app/source"
	"chainglass/wire"
)

// judge decides on entries by their payloads. One goroutine may use it at a time.
type judge struct {
	kind    *kind.Kind
	matcher *query.Matcher
	// masked is true if the query looks at the templates of records.
	masked bool
	record recordReader
}

func newJudge(k *kind.Kind, m *query.Matcher) judge {
	return judge{kind: k, matcher: m, masked: m.NeedsTemplate()}
}

// keeps reports whether the query keeps an entry that its row left open.
func (j *judge) keeps(row *query.Row, r wire.Reader, e *wire.Entry) bool {
	return j.matcher.Record(row, j.record.read(j.kind, r, int(row.Position), e, j.masked))
}

// Question asks which of some entries of a run a query keeps, where that takes their
// payloads. It is made for whoever runs the same program and has the same files.
type Question struct {
	// Task is the run.
	Task part.Task
	// Asked is the encoding of an asked, the same for all questions of a search.
	Asked []byte
	// Rows are the rows of the entries, rowBytes each.
	Rows []byte
}

// asked is a query, and what an index knows of the chain.
type asked struct {
	// Search tells searches apart.
	Search int64
	Query  string
	Tables query.Tables
}

// A row of a question:
//
//	4 bytes   place in the run
//	8 bytes   seq
//	8 bytes   time it is placed at, nanoseconds
//	8 bytes   time of the record, milliseconds
//	8 bytes   id
//	2 bytes   class
//	1 byte    status
const rowBytes = 4 + 4*8 + 2 + 1

func appendRow(b []byte, first int, r *query.Row) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(int(r.Position)-first))
	for _, v := range [...]uint64{r.Seq, r.TimeNS, r.TimeMS, r.ID} {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	return append(binary.LittleEndian.AppendUint16(b, r.Class), byte(r.Status))
}

func rowAt(b []byte, first int) query.Row {
	number := func(i int) uint64 { return binary.LittleEndian.Uint64(b[4+8*i:]) }
	return query.Row{
		Position: uint64(first) + uint64(binary.LittleEndian.Uint32(b)),
		Seq:      number(0), TimeNS: number(1), TimeMS: number(2), ID: number(3),
		Class: binary.LittleEndian.Uint16(b[rowBytes-3:]), Status: wire.EntryStatus(b[rowBytes-1]),
	}
}

// AsksAboutMany reports whether the rows of a question are so many of the entries of a run
// that all of them should be read ahead.
func AsksAboutMany(rows []byte, count int) bool { return len(rows)/rowBytes >= count/64 }

var errQuestion = errors.New("not a question")

// Answerer answers questions. It keeps memory from one to the next and may be used by one
// goroutine at a time. The zero Answerer is ready for use.
type Answerer struct {
	// Kinds are the kinds of chain that are known.
	Kinds kind.Set

	asked     []byte
	judge     judge
	rows      []query.Row
	positions []int
}

// Answer returns a byte for each row of a question, 1 if the query keeps its entry and
// else 0. It calls pace, unless that is nil, now and then.
func (a *Answerer) Answer(ctx context.Context, chain *source.Chain, q *Question, pace func()) ([]byte, error) {
	if len(q.Rows)%rowBytes != 0 {
		return nil, errQuestion
	}
	if err := a.begin(q); err != nil {
		return nil, err
	}
	a.rows, a.positions = a.rows[:0], a.positions[:0]
	for b := q.Rows; len(b) >= rowBytes; b = b[rowBytes:] {
		row := rowAt(b, q.Task.First)
		if n := len(a.positions); n > 0 && a.positions[n-1] >= int(row.Position) {
			return nil, errQuestion
		}
		a.rows, a.positions = append(a.rows, row), append(a.positions, int(row.Position))
	}
	answer := make([]byte, 0, len(a.rows))
	x := entryWalk{origin: chain.Origin, read: func(ctx context.Context, position int, b *wire.Block) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return chain.Reader.ReadBlock(position, b)
	}}
	err := x.walk(ctx, a.positions, func(position int, e *wire.Entry) error {
		row := &a.rows[len(answer)]
		if e.Seq != row.Seq || e.Status != row.Status || e.TSNS.Some && e.TSNS.Value != row.TimeNS {
			return fmt.Errorf("%s, entry %d: %w", chain.Origin, position, ErrChanged)
		}
		kept := byte(0)
		if a.judge.keeps(row, chain.Reader, e) {
			kept = 1
		}
		answer = append(answer, kept)
		return nil
	}, pace)
	return answer, err
}

// begin makes a judge for what is asked, unless it is what was asked before.
func (a *Answerer) begin(q *Question) error {
	if a.judge.kind != nil && bytes.Equal(a.asked, q.Asked) && a.judge.kind.ID == q.Task.Kind {
		return nil
	}
	var what asked
	if err := cbor.Unmarshal(q.Asked, &what); err != nil {
		return err
	}
	// Written as Query.String does, it needs no zone and no day.
	parsed, err := query.Parse(what.Query, query.Context{Kinds: a.Kinds})
	if err != nil {
		return err
	}
	a.asked = bytes.Clone(q.Asked)
	what.Tables.Kinds = a.Kinds
	a.judge = newJudge(a.Kinds.Of(q.Task.Kind), query.Compile(parsed, &what.Tables))
	return nil
}
