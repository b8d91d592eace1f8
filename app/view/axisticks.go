package view

import "time"

// Tick is a labelled moment of the time axis.
type Tick struct {
	X     float64
	Label string
	// Date is true if the label is a date: at midnight and where days are the
	// step.
	Date bool
}

// tickSteps are the distances between ticks in milliseconds: what people count
// time in.
var tickSteps = [...]uint64{
	1, 2, 5, 10, 20, 50, 100, 200, 500,
	1000, 2000, 5000, 10_000, 15_000, 30_000,
	1 * msPerMinute, 2 * msPerMinute, 5 * msPerMinute, 10 * msPerMinute, 15 * msPerMinute, 30 * msPerMinute,
	1 * msPerHour, 2 * msPerHour, 3 * msPerHour, 6 * msPerHour, 12 * msPerHour,
	1 * msPerDay, 2 * msPerDay, 7 * msPerDay, 14 * msPerDay, 28 * msPerDay, 91 * msPerDay, 364 * msPerDay, 3640 * msPerDay,
}

const msPerHour = 60 * msPerMinute

// tickPX is the least distance between ticks: a time with milliseconds and a gap.
const tickPX = 92

// maxTicks bounds the ticks of an axis of any width.
const maxTicks = 64

// Ticks returns the ticks of the axis in zone z. Times that nobody meant as a
// time have none.
func (a Axis) Ticks(z Zone) []Tick {
	fromMS, toMS := a.FromNS/nsPerMS, a.ToNS/nsPerMS
	if a.Empty() || a.WidthPX <= 0 || toMS > maxPlainMS {
		return nil
	}
	step := a.tickStep()
	// Ticks are where clocks show whole steps: the moments of the hours between are
	// not a whole step apart where clocks are set.
	shown := func(ms uint64) int64 { return int64(ms) + int64(z.Offset(int64(ms/1000)))*1000 }
	first := (shown(fromMS) + int64(step) - 1) / int64(step) * int64(step)
	var ticks []Tick
	for at := first; at <= shown(toMS) && len(ticks) < maxTicks; at += int64(step) {
		reading := time.UnixMilli(at).UTC()
		for _, i := range z.Between(reading, reading.Add(time.Millisecond)) {
			if ms := i.From.UnixMilli(); ms >= int64(fromMS) && ms <= int64(toMS) {
				ticks = append(ticks, a.tick(uint64(ms), step, z))
			}
		}
	}
	return ticks
}

func (a Axis) tickStep() uint64 {
	leastMS := a.nsPerPX() * tickPX / nsPerMS
	for _, step := range tickSteps {
		if float64(step) >= leastMS {
			return step
		}
	}
	// A span of many decades: whole last steps, as many as it takes.
	last := tickSteps[len(tickSteps)-1]
	return last * (uint64(leastMS)/last + 1)
}

func (a Axis) tick(ms, step uint64, z Zone) Tick {
	t := Tick{X: a.X(ms * nsPerMS)}
	midnight := z.moment(int64(ms)).dayMS == 0
	switch {
	case step >= 364*msPerDay:
		t.Label, t.Date = z.Day(ms), true
	case step >= msPerDay || midnight:
		t.Label, t.Date = z.show(ms, func(b []byte, m *moment) []byte { return m.appendMonthDay(b) }), true
	case step >= msPerMinute:
		t.Label = z.minutes(ms)
	case step >= 1000:
		t.Label = z.seconds(ms)
	default:
		t.Label = z.Clock(ms)
	}
	return t
}

// minutes returns "16:08".
func (z Zone) minutes(unixMS uint64) string {
	return z.show(unixMS, func(b []byte, m *moment) []byte {
		b = m.appendSeconds(b)
		return b[:len(b)-len(":00")]
	})
}
