package snapshot

import (
	"math/bits"
	"time"
)

// Duration is a span of time as the format stores it: whole seconds and the
// nanoseconds beyond them, below 1e9 once decoded.
type Duration struct {
	Secs  uint64
	Nanos uint32
}

const nanosPerSecond = 1_000_000_000

// carry moves whole seconds out of d.Nanos, as the reference does on reading.
// It reports false when the seconds do not fit 64 bits any more.
func (d Duration) carry() (Duration, bool) {
	secs, overflow := bits.Add64(d.Secs, uint64(d.Nanos/nanosPerSecond), 0)
	return Duration{Secs: secs, Nanos: d.Nanos % nanosPerSecond}, overflow == 0
}

// Std converts d to a [time.Duration], at most the longest one (292 years).
func (d Duration) Std() time.Duration {
	const longest = time.Duration(1<<63 - 1)
	if d.Secs >= uint64(longest/time.Second) {
		return longest
	}
	return time.Duration(d.Secs)*time.Second + time.Duration(d.Nanos)
}
