package view

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/app/engine"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

const secondNS = 1000 * nsPerMS

// at1600 is 2026-05-22 16:00:00 UTC.
const at1600 = uint64(1_779_465_600) * secondNS

// axisOf shows minutes from 16:00 on over a width.
func axisOf(fromMin, toMin, widthPX float64) Axis {
	return Axis{Span{at1600 + uint64(fromMin*60*secondNS), at1600 + uint64(toMin*60*secondNS)}, widthPX}
}

var wholeHour = axisOf(0, 60, 0).Span

func chainOf(id engine.ChainID, node string, kind wire.ChainKind, firstMin, lastMin uint64) *engine.ChainInfo {
	return &engine.ChainInfo{
		ID: id, Source: 1, Node: node, Channel: "meshos/" + kind.String(), Kind: kind, Indexed: 10, Entries: 10,
		Times: []engine.TimeGroup{{FirstNS: at1600 + firstMin*60*secondNS, LastNS: at1600 + lastMin*60*secondNS, Entries: 10}},
	}
}

func TestSpanOfChains(t *testing.T) {
	span := SpanOf([]*engine.ChainInfo{chainOf(1, "a", wire.ChainAction, 10, 20), chainOf(2, "b", wire.ChainLog, 5, 15)})
	if margin := at1600 + 5*60*secondNS - span.FromNS; margin < 8*secondNS || margin > 10*secondNS {
		t.Errorf("the margin is %d ns", margin)
	}
	if !span.Contains(at1600+20*60*secondNS) || span.Contains(at1600+21*60*secondNS) {
		t.Errorf("span %v", span)
	}
	if got := SpanOf([]*engine.ChainInfo{{}}); !got.Empty() {
		t.Errorf("a chain without times has the span %v", got)
	}
	one := chainOf(1, "a", wire.ChainAction, 10, 10)
	if got := SpanOf([]*engine.ChainInfo{one}); got.ToNS-got.FromNS != secondNS {
		t.Errorf("one moment has a span of %d ns", got.ToNS-got.FromNS)
	}
	old := chainOf(1, "a", wire.ChainAction, 0, 0)
	old.Times = []engine.TimeGroup{{LastNS: math.MaxUint64, Entries: 10}}
	if got := SpanOf([]*engine.ChainInfo{old}); got != (Span{0, math.MaxUint64}) {
		t.Errorf("all of time is %v", got)
	}
}

func TestAxisPlacesMoments(t *testing.T) {
	a := axisOf(0, 60, 600)
	for _, c := range []struct{ minute, x float64 }{{0, 0}, {30, 300}, {60, 600}, {90, 900}} {
		ns := at1600 + uint64(c.minute*60*secondNS)
		if got := a.X(ns); math.Abs(got-c.x) > 0.001 {
			t.Errorf("minute %v lies at %v, want %v", c.minute, got, c.x)
		}
		if got := a.NS(c.x); got != ns {
			t.Errorf("%v px are %d, want %d", c.x, got, ns)
		}
	}
	if got := a.X(at1600 - 60*secondNS); got != -10 {
		t.Errorf("a minute before lies at %v", got)
	}
}

func TestZoomKeepsTheMomentUnderThePointer(t *testing.T) {
	a := axisOf(0, 60, 600)
	zoomed := a.Zoom(150, 0.5, wholeHour)
	if got := zoomed.X(a.NS(150)); math.Abs(got-150) > 0.01 {
		t.Errorf("the moment moved to %v", got)
	}
	if got := zoomed.ToNS - zoomed.FromNS; got != 30*60*secondNS {
		t.Errorf("half of an hour is %d ns", got)
	}
	if got := zoomed.Zoom(500, 100, wholeHour); got.Span != wholeHour {
		t.Errorf("zoomed out beyond everything: %v", got.Span)
	}
	for range 100 {
		zoomed = zoomed.Zoom(1, 0.1, wholeHour)
	}
	if got := zoomed.ToNS - zoomed.FromNS; got != leastSpanNS {
		t.Errorf("zoomed in to %d ns", got)
	}
}

func TestPanStopsAtTheEnds(t *testing.T) {
	a := axisOf(10, 20, 600)
	if got := a.Pan(60, wholeHour); got.Span != axisOf(11, 21, 0).Span {
		t.Errorf("panned to %v", got.Span)
	}
	if got := a.Pan(-1e9, wholeHour); got.Span != axisOf(0, 10, 0).Span {
		t.Errorf("panned far to the left: %v", got.Span)
	}
	if got := a.Pan(1e9, wholeHour); got.Span != axisOf(50, 60, 0).Span {
		t.Errorf("panned far to the right: %v", got.Span)
	}
}

func TestRevealMovesOnlyIfNeeded(t *testing.T) {
	a := axisOf(10, 20, 600)
	if got := a.Reveal(a.FromNS, wholeHour); got != a {
		t.Errorf("moved to %v", got.Span)
	}
	for _, minute := range []float64{5, 30} {
		ns := axisOf(minute, minute, 0).FromNS
		if got := a.Reveal(ns, wholeHour); !got.Contains(ns) || got.ToNS-got.FromNS != a.ToNS-a.FromNS {
			t.Errorf("minute %v is not shown by %v", minute, got.Span)
		}
	}
}

func labels(ticks []Tick) string {
	texts := make([]string, len(ticks))
	for i, tick := range ticks {
		texts[i] = tick.Label
	}
	return strings.Join(texts, " ")
}

func TestTicks(t *testing.T) {
	midnight := Axis{Span{at1600 + 7*3600*secondNS, at1600 + 9*3600*secondNS}, 300}
	berlin := zoneOf(120)
	for _, c := range []struct {
		name string
		axis Axis
		zone Zone
		want string
	}{
		{"minutes", axisOf(0, 36, 800), UTC, "16:00 16:05 16:10 16:15 16:20 16:25 16:30 16:35"},
		{"seconds", axisOf(8, 8.5, 600), UTC, "16:08:00 16:08:05 16:08:10 16:08:15 16:08:20 16:08:25 16:08:30"},
		{"milliseconds", axisOf(8, 8+0.02/60, 300), UTC, "16:08:00.000 16:08:00.010 16:08:00.020"},
		{"a new day", midnight, UTC, "23:00 05-23 01:00"},
		{"another zone", axisOf(0, 36, 300), berlin, "18:00 18:15 18:30"},
		{"no width", axisOf(0, 36, 0), UTC, ""},
		{"no time anyone meant", Axis{Span{0, math.MaxUint64}, 1000}, UTC, labels(Axis{Span{0, math.MaxUint64}, 1000}.Ticks(UTC))},
	} {
		if got := labels(c.axis.Ticks(c.zone)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTicksAreFarEnoughApart(t *testing.T) {
	for length := uint64(leastSpanNS); length < 1<<62; length *= 3 {
		axis := Axis{Span{at1600, at1600 + length}, 1200}
		ticks := axis.Ticks(UTC)
		if len(ticks) > 14 {
			t.Errorf("%d ns have %d ticks", length, len(ticks))
		}
		for i := 1; i < len(ticks); i++ {
			if ticks[i].X-ticks[i-1].X < tickPX-1 {
				t.Errorf("%d ns: ticks at %v and %v", length, ticks[i-1].X, ticks[i].X)
			}
		}
	}
}

// threeNodes are two nodes with an action chain, one of them with two chains
// more, and a chain without entries.
func threeNodes() []*engine.ChainInfo {
	empty := chainOf(9, "c", wire.ChainAction, 0, 0)
	empty.Indexed = 0
	return []*engine.ChainInfo{
		chainOf(1, "a", wire.ChainLog, 0, 10), chainOf(2, "a", wire.ChainAction, 0, 10), chainOf(3, "a", wire.ChainFailure, 0, 10),
		chainOf(4, "b", wire.ChainAction, 0, 10), empty,
	}
}

func TestLayoutPutsActionsFirst(t *testing.T) {
	layout := LayoutAxis(threeNodes(), false)
	var got []engine.ChainID
	for _, n := range layout.Nodes {
		for _, lane := range n.Lanes {
			got = append(got, lane.Chain)
		}
	}
	if diff := cmp.Diff([]engine.ChainID{2, 3, 1, 4}, got); diff != "" {
		t.Error(diff)
	}
	if layout.NodeOf(4) != 1 || layout.NodeOf(9) != -1 {
		t.Errorf("chain 4 is of node %d, chain 9 of %d", layout.NodeOf(4), layout.NodeOf(9))
	}
	if lane := layout.LaneAt(float64(layout.Nodes[1].TopPX + 5)); lane.Chain != 4 {
		t.Errorf("chain %d is pointed at", lane.Chain)
	}
	if low := LayoutAxis(threeNodes(), true); low.HeightPX >= layout.HeightPX {
		t.Errorf("low is %d px high, else %d", low.HeightPX, layout.HeightPX)
	}
	var none AxisLayout
	if none.LaneAt(3) != nil {
		t.Error("a strip is pointed at where there are none")
	}
}

func TestPathsStackFailuresAtTheBottom(t *testing.T) {
	layout := AxisLayout{HeightPX: 16, Nodes: []AxisNode{{Lanes: []AxisLane{{Chain: 1, Kind: wire.ChainAction, HeightPX: 16}}}}}
	h := engine.Histogram{Columns: 4, ToNS: 4, Lanes: []engine.Lane{{
		Chain:    1,
		Outcomes: []string{"Dispatched", "Failed", "Gated", "other"},
		Counts:   []engine.ColumnCounts{{15, 15, 0, 99}, {1, 1, 0, 1}, {0, 0, 0, 0}, {0, 0, 0, 0}},
		Matching: []uint32{0, 1, 0, 0},
	}}}
	want := []AxisPath{
		{Tone: ToneFailed, D: "M0 16V14h2V16zM3 16V14h1V16z"},
		{Tone: ToneDispatched, D: "M0 14V10h2V14zM3 14V0h1V14z"},
		{Matching: true, D: "M1 16V14h1V16z"},
	}
	if diff := cmp.Diff(want, AxisPaths(&h, &layout)); diff != "" {
		t.Error(diff)
	}
}

func TestOneFailureIsSeenBesideABurst(t *testing.T) {
	if got := laneHeight(1, 1_000_000, 26); got != 1 {
		t.Errorf("one of a million is %d px high", got)
	}
	if got := laneHeight(0, 0, 26); got != 0 {
		t.Errorf("nothing is %d px high", got)
	}
}

func TestTextOfBin(t *testing.T) {
	layout := LayoutAxis(threeNodes(), false)
	h := engine.Histogram{FromNS: at1600, ToNS: at1600 + 10*secondNS, Columns: 10, Lanes: []engine.Lane{
		{Chain: 2, Outcomes: []string{"Failed", "other"}, Counts: []engine.ColumnCounts{{0, 0, 1200, 0, 0, 0, 0, 0, 0, 0}, {0, 0, 2, 0, 0, 0, 0, 0, 0, 0}}},
		{Chain: 4, Outcomes: []string{"Failed", "other"}, Counts: []engine.ColumnCounts{make([]uint32, 10), make([]uint32, 10)}},
	}}
	got := TextOfBin(&h, &layout, at1600+2500*nsPerMS, UTC)
	want := BinText{Range: "16:00:02.000 – 16:00:03.000", Lines: []BinLine{{"a meshos/action", []BinCount{
		{OutcomeOf("Failed"), "1,200"}, {Outcome{"no record", letterTrouble, ToneFinding}, "2"},
	}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	h.ToNS = at1600 + 10*86_400*secondNS
	if got := TextOfBin(&h, &layout, at1600, UTC); got.Range != "05-22 16:00:00.000 – 05-23 16:00:00.000" {
		t.Errorf("over ten days: %s", got.Range)
	}
	if got := TextOfBin(&h, &layout, at1600-1, UTC); got.Range != "" {
		t.Errorf("before the histogram: %v", got)
	}
}

func BenchmarkAxisPaths(b *testing.B) {
	chains := threeNodes()
	layout := LayoutAxis(chains, false)
	h := engine.Histogram{Columns: 580, ToNS: 580}
	for _, c := range chains {
		lane := engine.Lane{Chain: c.ID, Outcomes: []string{"Dispatched", "Failed", "Gated", "other"}}
		for k := range lane.Outcomes {
			counts := make(engine.ColumnCounts, h.Columns)
			for i := range counts {
				counts[i] = uint32(i * (k + 7) % 97)
			}
			lane.Counts = append(lane.Counts, counts)
		}
		h.Lanes = append(h.Lanes, lane)
	}
	b.ReportAllocs()
	for b.Loop() {
		AxisPaths(&h, &layout)
	}
}

// Times that are stray are left out of the axis, and marked at the end of it beyond
// which they lie.
func TestStrayTimesAreMarkedAtTheEndsOfTheAxis(t *testing.T) {
	a, b := chainOf(1, "a", wire.ChainAction, 10, 20), chainOf(2, "b", wire.ChainAction, 12, 15)
	want := SpanOf([]*engine.ChainInfo{a, b})
	a.Times = append(a.Times,
		engine.TimeGroup{FirstNS: 0, LastNS: 12 * secondNS, Entries: 2},
		engine.TimeGroup{FirstNS: math.MaxUint64, LastNS: math.MaxUint64, Entries: 1, Position: 7})
	never := chainOf(3, "c", wire.ChainAction, 0, 0)
	never.Times = []engine.TimeGroup{{FirstNS: secondNS, LastNS: 9 * secondNS, Entries: 3}} // its clock was never set
	chains := []*engine.ChainInfo{a, b, never}
	if got := SpanOf(chains); got != want {
		t.Errorf("the axis shows %v, want %v", got, want)
	}
	if got := TimeRange(a).Short(UTC); got != TimeRange(chainOf(1, "a", wire.ChainAction, 10, 20)).Short(UTC) {
		t.Errorf("the chain's range is %s", got)
	}
	axis := Axis{Span: want, WidthPX: 600}
	layout := LayoutAxis(chains, false)
	placed := axis.PlaceMarks(StrayMarks(chains), &layout, UTC)
	var at []float64
	for _, p := range placed {
		at = append(at, p.X)
	}
	if len(placed) != 3 || placed[0].First.Chain != 1 || placed[0].X > 20 || placed[1].First.Chain != 3 || placed[1].X > 20 || placed[2].First.Position != 7 || placed[2].X < 580 {
		t.Errorf("marks at %v: %+v", at, placed)
	}
	if !strings.Contains(placed[0].Title, "1970-01-01 00:00:00.000") || !strings.Contains(placed[0].Title, "2 entries") {
		t.Errorf("the mark says %q", placed[0].Title)
	}
}

// A row whose date is not the one that the rows share shows it.
func TestARowOfAnotherDayShowsItsDate(t *testing.T) {
	c := chainOf(1, "a", wire.ChainAction, 10, 20)
	c.FirstTSNS, c.LastTSNS = postcard.Some[uint64](0), postcard.Some(at1600+20*60*secondNS)
	columns := ColumnsOf(c, UTC)
	at := func(ns uint64) string { return columns.Cells(&engine.Row{TSNS: postcard.Some(ns)}).Text[ColumnTime] }
	if got := at(at1600); got != "16:00:00.000" {
		t.Errorf("a row of the day shows %q", got)
	}
	if got := at(at1600 - 24*3600*secondNS); got != "05-21 16:00" {
		t.Errorf("a row of the day before shows %q", got)
	}
	if got := at(0); got != "1970-01-01" {
		t.Errorf("a stray row shows %q", got)
	}
}
