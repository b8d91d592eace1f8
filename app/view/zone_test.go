//go:build !js

package view

import (
	"fmt"
	"testing"
	"time"

	"chainglass/app/zone"
)

func berlin(t *testing.T) Zone {
	t.Helper()
	z, err := zone.Load("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return ZoneOf(z, "local")
}

// A bound of a span is read with the offset in force then; an hour that comes twice
// is kept both times, one that is skipped is explained.
func TestSpansWhereClocksAreSet(t *testing.T) {
	z := berlin(t)
	for _, c := range []struct{ text, from, until, wrong string }{
		{"2026-07-01T12:00..2026-07-01T13:00", "2026-07-01 10:00", "2026-07-01 11:00", ""},
		{"2026-01-01T12:00..2026-01-01T13:00", "2026-01-01 11:00", "2026-01-01 12:00", ""},
		{"2026-10-25T02:10..2026-10-25T02:40", "2026-10-25 00:10", "2026-10-25 01:40", ""},
		{"2026-03-29T01:30..2026-03-29T02:30", "2026-03-29 00:30", "2026-03-29 01:00", ""},
		{"2026-03-29T02:10..2026-03-29T02:40", "", "", "this time is skipped: clocks go from 02:00 to 03:00"},
		{"2026-03-29T03:10..2026-03-29T02:40", "", "", "the span ends where it begins, or before"},
	} {
		from, until, err := ParseSpan(c.text, 0, z)
		if c.wrong != "" {
			if err == nil || err.Error() != c.wrong {
				t.Errorf("%s: %v, want %s", c.text, err, c.wrong)
			}
			continue
		}
		show := func(ns uint64) string { return time.Unix(0, int64(ns)).UTC().Format("2006-01-02 15:04") }
		if err != nil || show(from) != c.from || show(until) != c.until {
			t.Errorf("%s: %s to %s, %v", c.text, show(from), show(until), err)
		}
	}
}

// Ticks are where clocks show whole steps, also behind a change of the clocks.
func TestTicksWhereClocksAreSet(t *testing.T) {
	at := func(text string) uint64 {
		parsed, err := time.Parse("2006-01-02 15:04", text)
		if err != nil {
			t.Fatal(err)
		}
		return uint64(parsed.UnixNano())
	}
	for _, c := range []struct {
		from, until string
		widthPX     float64
		want        string
	}{
		{"2026-10-23 20:00", "2026-10-27 01:00", 500, "10-24 10-25 10-26 10-27 "},
		{"2026-10-24 22:00", "2026-10-25 03:00", 500, "10-25 01:00 02:00 02:00 03:00 04:00 "},
		{"2026-03-29 00:00", "2026-03-29 03:00", 400, "01:00 03:00 04:00 05:00 "},
	} {
		got := ""
		for _, tick := range (Axis{Span{at(c.from), at(c.until)}, c.widthPX}).Ticks(berlin(t)) {
			got += fmt.Sprint(tick.Label, " ")
		}
		if got != c.want {
			t.Errorf("%s to %s: %s, want %s", c.from, c.until, got, c.want)
		}
	}
}
