package engine

import (
	"cmp"
	"slices"

	"chainglass/app/order"
	"chainglass/wire/message"
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

// groupGapNS is how far apart the groups are.
const groupGapNS = 365 * 24 * 3600 * 1_000_000_000

// Times from 2010 to 2099 can be right: no node ran before, and none runs after yet.
const (
	plausibleFromNS = 1_262_304_000 * 1_000_000_000
	plausibleToNS   = 4_102_444_800 * 1_000_000_000
)

func (g *TimeGroup) plausible() bool { return g.FirstNS >= plausibleFromNS && g.LastNS < plausibleToNS }

// join adds the times of a group that is near.
func (g *TimeGroup) join(other *TimeGroup) {
	if other.Position < g.Position {
		g.Position = other.Position
	}
	g.FirstNS, g.LastNS = min(g.FirstNS, other.FirstNS), max(g.LastNS, other.LastNS)
	g.Entries += other.Entries
}

// mergeGroups joins groups that are no more than a year apart. The result is in
// order of time; groups is not kept.
func mergeGroups(groups []TimeGroup) []TimeGroup {
	groups = slices.Clone(groups)
	order.By(groups, func(a, b TimeGroup) int { return cmp.Compare(a.FirstNS, b.FirstNS) })
	var merged []TimeGroup
	for i := range groups {
		g := &groups[i]
		if n := len(merged); n > 0 && (g.FirstNS <= merged[n-1].LastNS || g.FirstNS-merged[n-1].LastNS <= groupGapNS) {
			merged[n-1].join(g)
			continue
		}
		merged = append(merged, *g)
	}
	return merged
}

const (
	// plausibleWeight is how many entries an entry with a plausible time is worth
	// when groups are held against each other.
	plausibleWeight = 8
	// strayShare is how many times larger the main group is than one that is stray
	// although its times are plausible.
	strayShare = 8
)

// FitTimes returns the span from the first to the last time of groups without
// those that are stray, both ends included, and the stray ones: whatever lies
// more than a year from the rest and either cannot be right while the rest can,
// or is small beside it. Without groups ok is false.
func FitTimes(groups []TimeGroup) (firstNS, lastNS uint64, stray []TimeGroup, ok bool) {
	groups = mergeGroups(groups)
	if len(groups) == 0 {
		return 0, 0, nil, false
	}
	main := &groups[0]
	weight := func(g *TimeGroup) int {
		if g.plausible() {
			return g.Entries * plausibleWeight
		}
		return g.Entries
	}
	for i := range groups {
		if weight(&groups[i]) > weight(main) {
			main = &groups[i]
		}
	}
	firstNS, lastNS = main.FirstNS, main.LastNS
	for i := range groups {
		g := &groups[i]
		impossible := main.plausible() && !g.plausible()
		if !impossible && g.Entries > main.Entries/strayShare {
			firstNS, lastNS = min(firstNS, g.FirstNS), max(lastNS, g.LastNS)
		}
	}
	for _, g := range groups {
		if g.FirstNS < firstNS || g.LastNS > lastNS {
			stray = append(stray, g)
		}
	}
	return firstNS, lastNS, stray, true
}

// times are the times that the entries of a chain are placed at, by years. There
// are no more than 64 bits of nanoseconds hold: 585.
type times struct {
	years []timeYear
	// latest is the year added to last: the next time is nearly always in it.
	latest int
	// strayNS is the first of the stray times that are later than the others, 0 if
	// there is none. From it on a time does not say where its entry and those after
	// it belong.
	strayNS uint64
}

// timeYear is the times from beginNS on that are less than a year later.
type timeYear struct {
	beginNS uint64
	TimeGroup
}

// add takes the time of an entry. It is on the path of every entry that is read.
func (t *times) add(ns uint64, position int) {
	if t.latest < len(t.years) {
		if y := &t.years[t.latest]; ns-y.beginNS < groupGapNS {
			y.FirstNS, y.LastNS = min(y.FirstNS, ns), max(y.LastNS, ns)
			y.Entries++
			return
		}
	}
	t.addYear(ns, position)
}

// addYear takes a time of another year than the one before it.
func (t *times) addYear(ns uint64, position int) {
	begin := ns / groupGapNS * groupGapNS
	at, known := slices.BinarySearchFunc(t.years, begin, func(y timeYear, begin uint64) int { return cmp.Compare(y.beginNS, begin) })
	t.latest = at
	if known {
		y := &t.years[at]
		y.join(&TimeGroup{FirstNS: ns, LastNS: ns, Entries: 1, Position: position})
		return
	}
	t.years = slices.Insert(t.years, at, timeYear{begin, TimeGroup{FirstNS: ns, LastNS: ns, Entries: 1, Position: position}})
}

// groups returns the groups, in order of time.
func (t *times) groups() []TimeGroup {
	groups := make([]TimeGroup, len(t.years))
	for i := range t.years {
		groups[i] = t.years[i].TimeGroup
	}
	return mergeGroups(groups)
}

// settle finds out which times are stray, by all that were added.
func (t *times) settle() {
	t.strayNS = 0
	if len(t.years) < 2 {
		return
	}
	_, last, stray, _ := FitTimes(t.groups())
	for i := range stray {
		if stray[i].FirstNS > last && (t.strayNS == 0 || stray[i].FirstNS < t.strayNS) {
			t.strayNS = stray[i].FirstNS
		}
	}
}

// maxStrayListed bounds the groups that a finding names.
const maxStrayListed = 3

// strayFinding says which entries have a time far from all others.
func (c *chain) strayFinding() {
	first, last, stray, ok := FitTimes(c.times.groups())
	if !ok || len(stray) == 0 {
		return
	}
	n := 0
	at, end := stray[0].Position, 0
	for i := range stray {
		n += stray[i].Entries
		at = min(at, stray[i].Position)
	}
	for position := at; position < c.index.length; position++ {
		if b, i := c.index.at(position); b.timed(i) && (b.placeNS(i) < first || b.placeNS(i) > last) {
			end = position
		}
	}
	f := Finding{
		Severity: SeverityNote, Rule: "stray-time", Position: at, Seq: c.index.row(at).seq,
		Title: message.New("{entry has|entries have} a time more than a year from the others", message.Count(n)),
	}
	for i, g := range stray[:min(len(stray), maxStrayListed)] {
		if i > 0 {
			f.Detail.Add(" ")
		}
		if g.Entries == 1 {
			f.Detail.Add("The entry at position {} has {}.", message.Number(g.Position), message.Time(g.FirstNS))
		} else {
			f.Detail.Add("{entry has|entries have} {} to {}, the first is at position {}.", message.Count(g.Entries), message.Time(g.FirstNS), message.Time(g.LastNS), message.Number(g.Position))
		}
	}
	if more := len(stray) - maxStrayListed; more > 0 {
		f.Detail.Add(" {more group of times lies|more groups of times lie} elsewhere.", message.Count(more))
	}
	f.Detail.Add(" The other {entry has|entries have} {} to {}, and the time axis fits these. A clock that is not set, or damage, makes such times. The entries stay where they are in the chain, and a filter finds them by the time that is stored.",
		message.Count(c.times.entries()-n), message.Time(first), message.Time(last))
	k := c.checks.add(f)
	c.checks.findings[k].Count, c.checks.findings[k].LastPosition = n, end
}

// entries returns how many entries have a time.
func (t *times) entries() (n int) {
	for i := range t.years {
		n += t.years[i].Entries
	}
	return n
}
