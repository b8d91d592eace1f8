package view

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"

	"chainglass/app/engine"
	"chainglass/wire"
)

// AxisLane is the strip of one chain on the time axis.
type AxisLane struct {
	Chain           engine.ChainID
	Kind            wire.ChainKind
	Name            string
	TopPX, HeightPX int
}

// AxisNode is the strip of one node: the strips of its chains, one below the
// other.
type AxisNode struct {
	Name            string
	TopPX, HeightPX int
	Lanes           []AxisLane
}

// AxisLayout is where the strips lie.
type AxisLayout struct {
	Nodes    []AxisNode
	HeightPX int
}

const (
	// nodeGapPX is left free around the strips of a node.
	nodeGapPX = 2
	// minNodePX leaves room for the name.
	minNodePX = 20
)

// LayoutAxis places the strips of chains, which come in the order they are
// listed in. Nodes of two sources are two nodes, whatever their names. Chains that are
// listed as a group have no strips: they would leave no room for others.
func LayoutAxis(chains []*engine.ChainInfo, low bool) AxisLayout {
	type key struct {
		source engine.SourceID
		node   string
	}
	var layout AxisLayout
	index := map[key]int{}
	for _, c := range listedAlone(chains) {
		if c.Indexed == 0 {
			continue
		}
		k := key{c.Source, c.Node}
		i, known := index[k]
		if !known {
			i = len(layout.Nodes)
			index[k] = i
			layout.Nodes = append(layout.Nodes, AxisNode{Name: nodeName(c)})
		}
		layout.Nodes[i].Lanes = append(layout.Nodes[i].Lanes, AxisLane{Chain: c.ID, Kind: c.Kind, Name: c.Channel})
	}
	for i := range layout.Nodes {
		layout.Nodes[i].place(layout.HeightPX, low)
		layout.HeightPX += layout.Nodes[i].HeightPX
	}
	return layout
}

// Chains returns the chains that have strips.
func (l *AxisLayout) Chains() (chains []engine.ChainID) {
	for _, n := range l.Nodes {
		for _, lane := range n.Lanes {
			chains = append(chains, lane.Chain)
		}
	}
	return chains
}

func nodeName(c *engine.ChainInfo) string {
	if c.Node == "" {
		return VisibleText(c.Channel)
	}
	return VisibleText(c.Node)
}

func (n *AxisNode) place(top int, low bool) {
	sort.SliceStable(n.Lanes, func(i, j int) bool { return kindOf(n.Lanes[i].Kind).Lane.Rank < kindOf(n.Lanes[j].Kind).Lane.Rank })
	n.TopPX = top
	y := top + nodeGapPX
	for i := range n.Lanes {
		lane := &n.Lanes[i]
		strip := kindOf(lane.Kind).Lane
		lane.TopPX, lane.HeightPX = y, strip.HeightPX
		if low {
			lane.HeightPX = strip.LowPX
		}
		y += lane.HeightPX + 1
	}
	n.HeightPX = max(y-1+nodeGapPX-top, minNodePX)
}

// LaneAt returns the strip at a height, the nearest one if there is none.
func (l *AxisLayout) LaneAt(y float64) *AxisLane {
	var nearest *AxisLane
	least := math.Inf(1)
	for i := range l.Nodes {
		for j := range l.Nodes[i].Lanes {
			lane := &l.Nodes[i].Lanes[j]
			top, bottom := float64(lane.TopPX), float64(lane.TopPX+lane.HeightPX)
			if away := max(top-y, y-bottom, 0); away < least {
				least, nearest = away, lane
			}
		}
	}
	return nearest
}

// NodeOf returns the number of the node that a chain belongs to, -1 for none.
func (l *AxisLayout) NodeOf(chain engine.ChainID) int {
	return slices.IndexFunc(l.Nodes, func(n AxisNode) bool {
		return slices.ContainsFunc(n.Lanes, func(lane AxisLane) bool { return lane.Chain == chain })
	})
}

// laneStack is how the outcomes lie on each other: what went wrong at the
// bottom, where it is seen however much lies above.
var laneStack = [...]Tone{ToneFailed, ToneGated, ToneFinding, ToneDispatched, ToneQuiet}

// AxisPath is the outline of everything of one tone, in all lanes: one SVG path.
// Its x counts columns of the histogram, its y pixels.
type AxisPath struct {
	Tone Tone
	// Matching is true for the entries that a filter keeps.
	Matching bool
	D        string
}

// AxisPaths draws a histogram: in each strip the entries of a column stacked by
// outcome. Heights grow with the square root, so that one failure is seen beside
// a burst; they can be compared between chains of one kind.
func AxisPaths(h *engine.Histogram, layout *AxisLayout) []AxisPath {
	lanes := map[engine.ChainID]*engine.Lane{}
	most := map[wire.ChainKind]uint32{}
	for i := range h.Lanes {
		lanes[h.Lanes[i].Chain] = &h.Lanes[i]
	}
	for _, node := range layout.Nodes {
		for _, place := range node.Lanes {
			if lane := lanes[place.Chain]; lane != nil {
				most[place.Kind] = max(most[place.Kind], mostIn(lane, h.Columns))
			}
		}
	}
	var drawing laneDrawing
	for _, node := range layout.Nodes {
		for _, place := range node.Lanes {
			if lane := lanes[place.Chain]; lane != nil {
				drawing.lane(lane, place, h.Columns, most[place.Kind])
			}
		}
	}
	return drawing.paths()
}

// mostIn returns the largest number of entries in one column.
func mostIn(lane *engine.Lane, columns int) uint32 {
	var most uint32
	for column := range columns {
		var sum uint32
		for _, counts := range lane.Counts {
			sum += counts[column]
		}
		most = max(most, sum)
	}
	return most
}

// laneDrawing collects the outlines by tone; the last one is for the matches of
// a filter.
type laneDrawing struct {
	outlines [len(laneStack) + 1]outline
}

const matchingOutline = len(laneStack)

func (d *laneDrawing) lane(lane *engine.Lane, place AxisLane, columns int, most uint32) {
	tones := make([]int, len(lane.Outcomes))
	for i, name := range lane.Outcomes {
		tones[i] = stackPlace(name, i == len(lane.Outcomes)-1)
	}
	bottom := place.TopPX + place.HeightPX
	for column := range columns {
		var counts [len(laneStack)]uint32
		for i, perColumn := range lane.Counts {
			counts[tones[i]] += perColumn[column]
		}
		below, sum := 0, uint32(0)
		for tone, n := range counts {
			if n == 0 {
				d.outlines[tone].none()
				continue
			}
			sum += n
			height := max(laneHeight(sum, most, place.HeightPX), min(below+1, place.HeightPX))
			d.outlines[tone].bar(column, bottom-height, bottom-below)
			below = height
		}
		if lane.Matching != nil && lane.Matching[column] > 0 {
			d.outlines[matchingOutline].bar(column, bottom-laneHeight(lane.Matching[column], most, place.HeightPX), bottom)
		} else {
			d.outlines[matchingOutline].none()
		}
	}
	for i := range d.outlines {
		d.outlines[i].none()
	}
}

// stackPlace returns the place of an outcome in the stack. The last of a lane's
// outcomes counts what is no record.
func stackPlace(outcome string, last bool) int {
	tone := OutcomeOf(outcome).Tone
	if last {
		tone = ToneFinding
	}
	if i := slices.Index(laneStack[:], tone); i >= 0 {
		return i
	}
	return len(laneStack) - 1
}

func laneHeight(n, most uint32, heightPX int) int {
	if n == 0 || most == 0 {
		return 0
	}
	return max(1, int(math.Round(float64(heightPX)*math.Sqrt(float64(n)/float64(most)))))
}

func (d *laneDrawing) paths() []AxisPath {
	var paths []AxisPath
	for i := range d.outlines {
		if len(d.outlines[i].d) == 0 {
			continue
		}
		path := AxisPath{D: string(d.outlines[i].d), Matching: i == matchingOutline}
		if !path.Matching {
			path.Tone = laneStack[i]
		}
		paths = append(paths, path)
	}
	return paths
}

// outline is a path of bars. Bars side by side that are equal become one.
type outline struct {
	d []byte
	// The bar not yet drawn; there is none if width is 0.
	column, width, top, bottom int
}

func (o *outline) bar(column, top, bottom int) {
	if o.width > 0 && o.top == top && o.bottom == bottom && o.column+o.width == column {
		o.width++
		return
	}
	o.none()
	o.column, o.width, o.top, o.bottom = column, 1, top, bottom
}

// none draws the bar that has ended.
func (o *outline) none() {
	if o.width == 0 {
		return
	}
	o.d = strconv.AppendInt(append(o.d, 'M'), int64(o.column), 10)
	o.d = strconv.AppendInt(append(o.d, ' '), int64(o.bottom), 10)
	o.d = strconv.AppendInt(append(o.d, 'V'), int64(o.top), 10)
	o.d = strconv.AppendInt(append(o.d, 'h'), int64(o.width), 10)
	o.d = strconv.AppendInt(append(o.d, 'V'), int64(o.bottom), 10)
	o.d = append(o.d, 'z')
	o.width = 0
}

// BinText says in words what a column of a histogram holds.
type BinText struct {
	// Range is the time of the column.
	Range string
	// Lines are the chains that have entries there.
	Lines []BinLine
	// More is how many chains are left out.
	More int
}

// BinLine is the share of one chain.
type BinLine struct {
	Name   string
	Counts []BinCount
}

// BinCount is a count with the look of its outcome.
type BinCount struct {
	Outcome Outcome
	Count   string
}

// maxBinLines bounds the chains told of one column.
const maxBinLines = 12

// TextOfBin describes the column under a place of the axis.
func TextOfBin(h *engine.Histogram, layout *AxisLayout, ns uint64, z Zone) BinText {
	shown := Axis{Span: Span{h.FromNS, h.ToNS}, WidthPX: float64(h.Columns)}
	column := int(math.Floor(shown.X(ns)))
	if column < 0 || column >= h.Columns {
		return BinText{}
	}
	text := BinText{Range: binRange(shown, column, z)}
	for n := range layout.Nodes {
		for _, place := range layout.Nodes[n].Lanes {
			line := binCounts(h, place.Chain, column)
			if len(line) == 0 {
				continue
			}
			if len(text.Lines) == maxBinLines {
				text.More++
				continue
			}
			name := fmt.Sprintf("%s %s", layout.Nodes[n].Name, VisibleText(place.Name))
			text.Lines = append(text.Lines, BinLine{Name: name, Counts: line})
		}
	}
	return text
}

// binRange is the time of a column, with dates if the axis shows several days.
func binRange(shown Axis, column int, z Zone) string {
	show := z.Clock
	if !shown.Range().SameDay(z) {
		show = z.monthTime
	}
	return show(shown.NS(float64(column))/nsPerMS) + " – " + show(shown.NS(float64(column+1))/nsPerMS)
}

func binCounts(h *engine.Histogram, chain engine.ChainID, column int) []BinCount {
	i := slices.IndexFunc(h.Lanes, func(lane engine.Lane) bool { return lane.Chain == chain })
	if i < 0 {
		return nil
	}
	var counts []BinCount
	lane := &h.Lanes[i]
	for k, name := range lane.Outcomes {
		if n := lane.Counts[k][column]; n > 0 {
			outcome := OutcomeOf(name)
			if k == len(lane.Outcomes)-1 {
				outcome = Outcome{Word: "no record", Letter: letterTrouble, Tone: ToneFinding}
			}
			counts = append(counts, BinCount{Outcome: outcome, Count: Count(int(n))})
		}
	}
	return counts
}
