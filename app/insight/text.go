package insight

import (
	"fmt"
	"strconv"
	"time"
)

const (
	nanosPerMilli = uint64(time.Millisecond)
	nanosPerSec   = uint64(time.Second)
)

// utc writes a time in Unix nanoseconds with its date.
func utc(ns uint64) string { return at(ns).Format("2006-01-02 15:04:05.000 UTC") }

// clock writes a time of day.
func clock(ns uint64) string { return at(ns).Format("15:04:05.000") }

func at(ns uint64) time.Time {
	return time.Unix(int64(ns/nanosPerSec), int64(ns%nanosPerSec)).UTC()
}

// between writes a range of time.
func between(from, to uint64) string {
	if from/nanosPerSec/86400 == to/nanosPerSec/86400 {
		return fmt.Sprintf("from %s to %s", at(from).Format("2006-01-02 15:04:05.000"), at(to).Format("15:04:05.000 UTC"))
	}
	return "from " + utc(from) + " to " + utc(to)
}

// span writes how long it is from one time to another, in a precision that
// fits the length.
func span(from, to uint64) string {
	if to < from {
		from, to = to, from
	}
	return length(to - from)
}

// length writes a duration in nanoseconds.
func length(ns uint64) string {
	d := time.Duration(min(ns, 1<<63-1))
	switch {
	case d >= time.Minute:
		return d.Round(time.Second).String()
	case d >= time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(time.Microsecond).String()
}

// number writes a count with its thousands apart.
func number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// counted writes a count and its noun.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// cut shortens text from a chain to what fits a line.
func cut(text string) string {
	const most = 160
	if len(text) <= most {
		return text
	}
	end := most
	for end > 0 && text[end]&0xc0 == 0x80 {
		end--
	}
	return text[:end] + "…"
}

// ago returns t less d, not below 0.
func ago(t, d uint64) uint64 { return t - min(t, d) }

// later returns t and d, not above what a time holds.
func later(t, d uint64) uint64 {
	if t+d < t {
		return ^uint64(0)
	}
	return t + d
}
