package engine

import (
	"fmt"
	"strconv"
	"time"

	"chainglass/wire"
	"chainglass/wire/postcard"
)

// encoding is how a value is stored.
type encoding uint8

const (
	encU64 encoding = iota
	encU32
	encBool
	encString
	encOption // elem follows the tag
	encSeq    // elem repeats
	encStruct // fields in order
	encEnum   // fields of the variant follow
)

// shape describes one value of the stored form of a record, so that a payload
// can be explained byte by byte.
type shape struct {
	name     string
	enc      encoding
	elem     *shape
	fields   []shape
	variants []shape // structs named like the variants
	note     func(v uint64) string
}

func u64(name string) shape  { return shape{name: name, enc: encU64} }
func text(name string) shape { return shape{name: name, enc: encString} }

func timeMS(name string) shape {
	return shape{name: name, enc: encU64, note: func(ms uint64) string {
		if ms > maxShownMS {
			return "Unix ms, beyond the year 9999"
		}
		return time.UnixMilli(int64(ms)).UTC().Format("2006-01-02 15:04:05.000 UTC")
	}}
}

// maxShownMS is the last millisecond of the year 9999.
const maxShownMS = 253402300799999

func spanMS(name string) shape {
	return shape{name: name, enc: encU64, note: func(ms uint64) string {
		return fmt.Sprintf("%d.%03d s", ms/1000, ms%1000)
	}}
}

func option(name string, elem shape) shape {
	elem.name = name
	return shape{name: name, enc: encOption, elem: &elem}
}

func seq(name string, elem shape) shape { return shape{name: name, enc: encSeq, elem: &elem} }

func record(name string, fields ...shape) shape {
	return shape{name: name, enc: encStruct, fields: fields}
}

func enum(name string, variants ...shape) shape {
	return shape{name: name, enc: encEnum, variants: variants}
}

// recordShape returns the shape of a chain's records, and how many bytes come in
// front of it.
func recordShape(kind wire.ChainKind) (s shape, head int, known bool) {
	switch kind {
	case wire.ChainAction:
		return actionShape(), 1, true
	case wire.ChainAudit:
		return auditShape(), 0, true
	case wire.ChainLog:
		return logShape(), 0, true
	case wire.ChainFailure:
		return failureShape(), 0, true
	}
	return shape{}, 0, false
}

func actionShape() shape {
	return record("", u64("id"), text("kind"), timeMS("emitted_at_ms"), enum("disposition",
		record("Dispatched"),
		record("Failed", text("reason"), option("retry_after_ms", spanMS(""))),
		record("Gated", text("reason"), option("cooldown_ms", spanMS("")))))
}

func logShape() shape {
	return record("", u64("seq"), timeMS("ts_ms"),
		enum("level", record("Trace"), record("Debug"), record("Info"), record("Warn"), record("Error")),
		option("daemon_id", u64("")), option("node_id", u64("")), text("message"),
		shape{name: "chain_pending", enc: encBool})
}

func failureShape() shape {
	return record("", u64("seq"), text("source"), text("reason"), timeMS("recorded_at_ms"))
}

func auditShape() shape {
	node := u64("node")
	duration := func(name string) shape {
		return record(name, u64("secs"), shape{name: "nanos", enc: encU32})
	}
	event := enum("event",
		record("EnterMaintenance", node, option("drain_for", duration(""))),
		record("ExitMaintenance", node),
		record("Drain", node, duration("drain_for")),
		record("Cordon", node),
		record("Uncordon", node),
		record("RestartAllDaemons", node),
		record("ClearAvoidList", node),
		record("DropReplicas", node, seq("chains", u64(""))),
		record("InvalidatePlacement", node),
		record("FreezeCluster", duration("ttl")),
		record("ThawCluster"),
		record("FlushAvoidLists", enum("scope", record("Local", node), record("OnPeer", u64("peer")), record("Global"))),
		record("ForceEvictReplica", u64("chain"), u64("victim")),
		record("ForceRestartDaemon", record("daemon", u64("id"), text("name"))),
		record("ForceCutover", u64("chain"), u64("target")),
		record("KillMigration", u64("migration")))
	outcome := enum("outcome", record("Accepted"), record("Rejected", text("kind"), text("message")), record("Unverified"))
	return record("", u64("seq"), timeMS("committed_at_ms"), event, seq("operator_ids", u64("")),
		outcome, shape{name: "chain_pending", enc: encBool})
}

// walker lists the fields of a payload. It goes as far as the payload decodes.
type walker struct {
	c      postcard.Cursor
	head   int // bytes in front of the cursor's input
	fields []Field
}

// maxDetailFields bounds the list for a record with a long sequence.
const maxDetailFields = 2000

// fieldsOf explains a payload. fault is nil if all of it decodes; the fields
// then cover payload[:end].
func fieldsOf(kind wire.ChainKind, payload []byte) (fields []Field, end int, fault *Fault) {
	s, head, known := recordShape(kind)
	if !known {
		return nil, 0, nil
	}
	w := walker{head: head}
	if head > 0 && len(payload) > 0 {
		w.fields = append(w.fields, Field{Name: "version", Type: "u8", Value: strconv.Itoa(int(payload[0])), Length: 1})
	}
	if head > 0 && (len(payload) == 0 || payload[0] != wire.WireFormatVersion) {
		var v wire.View
		_, err := wire.DecodeView(payload, &v)
		return w.fields, len(w.fields), &Fault{Text: err.Error()}
	}
	w.c = postcard.NewCursor(payload[head:])
	w.value(&s, "", 0)
	if err, failed := w.c.Err().(*postcard.Error); failed {
		return w.fields, head + err.Offset, &Fault{Text: err.Error(), Field: err.Field, Offset: head + err.Offset}
	}
	return w.fields, head + w.c.Offset(), nil
}

// value reads one value and lists it with what is in it.
func (w *walker) value(s *shape, path string, depth int) {
	if w.c.Failed() {
		return
	}
	start := w.c.Offset()
	switch s.enc {
	case encStruct:
		w.structure(s, path, depth)
	case encEnum:
		w.enum(s, path, depth, start)
	case encOption:
		w.option(s, path, depth, start)
	case encSeq:
		w.seq(s, path, depth, start)
	default:
		w.scalar(s, path, depth, start)
	}
}

func (w *walker) scalar(s *shape, path string, depth, start int) {
	field := Field{Name: s.name, Depth: depth}
	switch s.enc {
	case encU64, encU32:
		v := uint64(0)
		if field.Type = "varint u64"; s.enc == encU64 {
			v = w.c.U64(path)
		} else {
			field.Type = "varint u32"
			v = uint64(w.c.U32(path))
		}
		field.Value = strconv.FormatUint(v, 10)
		if s.note != nil {
			field.Note = s.note(v)
		}
	case encBool:
		field.Type, field.Value = "bool", strconv.FormatBool(w.c.Bool(path))
	case encString:
		b := w.c.Bytes(path)
		field.Type, field.Value = "string", string(b)
		field.Note = fmt.Sprintf("%d bytes behind their length", len(b))
	}
	w.list(field, start)
}

func (w *walker) structure(s *shape, path string, depth int) {
	if s.name != "" {
		w.list(Field{Name: s.name, Depth: depth, Type: "struct"}, w.c.Offset())
		depth++
	}
	for i := range s.fields {
		w.value(&s.fields[i], join(path, s.fields[i].name), depth)
	}
}

func (w *walker) enum(s *shape, path string, depth, start int) {
	v := w.c.Variant(path, uint32(len(s.variants)))
	if w.c.Failed() {
		return
	}
	variant := &s.variants[v]
	w.list(Field{Name: s.name, Depth: depth, Type: "enum variant", Value: variant.name, Note: fmt.Sprintf("variant %d", v)}, start)
	for i := range variant.fields {
		w.value(&variant.fields[i], join(path, variant.fields[i].name), depth+1)
	}
}

func (w *walker) option(s *shape, path string, depth, start int) {
	some := w.c.Option(path)
	field := Field{Name: s.name, Depth: depth, Type: "option tag", Value: "None"}
	if some {
		field.Value = "Some"
	}
	w.list(field, start)
	if some {
		w.value(s.elem, path, depth+1)
	}
}

func (w *walker) seq(s *shape, path string, depth, start int) {
	n := w.c.Count(path)
	w.list(Field{Name: s.name, Depth: depth, Type: "sequence", Value: strconv.FormatUint(n, 10) + " elements"}, start)
	for i := uint64(0); i < n && !w.c.Failed(); i++ {
		elem := *s.elem
		elem.name = fmt.Sprintf("[%d]", i)
		w.value(&elem, path+elem.name, depth+1)
	}
}

// list adds a field that began at start of the cursor, unless reading it failed.
func (w *walker) list(f Field, start int) {
	if w.c.Failed() || len(w.fields) >= maxDetailFields {
		return
	}
	f.Offset, f.Length = w.head+start, w.c.Offset()-start
	w.fields = append(w.fields, f)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
