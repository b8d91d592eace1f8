package part

import (
	"cmp"
	"slices"
)

// TimeGroup is a run of times of which none is more than a year from the next.
// Most chains have one group. A clock that was not set yet, or a damaged time,
// makes another.
type TimeGroup struct {
	// FirstNS and LastNS are its smallest and largest time, Unix nanoseconds.
	FirstNS, LastNS uint64
	// Entries is how many entries have these times, Position the place in its chain
	// of the one that came first.
	Entries, Position int
}

// Join adds the times of another group.
func (g *TimeGroup) Join(other *TimeGroup) {
	g.Position = min(g.Position, other.Position)
	g.FirstNS, g.LastNS = min(g.FirstNS, other.FirstNS), max(g.LastNS, other.LastNS)
	g.Entries += other.Entries
}

// YearNS is the length of the years that times are counted by.
const YearNS = 365 * 24 * 3600 * 1_000_000_000

// PlausibleFromNS up to PlausibleToNS, the years from 2010 to 2099, are times that can be
// right: no node ran before, and none runs after yet.
const (
	PlausibleFromNS = 1_262_304_000 * 1_000_000_000
	PlausibleToNS   = 4_102_444_800 * 1_000_000_000
)

// Years are the times that entries are placed at, by years, in order: there are no more
// than 64 bits of nanoseconds hold, 585. Entries that have no time of their own have none
// here.
type Years []Year

// Year is the times from BeginNS on that are less than a year later.
type Year struct {
	BeginNS uint64
	TimeGroup
}

// find returns where a year is, or belongs.
func (y Years) find(beginNS uint64) (at int, known bool) {
	return slices.BinarySearchFunc(y, beginNS, func(y Year, beginNS uint64) int { return cmp.Compare(y.BeginNS, beginNS) })
}

// Join returns the years of two runs of entries. Neither is changed.
func (y Years) Join(other Years) Years {
	joined := slices.Clone(y)
	for i := range other {
		at, known := joined.find(other[i].BeginNS)
		if !known {
			joined = slices.Insert(joined, at, other[i])
			continue
		}
		joined[at].Join(&other[i].TimeGroup)
	}
	return joined
}

// Groups returns the years, each as a group.
func (y Years) Groups() []TimeGroup {
	groups := make([]TimeGroup, len(y))
	for i := range y {
		groups[i] = y[i].TimeGroup
	}
	return groups
}

// Entries returns how many entries have a time.
func (y Years) Entries() (n int) {
	for i := range y {
		n += y[i].Entries
	}
	return n
}

// yearCount counts the years of a leaf.
type yearCount struct {
	years Years
	// latest is the year added to last: the next time is nearly always in it.
	latest int
}

// add takes the time of an entry.
func (t *yearCount) add(ns uint64, position int) {
	if t.latest < len(t.years) {
		if y := &t.years[t.latest]; ns-y.BeginNS < YearNS {
			y.FirstNS, y.LastNS = min(y.FirstNS, ns), max(y.LastNS, ns)
			y.Entries++
			y.Position = min(y.Position, position)
			return
		}
	}
	t.addYear(ns, position)
}

// addRun takes the times of entries behind all that were added, given the smallest, the
// largest and how many there are. It reports false, and takes none, unless all are in the
// year of the one added last.
func (t *yearCount) addRun(firstNS, lastNS uint64, entries int) bool {
	if t.latest >= len(t.years) {
		return false
	}
	y := &t.years[t.latest]
	if firstNS < y.BeginNS || lastNS-y.BeginNS >= YearNS {
		return false
	}
	y.FirstNS, y.LastNS = min(y.FirstNS, firstNS), max(y.LastNS, lastNS)
	y.Entries += entries
	return true
}

// addYear takes a time of another year than the one before it.
func (t *yearCount) addYear(ns uint64, position int) {
	begin := ns / YearNS * YearNS
	at, known := t.years.find(begin)
	t.latest = at
	g := TimeGroup{FirstNS: ns, LastNS: ns, Entries: 1, Position: position}
	if known {
		t.years[at].Join(&g)
		return
	}
	t.years = slices.Insert(t.years, at, Year{begin, g})
}
