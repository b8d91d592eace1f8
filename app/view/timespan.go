package view

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// errSpan says what a span of time looks like.
var errSpan = errors.New("write a span of time like 16:08..16:15 or 2026-05-22T16:08..2026-05-22T16:15")

// The forms of a time that [ParseSpan] reads, with and without a day.
var (
	clockForms = []string{"15:04", "15:04:05"}
	dayForms   = []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05"}
)

// ParseSpan reads "16:08..16:15" and its like: from the first time up to the
// second, in Unix nanoseconds. Times without a day are of the day of dayMS, in
// zone z. An end that is left out is the smallest or largest time there is, and
// no text at all means all time.
func ParseSpan(text string, dayMS uint64, z Zone) (fromNS, toNS uint64, err error) {
	from, to, cut := strings.Cut(text, "..")
	if !cut {
		if strings.TrimSpace(text) != "" {
			return 0, 0, errSpan
		}
	}
	if fromNS, err = z.parseEnd(from, dayMS, 0); err != nil {
		return 0, 0, err
	}
	if toNS, err = z.parseEnd(to, dayMS, ^uint64(0)); err != nil {
		return 0, 0, err
	}
	if fromNS >= toNS {
		return 0, 0, errors.New("the span ends where it begins, or before")
	}
	return fromNS, toNS, nil
}

// parseEnd reads one end of a span, or returns absent if there is none.
func (z Zone) parseEnd(text string, dayMS, absent uint64) (uint64, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return absent, nil
	}
	for _, form := range clockForms {
		if t, err := time.Parse(form, text); err == nil {
			day, err := time.Parse(time.DateOnly, z.Day(dayMS))
			if err != nil {
				return 0, errSpan
			}
			sinceMidnight := t.Sub(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC))
			return z.unixNS(day.Add(sinceMidnight))
		}
	}
	for _, form := range dayForms {
		if t, err := time.Parse(form, text); err == nil {
			return z.unixNS(t)
		}
	}
	if ms, err := strconv.ParseUint(text, 10, 64); err == nil && ms <= maxPlainMS {
		return ms * nsPerMS, nil
	}
	return 0, errSpan
}

// unixNS returns a time of this zone that was read as if it were UTC.
func (z Zone) unixNS(t time.Time) (uint64, error) {
	ms := t.UnixMilli()
	if z.OffsetMinutes != nil {
		const msPerMinute = 60_000
		ms -= int64(z.OffsetMinutes(ms-int64(z.OffsetMinutes(ms))*msPerMinute)) * msPerMinute
	}
	if ms < 0 || ms >= int64(^uint64(0)/nsPerMS/2) {
		return 0, errors.New("times begin with 1970 and end with 2262")
	}
	return uint64(ms)*nsPerMS + uint64(t.Nanosecond())%nsPerMS, nil
}

// SpanText writes a span the way [ParseSpan] reads it, to the second, without
// the day if both ends are of the day of dayMS.
func (z Zone) SpanText(fromMS, toMS, dayMS uint64) string {
	if z.Day(fromMS) == z.Day(dayMS) && z.Day(toMS) == z.Day(dayMS) {
		return z.seconds(fromMS) + ".." + z.seconds(toMS)
	}
	return z.daySeconds(fromMS) + ".." + z.daySeconds(toMS)
}
