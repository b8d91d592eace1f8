package view

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"chainglass/app/zone"
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
	begin, err := z.parseEnd(from, dayMS, zone.Begin)
	if err != nil {
		return 0, 0, err
	}
	end, err := z.parseEnd(to, dayMS, zone.End)
	if err != nil {
		return 0, 0, err
	}
	// Where clocks are set these are several spans: the one span from the first to
	// the last of them keeps an hour that comes twice.
	spans := z.Between(begin, end)
	if len(spans) > 0 {
		if fromNS, err = unixNS(spans[0].From, 0); err == nil {
			toNS, err = unixNS(spans[len(spans)-1].Until, ^uint64(0))
		}
		return fromNS, toNS, err
	}
	if change, skipped, _ := z.At(begin); skipped && begin.Before(end) {
		return 0, 0, fmt.Errorf("this time is skipped: clocks go from %s to %s", change.From.Format("15:04"), change.To.Format("15:04"))
	}
	return 0, 0, errors.New("the span ends where it begins, or before")
}

// parseEnd reads one end of a span, as a clock of the zone shows it, or returns
// absent if there is none.
func (z Zone) parseEnd(text string, dayMS uint64, absent time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return absent, nil
	}
	for _, form := range clockForms {
		if t, err := time.Parse(form, text); err == nil {
			day, err := time.Parse(time.DateOnly, z.Day(dayMS))
			if err != nil {
				return time.Time{}, errSpan
			}
			sinceMidnight := t.Sub(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC))
			return day.Add(sinceMidnight), nil
		}
	}
	for _, form := range dayForms {
		if t, err := time.Parse(form, text); err == nil {
			return t, nil
		}
	}
	if ms, err := strconv.ParseUint(text, 10, 64); err == nil && ms <= maxPlainMS {
		return z.Shows(time.UnixMilli(int64(ms))), nil
	}
	return time.Time{}, errSpan
}

// unixNS returns a moment in Unix nanoseconds, or open if it is one of those that
// leave an end open.
func unixNS(t time.Time, open uint64) (uint64, error) {
	if t.Equal(zone.Begin) || t.Equal(zone.End) {
		return open, nil
	}
	ms := t.UnixMilli()
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
