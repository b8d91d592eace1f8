package view

import "testing"

func TestParseSpan(t *testing.T) {
	day := at(t, "2026-05-22 09:00:00.000")
	berlin := zoneOf(120)
	ns := func(text string) uint64 { return at(t, text) * nsPerMS }
	for _, c := range []struct {
		text     string
		zone     Zone
		from, to uint64
	}{
		{"16:08..16:15", UTC, ns("2026-05-22 16:08:00.000"), ns("2026-05-22 16:15:00.000")},
		{" 16:08:30.250 .. 16:15:01", UTC, ns("2026-05-22 16:08:30.250"), ns("2026-05-22 16:15:01.000")},
		{"18:08..18:15", berlin, ns("2026-05-22 16:08:00.000"), ns("2026-05-22 16:15:00.000")},
		{"2026-05-21T23:00..2026-05-22 01:00", UTC, ns("2026-05-21 23:00:00.000"), ns("2026-05-22 01:00:00.000")},
		{"16:08..", UTC, ns("2026-05-22 16:08:00.000"), ^uint64(0)},
		{"..16:08", UTC, 0, ns("2026-05-22 16:08:00.000")},
		{"", UTC, 0, ^uint64(0)},
		{"1000..2000", UTC, 1000 * nsPerMS, 2000 * nsPerMS},
	} {
		from, to, err := ParseSpan(c.text, day, c.zone)
		if err != nil || from != c.from || to != c.to {
			t.Errorf("%q: %d..%d, %v; want %d..%d", c.text, from, to, err, c.from, c.to)
		}
	}
	for _, text := range []string{"16:08", "16:15..16:08", "16:08..16:08", "soon..later", "1969-01-01..16:00", "9999-01-01..", "..99:00"} {
		if from, to, err := ParseSpan(text, day, UTC); err == nil {
			t.Errorf("%q is read as %d..%d", text, from, to)
		}
	}
}

func TestSpanTextIsReadBack(t *testing.T) {
	day := at(t, "2026-05-22 09:00:00.000")
	for _, to := range []string{"2026-05-22 16:15:01.000", "2026-05-23 01:00:00.000"} {
		from := at(t, "2026-05-22 16:08:00.000")
		text := UTC.SpanText(from, at(t, to), day)
		gotFrom, gotTo, err := ParseSpan(text, day, UTC)
		if err != nil || gotFrom != from*nsPerMS || gotTo != at(t, to)*nsPerMS {
			t.Errorf("%q: %d..%d, %v", text, gotFrom, gotTo, err)
		}
	}
}

func FuzzParseSpan(f *testing.F) {
	f.Add("16:08..16:15", uint64(1779465600693))
	f.Add("2026-05-22T16:08..", uint64(0))
	f.Fuzz(func(t *testing.T, text string, day uint64) {
		from, to, err := ParseSpan(text, day, UTC)
		if err == nil && from >= to {
			t.Errorf("%q: %d..%d", text, from, to)
		}
	})
}
