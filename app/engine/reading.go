package engine

import (
	"sort"

	"chainglass/app/engine/part"
	"chainglass/app/insight"
	"chainglass/app/kind"
	"chainglass/app/source"
	"chainglass/fold"
	"chainglass/wire"
)

// reading is a chain as far as it has been read, as one kind. It is immutable: a longer
// one, or one of another kind, takes its place, and a question keeps the reading that it
// began with.
type reading struct {
	*chain
	// source is the chain as it was found, with the kind that it was read as.
	source source.Chain
	index  index
	classes
	// outcomes are what the outcomes of the kind are called; nil for no known kind.
	outcomes []string
	timeline fold.Timeline
	// kept is what a longer reading goes on from, once this one has ended; nil if that
	// has to begin anew.
	kept *builder
	// told are the classes as the story takes them, story is what it needs of the entries;
	// nil before reading has ended.
	told     []insight.Class
	story    *insight.Watch
	findings []Finding

	statuses                 [wire.EntryStatusCount]int
	payloadBytes             int64
	appendTimes, recordTimes part.Span
	// years are the times that entries are placed at.
	years part.Years
}

// info describes the chain as far as it has been read.
func (c *reading) info() ChainInfo {
	info := ChainInfo{
		ID:        c.id,
		Source:    c.of.id,
		Node:      c.source.Node,
		Channel:   c.source.Channel,
		Origin:    c.source.Origin,
		Kind:      c.source.Kind,
		KindBasis: string(c.source.KindBasis),
		Entries:   c.source.Reader.Len(),
		Indexed:   c.index.length,
		Bytes:     c.payloadBytes,
		Counts:    c.sums(),
		Filtered:  !c.filtered.Empty(),
		Cut:       c.cut(),
		Layout:    c.source.Layout,
		Unchecked: c.source.Unchecked,
	}
	info.Times = mergeGroups(c.years.Groups())
	if n := c.index.length; n > 0 {
		info.FirstTSNS, info.LastTSNS = c.appendTimes.Options()
		info.FirstMS, info.LastMS = c.recordTimes.Options()
		info.FirstSeq, info.LastSeq = c.index.row(0).seq, c.index.row(n-1).seq
	}
	for i := range c.findings {
		severity := c.findings[i].Severity
		info.Findings[severity]++
		info.Worst = max(info.Worst, severity)
	}
	return info
}

// sums sums the classes up by outcome and kind.
func (c *reading) sums() Counts {
	var outcomes [part.OutcomeSlots]int
	kinds := make([]int, len(c.kinds))
	undecodable := 0
	for id, n := range c.counts {
		if id < int(classOther) {
			continue
		}
		kinds[c.table[id].Kind] += n
		outcomes[c.table[id].Outcome] += n
	}
	if len(c.counts) > int(part.ClassUndecodable) {
		undecodable = c.counts[part.ClassUndecodable]
	}
	counts := Counts{
		Kinds: count(kinds, func(i int) string { return c.kinds[i] }),
		Statuses: count(c.statuses[:], func(i int) string {
			return wire.EntryStatus(i).String()
		}),
	}
	if c.outcomes != nil {
		counts.Undecodable = undecodable
	}
	for i, name := range c.outcomes {
		if outcomes[i] > 0 {
			counts.Outcomes = append(counts.Outcomes, Count{name, outcomes[i]})
		}
	}
	sort.SliceStable(counts.Kinds, func(i, j int) bool { return counts.Kinds[j].Count < counts.Kinds[i].Count })
	return counts
}

// count lists the numbers that are not zero.
func count(numbers []int, name func(int) string) []Count {
	var list []Count
	for i, n := range numbers {
		if n > 0 {
			list = append(list, Count{name(i), n})
		}
	}
	return list
}

// kind describes what the chain is read as.
func (c *reading) kind() *kind.Kind { return c.of.kinds.Of(c.source.Kind) }
