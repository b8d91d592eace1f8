package view

import (
	"chainglass/app/zone"
	"math/rand/v2"
	"testing"
	"time"

	"chainglass/wire/postcard"
)

// at returns a time in Unix milliseconds.
func at(t *testing.T, text string) uint64 {
	t.Helper()
	parsed, err := time.Parse("2006-01-02 15:04:05.000", text)
	if err != nil {
		t.Fatal(err)
	}
	return uint64(parsed.UnixMilli())
}

// zoneOf is a zone with one offset.
func zoneOf(minutes int) Zone { return ZoneOf(zone.Fixed(minutes*60), "local") }

func TestZoneForms(t *testing.T) {
	ms := at(t, "2026-05-22 23:08:03.117")
	berlin := zoneOf(120)
	for _, c := range []struct{ name, got, want string }{
		{"time", UTC.Time(ms), "2026-05-22 23:08:03.117"},
		{"clock", UTC.Clock(ms), "23:08:03.117"},
		{"day", UTC.Day(ms), "2026-05-22"},
		{"full", UTC.Full(ms), "2026-05-22 23:08:03.117 UTC"},
		{"nanoseconds", UTC.FullNS(ms*1e6 + 42), "2026-05-22 23:08:03.117000042 UTC"},
		{"local time", berlin.Time(ms), "2026-05-23 01:08:03.117"},
		{"local full", berlin.Full(ms), "2026-05-23 01:08:03.117 +02:00"},
		{"half an hour west", zoneOf(-210).Full(ms), "2026-05-22 19:38:03.117 -03:30"},
		{"the beginning", UTC.Time(0), "1970-01-01 00:00:00.000"},
		{"west of the beginning", zoneOf(-60).Time(0), "1969-12-31 23:00:00.000"},
		{"the end", UTC.Time(maxPlainMS), "9999-12-31 23:59:59.999"},
		{"beyond", UTC.Time(1<<64 - 1), "18446744073709551615 ms"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

// Formatting by hand agrees with the time package on every kind of day.
func TestTimeAgreesWithPackageTime(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		ms := random.Uint64N(maxPlainMS)
		offset := random.IntN(27*60) - 13*60
		want := time.UnixMilli(int64(ms)).In(time.FixedZone("", offset*60)).Format("2006-01-02 15:04:05.000 -07:00")
		if got := zoneOf(offset).Full(ms); got != want {
			t.Fatalf("%d ms at %+d min: %q, want %q", ms, offset, got, want)
		}
	}
	for day := range 800 * 366 {
		m := Zone{}.moment(int64(day) * msPerDay)
		year, month, dayOfMonth := time.Unix(int64(day)*86400, 0).UTC().Date()
		if m.year != year || m.month != int(month) || m.day != dayOfMonth {
			t.Fatalf("day %d is %v, want %d-%d-%d", day, m, year, month, dayOfMonth)
		}
	}
}

func TestRange(t *testing.T) {
	span := func(first, last string) Range {
		return Range{postcard.Some(at(t, first)), postcard.Some(at(t, last))}
	}
	day := span("2026-05-22 16:00:00.004", "2026-05-22 16:36:02.999")
	days := span("2026-05-22 16:00:00.004", "2026-05-24 20:19:24.000")
	years := span("2025-12-31 23:00:00.000", "2026-01-01 01:00:00.000")
	for _, c := range []struct{ got, want string }{
		{day.Short(UTC), "2026-05-22 16:00:00 – 16:36:02"},
		{day.Compact(UTC), "16:00:00 – 16:36:02"},
		{day.Full(UTC), "2026-05-22 16:00:00.004 UTC – 2026-05-22 16:36:02.999 UTC"},
		{days.Short(UTC), "2026-05-22 16:00:00 – 2026-05-24 20:19:24"},
		{days.Compact(UTC), "05-22 16:00 – 05-24 20:19"},
		{years.Compact(UTC), "2025-12-31 – 2026-01-01"},
		{years.Compact(zoneOf(120)), "01:00:00 – 03:00:00"},
		{Range{}.Short(UTC), Absent},
		{Range{}.Compact(UTC), Absent},
		{Range{}.Full(UTC), Absent},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestDuration(t *testing.T) {
	for ms, want := range map[uint64]string{
		0: "0 ms", 999: "999 ms", 1000: "1 s", 2500: "2.5 s", 16_383: "16.383 s", 64_000: "1m 04s",
		3_599_999: "59m 59s", 10_920_000: "3h 02m", 268_000_000: "3d 02h", 99 * 86_400_000: "99d 00h",
		24_932 * 86_400_000: "68y", 3000 * 86_400_000: "3,000d", 1<<64 - 1: "> 9,999y",
	} {
		if got := Duration(ms); got != want {
			t.Errorf("Duration(%d) = %q, want %q", ms, got, want)
		}
	}
}

func TestSkew(t *testing.T) {
	if got, want := Skew(10_000, 11_700), "−1.7 s"; got != want {
		t.Errorf("behind: %q, want %q", got, want)
	}
	if got, want := Skew(10_003, 10_000), "+3 ms"; got != want {
		t.Errorf("ahead: %q, want %q", got, want)
	}
}
