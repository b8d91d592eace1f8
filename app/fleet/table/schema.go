package table

import (
	"cmp"
	"slices"

	"github.com/parquet-go/parquet-go"
)

// column is a column: its name, how it is stored, and what it has for a row.
type column struct {
	name string
	node parquet.Node
	// required columns have a value in every row.
	required bool
	value    func(*row) parquet.Value
}

// columns are all columns, in their order.
func columns() []column {
	word := parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
	number := parquet.Encoded(parquet.Int(64), &parquet.DeltaBinaryPacked)
	return []column{
		{"node", word, true, func(r *row) parquet.Value { return text(r.node) }},
		{"channel", word, true, func(r *row) parquet.Value { return text(r.channel) }},
		{"position", number, true, func(r *row) parquet.Value { return parquet.Int64Value(int64(r.position)) }},
		{"seq", number, true, func(r *row) parquet.Value { return parquet.Int64Value(int64(r.entry.Seq)) }},
		{"run", parquet.Encoded(parquet.Int(32), &parquet.RLEDictionary), true, func(r *row) parquet.Value { return parquet.Int32Value(int32(r.run)) }},
		{"status", word, true, func(r *row) parquet.Value { return text(r.status) }},
		{"ts", parquet.Encoded(parquet.Timestamp(parquet.Microsecond), &parquet.DeltaBinaryPacked), false, func(r *row) parquet.Value {
			return number64(r.entry.TSNS.Value/nanosPerMicro, r.entry.TSNS.Some)
		}},
		{"ts_ns", number, false, func(r *row) parquet.Value { return number64(r.entry.TSNS.Value, r.entry.TSNS.Some) }},
		{"id", number, false, func(r *row) parquet.Value { return number64(r.id, r.decoded) }},
		{"emitted_at_ms", number, false, func(r *row) parquet.Value { return number64(r.timeMS, r.decoded) }},
		{"kind", word, false, func(r *row) parquet.Value { return text(r.kind) }},
		{"outcome", word, false, func(r *row) parquet.Value { return text(r.outcome) }},
		{"reason", word, false, func(r *row) parquet.Value { return text(r.reason) }},
		{"template", word, false, func(r *row) parquet.Value { return text(r.template) }},
		{"delay", parquet.Int(64), false, func(r *row) parquet.Value { return number64(r.delayMS.Value, r.delayMS.Some) }},
		{"level", word, false, func(r *row) parquet.Value { return text(r.level) }},
		{"message", word, false, func(r *row) parquet.Value { return text(r.message) }},
		{"daemon", word, false, func(r *row) parquet.Value { return text(r.daemon) }},
		{"event", word, false, func(r *row) parquet.Value { return text(r.event) }},
		{"subject", word, false, func(r *row) parquet.Value { return text(r.subject) }},
		{"operators", word, false, func(r *row) parquet.Value { return text(r.operators) }},
		{"error", word, false, func(r *row) parquet.Value { return text(r.fault) }},
		{"payload", parquet.Leaf(parquet.ByteArrayType), false, func(r *row) parquet.Value { return text(r.payload) }},
	}
}

const nanosPerMicro = 1000

// text is a value of bytes, null if there are none.
func text(b []byte) parquet.Value {
	if b == nil {
		return parquet.NullValue()
	}
	return parquet.ByteArrayValue(b)
}

// number64 is a number, null unless it is there.
func number64(n uint64, there bool) parquet.Value {
	if !there {
		return parquet.NullValue()
	}
	return parquet.Int64Value(int64(n))
}

// schemaOf returns the schema of columns, in their order.
func schemaOf(all []column) *parquet.Schema {
	group := parquet.Group{}
	for _, c := range all {
		if group[c.name] = c.node; !c.required {
			group[c.name] = parquet.Optional(c.node)
		}
	}
	return parquet.NewSchema("entry", ordered{group, all})
}

// ordered is a group whose fields have an order of their own.
type ordered struct {
	parquet.Group
	columns []column
}

// Fields implements [parquet.Node].
func (o ordered) Fields() []parquet.Field {
	place := func(f parquet.Field) int {
		return slices.IndexFunc(o.columns, func(c column) bool { return c.name == f.Name() })
	}
	fields := o.Group.Fields()
	slices.SortFunc(fields, func(a, b parquet.Field) int { return cmp.Compare(place(a), place(b)) })
	return fields
}
