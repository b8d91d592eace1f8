package view

import "testing"

func TestCount(t *testing.T) {
	for want, n := range map[string]int64{
		"0": 0, "7": 7, "999": 999, "1,000": 1000, "57,365": 57365, "1,000,000": 1e6,
		"−12,345": -12345, "9,223,372,036,854,775,807": 1<<63 - 1,
	} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
	if got, want := Count(uint64(1<<64-1)), "18,446,744,073,709,551,615"; got != want {
		t.Errorf("the largest is %q, want %q", got, want)
	}
}

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1.00 kB", 1234: "1.23 kB", 12_345: "12.3 kB", 999_400: "999 kB",
		999_600: "1.00 MB", 63_600_000: "63.6 MB", 3_000_000_000: "3.00 GB", 5e15: "5000 TB",
	} {
		if got := Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestRate(t *testing.T) {
	for want, n := range map[string]float64{
		"0 records/s": 0, "999 records/s": 999, "310 k records/s": 310_000, "1.24 M records/s": 1_240_000,
	} {
		if got := Rate(n, "records"); got != want {
			t.Errorf("Rate(%v) = %q, want %q", n, got, want)
		}
	}
}

func TestPercentIsNeverWrongAtItsEnds(t *testing.T) {
	for _, c := range []struct {
		part, whole int64
		want        string
	}{
		{0, 100, "0 %"}, {1, 1000, "< 1 %"}, {50, 100, "50 %"}, {9999, 10000, "99 %"}, {100, 100, "100 %"}, {1, 0, Absent},
	} {
		if got := Percent(c.part, c.whole); got != c.want {
			t.Errorf("Percent(%d, %d) = %q, want %q", c.part, c.whole, got, c.want)
		}
	}
}

func TestShorten(t *testing.T) {
	for _, c := range []struct {
		text  string
		limit int
		want  string
	}{
		{"12345", 5, "12345"},
		{"18446744073709551615", 11, "18446…51615"},
		{"héllo wörld", 7, "hél…rld"},
		{"abcdef", 0, "a…f"},
	} {
		if got := Shorten(c.text, c.limit); got != c.want {
			t.Errorf("Shorten(%q, %d) = %q, want %q", c.text, c.limit, got, c.want)
		}
	}
}

func TestPlural(t *testing.T) {
	if one, many := Plural(1, "entry", "entries"), Plural(1200, "entry", "entries"); one != "1 entry" || many != "1,200 entries" {
		t.Errorf("got %q and %q", one, many)
	}
}
