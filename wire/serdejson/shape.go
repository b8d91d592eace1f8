package serdejson

import (
	"fmt"
	"strings"
)

// presence says what happens when a field is missing.
type presence uint8

const (
	required  presence = iota // an error
	optional                  // none when its key is missing; still needed in the array form
	defaulted                 // the zero value in both forms
)

type fieldShape struct {
	name string
	presence
}

// Shape describes a struct, or the fields of an enum variant. A Shape does not
// change once made and may be shared.
type Shape struct {
	expecting   string // how errors name it: struct LogRecord
	fields      []fieldShape
	denyUnknown bool
}

// maxFields is how many fields a Shape can have: one bit each in a word.
const maxFields = 32

// NewShape describes the struct called name. fields lists its field names in
// declaration order, separated by spaces. A name may end in ? for an option,
// which may be missing from an object, or in = for a field with a default,
// which may also be missing from the end of an array.
func NewShape(name, fields string) *Shape {
	s := newShape("struct "+name, strings.Fields(fields))
	return &s
}

// DenyUnknown returns a copy of s that refuses unknown keys instead of
// skipping them.
func (s *Shape) DenyUnknown() *Shape {
	strict := *s
	strict.denyUnknown = true
	return &strict
}

func newShape(expecting string, fields []string) Shape {
	if len(fields) > maxFields {
		panic("invariant: " + expecting + " has too many fields")
	}
	s := Shape{expecting: expecting}
	for _, f := range fields {
		name, p := f, required
		if n, ok := strings.CutSuffix(f, "?"); ok {
			name, p = n, optional
		} else if n, ok := strings.CutSuffix(f, "="); ok {
			name, p = n, defaulted
		}
		s.fields = append(s.fields, fieldShape{name, p})
	}
	return s
}

// find returns the position of the field that key names, or -1.
func (s *Shape) find(key []byte) int {
	for i := range s.fields {
		if string(key) == s.fields[i].name {
			return i
		}
	}
	for i := range s.fields {
		if isCamelCase(key, s.fields[i].name) {
			return i
		}
	}
	return -1
}

// isCamelCase reports whether key is the camelCase spelling of the snake_case
// name. The case of a letter after a digit is free: converters disagree on
// whether cpu_load_1m becomes cpuLoad1m or cpuLoad1M.
func isCamelCase(key []byte, name string) bool {
	k, upper, free := 0, false, false
	for i := 0; i < len(name); i++ {
		want := name[i]
		if want == '_' {
			upper = true
			continue
		}
		if k == len(key) {
			return false
		}
		got := key[k]
		k++
		switch {
		case free && toUpper(got) == toUpper(want):
		case upper && got == toUpper(want):
		case !upper && got == want:
		default:
			return false
		}
		upper, free = false, want >= '0' && want <= '9'
	}
	return k == len(key)
}

func toUpper(b byte) byte {
	if b >= 'a' && b <= 'z' {
		return b - 'a' + 'A'
	}
	return b
}

// Enum describes an externally tagged enum. An Enum does not change once made
// and may be shared.
type Enum struct {
	names      []string
	lowerNames []string // empty unless lower case is allowed
	variants   []Shape
}

// NewEnum describes the enum called name. Each of variants is the name of a
// variant, followed by the field names of a struct variant as in [NewShape],
// all separated by spaces.
func NewEnum(name string, variants ...string) *Enum {
	e := new(Enum)
	for _, v := range variants {
		words := strings.Fields(v)
		e.names = append(e.names, words[0])
		e.variants = append(e.variants, newShape("struct variant "+name+"::"+words[0], words[1:]))
	}
	return e
}

// AllowLowerCase returns a copy of e that also accepts its variant names in
// lower case.
func (e *Enum) AllowLowerCase() *Enum {
	lenient := *e
	for _, n := range e.names {
		lenient.lowerNames = append(lenient.lowerNames, strings.ToLower(n))
	}
	return &lenient
}

// find returns the position of the variant that name names, or -1.
func (e *Enum) find(name []byte) int {
	for i, n := range e.names {
		if string(name) == n {
			return i
		}
	}
	for i, n := range e.lowerNames {
		if string(name) == n {
			return i
		}
	}
	return -1
}

// oneOf lists names the way the reference lists what it expected.
func oneOf(names []string) string {
	switch len(names) {
	case 1:
		return fmt.Sprintf("expected `%s`", names[0])
	case 2:
		return fmt.Sprintf("expected `%s` or `%s`", names[0], names[1])
	}
	return "expected one of `" + strings.Join(names, "`, `") + "`"
}
