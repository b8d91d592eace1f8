package serdejson

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The vocabulary: a few types like those of the format, and what reading a
// text as one of them gives, as Go's %v or as the error's text.

var (
	failureShape  = NewShape("FailureRecord", "seq source reason recorded_at_ms")
	peerShape     = NewShape("Peer", "rtt_ms? cpu_load_1m= name=")
	durationShape = NewShape("Duration", "secs nanos").DenyUnknown()
	healthEnum    = NewEnum("Health", "Healthy", "Degraded reason", "Unhealthy")
	levelEnum     = NewEnum("LogLevel", "Trace", "Debug", "Info", "Warn", "Error").AllowLowerCase()
	onlyEnum      = NewEnum("Only", "Only")
	scopeEnum     = NewEnum("AvoidScope", "Local node", "OnPeer peer")
)

func readFailure(c *Cursor) string {
	var seq, at uint64
	var source, reason string
	c.Struct(failureShape, func(field string) {
		switch field {
		case "seq":
			seq = c.U64()
		case "source":
			source = c.String()
		case "reason":
			reason = c.String()
		case "recorded_at_ms":
			at = c.U64()
		}
	})
	return fmt.Sprint(seq, " ", source, " ", reason, " ", at)
}

func readPeer(c *Cursor) string {
	rtt, load, name := "none", 0.0, ""
	c.Struct(peerShape, func(field string) {
		switch field {
		case "rtt_ms":
			if !c.Null() {
				rtt = fmt.Sprint(c.U64())
			}
		case "cpu_load_1m":
			load = c.F64()
		case "name":
			name = c.String()
		}
	})
	return fmt.Sprint(rtt, " ", load, " ", name)
}

func readDuration(c *Cursor) string {
	var v [2]uint64
	c.Struct(durationShape, func(field string) {
		if field == "secs" {
			v[0] = c.U64()
		} else {
			v[1] = uint64(c.U32())
		}
	})
	return fmt.Sprint(v)
}

func readHealth(c *Cursor) string {
	reason := ""
	v := c.Enum(healthEnum, func(_ int, _ string) { reason = c.String() })
	return fmt.Sprint(v, reason)
}

func readScope(c *Cursor) string {
	var id uint64
	v := c.Enum(scopeEnum, func(variant int, field string) { id = c.U64() })
	return fmt.Sprint(v, " ", id)
}

func readMap(c *Cursor) string {
	m := map[uint64]uint64{}
	c.Map(func(key uint64) { m[key] = c.U64() })
	return fmt.Sprint(m)
}

func readSeq(c *Cursor) string {
	var s []uint64
	c.Seq(func(int) { s = append(s, c.U64()) })
	return fmt.Sprint(s)
}

var readers = map[string]func(c *Cursor) string{
	"u64":      func(c *Cursor) string { return fmt.Sprint(c.U64()) },
	"u32":      func(c *Cursor) string { return fmt.Sprint(c.U32()) },
	"u8":       func(c *Cursor) string { return fmt.Sprint(c.U8()) },
	"f32":      func(c *Cursor) string { return fmt.Sprint(c.F32()) },
	"f64":      func(c *Cursor) string { return fmt.Sprint(c.F64()) },
	"bool":     func(c *Cursor) string { return fmt.Sprint(c.Bool()) },
	"string":   func(c *Cursor) string { return c.String() },
	"skip":     func(c *Cursor) string { c.Skip(); return "ok" },
	"failure":  readFailure,
	"peer":     readPeer,
	"duration": readDuration,
	"health":   readHealth,
	"scope":    readScope,
	"level":    func(c *Cursor) string { return fmt.Sprint(c.Enum(levelEnum, nil)) },
	"only":     func(c *Cursor) string { return fmt.Sprint(c.Enum(onlyEnum, nil)) },
	"map":      readMap,
	"seq":      readSeq,
}

func read(kind, text string) (string, error) {
	c := NewCursor([]byte(text))
	got := readers[kind](&c)
	if err := c.End(); err != nil {
		return "", err
	}
	return got, nil
}

func TestAccepted(t *testing.T) {
	tests := []struct{ kind, text, want string }{
		{"u64", " \n\t\r18446744073709551615 ", "18446744073709551615"},
		{"u64", "0", "0"}, {"u32", "4294967295", "4294967295"}, {"u8", "255", "255"},
		{"f32", "1", "1"}, {"f32", "0.42", "0.42"}, {"f32", "1e39", "+Inf"}, {"f32", "-3.4e+38", "-3.4e+38"},
		{"f64", "18446744073709551616", "1.8446744073709552e+19"}, {"f64", "-0", "-0"}, {"f64", "1E-2", "0.01"},
		{"bool", "true", "true"}, {"bool", "false", "false"},
		{"string", `"\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00x"`, "\"\\/\b\f\n\r\té😀x"},
		{"failure", `{"seq":1,"source":"a","reason":"b","recorded_at_ms":2}`, "1 a b 2"},
		{"failure", `[1,"a","b",2]`, "1 a b 2"},
		{"failure", `{"recordedAtMs":2,"seq":1,"source":"a","reason":"b"}`, "1 a b 2"},
		{"failure", `{"seq":1,"x":[{"y":[-1.5e3,"\ud800",null,true,false,{}]}],"source":"a","reason":"b","recorded_at_ms":2}`, "1 a b 2"},
		{"failure", `{"s\u0065q":1,"source":"a","reason":"b","recorded_at_ms":2}`, "1 a b 2"},
		{"peer", `{}`, "none 0 "}, {"peer", `[null]`, "none 0 "}, {"peer", `[7,1.5,"n"]`, "7 1.5 n"},
		{"peer", `{"rttMs":null,"cpuLoad1m":2}`, "none 2 "}, {"peer", `{"rttMs":3,"cpuLoad1M":2}`, "3 2 "},
		{"duration", `{"nanos":2,"secs":1}`, "[1 2]"}, {"duration", `[1,2]`, "[1 2]"},
		{"health", `"Healthy"`, "0"}, {"health", `{"Unhealthy":null}`, "2"},
		{"health", `{"Degraded":{"reason":"r"}}`, "1r"}, {"health", `{"Degraded":["r"]}`, "1r"},
		{"level", `"Warn"`, "3"}, {"level", `"warn"`, "3"},
		{"map", `{"2":1, "1" : 2,"2":3}`, "map[1:2 2:3]"}, {"map", `{}`, "map[]"},
		{"seq", `[ 1 , 2 ]`, "[1 2]"}, {"seq", `[]`, "[]"},
		{"skip", `{"a":"` + "\xff" + `"}`, "ok"}, {"skip", `1e999`, "ok"},
	}
	for _, tt := range tests {
		got, err := read(tt.kind, tt.text)
		if err != nil || got != tt.want {
			t.Errorf("%s %s = %q, %v; want %q", tt.kind, tt.text, got, err, tt.want)
		}
	}
}

func TestRefused(t *testing.T) {
	tests := []struct{ kind, text, want string }{
		{"u64", "", "EOF while parsing a value at line 1 column 0"},
		{"u64", "1.5", "invalid type: floating point `1.5`, expected u64 at line 1 column 3"},
		{"u64", "-1", "invalid value: integer `-1`, expected u64 at line 1 column 2"},
		{"u64", "-0", "invalid type: floating point `-0.0`, expected u64 at line 1 column 2"},
		{"u64", "18446744073709551616", "invalid type: floating point `1.8446744073709552e+19`, expected u64 at line 1 column 20"},
		{"u64", "01", "invalid number at line 1 column 2"},
		{"u64", "1 2", "trailing characters at line 1 column 3"},
		{"u64", "\n\n1 x", "trailing characters at line 3 column 3"},
		{"u64", `"1"`, "invalid type: string \"1\", expected u64 at line 1 column 3"},
		{"u64", "null", "invalid type: null, expected u64 at line 1 column 4"},
		{"u64", "true", "invalid type: boolean `true`, expected u64 at line 1 column 4"},
		{"u64", "[1]", "invalid type: sequence, expected u64 at line 1 column 0"},
		{"u64", "{}", "invalid type: map, expected u64 at line 1 column 0"},
		{"u64", "x", "expected value at line 1 column 1"},
		{"u64", "-", "EOF while parsing a value at line 1 column 1"},
		{"u64", "-x", "invalid number at line 1 column 2"},
		{"u32", "4294967296", "invalid value: integer `4294967296`, expected u32 at line 1 column 10"},
		{"u8", "256", "invalid value: integer `256`, expected u8 at line 1 column 3"},
		{"f64", "1e999", "number out of range at line 1 column 5"},
		{"f64", "1.", "EOF while parsing a value at line 1 column 2"},
		{"f64", "1.x", "invalid number at line 1 column 3"},
		{"f64", "1e+", "EOF while parsing a value at line 1 column 3"},
		{"f64", "1ex", "invalid number at line 1 column 3"},
		{"f32", "null", "invalid type: null, expected f32 at line 1 column 4"},
		{"bool", "1", "invalid type: integer `1`, expected a boolean at line 1 column 1"},
		{"bool", "tru", "EOF while parsing a value at line 1 column 3"},
		{"bool", "trux", "expected ident at line 1 column 4"},
		{"string", `"abc`, "EOF while parsing a string at line 1 column 4"},
		{"string", "\"a\nb\"", `control character (\u0000-\u001F) found while parsing a string at line 2 column 0`},
		{"string", `"\x"`, "invalid escape at line 1 column 3"},
		{"string", `"\u12g4"`, "invalid escape at line 1 column 7"},
		{"string", `"\u12`, "EOF while parsing a string at line 1 column 5"},
		{"string", `"\ud800"`, "unexpected end of hex escape at line 1 column 8"},
		{"string", `"\ud800\n"`, "unexpected end of hex escape at line 1 column 9"},
		{"string", `"\ud800\ue000"`, "lone leading surrogate in hex escape at line 1 column 13"},
		{"string", `"\udc00"`, "lone leading surrogate in hex escape at line 1 column 7"},
		{"string", "\"\xff\"", "invalid unicode code point at line 1 column 3"},
		{"string", "\"\xed\xa0\x80\"", "invalid unicode code point at line 1 column 5"},
		{"string", "12", "invalid type: integer `12`, expected a string at line 1 column 2"},
		{"failure", `{}`, "missing field `seq` at line 1 column 2"},
		{"failure", `{"seq":1,"source":"a"}`, "missing field `reason` at line 1 column 22"},
		{"failure", `{"seq":1,"seq":2}`, "duplicate field `seq` at line 1 column 14"},
		{"failure", `{"recorded_at_ms":1,"recordedAtMs":2}`, "duplicate field `recorded_at_ms` at line 1 column 34"},
		{"failure", `[1,"a"]`, "invalid length 2, expected struct FailureRecord with 4 elements at line 1 column 7"},
		{"failure", `[1,"a","b",2,3]`, "trailing characters at line 1 column 14"},
		{"failure", `[1,"a","b",2,]`, "trailing comma at line 1 column 14"},
		{"failure", `[1,"a","b",2`, "EOF while parsing a list at line 1 column 12"},
		{"failure", `{"seq":1,}`, "trailing comma at line 1 column 10"},
		{"failure", `{"seq" 1}`, "expected `:` at line 1 column 8"},
		{"failure", `{"seq":1 "x":2}`, "expected `,` or `}` at line 1 column 10"},
		{"failure", `{1:2}`, "key must be a string at line 1 column 2"},
		{"failure", `{"seq":1`, "EOF while parsing an object at line 1 column 8"},
		{"failure", `"x"`, "invalid type: string \"x\", expected struct FailureRecord at line 1 column 3"},
		{"peer", `[]`, "invalid length 0, expected struct Peer with 3 elements at line 1 column 2"},
		{"peer", `{"name":null}`, "invalid type: null, expected a string at line 1 column 12"},
		{"duration", `{"secs":1,"nanos":2,"x":3}`, "unknown field `x`, expected `secs` or `nanos` at line 1 column 23"},
		{"duration", `[1]`, "invalid length 1, expected struct Duration at line 1 column 3"},
		{"health", `"healthy"`, "unknown variant `healthy`, expected one of `Healthy`, `Degraded`, `Unhealthy` at line 1 column 9"},
		{"health", `"Degraded"`, "invalid type: unit variant, expected struct variant at line 1 column 10"},
		{"health", `{"Healthy":{}}`, "invalid type: map, expected unit at line 1 column 11"},
		{"health", `{"Healthy":null,"Unhealthy":null}`, "expected value at line 1 column 15"},
		{"health", `{}`, "expected value at line 1 column 2"},
		{"health", `{"Degraded":{"reason":"x"}`, "EOF while parsing an object at line 1 column 26"},
		{"health", `{"Degraded":{}}`, "missing field `reason` at line 1 column 14"},
		{"health", `{"Degraded":[]}`, "invalid length 0, expected struct variant Health::Degraded with 1 element at line 1 column 14"},
		{"health", `7`, "expected value at line 1 column 1"},
		{"scope", `"Global"`, "unknown variant `Global`, expected `Local` or `OnPeer` at line 1 column 8"},
		{"level", `"WARN"`, "unknown variant `WARN`, expected one of `Trace`, `Debug`, `Info`, `Warn`, `Error` at line 1 column 6"},
		{"map", `{"a":1}`, "expected key to be a number in quotes at line 1 column 2"},
		{"map", `{"1 ":1}`, "expected `\"` at line 1 column 4"},
		{"map", `{"-1":1}`, "invalid value: integer `-1`, expected u64 at line 1 column 4"},
		{"map", `[]`, "invalid type: sequence, expected a map at line 1 column 0"},
		{"seq", `[1,]`, "trailing comma at line 1 column 4"},
		{"seq", `[1 2]`, "expected `,` or `]` at line 1 column 4"},
		{"seq", `[1`, "EOF while parsing a list at line 1 column 2"},
		{"seq", `[1,`, "EOF while parsing a value at line 1 column 3"},
		{"seq", `{}`, "invalid type: map, expected a sequence at line 1 column 0"},
		{"u64", "false", "invalid type: boolean `false`, expected u64 at line 1 column 5"},
		{"string", `"\`, "EOF while parsing a string at line 1 column 2"},
		{"string", `"\ud800\`, "EOF while parsing a string at line 1 column 8"},
		{"failure", `{"seq"`, "EOF while parsing an object at line 1 column 6"},
		{"failure", `[1,"a","b",2 3]`, "trailing characters at line 1 column 14"},
		{"health", `{`, "EOF while parsing a value at line 1 column 1"},
		{"health", `{1:2}`, "invalid type: integer `1`, expected variant identifier at line 1 column 2"},
		{"only", `"All"`, "unknown variant `All`, expected `Only` at line 1 column 5"},
		{"skip", `"\x"`, "invalid escape at line 1 column 3"},
		{"skip", `"\`, "EOF while parsing a string at line 1 column 2"},
		{"skip", `"a`, "EOF while parsing a string at line 1 column 2"},
		{"skip", "\"a\nb\"", `control character (\u0000-\u001F) found while parsing a string at line 2 column 0`},
		{"skip", "x", "expected value at line 1 column 1"},
		{"skip", `{"a":nul}`, "expected ident at line 1 column 9"},
		{"skip", strings.Repeat("[", 200), "recursion limit exceeded at line 1 column 128"},
		{"skip", strings.Repeat(`{"a":`, 200), "recursion limit exceeded at line 1 column 636"},
	}
	for _, tt := range tests {
		got, err := read(tt.kind, tt.text)
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s %s\n got %q, %v\nwant %s", tt.kind, tt.text, got, err, tt.want)
		}
	}
}

func TestErrorIsData(t *testing.T) {
	c := NewCursor([]byte(`{"7":[{"Local":{"node":1}},{"Local":{"node":-5}}]}`))
	c.Map(func(uint64) { c.Seq(func(int) { readScope(&c) }) })
	var got *Error
	if !errors.As(c.End(), &got) {
		t.Fatalf("error is %T", c.Err())
	}
	want := &Error{ErrData, "invalid value: integer `-5`, expected u64", "[7][1].node", 44, 1, 46}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !errors.Is(got, ErrData) || errors.Is(got, ErrSyntax) {
		t.Error("errors.Is does not find the class alone")
	}
	if got.Where() != "field [7][1].node at byte 44" || (&Error{Offset: 3}).Where() != "byte 3" {
		t.Errorf("Where() = %q", got.Where())
	}
	if ErrData.Error() != "JSON of another shape" || Class(9).Error() != "JSON error class 0x09" {
		t.Error(ErrData, Class(9))
	}
}

func TestFirstFailureSticks(t *testing.T) {
	c := NewCursor([]byte(`x 1 "a" {} []`))
	first := c.U64()
	err := c.Err()
	c.Skip()
	c.Seq(func(int) { t.Error("called") })
	c.Map(func(uint64) { t.Error("called") })
	rest := fmt.Sprint(first, c.U64(), c.F32(), c.Bool(), c.Null(), c.String(), readPeer(&c), readHealth(&c))
	if rest != "0 0 0 false falsenone 0 0" || c.End() != err {
		t.Errorf("after a failure: %s, %v", rest, c.Err())
	}
}

// The cursor tells where one value ended, so that others can follow it.
func TestValuesInARow(t *testing.T) {
	c := NewCursor([]byte(" 1 {} \n[2]"))
	c.Skip()
	first := c.Offset()
	c.Skip()
	second := c.Offset()
	if readSeq(&c) != "[2]" || c.Failed() || first != 2 || second != 5 {
		t.Error(first, second, c.Err())
	}
}

func TestDepthLimit(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	if _, err := read("skip", nested(maxDepth-1)); err != nil {
		t.Error(err)
	}
	if _, err := read("skip", nested(maxDepth)); err == nil {
		t.Error("depth is not limited")
	}
}

func TestTooManyFieldsIsOurBug(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	NewShape("Wide", strings.Repeat("f ", maxFields+1))
}

// Whatever the text, no reader panics or hangs, errors have their position
// inside the text, and Skip accepts what the typed readers accept.
func FuzzCursor(f *testing.F) {
	for _, text := range []string{
		`{"seq":1,"source":"a","reason":"b\ud83d\ude00","recorded_at_ms":2}`, `[1,"a","b",2]`,
		`{"Degraded":{"reason":"r"}}`, `"warn"`, `{"2":1,"1":2}`, `[1,2.5e-3,-0]`, `null`, `{"a":[[[{}]]]}`, `"\ud800\u`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for kind := range readers {
			_, err := read(kind, string(text))
			var e *Error
			if errors.As(err, &e) && (e.Offset < 0 || e.Offset > len(text) || e.Line < 1 || e.Column < 0) {
				t.Errorf("%s: error out of place: %+v", kind, e)
			}
			if err != nil {
				continue
			}
			if _, err := read("skip", string(text)); err != nil {
				t.Errorf("%s reads what Skip refuses: %v", kind, err)
			}
		}
	})
}

func FuzzNumbersReadBack(f *testing.F) {
	f.Add(uint64(0), uint32(0))
	f.Add(math.Float64bits(1e-5), math.Float32bits(1e13))
	f.Fuzz(func(t *testing.T, b64 uint64, b32 uint32) {
		v, s := math.Float64frombits(b64), math.Float32frombits(b32)
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			if c := NewCursor(AppendF64(nil, v)); math.Float64bits(c.F64()) != b64 {
				t.Errorf("%g is written as %s", v, AppendF64(nil, v))
			}
		}
		if w := float64(s); !math.IsNaN(w) && !math.IsInf(w, 0) {
			if c := NewCursor(AppendF32(nil, s)); math.Float32bits(c.F32()) != b32 {
				t.Errorf("%g is written as %s", s, AppendF32(nil, s))
			}
		}
		if c := NewCursor(AppendU64(nil, b64)); c.U64() != b64 {
			t.Errorf("%d is written as %s", b64, AppendU64(nil, b64))
		}
	})
}

func FuzzStringsReadBack(f *testing.F) {
	f.Add("a\x00\"\\\u2028😀")
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?")
		if c := NewCursor(AppendString(nil, s)); c.String() != s || c.End() != nil {
			t.Errorf("%q is written as %s: %v", s, AppendString(nil, s), c.Err())
		}
	})
}
