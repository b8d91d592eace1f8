package redact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"chainglass/app/kind"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/postcard"

	"github.com/google/go-cmp/cmp"
)

// everyType is every type whose values are in an export.
var everyType = []any{
	snapshot.MeshOsSnapshot{},
	wire.Entry{}, export.Header{}, export.ChainInfo{}, export.Base{}, export.Note{}, export.Finding{}, export.Redaction{},
}

// leaves lists the fields below a type that hold values: those whose type is not
// made of further types of ours.
func leaves(typ reflect.Type, seen map[reflect.Type]bool, found map[string]bool) {
	if seen[typ] {
		return
	}
	seen[typ] = true
	for i := range typ.NumField() {
		f := typ.Field(i)
		name := typ.Name() + "." + f.Name
		of := f.Type
		for {
			if of.Kind() == reflect.Map {
				found[name+".key"] = true
				of = of.Elem()
			} else if of.Kind() == reflect.Slice || of.Kind() == reflect.Array {
				of = of.Elem()
			} else if of.Kind() == reflect.Struct && strings.HasPrefix(of.Name(), "Option[") {
				of = of.Field(0).Type
			} else {
				break
			}
		}
		if of.Kind() != reflect.Struct {
			found[name] = true
			continue
		}
		leaves(of, seen, found)
	}
}

// Every field there is has a class, and there is no class without a field.
func TestEveryFieldIsClassified(t *testing.T) {
	// Records are described by their kinds.
	want, seen := map[string]bool{}, map[reflect.Type]bool{}
	for _, v := range []any{snapshot.FailureRecord{}, snapshot.AdminAuditRecord{}, snapshot.LogRecord{}} {
		seen[reflect.TypeOf(v)] = true
	}
	for _, v := range everyType {
		leaves(reflect.TypeOf(v), seen, want)
	}
	got := map[string]bool{}
	for _, f := range Fields() {
		// A field that holds a struct with fields of its own may have a class too.
		got[f.Type+"."+f.Name] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-fields +classified:\n%s", diff)
	}
}

// Every variant there is has been looked at.
func TestEveryVariantIsClassified(t *testing.T) {
	for e, stringOf := range map[enum]func(uint8) string{
		enumLifecycle:   func(v uint8) string { return snapshot.DaemonLifecycleSnapshot(v).String() },
		enumHealth:      func(v uint8) string { return snapshot.DaemonHealthKind(v).String() },
		enumRestart:     func(v uint8) string { return snapshot.RestartStateKind(v).String() },
		enumPeerHealth:  func(v uint8) string { return snapshot.PeerHealthSnapshot(v).String() },
		enumMaintenance: func(v uint8) string { return snapshot.MaintenanceKind(v).String() },
		enumPhase:       func(v uint8) string { return snapshot.MigrationPhaseSnapshot(v).String() },
		enumStatus:      func(v uint8) string { return wire.EntryStatus(v).String() },
		enumChainKind:   func(v uint8) string { return wire.ChainKind(v).String() },
	} {
		var names []string
		for v := uint8(0); !strings.Contains(stringOf(v), "0x"); v++ {
			names = append(names, stringOf(v))
		}
		if diff := cmp.Diff(names, variants[e].names); diff != "" {
			t.Errorf("%s: -there are +classified:\n%s", variants[e].enum, diff)
		}
	}
	if len(variants) != int(enumChainKind)+1 {
		t.Errorf("%d enums, not all are tested", len(variants))
	}
}

// spy is a mapper that writes down what it is given and gives something else.
type spy struct {
	slate
	classes []string
	n       uint64
}

func (s *spy) note(what any)                 { s.classes = append(s.classes, fmt.Sprint(what)) }
func (s *spy) next(v uint64) uint64          { s.n++; return 1<<40 + s.n }
func (s *spy) order(v uint64) uint64         { s.note(ClassOrder); return v }
func (s *spy) measure(n int)                 { s.note(fmt.Sprint(n, " ", ClassMeasure)) }
func (s *spy) flag()                         { s.note("flag") }
func (s *spy) state(e enum, v uint8)         { s.note(variants[e].enum); s.slate.state(e, v) }
func (s *spy) time(ms uint64) uint64         { s.note(ClassTime); return s.next(ms) }
func (s *spy) id(c Class, v uint64) uint64   { s.note(c); return s.next(v) }
func (s *spy) name(c Class, v string) string { s.note(c); return fmt.Sprint("name ", s.next(0)) }
func (s *spy) text(place, string) string     { s.note(ClassText); return fmt.Sprint("text ", s.next(0)) }
func (s *spy) kind(string) string            { s.note(ClassKind); return fmt.Sprint("kind ", s.next(0)) }

// fill gives every field below v a value of its own.
func fill(v reflect.Value, n *uint64) {
	*n++
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, n)
		fill(value, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), n)
	case reflect.String:
		v.SetString(fmt.Sprint("original ", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8:
		v.SetUint(1)
	case reflect.Uint32, reflect.Uint64:
		v.SetUint(1000 + *n)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(*n) / 4)
	default:
		panic(v.Type().String())
	}
}

// classed holds what became of the fields of a value against their classes.
func classed(t *testing.T, was, is reflect.Value, path string, class Class) {
	t.Helper()
	switch was.Kind() {
	case reflect.Struct:
		option := strings.HasPrefix(was.Type().Name(), "Option[")
		for i := range was.NumField() {
			f := was.Type().Field(i)
			of := class
			if !option {
				of = classOf(was.Type().Name(), f.Name)
			}
			classed(t, was.Field(i), is.Field(i), path+"."+f.Name, of)
		}
		return
	case reflect.Slice:
		if was.Len() != is.Len() {
			t.Errorf("%s: %d elements, want %d", path, is.Len(), was.Len())
			return
		}
		for i := range was.Len() {
			classed(t, was.Index(i), is.Index(i), path, class)
		}
		return
	case reflect.Map:
		if was.Len() != 1 || is.Len() != 1 {
			t.Errorf("%s: %d elements", path, is.Len())
			return
		}
		keys := [2]reflect.Value{was.MapKeys()[0], is.MapKeys()[0]}
		name := path[strings.LastIndexByte(path, '.')+1:] + ".key"
		classed(t, keys[0], keys[1], path+".key", classOf("MeshOsSnapshot", name))
		classed(t, was.MapIndex(keys[0]), is.MapIndex(keys[1]), path, class)
		return
	case reflect.Bool:
		if was.Bool() != is.Bool() {
			t.Errorf("%s changed", path)
		}
		return
	}
	same := was.Equal(is)
	kept := class == ClassOrder || class == ClassState || class == ClassMeasure
	if kept != same {
		t.Errorf("%s, which is %s: was %v, is %v", path, class, was, is)
	}
}

func classOf(typ, field string) Class {
	i := slices.IndexFunc(fields[:], func(f Field) bool { return f.Type == typ && f.Name == field })
	if i < 0 {
		return ClassDropped
	}
	return fields[i].Class
}

// What is done with every field is what its class says: kept fields are the same,
// all others are what the mapper gave.
func TestFieldsAreTreatedAsClassified(t *testing.T) {
	check := func(name string, was, is any) {
		t.Helper()
		classed(t, reflect.ValueOf(was), reflect.ValueOf(is), name, ClassDropped)
	}
	var n uint64
	var s snapshot.MeshOsSnapshot
	fill(reflect.ValueOf(&s).Elem(), &n)
	// The records are looked at by themselves.
	s.AdminAudit, s.RecentFailures, s.LogRing = nil, nil, nil
	check("snapshot", s, state(&spy{}, &s))
}

// keptSorts are those of values that stay as they are.
var keptSorts = []kind.Sort{kind.SortOrder, kind.SortState, kind.SortMeasure, kind.SortSpan}

// sorted holds what became of a value of a record, as JSON, against its sort.
func sorted(t *testing.T, f *kind.Field, path string, was, is any) {
	t.Helper()
	path += "." + f.Name
	switch f.Type {
	case kind.TypeStruct:
		sortedAll(t, f.Fields, path, was, is)
	case kind.TypeOption:
		if (was == nil) != (is == nil) {
			t.Errorf("%s: was %v, is %v", path, was, is)
		} else if was != nil {
			sorted(t, f.Elem, path, was, is)
		}
	case kind.TypeSeq:
		before, after := was.([]any), is.([]any)
		if len(before) != len(after) {
			t.Fatalf("%s: was %v, is %v", path, was, is)
		}
		for i := range before {
			sorted(t, f.Elem, path, before[i], after[i])
		}
	case kind.TypeEnum:
		before, hasFields := was.(map[string]any)
		after, has := is.(map[string]any)
		if hasFields != has || !has && was != is {
			t.Fatalf("%s: was %v, is %v", path, was, is)
		}
		for i := range f.Variants {
			if name := f.Variants[i].Name; has && before[name] != nil {
				sortedAll(t, f.Variants[i].Fields, path+"."+name, before[name], after[name])
			}
		}
	default:
		same := reflect.DeepEqual(was, is)
		if kept := slices.Contains(keptSorts, f.Sort); kept != same {
			t.Errorf("%s, of sort %d: was %v, is %v", path, f.Sort, was, is)
		}
	}
}

func sortedAll(t *testing.T, fields []kind.Field, path string, was, is any) {
	t.Helper()
	before, after := was.(map[string]any), is.(map[string]any)
	if len(before) != len(fields) || len(after) != len(fields) {
		t.Fatalf("%s: was %v, is %v", path, was, is)
	}
	for i := range fields {
		sorted(t, &fields[i], path, before[fields[i].Name], after[fields[i].Name])
	}
}

// What becomes of every value of a record is what its sort says: some stay the same, all
// others are what the mapper gave.
func TestRecordsAreTreatedByTheirSorts(t *testing.T) {
	set := kind.Set{}.With(kind.New(madeUpKind()))
	for _, k := range set.All() {
		for _, payload := range recordsOf(t, k) {
			out, ok, err := rebuild(k, payload, nil, &spy{})
			if !ok || err != nil {
				t.Fatalf("%s, %x: %v, %v", k.Name, payload, ok, err)
			}
			var was, is any
			for _, v := range []struct {
				payload []byte
				to      *any
			}{{payload, &was}, {out, &is}} {
				text, err := k.AppendJSON(nil, v.payload)
				if err != nil {
					t.Fatal(err)
				}
				d := json.NewDecoder(bytes.NewReader(text))
				d.UseNumber()
				if err := d.Decode(v.to); err != nil {
					t.Fatal(err)
				}
			}
			sortedAll(t, k.Fields, k.Name, was, is)
		}
	}
}

// recordsOf returns records of a kind in which every variant of every enum comes up, with
// values of their own: drawn by the fields, without any codec.
func recordsOf(t *testing.T, k *kind.Kind) (payloads [][]byte) {
	t.Helper()
	n := uint64(1000)
	for turn := range 64 {
		var draw func(fields []kind.Field, dst []byte) []byte
		draw = func(fields []kind.Field, dst []byte) []byte {
			for i := range fields {
				n++
				switch f := &fields[i]; f.Type {
				case kind.TypeU64, kind.TypeU32:
					dst = postcard.AppendUvarint(dst, n)
				case kind.TypeBool:
					dst = postcard.AppendBool(dst, turn%2 == 0)
				case kind.TypeString:
					dst = postcard.AppendString(dst, fmt.Sprint("original ", n))
				case kind.TypeOption:
					if dst = postcard.AppendBool(dst, turn%3 > 0); turn%3 > 0 {
						dst = draw([]kind.Field{*f.Elem}, dst)
					}
				case kind.TypeSeq:
					dst = draw([]kind.Field{*f.Elem, *f.Elem}, postcard.AppendUvarint(dst, 2))
				case kind.TypeStruct, kind.TypeDuration:
					dst = draw(f.Fields, dst)
				case kind.TypeEnum:
					v := turn % len(f.Variants)
					dst = draw(f.Variants[v].Fields, postcard.AppendUvarint(dst, uint64(v)))
				}
			}
			return dst
		}
		var payload []byte
		if k.Version != 0 {
			payload = []byte{k.Version}
		}
		payloads = append(payloads, draw(k.Fields, payload))
	}
	return payloads
}

// madeUpKind is a kind that no program of the reference writes.
func madeUpKind() kind.Kind {
	return kind.Kind{
		ID: 77, Name: "made-up", Version: 9,
		Fields: []kind.Field{
			kind.NewNumber("n", kind.SortOrder).As(kind.RoleID),
			kind.NewEnum("what", kind.NewStruct("Nothing"), kind.NewStruct("Asked", kind.NewNumber("who", kind.SortOperator), kind.NewText("why", kind.SortText))),
			kind.NewOption("after", kind.NewDuration("")),
		},
	}
}

// A record with a value of which nothing says what it means does not leave, be it a number, a
// text, a flag or a variant; and nothing is taken note of what is no record.
func TestValuesWithoutASortDoNotLeave(t *testing.T) {
	for _, f := range []kind.Field{
		kind.NewNumber("x", kind.SortNone), kind.NewText("x", kind.SortNone), {Name: "x", Type: kind.TypeBool},
		{Name: "x", Type: kind.TypeU32}, kind.NewSeq("x", kind.NewNumber("", kind.SortNone)), kind.NewNumber("x", kind.SortText), kind.NewText("x", kind.SortNode),
		{Name: "x", Type: kind.TypeEnum, Variants: []kind.Field{kind.NewStruct("A")}}, {Name: "x", Type: kind.TypeDuration, Fields: kind.NewDuration("x").Fields},
	} {
		described := madeUpKind()
		described.Fields = append(described.Fields, f)
		k := kind.New(described)
		if out, ok, err := rebuild(k, recordsOf(t, k)[0], nil, &spy{}); ok || err != nil || len(out) > 0 {
			t.Errorf("%+v: %x, %v, %v", f, out, ok, err)
		}
	}
	k, noted := kind.New(madeUpKind()), &spy{}
	for _, payload := range [][]byte{nil, {9}, {8, 1, 0, 0}, {9, 5, 1, 7, 3, 'a'}} {
		if _, ok, err := rebuild(k, payload, nil, noted); ok || err != nil || len(noted.classes) > 0 {
			t.Errorf("% x: %v, %v, %q", payload, ok, err, noted.classes)
		}
	}
}
