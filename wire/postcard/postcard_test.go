package postcard_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"chainglass/wire/postcard"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const (
	end    = postcard.ErrUnexpectedEnd
	varint = postcard.ErrBadVarint
)

// reads are the ways to read a number, widened so that one table holds them all.
var reads = map[string]func(*postcard.Cursor) uint64{
	"u8":  func(c *postcard.Cursor) uint64 { return uint64(c.U8("v")) },
	"u16": func(c *postcard.Cursor) uint64 { return uint64(c.U16("v")) },
	"u32": func(c *postcard.Cursor) uint64 { return uint64(c.U32("v")) },
	"u64": func(c *postcard.Cursor) uint64 { return c.U64("v") },
	"i16": func(c *postcard.Cursor) uint64 { return uint64(c.I16("v")) },
	"i32": func(c *postcard.Cursor) uint64 { return uint64(c.I32("v")) },
	"i64": func(c *postcard.Cursor) uint64 { return uint64(c.I64("v")) },
}

func TestNumbers(t *testing.T) {
	nine80, nineFF := strings.Repeat("80", 9), strings.Repeat("ff", 9)
	minus := func(v int64) uint64 { return uint64(v) }
	for _, test := range []struct {
		as, input string
		want      uint64
		class     postcard.Class
	}{
		{"u8", "ff", 255, 0},
		{"u8", "", 0, end},
		{"u16", "ffff03", 65535, 0},
		{"u16", "ffff04", 0, varint},
		{"u16", "ffff83", 0, varint},
		{"u16", "ffff", 0, end},
		{"u16", "808000", 0, 0},
		{"u16", "80808000", 0, varint},
		{"u32", "ffffffff0f", math.MaxUint32, 0},
		{"u32", "ffffffff10", 0, varint},
		{"u32", "8080808000", 0, 0},
		{"u32", "808080808000", 0, varint},
		{"u64", "7f", 127, 0},
		{"u64", "8000", 0, 0},
		{"u64", "8001", 128, 0},
		{"u64", "ffffffffffffff7f", 1<<56 - 1, 0},
		{"u64", nineFF + "01", math.MaxUint64, 0},
		{"u64", nineFF + "02", 0, varint},
		{"u64", nineFF + "ff", 0, varint},
		{"u64", nine80 + "00", 0, 0},
		{"u64", nine80, 0, end},
		{"i64", "01", minus(-1), 0},
		{"i16", "ffff03", minus(-32768), 0},
		{"i32", "02", 1, 0},
		{"i64", nineFF + "01", minus(math.MinInt64), 0},
	} {
		c := postcard.NewCursor(unhex(t, test.input))
		got := reads[test.as](&c)
		if c.Class() != test.class || got != test.want {
			t.Errorf("%s as %s: %d, %v; want %d, %v", test.input, test.as, got, c.Err(), test.want, test.class)
		}
	}
}

func TestVarintBoundariesRoundTrip(t *testing.T) {
	for bits := range 65 {
		for _, v := range []uint64{1<<bits - 1, 1 << bits, 1<<bits + 1} {
			b := postcard.AppendUvarint(nil, v)
			if len(b) != postcard.SizeUvarint(v) {
				t.Errorf("%d takes %d bytes, size says %d", v, len(b), postcard.SizeUvarint(v))
			}
			for _, tail := range [][]byte{nil, {0}, bytes.Repeat([]byte{0xff}, 9)} {
				c := postcard.NewCursor(append(b[:len(b):len(b)], tail...))
				if got := c.U64("v"); got != v || c.Offset() != len(b) {
					t.Errorf("%d came back as %d after %d bytes", v, got, c.Offset())
				}
				if got, n := postcard.ConsumeU64(append(b[:len(b):len(b)], tail...)); got != v || n != len(b) {
					t.Errorf("%d consumed as %d after %d bytes", v, got, n)
				}
			}
		}
	}
}

func TestOtherTypes(t *testing.T) {
	for _, test := range []struct {
		name, input string
		read        func(*postcard.Cursor)
		class       postcard.Class
	}{
		{"bool", "01", func(c *postcard.Cursor) { c.Bool("v") }, 0},
		{"bool 2", "02", func(c *postcard.Cursor) { c.Bool("v") }, postcard.ErrBadBool},
		{"option 2", "02", func(c *postcard.Cursor) { c.Option("v") }, postcard.ErrBadOption},
		{"option without value", "01", func(c *postcard.Cursor) { c.OptionU64("v") }, end},
		{"string", "02c3a9", func(c *postcard.Cursor) { c.String("v") }, 0},
		{"string cut", "03c3a9", func(c *postcard.Cursor) { c.String("v") }, end},
		{"string of 2^64-1", strings.Repeat("ff", 9) + "01", func(c *postcard.Cursor) { c.String("v") }, end},
		{"surrogate", "03eda080", func(c *postcard.Cursor) { c.String("v") }, postcard.ErrBadUTF8},
		{"overlong slash", "02c0af", func(c *postcard.Cursor) { c.String("v") }, postcard.ErrBadUTF8},
		{"beyond U+10FFFF", "04f4908080", func(c *postcard.Cursor) { c.String("v") }, postcard.ErrBadUTF8},
		{"f32 cut", "000000", func(c *postcard.Cursor) { c.F32("v") }, end},
		{"f64 NaN", "010000000000f87f", func(c *postcard.Cursor) { c.F64("v") }, 0},
		{"variant", "02", func(c *postcard.Cursor) { c.Variant("v", 3) }, 0},
		{"no such variant", "03", func(c *postcard.Cursor) { c.Variant("v", 3) }, postcard.ErrCustom},
	} {
		c := postcard.NewCursor(unhex(t, test.input))
		test.read(&c)
		if c.Class() != test.class {
			t.Errorf("%s: %v, want %v", test.name, c.Err(), test.class)
		}
		if test.class == 0 && c.Remaining() != 0 {
			t.Errorf("%s: %d bytes left", test.name, c.Remaining())
		}
	}
}

func TestFloatsKeepTheirBits(t *testing.T) {
	for _, pattern := range []uint64{0, 1, 0x7ff8000000000001, math.Float64bits(-0.25)} {
		c := postcard.NewCursor(postcard.AppendF64(nil, math.Float64frombits(pattern)))
		if got := math.Float64bits(c.F64("v")); got != pattern {
			t.Errorf("%x became %x", pattern, got)
		}
	}
	c := postcard.NewCursor(postcard.AppendF32(nil, 0.42))
	if got := c.F32("v"); got != 0.42 {
		t.Errorf("0.42 became %v", got)
	}
}

func TestTheFirstFailureSticks(t *testing.T) {
	c := postcard.NewCursor(unhex(t, "05 02 09 09"))
	c.U64("seq")
	outer := c.Enter("outcome")
	c.Bool("flag")
	c.U64("never")
	c.Leave(outer)
	if !c.Failed() || c.U64("never") != 0 || c.Bytes("never") != nil {
		t.Error("reads go on after a failure")
	}
	var e *postcard.Error
	if err := c.Err(); !errors.As(err, &e) || !errors.Is(err, postcard.ErrBadBool) {
		t.Fatalf("error %v", err)
	}
	if e.Field != "outcome.flag" || e.Offset != 1 || e.Where() != "field outcome.flag at byte 1" {
		t.Errorf("%s", e.Where())
	}
	if e.Error() != "Found a bool that wasn't 0 or 1" {
		t.Errorf("text %q", e)
	}
}

func TestCapacityIsBoundedByTheInput(t *testing.T) {
	c := postcard.NewCursor(make([]byte, 10))
	for _, test := range []struct {
		count    uint64
		minBytes int
		want     int
	}{{3, 1, 3}, {1 << 40, 1, 10}, {math.MaxUint64, 4, 2}, {5, 0, 5}} {
		if got := c.Capacity(test.count, test.minBytes); got != test.want {
			t.Errorf("%d elements of %d bytes: capacity %d, want %d", test.count, test.minBytes, got, test.want)
		}
	}
}

func TestUnknownClassHasAText(t *testing.T) {
	if got := postcard.Class(77).Error(); got != "postcard error class 0x4d" {
		t.Error(got)
	}
}

// FuzzConsume holds the fast readers against the cursor.
func FuzzConsume(f *testing.F) {
	f.Add([]byte{0x80, 0x00})
	f.Add([]byte("\x03abc"))
	f.Add([]byte("\x09\xc3\xa9abcdefg"))
	f.Add(append(bytes.Repeat([]byte{0xff}, 9), 1))
	f.Fuzz(func(t *testing.T, b []byte) {
		c := postcard.NewCursor(b)
		want := c.U64("v")
		if got, n := postcard.ConsumeU64(b); (n > 0) == c.Failed() || got != want || n > 0 && n != c.Offset() {
			t.Errorf("u64: %d after %d, cursor %d after %d, %v", got, n, want, c.Offset(), c.Err())
		}
		c = postcard.NewCursor(b)
		text := c.Bytes("v")
		got, n := postcard.ConsumeString(b)
		if (n > 0) == c.Failed() || !bytes.Equal(got, text) || n > 0 && n != c.Offset() {
			t.Errorf("string: %q after %d, cursor %q after %d, %v", got, n, text, c.Offset(), c.Err())
		}
		if n > 0 && !utf8.Valid(got) {
			t.Error("string is not UTF-8")
		}
		c = postcard.NewCursor(b)
		option := c.OptionU64("v")
		if got, n := postcard.ConsumeOptionU64(b); (n > 0) == c.Failed() || got != option && n > 0 {
			t.Errorf("option: %v after %d, cursor %v, %v", got, n, option, c.Err())
		}
	})
}

func BenchmarkConsumeU64(b *testing.B) {
	for name, v := range map[string]uint64{"bytes=1": 7, "bytes=6": 1700000000123, "bytes=10": math.MaxUint64} {
		b.Run(name, func(b *testing.B) {
			buf := append(postcard.AppendUvarint(nil, v), 1, 2, 3, 4, 5, 6, 7, 8)
			for b.Loop() {
				postcard.ConsumeU64(buf)
			}
		})
	}
}
