package view

import (
	"testing"
	"time"
)

func TestLocalize(t *testing.T) {
	near := func(text string) uint64 {
		at, err := time.Parse(time.DateTime, text)
		if err != nil {
			t.Fatal(err)
		}
		return uint64(at.UnixMilli())
	}
	east := Zone{OffsetMinutes: func(int64) int { return 120 }}
	for _, c := range []struct{ text, near, want string }{
		{"heard at 2026-05-22 16:17:59.833 UTC, then", "2026-05-22 16:17:59", "heard at 2026-05-22 18:17:59.833 local, then"},
		{"from 2026-05-22 23:08:00.646 to 23:16:08.801 UTC", "2026-05-22 23:08:00", "from 2026-05-23 01:08:00.646 to 01:16:08.801 local"},
		{"attempt 1 at 00:08:00.871: #", "2026-05-22 23:59:00", "attempt 1 at 02:08:00.871: #"},
		{"at 99:08:00.871 it was", "2026-05-22 23:59:00", "at 99:08:00.871 it was"},
		{"no time", "2026-05-22 23:59:00", "no time"},
	} {
		if got := Localize(c.text, east, near(c.near)); got != c.want {
			t.Errorf("%q is %q, want %q", c.text, got, c.want)
		}
		if got := Localize(c.text, UTC, near(c.near)); got != c.text {
			t.Errorf("%q is %q in UTC", c.text, got)
		}
	}
}
