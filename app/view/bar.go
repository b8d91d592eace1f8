package view

import (
	"chainglass/app/engine"
	"chainglass/wire"
)

// BarUnits is the length of a bar in its own units, whatever its size on screen.
const BarUnits = 1000

// leastUnits keeps a rare outcome visible: three in ten million still show.
const leastUnits = 6

// Segment is one part of a bar of counts.
type Segment struct {
	Outcome Outcome
	Count   int
	// Start and Length are in units of the bar.
	Start, Length int
}

// Segments returns the entries of a chain by outcome, then what is no record,
// as parts of a bar that is full once all entries are counted.
func Segments(counts *engine.Counts) []Segment {
	var segments []Segment
	total := 0
	add := func(o Outcome, n int) {
		if n > 0 {
			segments = append(segments, Segment{Outcome: o, Count: n})
			total += n
		}
	}
	for _, c := range counts.Outcomes {
		add(OutcomeOf(c.Name), c.Count)
	}
	add(Outcome{wordUndecodable, letterTrouble, ToneFinding}, counts.Undecodable)
	for _, c := range counts.Statuses {
		if c.Name != wire.EntryOK.String() {
			add(Outcome{c.Name, letterTrouble, ToneFinding}, c.Count)
		}
	}
	measure(segments, total)
	return segments
}

// measure gives every segment its share, at least leastUnits; the longest pays
// for what the others got too much.
func measure(segments []Segment, total int) {
	longest, used := 0, 0
	for i := range segments {
		s := &segments[i]
		s.Length = max(leastUnits, int(float64(s.Count)/float64(total)*BarUnits))
		used += s.Length
		if s.Count > segments[longest].Count {
			longest = i
		}
	}
	if len(segments) > 0 {
		segments[longest].Length += BarUnits - used
	}
	at := 0
	for i := range segments {
		segments[i].Start = at
		at += segments[i].Length
	}
}
