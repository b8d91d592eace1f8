package message

import (
	"strconv"
	"strings"
	"time"
)

// hidden is what is shown of a value that a redaction took away.
const hidden = "(redacted)"

// Clock shows times. How is "" for a time with its date and zone, or one of the
// holes "date", "time" and "clock".
type Clock func(unixNS uint64, how string) string

// String returns the message with its times in UTC.
func (m Message) String() string { return m.In(UTC) }

// In returns the message with its times as clock shows them. A hole without a value
// shows as a question mark.
func (m Message) In(clock Clock) string {
	var b strings.Builder
	m.render(&b, clock, 1)
	return b.String()
}

func (m *Message) render(b *strings.Builder, clock Clock, depth int) {
	if depth > MaxDepth {
		b.WriteByte('?')
		return
	}
	next := 0
	m.walk(func(words string) { b.WriteString(words) }, func(hole string) {
		if next >= len(m.Values) {
			b.WriteByte('?')
			return
		}
		v := &m.Values[next]
		next++
		v.render(b, hole, clock, depth)
	})
}

func (v *Value) render(b *strings.Builder, hole string, clock Clock, depth int) {
	if v.Class == ClassMessages {
		separator := " "
		if hole == "," || hole == ";" {
			separator = hole + " "
		}
		for i := range v.Messages {
			if i > 0 {
				b.WriteString(separator)
			}
			v.Messages[i].render(b, clock, depth+1)
		}
		return
	}
	text := v.text(hole, clock)
	if hole == "q" && v.Class != ClassHidden {
		text = strconv.Quote(text)
	}
	b.WriteString(text)
	if one, many, counts := strings.Cut(hole, "|"); counts {
		if v.Number != 1 {
			one = many
		}
		b.WriteString(" " + one)
	}
}

func (v *Value) text(hole string, clock Clock) string {
	switch v.Class {
	case ClassCount:
		return Grouped(v.Number)
	case ClassRate:
		return rate(v.Number)
	case ClassDuration:
		return length(v.Number)
	case ClassOffset:
		if ns := int64(v.Number); ns < 0 {
			return "-" + length(-v.Number)
		}
		return "+" + length(v.Number)
	case ClassTime:
		return clock(v.Number, hole)
	case ClassNumber, ClassAction, ClassNodeID, ClassDaemonID, ClassChainID, ClassOperator, ClassMigration:
		return strconv.FormatUint(v.Number, 10)
	case ClassHidden:
		return hidden
	}
	if hole == "q" {
		return v.Text
	}
	return oneLine.Replace(v.Text)
}

// oneLine keeps the lines of a message our own: a path, say, may have line breaks.
var oneLine = strings.NewReplacer("\n", "⏎", "\r", "⏎")

// UTC is the clock of reports and exports.
func UTC(ns uint64, how string) string {
	const perSecond = uint64(time.Second)
	at := time.Unix(int64(ns/perSecond), int64(ns%perSecond)).UTC()
	switch how {
	case "date":
		return at.Format("2006-01-02 15:04:05.000")
	case "time":
		return at.Format("15:04:05.000 UTC")
	case "clock":
		return at.Format("15:04:05.000")
	}
	return at.Format("2006-01-02 15:04:05.000 UTC")
}

// length writes a duration in a precision that fits it.
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

// rate writes thousandths to three digits, or whole where there are more.
func rate(thousandths uint64) string {
	const whole = 100_000
	if thousandths >= whole {
		return Grouped((thousandths + 500) / 1000)
	}
	return strconv.FormatFloat(float64(thousandths)/1000, 'g', 3, 64)
}

// Grouped writes a number with commas between its thousands.
func Grouped(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
