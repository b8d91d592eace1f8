package view

import (
	"fmt"

	"chainglass/app/zone"
	"chainglass/wire/postcard"
)

// Zone is the time zone of everything on the page. The zero Zone is UTC.
type Zone struct {
	zone.Zone
	// word is what the page calls the zone, "" for UTC.
	word string
}

// ZoneOf returns the zone that is called word on the page.
func ZoneOf(z zone.Zone, word string) Zone { return Zone{z, word} }

// UTC is the zone of evidence.
var UTC = Zone{}

// maxPlainMS is the last millisecond of the year 9999. Later times are shown as
// the number they are: nobody meant them as a time.
const maxPlainMS = 253402300799999

// Name is what a column heading says.
func (z Zone) Name() string {
	if z.word == "" {
		return "UTC"
	}
	return z.word
}

// Time returns date and time with milliseconds, for example
// "2026-05-22 16:08:03.117".
func (z Zone) Time(unixMS uint64) string {
	return z.show(unixMS, func(b []byte, m *moment) []byte { return m.appendClock(append(m.appendDay(b), ' ')) })
}

// Clock returns the time of day with milliseconds.
func (z Zone) Clock(unixMS uint64) string {
	return z.show(unixMS, func(b []byte, m *moment) []byte { return m.appendClock(b) })
}

// Day returns the date.
func (z Zone) Day(unixMS uint64) string {
	return z.show(unixMS, func(b []byte, m *moment) []byte { return m.appendDay(b) })
}

// Full returns [Zone.Time] and what zone it is in: "UTC" or "+02:00".
func (z Zone) Full(unixMS uint64) string {
	return z.show(unixMS, func(b []byte, m *moment) []byte {
		return z.appendZone(m.appendClock(append(m.appendDay(b), ' ')), m)
	})
}

// FullNS returns a time in Unix nanoseconds to the last digit, with its zone.
func (z Zone) FullNS(unixNS uint64) string {
	return z.show(unixNS/nsPerMS, func(b []byte, m *moment) []byte {
		b = m.appendClock(append(m.appendDay(b), ' '))
		return z.appendZone(appendPadded(b, int(unixNS%nsPerMS), 6), m)
	})
}

// monthTime is [Zone.Time] without the year.
func (z Zone) monthTime(unixMS uint64) string {
	return z.show(unixMS, func(b []byte, m *moment) []byte { return m.appendClock(append(m.appendMonthDay(b), ' ')) })
}

// monthMinutes is for ranges over days in places with little room.
func (z Zone) monthMinutes(unixMS uint64) string {
	return z.show(unixMS, func(b []byte, m *moment) []byte {
		b = m.appendSeconds(append(m.appendMonthDay(b), ' '))
		return b[:len(b)-len(":00")]
	})
}

// daySeconds and seconds are for ranges, where milliseconds are noise.
func (z Zone) daySeconds(unixMS uint64) string {
	return z.show(unixMS, func(b []byte, m *moment) []byte { return m.appendSeconds(append(m.appendDay(b), ' ')) })
}

func (z Zone) seconds(unixMS uint64) string {
	return z.show(unixMS, func(b []byte, m *moment) []byte { return m.appendSeconds(b) })
}

// Range is a span of time in Unix milliseconds. It is absent if either end is.
type Range struct {
	FirstMS, LastMS postcard.Option[uint64]
}

// RangeNS returns the range of two times in Unix nanoseconds.
func RangeNS(first, last postcard.Option[uint64]) Range {
	return Range{FirstMS: milliseconds(first), LastMS: milliseconds(last)}
}

func milliseconds(ns postcard.Option[uint64]) postcard.Option[uint64] {
	if !ns.Some {
		return ns
	}
	return postcard.Some(ns.Value / nsPerMS)
}

// SameDay reports whether both ends are there and on one day of zone z.
func (r Range) SameDay(z Zone) bool {
	return r.FirstMS.Some && r.LastMS.Some && z.Day(r.FirstMS.Value) == z.Day(r.LastMS.Value)
}

// sameYear reports whether both ends are there and in one year of zone z.
func (r Range) sameYear(z Zone) bool {
	return r.FirstMS.Some && r.LastMS.Some && max(r.FirstMS.Value, r.LastMS.Value) <= maxPlainMS &&
		z.moment(int64(r.FirstMS.Value)).year == z.moment(int64(r.LastMS.Value)).year
}

// Short returns the range to the second, the date once if one is enough.
func (r Range) Short(z Zone) string {
	if !r.FirstMS.Some || !r.LastMS.Some {
		return Absent
	}
	first := z.daySeconds(r.FirstMS.Value)
	if r.SameDay(z) {
		return first + " – " + z.seconds(r.LastMS.Value)
	}
	return first + " – " + z.daySeconds(r.LastMS.Value)
}

// Compact returns the range for places with little room: times of one day, days
// and minutes of one year, or days.
func (r Range) Compact(z Zone) string {
	show := z.Day
	switch {
	case !r.FirstMS.Some || !r.LastMS.Some:
		return Absent
	case r.SameDay(z):
		show = z.seconds
	case r.sameYear(z):
		show = z.monthMinutes
	}
	return show(r.FirstMS.Value) + " – " + show(r.LastMS.Value)
}

// Full returns the range with milliseconds and zone.
func (r Range) Full(z Zone) string {
	if !r.FirstMS.Some || !r.LastMS.Some {
		return Absent
	}
	return z.Full(r.FirstMS.Value) + " – " + z.Full(r.LastMS.Value)
}

// Duration returns milliseconds in the two largest units that say something:
// "40 ms", "2.5 s", "1m 04s", "3h 02m", "4d 03h".
func Duration(ms uint64) string {
	const (
		second = 1000
		minute = 60 * second
		hour   = 60 * minute
		day    = 24 * hour
		year   = 365 * day
	)
	switch {
	case ms < second:
		return fmt.Sprintf("%d ms", ms)
	case ms < minute:
		return trimZeros(fmt.Sprintf("%d.%03d", ms/second, ms%second)) + " s"
	case ms < hour:
		return fmt.Sprintf("%dm %02ds", ms/minute, ms%minute/second)
	case ms < day:
		return fmt.Sprintf("%dh %02dm", ms/hour, ms%hour/minute)
	case ms < 100*day:
		return fmt.Sprintf("%dd %02dh", ms/day, ms%day/hour)
	case ms < 10*year:
		return Count(ms/day) + "d"
	case ms < 10_000*year:
		return Count(ms/year) + "y"
	}
	return "> 9,999y"
}

// trimZeros removes zeros behind a decimal point, and the point.
func trimZeros(decimal string) string {
	end := len(decimal)
	for decimal[end-1] == '0' {
		end--
	}
	if decimal[end-1] == '.' {
		end--
	}
	return decimal[:end]
}

// Skew returns how far the record's own clock is from its append time, with its
// sign: "+3 ms", "−1.7 s".
func Skew(recordMS, appendMS uint64) string {
	if recordMS < appendMS {
		return "−" + Duration(appendMS-recordMS)
	}
	return "+" + Duration(recordMS-appendMS)
}
