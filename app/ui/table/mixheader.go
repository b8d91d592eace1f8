package table

import (
	"fmt"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// MixHeader says which chains the table merges, and in what order.
type MixHeader struct {
	app.Compo
	Page *page.Page
	Rev  uint64
}

// Render draws the header: how many chains, then the order and the clocks.
func (h *MixHeader) Render() app.UI {
	h.Page.Yield()
	s := h.Page
	chains := s.Shown.Chains()
	zone := s.Zone()
	entries := 0
	for _, c := range chains {
		entries += c.Entries
	}
	span := view.MixRange(chains)
	return app.Elem("header").Class("chain-header mix-header").Body(
		app.Div().Class("chain-line").Body(
			app.Elem("h2").Class("header-name").Text(view.MixOf(chains)),
			app.Span().Class("data").Text(view.Plural(entries, "entry", "entries")),
			app.Span().Class("data").Title("%s", span.Full(zone)).Text(span.Short(zone)+" "+zone.Name()),
		),
		app.Div().Class("chain-line figures").Body(
			h.order(),
			h.clocks(),
		),
	)
}

// order is the choice of the clock that chains are merged by.
func (h *MixHeader) order() app.UI {
	s := h.Page
	option := func(word, title string, order engine.Order) app.UI {
		return app.Button().Type("button").Class("segment").Aria("pressed", s.Shown.Order == order).Text(word).Title("%s", title).
			OnClick(draw.Do(func() { s.Shown.SetOrder(order, s.Shown.Corrected) }), app.EventScope(word))
	}
	return app.Div().Class("mix-order").Body(
		app.Span().ID("mix-order").Class("quiet-text").Text("in order of"),
		app.Div().Class("segments").Role("group").Aria("labelledby", "mix-order").Body(
			option("append time", "When the store appended the entry", engine.OrderAppended),
			option("record clock", "The time that the records give themselves", engine.OrderRecorded),
		),
	)
}

// clocks says which nodes' record clocks are off, and offers to make up for it.
func (h *MixHeader) clocks() app.UI {
	s := h.Page
	skewed := s.Shown.SkewedClocks()
	if len(skewed) == 0 {
		if len(s.Shown.Clocks.Offsets) == 0 {
			return nil
		}
		return app.Span().Class("quiet-text mix-clocks").Text("record clocks and append times agree on every node")
	}
	words := make([]app.UI, 0, len(skewed))
	for _, o := range skewed {
		words = append(words, app.Span().Class("mix-clock").Title("%s", spread(o)).Text(offClock(o)))
	}
	byRecord := s.Shown.Order == engine.OrderRecorded
	return app.Div().Class("mix-clocks").Body(append(words,
		app.Elem("label").Class("mix-correct").Body(
			app.Input().Type("checkbox").ID("mix-correct").Checked(s.Shown.Corrected && byRecord).Disabled(!byRecord).
				Title("Record clocks are corrected where they order the table").
				OnChange(draw.Do(func() { s.Shown.SetOrder(engine.OrderRecorded, !s.Shown.Corrected) })),
			app.Text("correct"),
		))...)
}

// offClock says how far a record clock is off: "node-3's record clock is 1.7 s
// behind".
func offClock(o insight.ClockOffset) string {
	side, off := "ahead", o.MedianNS
	if off < 0 {
		side, off = "behind", -off
	}
	return fmt.Sprintf("%s's record clock is %s %s", view.Shorten(view.VisibleText(o.Node), 24), durationNS(off), side)
}

// spread says how sure the measure is.
func spread(o insight.ClockOffset) string {
	return fmt.Sprintf("Median of %s of record time less append time; nine tenths lie between %s and %s",
		view.Plural(o.Rows, "entry", "entries"), signedNS(o.LowNS), signedNS(o.HighNS))
}

func durationNS(ns int64) string {
	const nanosPerMilli = 1_000_000
	return view.Duration(uint64(max(0, ns)+nanosPerMilli/2) / nanosPerMilli)
}

func signedNS(ns int64) string {
	if ns < 0 {
		return "−" + durationNS(-ns)
	}
	return "+" + durationNS(ns)
}
