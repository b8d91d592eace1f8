package serdejson

import (
	"math"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAppendF32(t *testing.T) {
	tests := []struct {
		v    float32
		want string
	}{
		{0, "0.0"}, {float32(math.Copysign(0, -1)), "-0.0"}, {1, "1.0"}, {-1.5, "-1.5"},
		{0.42, "0.42"}, {0.1, "0.1"}, {0.018578036, "0.018578036"},
		{1e20, "1e+20"}, {3.4e38, "3.4e+38"}, {math.MaxFloat32, "3.4028235e+38"},
		{1e-7, "1e-7"}, {1.5e-7, "1.5e-7"}, {1e-6, "0.000001"}, {1.5e-6, "0.0000015"},
		{1e12, "1000000000000.0"}, {9.999999e12, "9999999000000.0"}, {1e13, "1e+13"},
		{1.342178e+08, "134217800.0"}, {1.3421781e+08, "134217810.0"}, {16777216, "16777216.0"},
		{6.62607e-34, "6.62607e-34"}, {math.SmallestNonzeroFloat32, "1e-45"},
		{float32(math.NaN()), "null"}, {float32(math.Inf(1)), "null"}, {float32(math.Inf(-1)), "null"},
	}
	for _, tt := range tests {
		if got := string(AppendF32(nil, tt.v)); got != tt.want {
			t.Errorf("AppendF32(%g) = %s, want %s", tt.v, got, tt.want)
		}
	}
}

func TestAppendF64(t *testing.T) {
	tests := []struct {
		v    float64
		want string
	}{
		{0, "0.0"}, {math.Copysign(0, -1), "-0.0"}, {1, "1.0"}, {12.75, "12.75"}, {0.25, "0.25"},
		{57.65350011714425, "57.65350011714425"}, {0.30000000000000004, "0.30000000000000004"},
		{1e-5, "0.00001"}, {1.234e-5, "0.00001234"}, {9.9e-6, "9.9e-6"}, {1e-6, "1e-6"},
		{1e15, "1000000000000000.0"}, {9.061488e15, "9061488000000000.0"}, {9999999999999998, "9999999999999998.0"},
		{1e16, "1e+16"}, {1.2345678901234567e16, "1.2345678901234568e+16"},
		{544431068535091.6, "544431068535091.6"}, {6.62607015e-34, "6.62607015e-34"},
		{-4.932096661796888e-226, "-4.932096661796888e-226"}, {3.439070283483335e+35, "3.439070283483335e+35"},
		{5e-324, "5e-324"}, {2.2250738585072004e-308, "2.2250738585072004e-308"},
		{math.MaxFloat64, "1.7976931348623157e+308"}, {math.NaN(), "null"}, {math.Inf(-1), "null"},
	}
	for _, tt := range tests {
		if got := string(AppendF64(nil, tt.v)); got != tt.want {
			t.Errorf("AppendF64(%g) = %s, want %s", tt.v, got, tt.want)
		}
	}
}

// Every power of ten and its neighbours read back as the value that was written.
func TestFloatsReadBack(t *testing.T) {
	for exp := -330; exp <= 308; exp++ {
		v, _ := strconv.ParseFloat("1.2345678901234567e"+strconv.Itoa(exp), 64)
		for _, v := range []float64{v, math.Nextafter(v, 0), -v} {
			c := NewCursor(AppendF64(nil, v))
			if got := c.F64(); got != v || c.End() != nil {
				t.Errorf("%g read back as %g, %v", v, got, c.Err())
			}
			single := float32(v)
			if math.IsInf(float64(single), 0) {
				continue
			}
			c = NewCursor(AppendF32(nil, single))
			if got := c.F32(); got != single || c.End() != nil {
				t.Errorf("f32 %g read back as %g, %v", single, got, c.Err())
			}
		}
	}
}

func TestAppendString(t *testing.T) {
	tests := []struct{ s, want string }{
		{"", `""`}, {"plain", `"plain"`},
		{`a"b\c`, `"a\"b\\c"`},
		{"\b\f\n\r\t", `"\b\f\n\r\t"`},
		{"\x00\x01\x0b\x1f", `"\u0000\u0001\u000b\u001f"`},
		{"\x7f</script>&", "\"\x7f</script>&\""},
		{"é✓ 日本語 😀\u2028", "\"é✓ 日本語 😀\u2028\""},
	}
	for _, tt := range tests {
		if got := string(AppendString(nil, tt.s)); got != tt.want {
			t.Errorf("AppendString(%q) = %s, want %s", tt.s, got, tt.want)
		}
		c := NewCursor([]byte(tt.want))
		if got := c.String(); got != tt.s || c.End() != nil {
			t.Errorf("%s read back as %q, %v", tt.want, got, c.Err())
		}
	}
}

func TestAppendRest(t *testing.T) {
	got := string(AppendNull(AppendBool(AppendBool(nil, true), false)))
	got += string(AppendU64(nil, math.MaxUint64))
	got += string(AppendOptionU64(AppendOptionU64(nil, 7, true), 7, false))
	got += string(AppendSeq(nil, []uint64{}, AppendU64)) + string(AppendSeq(nil, []uint64{1, 2}, AppendU64))
	if diff := cmp.Diff("truefalsenull"+"18446744073709551615"+"7null"+"[]"+"[1,2]", got); diff != "" {
		t.Error(diff)
	}
}

func TestAppendAllocatesNothing(t *testing.T) {
	buf := make([]byte, 0, 256)
	allocs := testing.AllocsPerRun(100, func() {
		buf = AppendF64(AppendF32(AppendString(buf[:0], "a\nb \x01 日本"), 0.42), 57.65350011714425)
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}
