package table

import (
	"context"
	"fmt"
	"io"
	"sort"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"chainglass/app/engine"
	"chainglass/app/source"
	"chainglass/wire"
)

const (
	// groupRows is how many rows a row group has: what a query engine reads at a time, and
	// what is held in memory, packed, while it is written.
	groupRows = 1 << 18
	// batchRows and batchBytes bound what is handed to the columns at a time.
	batchRows  = 1 << 12
	batchBytes = 4 << 20
	pageBytes  = 1 << 20
	// dictionaryBytes is how long the distinct texts of a column may be before they are
	// written as they are.
	dictionaryBytes = 1 << 20
)

// Chain is a chain that is to be written.
type Chain struct {
	// Engine has it open.
	Engine *engine.Engine
	// Info describes it.
	Info engine.ChainInfo
	// Processes is where the second and later processes of its node begin: see
	// [engine.Engine.Processes].
	Processes []int
	// Payloads is true if the payloads of all entries are written.
	Payloads bool
}

// Write writes the chain as a Parquet file and returns how many rows that has. An error
// leaves a file that is not whole.
func Write(ctx context.Context, to io.Writer, c Chain) (rows int, err error) {
	w := newWriter(to, c)
	defer func() {
		if r := recover(); r != nil {
			// The library panics where a file would become too large for its format.
			err = fmt.Errorf("the rows do not fit the format: %v", r)
		}
	}()
	if err := c.Engine.Blocks(ctx, c.Info.ID, w.block); err != nil {
		return w.rows, err
	}
	return w.rows, w.close()
}

// writer writes one file.
type writer struct {
	chain   Chain
	file    *parquet.GenericWriter[any]
	columns []column
	batches [][]parquet.Value // by column, rows of one batch
	batched int               // rows in them
	bytes   int               // and their payloads
	decode  decoder
	scratch scratch
	row     row
	status  [wire.EntryStatusCount][]byte
	rows    int
	inGroup int
}

func newWriter(to io.Writer, c Chain) *writer {
	w := &writer{chain: c, columns: columns()}
	w.file = parquet.NewGenericWriter[any](to, schemaOf(w.columns),
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedDefault}),
		parquet.PageBufferSize(pageBytes),
		parquet.DictionaryMaxBytes(dictionaryBytes),
		parquet.DataPageStatistics(true),
		parquet.CreatedBy("chainglass", "1", ""),
		parquet.KeyValueMetadata("chainglass.kind", c.Info.Kind.String()),
		parquet.KeyValueMetadata("chainglass.entries", fmt.Sprint(c.Info.Indexed)),
	)
	w.batches = make([][]parquet.Value, len(w.columns))
	w.decode = decoders(c.Info.Kind, &w.scratch)
	for i := range w.status {
		w.status[i] = []byte(wire.EntryStatus(i).String())
	}
	w.row.node, w.row.channel = []byte(c.Info.Node), []byte(c.Info.Channel)
	return w
}

// block writes the entries of a block. What is not written at its end would point into
// memory that the next one uses.
func (w *writer) block(b *engine.Block) error {
	for i := range b.Entries {
		w.add(b, i)
		if w.batched == batchRows || w.bytes >= batchBytes {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return w.flush()
}

// add adds an entry to the batch.
func (w *writer) add(b *engine.Block, i int) {
	r, e := &w.row, &b.Entries[i]
	r.position, r.entry, r.status = b.First+i, e, w.status[e.Status]
	r.run = 1 + sort.SearchInts(w.chain.Processes, r.position+1)
	r.record, r.fault, r.payload = record{}, nil, nil
	if e.Status == wire.EntryOK && w.decode != nil {
		if err := w.decode(e.Payload, &r.record); err != nil {
			r.record, r.fault = record{}, []byte(faultText(b.Fault(i, err)))
		} else {
			r.decoded = true
		}
	}
	if w.chain.Payloads || e.Status != wire.EntryOK || r.fault != nil {
		if r.payload = e.Payload; r.payload == nil && e.Status == wire.EntryOK {
			r.payload = []byte{}
		}
	}
	for c := range w.columns {
		v, level := w.columns[c].value(r), 0
		if !w.columns[c].required && !v.IsNull() {
			level = 1
		}
		w.batches[c] = append(w.batches[c], v.Level(0, level, c))
	}
	w.batched++
	w.bytes += len(e.Payload)
}

// faultText is what is wrong with a payload, in one line.
func faultText(err error) string {
	if p, is := err.(*source.ParseError); is {
		return p.Cause()
	}
	return err.Error()
}

// flush writes the batch.
func (w *writer) flush() error {
	for c, values := range w.batches {
		if len(values) == 0 {
			return nil
		}
		n, err := w.file.ColumnWriters()[c].WriteRowValues(values)
		if err == nil && n != len(values) {
			err = fmt.Errorf("%d of %d values of column %s were written", n, len(values), w.columns[c].name)
		}
		if err != nil {
			return err
		}
		w.batches[c] = values[:0]
	}
	w.rows += w.batched
	w.inGroup += w.batched
	w.batched, w.bytes, w.scratch.b = 0, 0, w.scratch.b[:0]
	if w.inGroup >= groupRows {
		w.inGroup = 0
		return w.endGroup()
	}
	return nil
}

// endGroup writes the row group, of which all columns have been written to the same row.
func (w *writer) endGroup() error {
	for _, c := range w.file.ColumnWriters() {
		if err := c.Close(); err != nil {
			return err
		}
	}
	return w.file.Flush()
}

func (w *writer) close() error {
	if w.rows != w.chain.Info.Indexed {
		return fmt.Errorf("%d of %d entries were written", w.rows, w.chain.Info.Indexed)
	}
	return w.file.Close()
}
