package view

import (
	"math"

	"chainglass/app/engine"
	"chainglass/wire/postcard"
)

// Span is a stretch of time in Unix nanoseconds.
type Span struct{ FromNS, ToNS uint64 }

// Empty reports whether the span has no length.
func (s Span) Empty() bool { return s.ToNS <= s.FromNS }

// Contains reports whether a moment lies in the span, its ends included.
func (s Span) Contains(ns uint64) bool { return ns >= s.FromNS && ns <= s.ToNS }

// Range returns the span for texts.
func (s Span) Range() Range {
	return RangeNS(postcard.Some(s.FromNS), postcard.Some(s.ToNS))
}

const (
	// leastSpanNS is how far the axis zooms in.
	leastSpanNS = 2 * nsPerMS
	// leastWholeNS is how long the span of a single moment is made.
	leastWholeNS = 1000 * nsPerMS
	// nearlyWhole is the share of the whole span that is made all of it: zooming
	// in and out again ends where it began.
	nearlyWhole = 0.999
	// marginShare of the whole span is left free at each of its ends.
	marginShare = 100
)

// SpanOf returns the time that chains cover without times that are stray, with a
// margin. It is empty if none of them has an entry with a time.
func SpanOf(chains []*engine.ChainInfo) Span {
	whole, ok := fit(chains)
	if !ok {
		return Span{}
	}
	margin := (whole.ToNS-whole.FromNS)/marginShare + 1
	if whole.ToNS-whole.FromNS < leastWholeNS {
		margin = leastWholeNS / 2
	}
	return Span{addNS(whole.FromNS, -float64(margin)), addNS(whole.ToNS, float64(margin))}
}

func millisToNS(ms uint64) uint64 { return min(ms, math.MaxUint64/nsPerMS) * nsPerMS }

// RowNS returns the time that the entry of a row is placed at: its append time,
// or else the record's own.
func RowNS(r *engine.Row) (ns uint64, ok bool) {
	if r.TSNS.Some {
		return r.TSNS.Value, true
	}
	return millisToNS(r.TimeMS.Value), r.TimeMS.Some
}

// Axis shows a span of time over a width in pixels.
type Axis struct {
	Span
	WidthPX float64
}

// X returns where a moment lies, in pixels from the left edge; moments outside
// of the span lie outside of the width.
func (a Axis) X(ns uint64) float64 {
	return differenceNS(ns, a.FromNS) / a.nsPerPX()
}

// NS returns the moment at a place.
func (a Axis) NS(x float64) uint64 { return addNS(a.FromNS, x*a.nsPerPX()) }

func (a Axis) nsPerPX() float64 {
	return max(differenceNS(a.ToNS, a.FromNS), 1) / max(a.WidthPX, 1)
}

// Zoom makes the span shown factor times as long; the moment at x stays where it
// is. The axis does not grow beyond whole.
func (a Axis) Zoom(x, factor float64, whole Span) Axis {
	length := differenceNS(a.ToNS, a.FromNS)
	longest := max(differenceNS(whole.ToNS, whole.FromNS), leastSpanNS)
	wanted := min(max(length*factor, leastSpanNS), longest)
	share := x / max(a.WidthPX, 1)
	from := addNS(a.NS(x), -wanted*share)
	return a.within(from, wanted, whole)
}

// Pan moves the span by pixels, to later times if they are positive.
func (a Axis) Pan(px float64, whole Span) Axis {
	return a.within(addNS(a.FromNS, px*a.nsPerPX()), differenceNS(a.ToNS, a.FromNS), whole)
}

// Reveal moves the span as little as shows a moment with some room around it.
func (a Axis) Reveal(ns uint64, whole Span) Axis {
	if a.Contains(ns) {
		return a
	}
	const room = 0.2
	length := differenceNS(a.ToNS, a.FromNS)
	if ns < a.FromNS {
		return a.within(addNS(ns, -length*room), length, whole)
	}
	return a.within(addNS(ns, -length*(1-room)), length, whole)
}

// Between shows the span between two moments, in either order.
func (a Axis) Between(one, other uint64, whole Span) Axis {
	from, to := min(one, other), max(one, other)
	return a.within(from, max(differenceNS(to, from), leastSpanNS), whole)
}

// within begins a span of a length at from, or as near as whole allows.
func (a Axis) within(from uint64, length float64, whole Span) Axis {
	if length >= nearlyWhole*differenceNS(whole.ToNS, whole.FromNS) && !whole.Empty() {
		a.Span = whole
		return a
	}
	if latest := addNS(whole.ToNS, -length); from > latest {
		from = latest
	}
	from = max(from, whole.FromNS)
	a.FromNS, a.ToNS = from, addNS(from, length)
	return a
}

// differenceNS returns a minus b.
func differenceNS(a, b uint64) float64 {
	if a >= b {
		return float64(a - b)
	}
	return -float64(b - a)
}

// addNS returns a moment some time later, or earlier, kept within what 64 bits
// hold.
func addNS(ns uint64, by float64) uint64 {
	if by < 0 {
		if -by >= float64(ns) {
			return 0
		}
		return ns - uint64(-by)
	}
	if by >= float64(math.MaxUint64-ns) {
		return math.MaxUint64
	}
	return ns + uint64(by)
}

// QuerySpan returns the span as the filter language writes it.
func QuerySpan(s Span) string { return queryMoment(s.FromNS) + ".." + queryMoment(s.ToNS) }

// queryMoment returns a time in UTC, "2026-05-22T16:08:03.117Z".
func queryMoment(ns uint64) string {
	return UTC.show(min(ns/nsPerMS, maxPlainMS), func(b []byte, m *moment) []byte {
		b = m.appendClock(append(m.appendDay(b), 'T'))
		return append(b, 'Z')
	})
}
