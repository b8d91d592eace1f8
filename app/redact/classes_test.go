package redact

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/postcard"

	"github.com/google/go-cmp/cmp"
)

// everyType is every type whose values are in an export.
var everyType = []any{
	wire.ActionChainRecord{}, wire.Failed{}, wire.Gated{}, wire.Dispatched{},
	snapshot.FailureRecord{}, snapshot.AdminAuditRecord{}, snapshot.LogRecord{}, snapshot.MeshOsSnapshot{},
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
	want, seen := map[string]bool{}, map[reflect.Type]bool{}
	for _, v := range everyType {
		leaves(reflect.TypeOf(v), seen, want)
	}
	got := map[string]bool{}
	for _, f := range Fields() {
		// A field that holds a struct with fields of its own may have a class too.
		got[f.Type+"."+f.Name] = true
	}
	for _, container := range []string{"AdminEvent.DrainFor", "AdminEvent.TTL"} {
		if !got[container] {
			t.Errorf("%s is not classified", container)
		}
		delete(got, container)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-fields +classified:\n%s", diff)
	}
	if n := reflect.TypeOf(wire.View{}).NumField(); n != 6 {
		t.Errorf("a View has %d fields: look after rebuildAction", n)
	}
}

// Every variant there is has been looked at.
func TestEveryVariantIsClassified(t *testing.T) {
	for e, stringOf := range map[enum]func(uint8) string{
		enumOutcome:      func(v uint8) string { return wire.Outcome(v).String() },
		enumEvent:        func(v uint8) string { return snapshot.AdminEventKind(v).String() },
		enumVerification: func(v uint8) string { return snapshot.OutcomeKind(v).String() },
		enumScope:        func(v uint8) string { return snapshot.AvoidScopeKind(v).String() },
		enumLevel:        func(v uint8) string { return snapshot.LogLevel(v).String() },
		enumLifecycle:    func(v uint8) string { return snapshot.DaemonLifecycleSnapshot(v).String() },
		enumHealth:       func(v uint8) string { return snapshot.DaemonHealthKind(v).String() },
		enumRestart:      func(v uint8) string { return snapshot.RestartStateKind(v).String() },
		enumPeerHealth:   func(v uint8) string { return snapshot.PeerHealthSnapshot(v).String() },
		enumMaintenance:  func(v uint8) string { return snapshot.MaintenanceKind(v).String() },
		enumPhase:        func(v uint8) string { return snapshot.MigrationPhaseSnapshot(v).String() },
		enumStatus:       func(v uint8) string { return wire.EntryStatus(v).String() },
		enumChainKind:    func(v uint8) string { return wire.ChainKind(v).String() },
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
	// What belongs to one variant is there with it.
	s.AdminAudit[0].Outcome.Kind = snapshot.OutcomeRejected
	check("snapshot", s, state(&spy{}, &s))
	var l snapshot.LogRecord
	fill(reflect.ValueOf(&l).Elem(), &n)
	check("log", l, logLine(&spy{}, &l))
	var f snapshot.FailureRecord
	fill(reflect.ValueOf(&f).Elem(), &n)
	check("failure", f, failure(&spy{}, &f))
}

// The fields of actions are mapped by hand.
func TestActionsAreTreatedAsClassified(t *testing.T) {
	delay := postcard.Some(uint64(500))
	for _, d := range []wire.Disposition{wire.Dispatched{}, wire.Failed{Reason: "r", RetryAfterMS: delay}, wire.Gated{Reason: "r", CooldownMS: delay}} {
		was := wire.ActionChainRecord{ID: 7, Kind: "k", EmittedAtMS: 9, Disposition: d}
		out, ok, err := rebuild(wire.ChainAction, wire.EncodeRecord(&was), nil, &spy{})
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		is, err := wire.DecodeRecord(out)
		if err != nil {
			t.Fatal(err)
		}
		want := wire.ActionChainRecord{ID: 7, Kind: "kind 1099511627777", EmittedAtMS: 1<<40 + 2}
		switch d.(type) {
		case wire.Failed:
			want.Disposition = wire.Failed{Reason: "text 1099511627779", RetryAfterMS: delay}
		case wire.Gated:
			want.Disposition = wire.Gated{Reason: "text 1099511627779", CooldownMS: delay}
		default:
			want.Disposition = wire.Dispatched{}
		}
		if diff := cmp.Diff(want, is); diff != "" {
			t.Error(diff)
		}
	}
}

// Every command keeps its arguments, and every argument is mapped.
func TestEveryCommandIsMapped(t *testing.T) {
	for kind := snapshot.EventEnterMaintenance; kind <= snapshot.EventKillMigration; kind++ {
		var n uint64
		var e snapshot.AdminEvent
		fill(reflect.ValueOf(&e).Elem(), &n)
		e.Kind = kind
		was := snapshot.AdminAuditRecord{Seq: 1, Event: e, OperatorIDs: []uint64{99_001}}
		// Only what the command has survives its encoding.
		decoded, err := snapshot.DecodeAdminAuditRecord(was.AppendPostcard(nil))
		if err != nil {
			t.Fatal(err)
		}
		is := event(&spy{}, &decoded.Event)
		if is.Kind != kind {
			t.Errorf("%s became %s", kind, is.Kind)
		}
		for i := range reflect.TypeOf(e).NumField() {
			f := reflect.TypeOf(e).Field(i)
			had, has := reflect.ValueOf(decoded.Event).Field(i), reflect.ValueOf(is).Field(i)
			if f.Name != "Kind" && had.IsZero() != has.IsZero() {
				t.Errorf("%s of %s: was %v, is %v", f.Name, kind, had, has)
			}
		}
	}
}
