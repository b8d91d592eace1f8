//go:build !js

package query

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"chainglass/app/zone"
	"chainglass/wire"
)

// zoneNames are zones of all kinds: those that change their clocks at two, at
// midnight, by half an hour, for Ramadan, on the other side of the year, or never,
// and that lost a day.
var zoneNames = strings.Fields(`Europe/Berlin America/New_York America/St_Johns America/Santiago Africa/Cairo Africa/Casablanca
	Asia/Beirut Asia/Gaza Asia/Kolkata Asia/Kathmandu Asia/Tehran Australia/Lord_Howe Australia/Sydney Pacific/Apia Pacific/Chatham
	Pacific/Kiritimati America/Sao_Paulo America/Havana Antarctica/Troll Europe/London Asia/Tokyo UTC`)

// naiveTime reads what a clock shows.
func naiveTime(t *testing.T, text string) time.Time {
	t.Helper()
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at
		}
	}
	t.Fatal(text)
	return time.Time{}
}

// lengthOf is how long the span is that a time names.
func lengthOf(text string) time.Duration {
	switch len(text) {
	case len("2006-01-02"):
		return 24 * time.Hour
	case len("2006-01-02T15:04"):
		return time.Minute
	}
	return time.Second
}

// A bound was read with the one offset that was in force when the chain began.
// Every row kept shows a local time inside the bounds and none outside does, in any
// zone and season.
func TestRowsKeptShowATimeInsideTheBounds(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for round := range 12000 {
		name := zoneNames[r.IntN(len(zoneNames))]
		z, err := zone.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		location, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		near := time.Unix(1_200_000_000+r.Int64N(1_200_000_000), 0)
		if _, change := near.In(location).ZoneBounds(); !change.IsZero() && r.IntN(3) > 0 {
			near = change
		}
		shown := func(at time.Time) time.Time {
			_, offset := at.In(location).Zone()
			return at.Add(time.Duration(offset) * time.Second).UTC()
		}
		text := func() string {
			at := shown(near.Add(time.Duration(r.IntN(6*3600)-3*3600) * time.Second))
			return at.Truncate(15 * time.Minute).Format([]string{"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05"}[r.IntN(3)])
		}
		a, b := text(), text()
		begin, end := naiveTime(t, a), naiveTime(t, a).Add(lengthOf(a))
		var term string
		inside := func(at time.Time) bool { return !at.Before(begin) && at.Before(end) }
		switch r.IntN(6) {
		case 0:
			term = a
		case 1:
			term, inside = "<"+a, func(at time.Time) bool { return at.Before(begin) }
		case 2:
			term, inside = "<="+a, func(at time.Time) bool { return at.Before(end) }
		case 3:
			term, inside = ">"+a, func(at time.Time) bool { return !at.Before(end) }
		case 4:
			term, inside = ">="+a, func(at time.Time) bool { return !at.Before(begin) }
		default:
			term, end = a+".."+b, naiveTime(t, b)
		}
		q, err := Parse("time:"+term, Context{Zone: z})
		if err != nil {
			// Nothing is kept, and it is said why.
			skipped := strings.Contains(err.Error(), "is skipped in "+name) && strings.Contains(err.Error(), "clocks go from")
			if !skipped && begin.Before(end) {
				t.Fatalf("%s in %s: %v", term, name, err)
			}
		}
		for range 60 {
			at := near.Add(time.Duration(r.Int64N(int64(30*time.Hour)) - int64(15*time.Hour)))
			kept := false
			if err == nil {
				row := Row{TimeNS: uint64(at.UnixNano())}
				kept = Compile(q, &Tables{Chain: wire.ChainAction}).Row(&row) == Yes
				if first, last := q.TimeRange(); kept && (row.TimeNS < first || row.TimeNS > last) {
					t.Fatalf("%s in %s: %s is not in the range", term, name, at.UTC())
				}
			}
			if kept != inside(shown(at)) {
				t.Fatalf("round %d: time:%s in %s keeps the row at %s, which shows %s: %v", round, term, name, at.UTC(), shown(at), kept)
			}
		}
	}
}

// What is special about a bound is said.
func TestRemarksOnBounds(t *testing.T) {
	berlin, err := zone.Load("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	day := func(text string) Context { return Context{Day: naiveTime(t, text), Zone: berlin} }
	for _, c := range []struct{ day, text, want string }{
		{"2026-10-25", "time:02:30", "2026-10-25 02:30 comes twice in Europe/Berlin: clocks go from 03:00 to 02:00; both are kept"},
		{"2026-10-25", "time:01:30..02:30", "2026-10-25 02:30 comes twice in Europe/Berlin: clocks go from 03:00 to 02:00; both are kept"},
		{"2026-10-25", "time:01:30..03:30", ""},
		{"2026-03-29", "time:01:30..02:30", "2026-03-29 02:30 is skipped in Europe/Berlin: clocks go from 02:00 to 03:00"},
		{"2026-03-29", "time:>=02:15", "2026-03-29 02:15 is skipped in Europe/Berlin: clocks go from 02:00 to 03:00"},
		{"2026-03-29", "time:02:10..02:40", "error: 2026-03-29 02:10 is skipped in Europe/Berlin: clocks go from 02:00 to 03:00"},
		{"2026-03-29", "time:02:30", "error: 2026-03-29 02:30 is skipped in Europe/Berlin: clocks go from 02:00 to 03:00"},
		{"2026-03-29", "time:02:30Z", ""},
	} {
		q, err := Parse(c.text, day(c.day))
		got := ""
		if err != nil {
			got = "error: " + err.(*Error).Text
		} else {
			for _, remark := range q.Remarks() {
				got += fmt.Sprint(remark.Text)
			}
		}
		if got != c.want {
			t.Errorf("%s on %s: %q, want %q", c.text, c.day, got, c.want)
		}
	}
}
