package serdejson

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

func readLenient(kind, text string) (string, error) {
	c := NewLenientCursor([]byte(text))
	got := readers[kind](&c)
	return got, c.End()
}

func TestLenientNumbers(t *testing.T) {
	tests := []struct{ kind, text, want string }{
		{"u64", `"7"`, "7"}, {"u64", `"7n"`, "7"}, {"u64", "7.0", "7"}, {"u64", "1e3", "1000"}, {"u64", "12.5e1", "125"},
		{"u64", `"18446744073709551615"`, "18446744073709551615"}, {"u64", `"18446744073709551615n"`, "18446744073709551615"},
		{"u64", "18446744073709552000", "18446744073709551615"}, {"u64", "1.8446744073709552e+19", "18446744073709551615"},
		{"u64", "1779465601000.0", "1779465601000"}, {"u64", `"1.0"`, "1"}, {"u32", `"4294967295"`, "4294967295"}, {"u8", "255.0", "255"},
		{"f32", "NaN", "NaN"}, {"f32", "null", "NaN"}, {"f64", "-Infinity", "-Inf"}, {"f64", "Infinity", "+Inf"}, {"f64", "0.5", "0.5"},
		{"map", `{"7n":"8"}`, "map[7:8]"}, {"seq", `["1",2.0,3]`, "[1 2 3]"},
		{"failure", `{"seq":"1","source":"a","reason":"b","recordedAtMs":"2n"}`, "1 a b 2"},
		{"peer", `{"rttMs":"3","cpuLoad1m":NaN}`, "3 NaN "}, {"skip", `{"a":[NaN,-Infinity,Infinity]}`, "ok"},
	}
	for _, tt := range tests {
		if got, err := readLenient(tt.kind, tt.text); err != nil || got != tt.want {
			t.Errorf("%s %s = %q, %v; want %q", tt.kind, tt.text, got, err, tt.want)
		}
		if _, err := read(tt.kind, tt.text); err == nil && tt.text != "0.5" {
			t.Errorf("%s %s: the reference refuses it", tt.kind, tt.text)
		}
	}
	for _, tt := range []struct{ kind, text string }{
		{"u64", `""`}, {"u64", `"n"`}, {"u64", `"-1"`}, {"u64", `"7nn"`}, {"u64", `" 7"`}, {"u64", `"0x7"`}, {"u64", "1.5"}, {"u64", "-1.0"}, {"u64", "01"},
		{"u64", "18446744073709551616"}, {"u64", "1e20"}, {"u64", "null"}, {"u64", "NaN"}, {"u8", `"256"`}, {"u64", `"7`}, {"u64", "1e999"}, {"f64", "Nan"},
		{"u64", `"` + strings.Repeat("1", 1000) + `"`},
	} {
		if got, err := readLenient(tt.kind, tt.text); err == nil {
			t.Errorf("%s %s is read as %s", tt.kind, tt.text, got)
		}
	}
}

// Every u64 is read exactly from each exact spelling, and what a double makes of it
// is told apart from what it is.
func TestEverySpellingOfANumber(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		u := rng.Uint64() >> rng.IntN(64)
		digits := strconv.FormatUint(u, 10)
		for _, text := range []string{digits, `"` + digits + `"`, `"` + digits + `n"`} {
			if got, err := readLenient("u64", text); err != nil || got != digits {
				t.Fatalf("%s is read as %s, %v", text, got, err)
			}
		}
		f := float64(u)
		rounded := strconv.FormatFloat(f, 'f', -1, 64)
		exact := f < 1<<64 && uint64(f) == u && rounded == digits
		got, err := readLenient("u64", rounded)
		value, parseErr := strconv.ParseUint(rounded, 10, 64)
		if parseErr != nil {
			value = math.MaxUint64
		}
		if err != nil || got != fmt.Sprint(value) {
			t.Fatalf("%s is read as %s, %v", rounded, got, err)
		}
		looks, _ := LooksRounded([]byte(rounded))
		if lost := f < 1<<64 && uint64(f) != value || f >= 1<<64; looks != lost || exact && looks {
			t.Fatalf("%s of %s looks rounded: %v", rounded, digits, looks)
		}
		if float := strconv.FormatFloat(f, 'e', -1, 64); f > 1<<53 {
			if looks, beyond := LooksRounded([]byte(float)); !looks || !beyond {
				t.Fatalf("%s does not look rounded", float)
			}
		}
	}
	for _, text := range []string{"1779465600693929732", "18446744073709551615", "9007199254740991", "1779465600000000000", "12"} {
		if looks, _ := LooksRounded([]byte(text)); looks {
			t.Errorf("%s looks rounded", text)
		}
	}
}
