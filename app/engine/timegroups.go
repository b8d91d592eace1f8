package engine

import (
	"slices"
	"sort"

	"chainglass/app/engine/part"
	"chainglass/wire/message"
)

// TimeGroup is a run of times of which none is more than a year from the next.
type TimeGroup = part.TimeGroup

func plausible(g *TimeGroup) bool {
	return g.FirstNS >= part.PlausibleFromNS && g.LastNS < part.PlausibleToNS
}

// mergeGroups joins groups that are no more than a year apart. The result is in
// order of time; groups is not kept.
func mergeGroups(groups []TimeGroup) []TimeGroup {
	groups = slices.Clone(groups)
	sort.SliceStable(groups, func(i, j int) bool { return groups[i].FirstNS < groups[j].FirstNS })
	var merged []TimeGroup
	for i := range groups {
		g := &groups[i]
		if n := len(merged); n > 0 && (g.FirstNS <= merged[n-1].LastNS || g.FirstNS-merged[n-1].LastNS <= part.YearNS) {
			merged[n-1].Join(g)
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
		if plausible(g) {
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
		impossible := plausible(main) && !plausible(g)
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

// strayFrom returns the first of the stray times that are later than the others, 0 if there
// is none. From it on a time does not say where its entry and those after it belong.
func strayFrom(years part.Years) (strayNS uint64) {
	if len(years) < 2 {
		return 0
	}
	_, last, stray, _ := FitTimes(years.Groups())
	for i := range stray {
		if stray[i].FirstNS > last && (strayNS == 0 || stray[i].FirstNS < strayNS) {
			strayNS = stray[i].FirstNS
		}
	}
	return strayNS
}

// maxStrayListed bounds the groups that a finding names.
const maxStrayListed = 3

// strayFinding says which entries have a time far from all others.
func (c *builder) strayFinding() {
	first, last, stray, ok := FitTimes(c.years.Groups())
	if !ok || len(stray) == 0 {
		return
	}
	n := 0
	at, end := stray[0].Position, 0
	for i := range stray {
		n += stray[i].Entries
		at = min(at, stray[i].Position)
	}
	c.index.walk(at, c.index.length, func(b *indexBlock, i int) {
		if ns := b.placeNS(i); b.timed(i) && (ns < first || ns > last) {
			end = b.First + i
		}
	})
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
		message.Count(c.years.Entries()-n), message.Time(first), message.Time(last))
	k := c.checks.add(f)
	c.checks.findings[k].Count, c.checks.findings[k].LastPosition = n, end
}
