package kind

import (
	"fmt"
	"math/bits"
	"strconv"
	"time"

	"chainglass/wire"
	"chainglass/wire/postcard"
)

// Explained is one value of a payload: what the format calls it, how it is stored,
// and which bytes it is.
type Explained struct {
	// Name is the format's own name; Depth its nesting, 0 for the top.
	Name  string
	Depth int
	// Type is the encoding: "varint u64", "string", "option tag", ...
	Type string
	// Value is the value as text, whole.
	Value string
	// Note explains what the value alone does not say, for example a time.
	Note string
	// Offset and Length give the bytes within the payload.
	Offset, Length int
}

// Fault is why a payload is no record, and where.
type Fault struct {
	Text string
	// Field is the path of the field that failed, Offset where it begins.
	Field  string
	Offset int
}

// explainer lists the values of a payload. It goes as far as the payload decodes.
type explainer struct {
	c      postcard.Cursor
	head   int // bytes in front of the cursor's input
	fields []Explained
	number uint64 // the last one
}

// maxExplained bounds the list for a record with a long sequence.
const maxExplained = 2000

// Explain lists the values of a payload in the order of their bytes. fault is nil if
// all of it decodes; the values then cover payload[:end]. Of a kind without fields
// there is nothing to list.
func (k *Kind) Explain(payload []byte) (fields []Explained, end int, fault *Fault) {
	if len(k.Fields) == 0 {
		return nil, 0, nil
	}
	var x explainer
	if k.Version != 0 && len(payload) > 0 {
		x.fields = append(x.fields, Explained{Name: "version", Type: "u8", Value: strconv.Itoa(int(payload[0])), Length: 1})
	}
	body, err := k.body(payload)
	if err != nil {
		return x.fields, len(x.fields), &Fault{Text: err.Error()}
	}
	x.head = len(payload) - len(body)
	x.c = postcard.NewCursor(body)
	x.fieldsOf(k.Fields, "", 0)
	if err, failed := x.c.Err().(*postcard.Error); failed {
		return x.fields, x.head + err.Offset, &Fault{Text: err.Error(), Field: err.Field, Offset: x.head + err.Offset}
	}
	return x.fields, x.head + x.c.Offset(), nil
}

// body returns the payload without what comes in front of the first field.
func (k *Kind) body(payload []byte) ([]byte, error) {
	switch {
	case k.Version == 0:
		return payload, nil
	case len(payload) == 0:
		return nil, wire.ErrEmpty
	case payload[0] != k.Version:
		return nil, &wire.VersionError{Seen: payload[0], Supported: k.Version}
	}
	return payload[1:], nil
}

// fieldsOf reads the values of a struct or a variant.
func (x *explainer) fieldsOf(fields []Field, path string, depth int) {
	for i := range fields {
		x.value(&fields[i], fields[i].Name, join(path, fields[i].Name), depth)
	}
}

// value reads one value and lists it with what is in it.
func (x *explainer) value(f *Field, name, path string, depth int) {
	if x.c.Failed() {
		return
	}
	start := x.c.Offset()
	switch f.Type {
	case TypeStruct:
		x.list(Explained{Name: name, Depth: depth, Type: "struct"}, start)
		x.fieldsOf(f.Fields, path, depth+1)
	case TypeDuration:
		x.list(Explained{Name: name, Depth: depth, Type: "struct"}, start)
		x.fieldsOf(f.Fields[:1], path, depth+1)
		secs := x.number
		x.fieldsOf(f.Fields[1:], path, depth+1)
		carried(&x.c, secs, x.number, join(path, f.Fields[1].Name))
	case TypeEnum:
		v := x.c.Variant(path, uint32(len(f.Variants)))
		if x.c.Failed() {
			return
		}
		x.list(Explained{Name: name, Depth: depth, Type: "enum variant", Value: f.Variants[v].Name, Note: fmt.Sprintf("variant %d", v)}, start)
		x.fieldsOf(f.Variants[v].Fields, path, depth+1)
	case TypeOption:
		some := x.c.Option(path)
		x.list(Explained{Name: name, Depth: depth, Type: "option tag", Value: optionWord(some)}, start)
		if some {
			x.value(f.Elem, name, path, depth+1)
		}
	case TypeSeq:
		n := x.c.Count(path)
		x.list(Explained{Name: name, Depth: depth, Type: "sequence", Value: strconv.FormatUint(n, 10) + " elements"}, start)
		for i := uint64(0); i < n && !x.c.Failed(); i++ {
			elem := fmt.Sprintf("[%d]", i)
			x.value(f.Elem, elem, path+elem, depth+1)
		}
	default:
		x.scalar(f, name, path, depth, start)
	}
}

func optionWord(some bool) string {
	if some {
		return "Some"
	}
	return "None"
}

func (x *explainer) scalar(f *Field, name, path string, depth, start int) {
	e := Explained{Name: name, Depth: depth}
	switch f.Type {
	case TypeU64:
		v := x.c.U64(path)
		x.number = v
		e.Type, e.Value, e.Note = "varint u64", strconv.FormatUint(v, 10), f.note(v)
	case TypeU32:
		x.number = uint64(x.c.U32(path))
		e.Type, e.Value = "varint u32", strconv.FormatUint(x.number, 10)
	case TypeBool:
		e.Type, e.Value = "bool", strconv.FormatBool(x.c.Bool(path))
	case TypeString:
		b := x.c.Bytes(path)
		e.Type, e.Value = "string", string(b)
		e.Note = fmt.Sprintf("%d bytes behind their length", len(b))
	}
	x.list(e, start)
}

// list adds a value that began at start of the cursor, unless reading it failed.
func (x *explainer) list(e Explained, start int) {
	if x.c.Failed() || len(x.fields) >= maxExplained {
		return
	}
	e.Offset, e.Length = x.head+start, x.c.Offset()-start
	x.fields = append(x.fields, e)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

const nanosPerSecond = 1_000_000_000

// carried returns a duration with nanoseconds below a second, as the reference does on
// reading. The cursor fails where the seconds do not fit 64 bits any more.
func carried(c *postcard.Cursor, secs, nanos uint64, path string) (uint64, uint64) {
	whole, overflow := bits.Add64(secs, nanos/nanosPerSecond, 0)
	if overflow != 0 {
		c.Fail(postcard.ErrCustom, path)
	}
	return whole, nanos % nanosPerSecond
}

// maxShownMS is the last millisecond of the year 9999.
const maxShownMS = 253402300799999

// note says what a number means, in the unit of its sort.
func (f *Field) note(v uint64) string {
	switch {
	case f.Sort == SortSpan:
		return fmt.Sprintf("%d.%03d s", v/1000, v%1000)
	case f.Sort == SortTime && v > maxShownMS:
		return "Unix ms, beyond the year 9999"
	case f.Sort == SortTime:
		return time.UnixMilli(int64(v)).UTC().Format("2006-01-02 15:04:05.000 UTC")
	}
	return ""
}
