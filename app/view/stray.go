package view

import (
	"chainglass/app/engine"
	"chainglass/app/engine/part"
	"chainglass/wire/postcard"
)

// fit returns the span of the times of chains without those that are stray, both
// ends included, and whether there is one.
func fit(chains []*engine.ChainInfo) (span Span, ok bool) {
	if span, ok = withinYear(chains); ok {
		return span, true
	}
	var groups []engine.TimeGroup
	for _, c := range chains {
		groups = append(groups, c.Times...)
	}
	span.FromNS, span.ToNS, _, ok = engine.FitTimes(groups)
	return span, ok
}

// withinYear returns the span of all times if none can be stray: they lie within a year. Of
// very many chains it is asked often.
func withinYear(chains []*engine.ChainInfo) (span Span, ok bool) {
	for _, c := range chains {
		for i := range c.Times {
			g := &c.Times[i]
			if !ok {
				span, ok = Span{g.FirstNS, g.LastNS}, true
			}
			span.FromNS, span.ToNS = min(span.FromNS, g.FirstNS), max(span.ToNS, g.LastNS)
		}
	}
	return span, ok && span.ToNS-span.FromNS <= part.YearNS
}

// rangeOf returns the range of [fit].
func rangeOf(chains []*engine.ChainInfo) Range {
	span, ok := fit(chains)
	if !ok {
		return Range{}
	}
	return RangeNS(postcard.Some(span.FromNS), postcard.Some(span.ToNS))
}

// StrayMarks returns the marks of the times that the axis of these chains leaves
// out. They stand at the end of the axis beyond which the times lie.
func StrayMarks(chains []*engine.ChainInfo) []AxisMark {
	span, ok := fit(chains)
	if !ok {
		return nil
	}
	var marks []AxisMark
	for _, c := range chains {
		for i := range c.Times {
			if g := &c.Times[i]; g.FirstNS < span.FromNS || g.LastNS > span.ToNS {
				marks = append(marks, strayMark(c.ID, g))
			}
		}
	}
	return marks
}

func strayMark(chain engine.ChainID, g *engine.TimeGroup) AxisMark {
	mark := AxisMark{
		Letter: "C", Tone: ToneGated, rank: strayRank, stray: true,
		NS: g.FirstNS, Chain: chain, Position: g.Position,
	}
	mark.Title = Plural(g.Entries, "entry has", "entries have") + " a time more than a year from the others, which the axis leaves out"
	return mark
}
