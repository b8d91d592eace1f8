package view

import (
	"slices"
	"sort"
	"strings"

	"chainglass/app/engine"
	"chainglass/app/insight"
)

// AxisMark is something on the time axis that one wants to jump to.
type AxisMark struct {
	Letter string
	Tone   Tone
	Title  string
	NS     uint64
	// Chain and Position lead to the record.
	Chain    engine.ChainID
	Position int
	rank     int
	// stray marks stand at the end of the axis that is nearer to their time.
	stray bool
}

// markLooks are the rules that are marked, in the order in which one of several
// in the same place is shown.
var markLooks = map[insight.Rule]struct {
	letter string
	tone   Tone
	rank   int
}{
	insight.RuleRestart:   {"R", ToneFinding, 5},
	insight.RulePanic:     {"P", ToneFailed, 4},
	insight.RuleBurst:     {"B", ToneFailed, 3},
	insight.RuleSplit:     {"S", ToneFailed, 3},
	insight.RuleClockStep: {"C", ToneGated, 2},
	insight.RuleClockSkew: {"C", ToneGated, 2},
	insight.RuleOperator:  {"A", TonePlain, 1},
}

// damageRank is the rank of marks for damage and gaps.
const damageRank = 3

// strayRank is the rank of marks for times that the axis leaves out.
const strayRank = 2

// MarksOf returns the marks of findings that tell a story, one for each node that a finding
// has a line of.
func MarksOf(findings []insight.Finding) []AxisMark {
	var marks []AxisMark
	for i := range findings {
		f := &findings[i]
		look, marked := markLooks[f.Rule]
		if !marked {
			continue
		}
		marks = append(marks, AxisMark{
			Letter: look.letter, Tone: look.tone, rank: look.rank,
			Title: VisibleText(f.Title.String()), NS: f.FirstTimeNS,
			Chain: engine.ChainID(f.Chain), Position: f.First,
		})
		for _, r := range f.Related {
			if r.TimeNS == 0 || r.Chain == f.Chain && r.Position == f.First {
				continue
			}
			marks = append(marks, AxisMark{
				Letter: look.letter, Tone: look.tone, rank: look.rank,
				Title: VisibleText(r.What.String()), NS: r.TimeNS, Chain: engine.ChainID(r.Chain), Position: r.Position,
			})
		}
	}
	return marks
}

// DamageMark returns the mark of a finding about the files, the first entry of
// which lies at a time.
func DamageMark(f *engine.Finding, ns uint64) AxisMark {
	mark := AxisMark{
		Letter: letterTrouble, Tone: ToneFinding, rank: damageRank,
		Title: VisibleText(f.Title.String()), NS: ns, Chain: f.Chain, Position: f.Position,
	}
	if f.Severity == engine.SeverityDamage {
		mark.Tone = ToneFailed
	}
	return mark
}

// PlacedMark is a mark, or several too close to tell apart, on an axis.
type PlacedMark struct {
	X float64
	// Node is the number of its node in the layout.
	Node int
	// Count is how many marks there are; the first is the most telling.
	Count int
	First AxisMark
	// Title names them all.
	Title string
}

const (
	// markPX is the width of a mark.
	markPX = 14
	// maxMarks bounds the marks shown.
	maxMarks = 160
	// maxMarkTitles bounds the marks named in one place.
	maxMarkTitles = 8
)

// PlaceMarks places the marks in sight.
func (a Axis) PlaceMarks(marks []AxisMark, layout *AxisLayout, z Zone) []PlacedMark {
	sorted := slices.Clone(marks)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].NS < sorted[j].NS })
	x := func(m *AxisMark) float64 {
		if m.stray {
			return min(max(a.X(m.NS), markPX/2), a.WidthPX-markPX/2)
		}
		return a.X(m.NS)
	}
	var groups [][]AxisMark
	open := map[int]int{} // of a node, its last group
	for _, mark := range sorted {
		node := layout.NodeOf(mark.Chain)
		if node < 0 || !mark.stray && !a.Contains(mark.NS) {
			continue
		}
		if g, some := open[node]; some && x(&mark)-x(&groups[g][0]) < markPX {
			groups[g] = append(groups[g], mark)
			continue
		}
		if len(groups) == maxMarks {
			break
		}
		open[node] = len(groups)
		groups = append(groups, []AxisMark{mark})
	}
	placed := make([]PlacedMark, len(groups))
	for i, group := range groups {
		placed[i] = PlacedMark{X: x(&group[0]), Node: layout.NodeOf(group[0].Chain), Count: len(group), Title: markTitle(group, z)}
		sort.SliceStable(group, func(i, j int) bool { return group[j].rank < group[i].rank })
		placed[i].First = group[0]
	}
	return placed
}

func markTitle(group []AxisMark, z Zone) string {
	var lines []string
	for _, mark := range group[:min(len(group), maxMarkTitles)] {
		lines = append(lines, z.Time(mark.NS/nsPerMS)+"  "+mark.Title)
	}
	if more := len(group) - maxMarkTitles; more > 0 {
		lines = append(lines, Plural(more, "more mark", "more marks"))
	}
	return strings.Join(lines, "\n")
}
