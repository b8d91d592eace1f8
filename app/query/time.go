package query

import (
	"math"
	"strconv"
	"strings"
	"time"
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

// between returns the units from one time up to, not including, another.
func (c clock) between(from, until time.Time) (s span, problem string) {
	end := c.at(until)
	s = span{min(c.at(from), c.last), end - 1}
	switch {
	case end == 0:
		return s, "times begin with 1970"
	case end == math.MaxUint64:
		s.last = math.MaxUint64
	}
	if s.empty() {
		return s, "the range ends where it begins, or before"
	}
	return s, ""
}

// timeOf reads the times of a term.
func timeOf(c column, t *token, context Context) (predicate, *Error) {
	p := &rangePredicate{column: c}
	for _, v := range t.values {
		s, problem := timeSpan(clockOf(c), v, &context)
		if problem != "" {
			return nil, &Error{v.start, v.end, problem, "for example " + fields[c].example}
		}
		p.spans = append(p.spans, s)
	}
	p.spans = merged(p.spans)
	return p, nil
}

// timeSpan reads a time, a comparison with one, or a range.
func timeSpan(c clock, v value, context *Context) (span, string) {
	if v.form == formRegexp {
		return span{}, "this is no time"
	}
	if left, right, is := strings.Cut(v.text, ".."); is {
		return timeRange(c, left, right, context)
	}
	o, text := comparison(v.text)
	m, ok := readMoment(text)
	if !ok {
		return span{}, strconv.Quote(text) + " is no time"
	}
	if problem := m.settle(context); problem != "" {
		return span{}, problem
	}
	s, problem := c.between(m.begin(), m.end())
	if problem != "" && o != greater && o != greaterOrEqual {
		return span{}, problem
	}
	s, isEmpty := o.span(s.first, s.last, 0, math.MaxUint64)
	if isEmpty {
		return span{}, "no time is " + v.text
	}
	return s, ""
}

// timeRange reads the ends of a range. A zone written at one end is meant for
// both.
func timeRange(c clock, left, right string, context *Context) (span, string) {
	from, until := time.Unix(0, 0), time.Unix(math.MaxInt64/2, 0)
	var l, r moment
	var ok bool
	if left != "" {
		if l, ok = readMoment(left); !ok {
			return span{}, strconv.Quote(left) + " is no time"
		}
	}
	if right != "" {
		if r, ok = readRight(right, &l); !ok {
			return span{}, strconv.Quote(right) + " is no time"
		}
	}
	if left != "" {
		if l.zone == nil {
			l.zone = r.zone
		}
		if problem := l.settle(context); problem != "" {
			return span{}, problem
		}
		r.follow(&l)
		from = l.begin()
	}
	if right != "" {
		if problem := r.settle(context); problem != "" {
			return span{}, problem
		}
		until = r.begin()
	}
	return c.between(from, until)
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
