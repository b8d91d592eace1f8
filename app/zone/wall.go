package zone

import (
	"time"
)

// Interval is the moments from one up to, and not including, another.
type Interval struct{ From, Until time.Time }

// Begin and End are before and after all times. They are ends of what has none.
var (
	Begin = time.Unix(-1<<40, 0).UTC()
	End   = time.Unix(1<<40, 0).UTC()
)

// stretch is moments with one offset.
type stretch struct {
	Interval
	offset time.Duration
}

// aroundS is more than clocks are ahead of or behind UTC anywhere, in seconds.
const aroundS = 36 * 3600

// stretches returns the stretches near the moments at which the clocks could show a
// reading. The first one goes back to [Begin] and the last one on to [End], which is
// not true of their offsets, but far enough away for nothing to depend on them.
func (z Zone) stretches(reading time.Time) []stretch {
	from, until := reading.Unix()-aroundS, reading.Unix()+aroundS
	offset := func(unixS int64) time.Duration { return time.Duration(z.Offset(unixS)) * time.Second }
	list := []stretch{{Interval{Begin, End}, offset(from)}}
	if z.of == nil || z.of.fixed {
		return list
	}
	for number := floorDiv(from, weekS); number*weekS < until; number++ {
		w := z.of.week(number * weekS)
		if w.changeS <= from || w.changeS >= until {
			continue
		}
		change := time.Unix(w.changeS, 0).UTC()
		list[len(list)-1].Until = change
		list = append(list, stretch{Interval{change, End}, time.Duration(w.after) * time.Second})
	}
	return list
}

// since returns the moments at which the clocks show a reading or a later one.
func (z Zone) since(reading time.Time) (list []Interval) {
	if !reading.After(Begin) {
		return []Interval{{Begin, End}}
	}
	for _, s := range z.stretches(reading) {
		if from := later(s.From, reading.Add(-s.offset)); from.Before(s.Until) {
			list = append(list, Interval{from, s.Until})
		}
	}
	return list
}

// until returns the moments at which the clocks show an earlier reading.
func (z Zone) until(reading time.Time) (list []Interval) {
	if !reading.Before(End) {
		return []Interval{{Begin, End}}
	}
	for _, s := range z.stretches(reading) {
		if until := earlier(s.Until, reading.Add(-s.offset)); s.From.Before(until) {
			list = append(list, Interval{s.From, until})
		}
	}
	return list
}

// Between returns the moments at which the clocks show a reading from one up to,
// and not including, another: in order, apart, and none if there is no such moment.
// [Begin] and [End] leave an end open.
func (z Zone) Between(from, until time.Time) []Interval {
	var list []Interval
	if !from.Before(until) {
		return nil
	}
	for _, a := range z.since(from) {
		for _, b := range z.until(until) {
			both := Interval{later(a.From, b.From), earlier(a.Until, b.Until)}
			if !both.From.Before(both.Until) {
				continue
			}
			if n := len(list); n > 0 && list[n-1].Until.Equal(both.From) {
				list[n-1].Until = both.Until
				continue
			}
			list = append(list, both)
		}
	}
	return list
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// Change is a moment at which clocks are set: from one reading to another.
type Change struct{ From, To time.Time }

// At says what is special about a reading: whether it is skipped, because the
// clocks go forward over it, or comes twice, because they go back to before it. A
// Change is there if it is either.
func (z Zone) At(reading time.Time) (change Change, skipped, twice bool) {
	list := z.stretches(reading)
	for i := 1; i < len(list); i++ {
		before, after := list[i-1].Until.Add(list[i-1].offset), list[i].From.Add(list[i].offset)
		change = Change{before, after}
		switch {
		case !reading.Before(before) && reading.Before(after):
			return change, true, false
		case !reading.Before(after) && reading.Before(before):
			return change, false, true
		}
	}
	return Change{}, false, false
}
