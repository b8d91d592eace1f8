package zone

import (
	"math"
	"sync"
	"time"
)

// Zone is a time zone. The zero Zone is UTC. It is safe for concurrent use.
type Zone struct{ of *offsets }

// offsets remembers what a zone said.
type offsets struct {
	name  string
	fixed bool
	// ask returns the seconds ahead of UTC at a moment in Unix seconds. It may be
	// slow.
	ask func(unixS int64) int

	mu sync.Mutex
	// weeks are the weeks since 1970 that were asked about.
	weeks map[int64]week
}

// week is the offsets of a week: one, or two and when it changes.
type week struct {
	before, after int
	changeS       int64
}

// New returns a zone of a name, which must not be empty. offset returns how many
// seconds its clocks are ahead of UTC at a moment in Unix seconds; it is asked
// about a week at a time, and what it says is remembered.
func New(name string, offset func(unixS int64) int) Zone {
	return Zone{&offsets{name: name, ask: offset, weeks: map[int64]week{}}}
}

// Fixed returns the zone whose clocks are always seconds ahead of UTC. It has no
// name.
func Fixed(seconds int) Zone {
	if seconds == 0 {
		return Zone{}
	}
	return Zone{&offsets{fixed: true, ask: func(int64) int { return seconds }}}
}

// IsUTC reports whether the zone is the zero Zone.
func (z Zone) IsUTC() bool { return z.of == nil }

// Name returns the name, "" for UTC and for a zone that has none.
func (z Zone) Name() string {
	if z.of == nil {
		return ""
	}
	return z.of.name
}

const (
	weekS = 7 * 24 * 3600
	// maxWeeks bounds what is remembered of a zone: a century.
	maxWeeks = 5300
)

// Offset returns how many seconds the clocks are ahead of UTC at a moment in Unix
// seconds.
func (z Zone) Offset(unixS int64) int {
	switch {
	case z.of == nil:
		return 0
	case z.of.fixed:
		return z.of.ask(unixS)
	}
	w := z.of.week(unixS)
	if unixS < w.changeS {
		return w.before
	}
	return w.after
}

// week returns the week of a moment. No zone changes its clocks twice in a week
// that begins on a Thursday, as those of Unix time do: a test holds that.
func (o *offsets) week(unixS int64) week {
	number := floorDiv(unixS, weekS)
	o.mu.Lock()
	defer o.mu.Unlock()
	if w, known := o.weeks[number]; known {
		return w
	}
	from, until := number*weekS, (number+1)*weekS
	w := week{before: o.ask(from), after: o.ask(until), changeS: math.MinInt64}
	if w.before != w.after {
		w.changeS = o.change(from, until, w.before)
	}
	if len(o.weeks) >= maxWeeks {
		clear(o.weeks)
	}
	o.weeks[number] = w
	return w
}

// change returns the first second that has another offset than before, between
// one that has it and one that has not.
func (o *offsets) change(from, until int64, before int) int64 {
	for until-from > 1 {
		if middle := from + (until-from)/2; o.ask(middle) == before {
			from = middle
		} else {
			until = middle
		}
	}
	return until
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Shows returns what the clocks show at a moment.
func (z Zone) Shows(moment time.Time) time.Time {
	return moment.UTC().Add(time.Duration(z.Offset(moment.Unix())) * time.Second)
}
