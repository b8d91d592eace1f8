package redact

import (
	"math/bits"

	"chainglass/app/kind"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// idClasses, nameClasses and textPlaces say what becomes of the values of a sort.
var (
	idClasses = map[kind.Sort]Class{
		kind.SortNode: ClassNode, kind.SortDaemon: ClassDaemon, kind.SortChain: ClassChain,
		kind.SortOperator: ClassOperator, kind.SortMigration: ClassMigration,
	}
	nameClasses = map[kind.Sort]Class{kind.SortDaemonName: ClassDaemonName}
	textPlaces  = map[kind.Sort]place{kind.SortReason: placeReason, kind.SortSource: placeSource, kind.SortText: placeText}
)

// rebuild decodes a payload, puts the record together anew from what m makes of
// its values, and appends it to dst. ok is false if the payload is no record of
// the kind that may leave. Bytes after the record belong to no field: one zero
// stands for them, however many they are.
func rebuild(k *kind.Kind, payload, dst []byte, m mapper) (out []byte, ok bool, err error) {
	if !k.Known() {
		return dst, false, nil
	}
	// What is no record to its last field must not be taken note of.
	n, err := k.Decode(payload)
	if err != nil {
		return dst, false, nil
	}
	x := rebuilder{m: m, c: postcard.NewCursor(payload[k.HeadBytes():n])}
	out = append(dst, payload[:k.HeadBytes()]...)
	for i := range k.Fields {
		out = x.value(&k.Fields[i], out)
	}
	known, err := m.verdict()
	if !known || err != nil || x.c.Err() != nil || x.c.Remaining() > 0 {
		return dst, false, err
	}
	if n < len(payload) {
		out = append(out, 0)
	}
	return out, true, nil
}

// rebuilder puts one record together anew.
type rebuilder struct {
	c postcard.Cursor
	m mapper
}

// value appends what a value becomes. A value of no sort known here does not leave, nor
// does its record.
func (x *rebuilder) value(f *kind.Field, dst []byte) []byte {
	switch f.Type {
	case kind.TypeU64:
		return postcard.AppendUvarint(dst, x.number(f.Sort, x.c.U64(f.Name)))
	case kind.TypeU32:
		return postcard.AppendUvarint(dst, x.number(f.Sort, uint64(x.c.U32(f.Name))))
	case kind.TypeBool:
		v := x.c.Bool(f.Name)
		if f.Sort != kind.SortState {
			x.m.refuse()
			return dst
		}
		x.m.flag()
		return postcard.AppendBool(dst, v)
	case kind.TypeString:
		return postcard.AppendString(dst, x.text(f.Sort, x.c.String(f.Name)))
	case kind.TypeDuration:
		return x.duration(f, dst)
	case kind.TypeStruct:
		return x.fields(f.Fields, dst)
	case kind.TypeOption:
		some := x.c.Option(f.Name)
		if dst = postcard.AppendBool(dst, some); some {
			dst = x.value(f.Elem, dst)
		}
		return dst
	case kind.TypeSeq:
		n := x.c.Count(f.Name)
		dst = postcard.AppendUvarint(dst, n)
		for i := uint64(0); i < n && !x.c.Failed(); i++ {
			dst = x.value(f.Elem, dst)
		}
		return dst
	}
	return x.variant(f, dst)
}

func (x *rebuilder) fields(fields []kind.Field, dst []byte) []byte {
	for i := range fields {
		dst = x.value(&fields[i], dst)
	}
	return dst
}

func (x *rebuilder) variant(f *kind.Field, dst []byte) []byte {
	v := x.c.Variant(f.Name, uint32(len(f.Variants)))
	if x.c.Failed() {
		return dst
	}
	if f.Sort != kind.SortState {
		x.m.refuse()
		return dst
	}
	x.m.flag()
	return x.fields(f.Variants[v].Fields, postcard.AppendUvarint(dst, uint64(v)))
}

// duration writes whole seconds and less than a second: nanoseconds beyond could be made to
// carry anything.
func (x *rebuilder) duration(f *kind.Field, dst []byte) []byte {
	const perSecond = 1_000_000_000
	secs, nanos := x.c.U64(f.Name), uint64(x.c.U32(f.Name))
	secs, overflow := bits.Add64(secs, nanos/perSecond, 0)
	if f.Sort != kind.SortMeasure || overflow != 0 {
		x.m.refuse()
		return dst
	}
	x.m.measure(1)
	return postcard.AppendUvarint(postcard.AppendUvarint(dst, secs), nanos%perSecond)
}

// number returns what a number becomes.
func (x *rebuilder) number(s kind.Sort, v uint64) uint64 {
	switch s {
	case kind.SortOrder:
		return x.m.order(v)
	case kind.SortTime:
		return x.m.time(v)
	case kind.SortMeasure, kind.SortSpan:
		x.m.measure(1)
		return v
	}
	class, isID := idClasses[s]
	if !isID {
		x.m.refuse()
		return 0
	}
	return x.m.id(class, v)
}

// text returns what a text becomes.
func (x *rebuilder) text(s kind.Sort, v string) string {
	if s == kind.SortWord {
		return x.m.kind(v)
	}
	if class, isName := nameClasses[s]; isName {
		return x.m.name(class, v)
	}
	p, isText := textPlaces[s]
	if !isText {
		x.m.refuse()
		return ""
	}
	return x.m.text(p, v)
}

// rebuildAll rebuilds the records of a ring, whose verdict is that of the state they are in.
func rebuildAll[R any](m mapper, k *kind.Kind, in []R, encode func(*R, []byte) []byte, decode func([]byte) (R, error)) []R {
	var out []R
	for i := range in {
		x := rebuilder{m: m, c: postcard.NewCursor(encode(&in[i], nil))}
		r, err := decode(x.fields(k.Fields, nil))
		if err != nil || x.c.Err() != nil {
			m.refuse()
		}
		out = append(out, r)
	}
	return out
}

func failures(m mapper, in []snapshot.FailureRecord) []snapshot.FailureRecord {
	return rebuildAll(m, reference(wire.ChainFailure), in, (*snapshot.FailureRecord).AppendPostcard, snapshot.DecodeFailureRecord)
}

func audits(m mapper, in []snapshot.AdminAuditRecord) []snapshot.AdminAuditRecord {
	return rebuildAll(m, reference(wire.ChainAudit), in, (*snapshot.AdminAuditRecord).AppendPostcard, snapshot.DecodeAdminAuditRecord)
}

func logLines(m mapper, in []snapshot.LogRecord) []snapshot.LogRecord {
	return rebuildAll(m, reference(wire.ChainLog), in, (*snapshot.LogRecord).AppendPostcard, snapshot.DecodeLogRecord)
}

// reference returns a kind of the reference, whose records the rings of a snapshot hold.
func reference(id wire.ChainKind) *kind.Kind { return (kind.Set{}).Of(id) }
