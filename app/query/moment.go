package query

import (
	"strconv"
	"time"

	"chainglass/app/zone"
)

// precision is the last part of a time that was written.
type precision uint8

const (
	toDay precision = iota
	toMinute
	toSecond
	toFraction
)

// moment is a time as it was written: a span as long as its last digit.
type moment struct {
	dated            bool
	year, month, day int
	hour, minute     int
	second, nanos    int
	precision        precision
	digits           int // of the fraction
	// zone is where the time is, if zoned.
	zone  zone.Zone
	zoned bool
}

// timeReader reads a time from the left. After a failure it stays failed.
type timeReader struct {
	rest   string
	failed bool
}

// number reads exactly n digits.
func (r *timeReader) number(n int) int {
	if len(r.rest) < n {
		r.failed = true
		return 0
	}
	v := 0
	for i := range n {
		b := r.rest[i]
		if b < '0' || b > '9' {
			r.failed = true
			return 0
		}
		v = v*10 + int(b-'0')
	}
	r.rest = r.rest[n:]
	return v
}

// take skips b if it is next.
func (r *timeReader) take(b byte) bool {
	if r.rest == "" || lower(r.rest[0]) != b {
		return false
	}
	r.rest = r.rest[1:]
	return true
}

func (r *timeReader) expect(b byte) {
	if !r.take(b) {
		r.failed = true
	}
}

// readMoment reads a time of any form but a short one.
func readMoment(text string) (m moment, ok bool) {
	if m, ok = readUnixMS(text); ok {
		return m, true
	}
	r := timeReader{rest: text}
	if len(text) > 4 && text[4] == '-' {
		m.dated = true
		m.year = r.number(4)
		r.expect('-')
		m.month = r.number(2)
		r.expect('-')
		m.day = r.number(2)
		if r.take('t') || r.take(' ') {
			m.readClock(&r)
		}
	} else {
		m.readClock(&r)
	}
	m.readZone(&r)
	return m, !r.failed && r.rest == "" && m.valid()
}

// minUnixDigits tells Unix milliseconds from a mistyped time.
const minUnixDigits = 11

func readUnixMS(text string) (moment, bool) {
	ms, err := strconv.ParseUint(text, 10, 64)
	if err != nil || len(text) < minUnixDigits || ms > lastMS {
		return moment{}, false
	}
	t := time.UnixMilli(int64(ms)).UTC()
	return moment{
		dated: true, year: t.Year(), month: int(t.Month()), day: t.Day(),
		hour: t.Hour(), minute: t.Minute(), second: t.Second(), nanos: t.Nanosecond(),
		precision: toFraction, digits: 3, zoned: true,
	}, true
}

func (m *moment) readClock(r *timeReader) {
	m.hour = r.number(2)
	r.expect(':')
	m.minute = r.number(2)
	m.precision = toMinute
	if r.take(':') {
		m.readSecond(r)
	}
}

// readSecond reads a second, with or without a fraction.
func (m *moment) readSecond(r *timeReader) {
	m.second, m.nanos = r.number(2), 0
	m.precision, m.digits = toSecond, 0
	if r.failed || !r.take('.') {
		return
	}
	m.precision = toFraction
	for len(r.rest) > 0 && r.rest[0] >= '0' && r.rest[0] <= '9' && m.digits < 9 {
		m.nanos = m.nanos*10 + r.number(1)
		m.digits++
	}
	if m.digits == 0 {
		r.failed = true
	}
	m.nanos *= int(tenTo(9 - m.digits))
}

// readZone reads Z, +02:00 or +0200.
func (m *moment) readZone(r *timeReader) {
	sign := 1
	switch {
	case r.rest == "":
		return
	case r.take('z'):
		m.zoned = true
		return
	case r.take('-'):
		sign = -1
	default:
		r.expect('+')
	}
	hours := r.number(2)
	r.take(':')
	minutes := r.number(2)
	// Other offsets are not in force anywhere, and mistyped ranges.
	if hours > 14 || hours == 14 && minutes > 0 || minutes%15 != 0 || minutes > 59 {
		r.failed = true
	}
	m.zone, m.zoned = zone.Fixed(sign*(hours*60+minutes)*60), true
}

// valid reports whether there is such a day and such a time of day.
func (m *moment) valid() bool {
	if m.dated {
		first := time.Date(m.year, time.Month(m.month), 1, 0, 0, 0, 0, time.UTC)
		if m.month < 1 || m.month > 12 || m.day < 1 || m.day > first.AddDate(0, 1, -1).Day() {
			return false
		}
	}
	return m.hour < 24 && m.minute < 60 && m.second < 60
}

// readRight reads the right end of a range, which may be as short as the last
// part of the left one.
func readRight(text string, left *moment) (m moment, ok bool) {
	if len(text) < 2 || len(text) > 2 && text[2] != '.' {
		return readMoment(text)
	}
	m = *left
	r := timeReader{rest: text}
	switch m.precision {
	case toDay:
		m.day = r.number(2)
	case toMinute:
		m.minute = r.number(2)
	default:
		m.readSecond(&r)
	}
	return m, !r.failed && r.rest == "" && m.valid()
}

// begin returns the beginning of the span, as a clock of its zone shows it.
func (m *moment) begin() time.Time {
	return time.Date(m.year, time.Month(m.month), m.day, m.hour, m.minute, m.second, m.nanos, time.UTC)
}

// end returns what a clock shows first after the span.
func (m *moment) end() time.Time {
	switch m.precision {
	case toDay:
		return m.begin().AddDate(0, 0, 1)
	case toMinute:
		return m.begin().Add(time.Minute)
	}
	return m.begin().Add(time.Duration(tenTo(9 - m.digits)))
}

func tenTo(n int) uint64 {
	v := uint64(1)
	for range n {
		v *= 10
	}
	return v
}

// settle fills in the zone and the day from the context.
func (m *moment) settle(context *Context) (problem string) {
	if !m.zoned {
		m.zone = context.Zone
	}
	if m.dated {
		return ""
	}
	if context.Day.IsZero() {
		return "this time needs a date"
	}
	m.setDay(m.zone.Shows(context.Day))
	return ""
}

func (m *moment) setDay(day time.Time) {
	year, month, date := day.Date()
	m.dated, m.year, m.month, m.day = true, year, int(month), date
}

// follow fills in from the settled left end of a range what the right end leaves
// out. A zone written at one end is meant for both.
func (m *moment) follow(left *moment) {
	if !m.zoned {
		m.zone, m.zoned = left.zone, left.zoned
	}
	if m.dated {
		return
	}
	day := left.begin()
	if m.zone != left.zone { // both are fixed
		day = m.zone.Shows(left.moment())
	}
	m.setDay(day)
	if m.zone == left.zone && m.begin().Before(left.begin()) || m.zone != left.zone && m.moment().Before(left.moment()) {
		m.setDay(day.AddDate(0, 0, 1))
	}
}

// moment returns the moment at which the span begins, in a zone whose clocks are
// never set.
func (m *moment) moment() time.Time {
	return m.begin().Add(-time.Duration(m.zone.Offset(0)) * time.Second)
}
