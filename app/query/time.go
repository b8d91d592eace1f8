package query

import (
	"math"
	"strconv"
	"strings"
	"time"

	"chainglass/app/zone"
)

// clock is the unit in which a field counts time.
type clock struct {
	perSecond uint64
	// last is the last time that can be written.
	last uint64
}

// lastMS is the last millisecond of the year 9999.
const lastMS = 253402300799999

var (
	clockNS = clock{perSecond: 1e9, last: math.MaxUint64}
	clockMS = clock{perSecond: 1e3, last: lastMS}
)

// clockOf returns the unit of a field.
func clockOf(c column) clock {
	if c == columnRecorded {
		return clockMS
	}
	return clockNS
}

// at returns the first unit that does not begin before t: 0 for times before
// 1970, the largest number for times past what can be counted or written.
func (c clock) at(t time.Time) uint64 {
	seconds := t.Unix()
	switch {
	case seconds < 0:
		return 0
	case uint64(seconds) >= c.last/c.perSecond+1, uint64(seconds) >= math.MaxUint64/c.perSecond:
		return math.MaxUint64
	}
	unit := 1e9 / c.perSecond
	n := uint64(seconds)*c.perSecond + (uint64(t.Nanosecond())+unit-1)/unit
	if n > c.last {
		return math.MaxUint64
	}
	return n
}

// spans returns the units of intervals, those before 1970 left out.
func (c clock) spans(intervals []zone.Interval) (list []span) {
	for _, i := range intervals {
		end := c.at(i.Until)
		s := span{min(c.at(i.From), c.last), end - 1}
		switch {
		case end == 0:
			continue
		case end == math.MaxUint64:
			s.last = math.MaxUint64
		}
		if !s.empty() {
			list = append(list, s)
		}
	}
	return list
}

// timeOf reads the times of a term.
func timeOf(c column, t *token, context Context) (predicate, *Error) {
	p := &rangePredicate{column: c}
	for _, v := range t.values {
		spans, problem := timeSpans(clockOf(c), v, &context)
		if problem != "" {
			return nil, &Error{v.start, v.end, problem, "for example " + fields[c].example}
		}
		p.spans = append(p.spans, spans...)
	}
	p.spans = merged(p.spans)
	return p, nil
}

// timeSpans reads a time, a comparison with one, or a range. There are several
// spans where clocks are set.
func timeSpans(c clock, v value, context *Context) ([]span, string) {
	if v.form == formRegexp {
		return nil, "this is no time"
	}
	v.text = plainRange(v.text)
	if left, right, is := strings.Cut(v.text, ".."); is {
		return timeRange(c, v, left, right, context)
	}
	o, text := comparison(v.text)
	m, ok := readMoment(text)
	if left, right, is := dashRange(v.text); !ok && is {
		return timeRange(c, v, left, right, context)
	}
	if !ok {
		return nil, strconv.Quote(text) + " is no time"
	}
	if problem := m.settle(context); problem != "" {
		return nil, problem
	}
	from, until := m.begin(), m.end()
	switch o {
	case less:
		from, until = zone.Begin, from
	case lessOrEqual:
		from = zone.Begin
	case greater:
		from, until = until, zone.End
	case greaterOrEqual:
		until = zone.End
	}
	context.remark(v, &m)
	if left, right, is := dashRange(text); is && context.remarks != nil {
		*context.remarks = append(*context.remarks, Remark{v.start, v.end, text + " is " + left + " in the time zone -" + right + "; write " + left + ".." + right + " for a range"})
	}
	spans := c.spans(m.zone.Between(from, until))
	switch {
	case len(spans) > 0:
		return spans, ""
	case o == equal && m.skipped() != "":
		return nil, m.skipped()
	case o == less:
		return nil, "no time is " + v.text
	}
	return nil, "times begin with 1970"
}

// dashRange takes apart what has a dash between two times: 16:08-16:15. A date has
// dashes too, and so has the offset of a zone.
func dashRange(text string) (left, right string, is bool) {
	for i := range len(text) {
		if text[i] != '-' {
			continue
		}
		l, ok := readMoment(text[:i])
		if !ok {
			continue
		}
		if _, ok = readRight(text[i+1:], &l); ok {
			return text[:i], text[i+1:], true
		}
	}
	return "", "", false
}

// timeRange reads the ends of a range.
func timeRange(c clock, v value, left, right string, context *Context) ([]span, string) {
	from, until := zone.Begin, zone.End
	var l, r moment
	var ok bool
	if left != "" {
		if l, ok = readMoment(left); !ok {
			return nil, strconv.Quote(left) + " is no time"
		}
	}
	if right != "" {
		if r, ok = readRight(right, &l); !ok {
			return nil, strconv.Quote(right) + " is no time"
		}
	}
	if left != "" {
		if !l.zoned {
			l.zone, l.zoned = r.zone, r.zoned
		}
		if problem := l.settle(context); problem != "" {
			return nil, problem
		}
		if right != "" {
			r.follow(&l)
		}
		from = l.begin()
		context.remark(v, &l)
	}
	if right != "" {
		if problem := r.settle(context); problem != "" {
			return nil, problem
		}
		until = r.begin()
		context.remark(v, &r)
	}
	z := r.zone
	switch {
	case right == "":
		z = l.zone
	case left != "" && l.zone != r.zone: // each end has its own, as it is written
		from, until, z = l.moment(), r.moment(), zone.Zone{}
	}
	if spans := c.spans(z.Between(from, until)); len(spans) > 0 {
		return spans, ""
	}
	switch {
	case !from.Before(until):
		return nil, "the range ends where it begins, or before"
	case left != "" && l.skipped() != "":
		return nil, l.skipped()
	}
	return nil, "times begin with 1970"
}

// skipped says that no clock of its zone shows the time, or nothing.
func (m *moment) skipped() string {
	change, skipped, _ := m.zone.At(m.begin())
	if !skipped {
		return ""
	}
	return m.wallText() + " is skipped in " + m.zone.Name() + ": clocks go from " + changeText(change, m)
}

// wallText writes the time as the clock shows it.
func (m *moment) wallText() string { return m.begin().Format("2006-01-02 15:04") }

// changeText writes from what to what clocks are set, with the date if it is not
// that of the time.
func changeText(change zone.Change, m *moment) string {
	layout := func(t time.Time) string {
		if t.YearDay() == m.begin().YearDay() {
			return t.Format("15:04")
		}
		return t.Format("2006-01-02 15:04")
	}
	return layout(change.From) + " to " + layout(change.To)
}

// remark says of a time that it is skipped or comes twice.
func (c *Context) remark(v value, m *moment) {
	change, skipped, twice := m.zone.At(m.begin())
	switch {
	case c.remarks == nil:
	case skipped:
		*c.remarks = append(*c.remarks, Remark{v.start, v.end, m.skipped()})
	case twice:
		*c.remarks = append(*c.remarks, Remark{v.start, v.end,
			m.wallText() + " comes twice in " + m.zone.Name() + ": clocks go from " + changeText(change, m) + "; both are kept"})
	}
}

func appendTimeNS(dst []byte, s span) []byte {
	return appendTimes(dst, s, func(ns uint64) time.Time {
		return time.Unix(int64(ns/1e9), int64(ns%1e9))
	})
}

func appendTimeMS(dst []byte, s span) []byte {
	return appendTimes(dst, s, func(ms uint64) time.Time { return time.UnixMilli(int64(ms)) })
}

// appendTimes writes a span as a range of times in UTC.
func appendTimes(dst []byte, s span, at func(uint64) time.Time) []byte {
	const layout = "2006-01-02T15:04:05.999999999Z"
	if s.first > 0 {
		dst = at(s.first).UTC().AppendFormat(dst, layout)
	}
	dst = append(dst, ".."...)
	if s.last < math.MaxUint64 {
		dst = at(s.last+1).UTC().AppendFormat(dst, layout)
	}
	return dst
}
