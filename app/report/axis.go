package report

import (
	"context"
	"fmt"
	"html"
	"slices"
	"strings"

	"chainglass/app/engine"
	"chainglass/app/view"
)

// axis is the time axis, ready to be drawn.
type axis struct {
	axis   view.Axis
	layout view.AxisLayout
	counts engine.Histogram
	marks  []view.PlacedMark
	// more is how many chains are left out.
	more int
}

// The measures of the drawing, in pixels.
const (
	namesPX  = 104
	stripsPX = 936
	columnPX = 2
	rulerPX  = 20
	legendPX = 30
	marginPX = 10
	glyphPX  = 14
)

const (
	// maxAxisChains bounds the strips; with more than lowFrom they are low.
	maxAxisChains = 96
	lowFrom       = 24
	// maxDamageMarks bounds the findings about bytes that are looked up to be
	// marked.
	maxDamageMarks = 64
	nodeNameLimit  = 15
)

// draw counts what the axis shows.
func (r *Report) draw(ctx context.Context, e *engine.Engine) error {
	chains, more := cut(r.chains, maxAxisChains)
	span := view.SpanOf(chains)
	if span.Empty() {
		return nil
	}
	a := &r.axis
	a.more = more
	a.axis = view.Axis{Span: span, WidthPX: stripsPX}
	a.layout = view.LayoutAxis(chains, len(chains) > lowFrom)
	spec := engine.HistogramSpec{FromNS: span.FromNS, ToNS: span.ToNS, Columns: stripsPX / columnPX}
	for _, c := range chains {
		spec.Chains = append(spec.Chains, c.ID)
	}
	var err error
	if a.counts, err = e.Histogram(spec); err != nil {
		return err
	}
	damage, err := r.damageMarks(ctx, e)
	if err != nil {
		return err
	}
	a.marks = a.axis.PlaceMarks(slices.Concat(view.MarksOf(r.story), damage, view.StrayMarks(chains)), &a.layout, view.UTC)
	return nil
}

// damageMarks marks the entries that are damaged or missing.
func (r *Report) damageMarks(ctx context.Context, e *engine.Engine) (marks []view.AxisMark, err error) {
	for _, of := range r.damage {
		for i := range of.list {
			f := &of.list[i]
			if f.Position < 0 || f.Severity < engine.SeverityWarning || len(marks) == maxDamageMarks {
				continue
			}
			page, err := e.Rows(ctx, f.Chain, f.Position, 1)
			if err != nil {
				return nil, err
			}
			for j := range page.Rows {
				if ns, known := view.RowNS(&page.Rows[j]); known {
					marks = append(marks, view.DamageMark(f, ns))
				}
			}
		}
	}
	return marks, nil
}

// look is how a tone is drawn where no style sheet says otherwise: the light
// theme of the page.
type look struct{ fill, ink string }

var looks = map[view.Tone]look{
	view.ToneFailed:     {"#d55e00", "#b23a0e"},
	view.ToneGated:      {"#e69f00", "#835800"},
	view.ToneDispatched: {"#a9b6c5", "#4f6074"},
	view.ToneFinding:    {"#9b62d6", "#7137ad"},
	view.ToneQuiet:      {"#bcc4ce", "#626d79"},
	view.TonePlain:      {"#bcc4ce", "#171c23"},
}

// Colours that have no meaning.
const (
	paper    = "#ffffff"
	line     = "#dde1e7"
	inkQuiet = "#545f6b"
)

// legendWords say what the tones stand for, in the order of the strips.
var legendWords = []struct {
	tone view.Tone
	word string
}{
	{view.ToneFailed, "failed, error"},
	{view.ToneGated, "gated, warning"},
	{view.ToneDispatched, "dispatched, info"},
	{view.ToneFinding, "no record"},
}

// markWords say what the letters of the marks stand for.
var markWords = []struct{ letter, word string }{
	{"R", "restart"}, {"P", "panic"}, {"B", "burst of failures"}, {"S", "split network"}, {"C", "clock"}, {"A", "operator's command"}, {"!", "damage"},
}

// SVG returns the time axis as an SVG document: a strip for every node, in it the
// entries of each chain stacked by outcome. It is empty if no entry has a time.
// Within a page the style sheet gives it the colours of the theme; it has no
// style attributes.
func (r *Report) SVG() string {
	a := &r.axis
	if a.axis.Empty() {
		return ""
	}
	width := namesPX + stripsPX + marginPX
	height := rulerPX + a.layout.HeightPX + legendPX
	var d drawing
	d.f(`<svg xmlns="http://www.w3.org/2000/svg" class="report-axis" role="img" aria-labelledby="report-axis-title report-axis-text"`+
		` viewBox="0 0 %d %d" width="%d" height="%d" font-family="system-ui, sans-serif" font-size="11">`, width, height, width, height)
	d.f(`<title id="report-axis-title">%s: time axis</title>`, escaped(r.title))
	d.f(`<desc id="report-axis-text">%s</desc>`, escaped(r.axisText()))
	d.f(`<rect class="report-ground" width="%d" height="%d" fill="%s"/>`, width, height, paper)
	d.ruler(a)
	d.strips(a)
	d.marks(a)
	d.legend(a, height)
	d.f("</svg>")
	return d.b.String()
}

// axisText says in words what the drawing shows.
func (r *Report) axisText() string {
	a := &r.axis
	text := fmt.Sprintf("Entries over time from %s, a strip for each of %s: within it actions, then failures, commands and log lines. Heights grow with the square root of the count.",
		view.MixRange(r.chains).Full(view.UTC), view.Plural(len(a.layout.Nodes), "node", "nodes"))
	if a.more > 0 {
		text += " " + view.Plural(a.more, "more chain is", "more chains are") + " not drawn."
	}
	return text
}

// drawing collects SVG.
type drawing struct{ b strings.Builder }

// f appends markup. Text from outside must be escaped.
func (d *drawing) f(format string, args ...any) {
	fmt.Fprintf(&d.b, format, args...)
	d.b.WriteByte('\n')
}

func (d *drawing) words(x, y float64, class, text string) {
	d.f(`<text class="report-words%s" x="%.1f" y="%.1f" fill="%s">%s</text>`, class, x, y, inkQuiet, escaped(text))
}

// ruler draws the times, a line below each, and the names of the nodes.
func (d *drawing) ruler(a *axis) {
	var grid strings.Builder
	for _, tick := range a.axis.Ticks(view.UTC) {
		fmt.Fprintf(&grid, "M%.1f 0V%d", namesPX+tick.X, rulerPX+a.layout.HeightPX)
		// The last one would leave the drawing.
		if tick.X < stripsPX-60 {
			d.words(namesPX+tick.X+4, 13, " data", tick.Label)
		}
	}
	fmt.Fprintf(&grid, "M0 %.1fH%d", rulerPX-0.5, namesPX+stripsPX)
	for _, n := range a.layout.Nodes {
		fmt.Fprintf(&grid, "M0 %.1fH%d", float64(rulerPX+n.TopPX+n.HeightPX)-0.5, namesPX+stripsPX)
		d.words(4, float64(rulerPX+n.TopPX+14), "", view.Shorten(n.Name, nodeNameLimit))
	}
	d.f(`<path class="report-grid" fill="none" stroke="%s" d="%s"/>`, line, grid.String())
}

// strips draws the entries.
func (d *drawing) strips(a *axis) {
	d.f(`<g transform="translate(%d %d) scale(%d 1)" shape-rendering="crispEdges">`, namesPX, rulerPX, columnPX)
	for _, path := range view.AxisPaths(&a.counts, &a.layout) {
		d.f(`<path class="report-bar tone-%s" fill="%s" d="%s"/>`, path.Tone, looks[path.Tone].fill, path.D)
	}
	d.f("</g>")
}

func (d *drawing) marks(a *axis) {
	for i := range a.marks {
		m := &a.marks[i]
		y := float64(rulerPX + a.layout.Nodes[m.Node].TopPX)
		d.glyph(namesPX+m.X-glyphPX/2, y, m.First.Tone, m.First.Letter, m.Title)
	}
}

// glyph draws a letter in a box.
func (d *drawing) glyph(x, y float64, tone view.Tone, letter, title string) {
	ink := looks[tone].ink
	d.f(`<g class="report-mark tone-%s">`, tone)
	if title != "" {
		d.f(`<title>%s</title>`, html.EscapeString(view.Shorten(title, maxText)))
	}
	d.f(`<rect x="%.1f" y="%.1f" width="%d" height="%d" rx="3" fill="%s" stroke="%s"/>`, x+0.5, y+0.5, glyphPX-1, glyphPX-1, paper, ink)
	d.f(`<text x="%.1f" y="%.1f" fill="%s" font-size="9" font-weight="700" text-anchor="middle">%s</text></g>`, x+glyphPX/2, y+10.5, ink, escaped(letter))
}

// legend says what the tones and letters stand for, of those that are drawn.
func (d *drawing) legend(a *axis, height int) {
	// About what a character takes; the words need no more than to stay apart.
	const characterPX, gapPX = 5.8, 16
	x, y := float64(namesPX), float64(height-glyphPX)
	say := func(word string) {
		d.words(x+glyphPX+4, y+3, "", word)
		x += glyphPX + 4 + characterPX*float64(len(word)) + gapPX
	}
	for _, l := range legendWords {
		if a.hasTone(l.tone) {
			d.f(`<rect class="report-bar tone-%s" x="%.1f" y="%.1f" width="11" height="11" rx="2" fill="%s"/>`, l.tone, x+2, y-6, looks[l.tone].fill)
			say(l.word)
		}
	}
	for _, l := range markWords {
		for i := range a.marks {
			if first := a.marks[i].First; first.Letter == l.letter {
				d.glyph(x, y-8, first.Tone, l.letter, "")
				say(l.word)
				break
			}
		}
	}
}

func (a *axis) hasTone(tone view.Tone) bool {
	for _, path := range view.AxisPaths(&a.counts, &a.layout) {
		if path.Tone == tone {
			return true
		}
	}
	return false
}
