package table

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
	"chainglass/wire"
)

// ChainHeader says what the selected chain is.
type ChainHeader struct {
	app.Compo
	Page *page.Page
	Rev  uint64
}

const kindSelectID = "kind"

// Render draws the header: name and kind, then size, times and outcomes.
func (h *ChainHeader) Render() app.UI {
	h.Page.Yield()
	c := h.Page.Selection.Info()
	if c == nil {
		return app.Elem("header").Class("chain-header")
	}
	return app.Elem("header").Class("chain-header").Body(
		draw.Part(h.Page, func() app.UI {
			return app.Div().Class("chain-line").Body(
				h.name(c),
				h.kind(c),
				app.Span().Class("layout").Text(c.Layout),
				h.compare(c),
			)
		}),
		app.Div().Class("chain-line figures").Body(
			app.Span().Class("data").Text(h.entries(c)),
			app.Span().Class("data").Title("%s", view.TimeRange(c).Full(h.Page.Zone())).
				Text(view.TimeRange(c).Short(h.Page.Zone())+" "+h.Page.Zone().Name()),
			app.Span().Class("data quiet-text").Text(view.Bytes(c.Bytes)),
		),
		h.bar(c),
	)
}

func (h *ChainHeader) name(c *engine.ChainInfo) app.UI {
	var node app.UI
	if c.Node != "" {
		node = app.Span().Class("header-node").Title("%s", c.Node).Text(view.Shorten(view.VisibleText(c.Node), 24))
	}
	health := view.HealthOf(c)
	return app.Elem("h2").Class("header-name").Body(
		draw.Mark(health.Word, health.Title),
		node,
		app.Span().Class("header-channel").Title("%s", view.VisibleText(c.Origin)).Text(view.VisibleText(c.Channel)),
	)
}

func (h *ChainHeader) entries(c *engine.ChainInfo) string {
	if c.Indexed < c.Entries {
		return view.Count(c.Indexed) + " of " + view.Plural(c.Entries, "entry", "entries")
	}
	return view.Plural(c.Entries, "entry", "entries")
}

// kind is a choice: what a chain holds is concluded, and may be wrong.
func (h *ChainHeader) kind(c *engine.ChainInfo) app.UI {
	options := make([]app.UI, 0, 5)
	for _, kind := range [...]wire.ChainKind{wire.ChainAction, wire.ChainAudit, wire.ChainLog, wire.ChainFailure, wire.ChainUnknown} {
		options = append(options, app.Elem("option").Attr("value", kind.String()).Attr("selected", kind == c.Kind).Text(kind.String()+" chain"))
	}
	return app.Span().Class("header-kind").Body(
		app.Elem("select").ID(kindSelectID).Class("kind-select").Aria("label", "Read the chain as").OnChange(h.onKind).Body(options...),
		app.Span().Class("hint").Text("by "+c.KindBasis),
	)
}

// compare holds the chain against another one, if there is one.
func (h *ChainHeader) compare(c *engine.ChainInfo) app.UI {
	s, id := h.Page, c.ID
	if len(s.Sources.Chains) < 2 {
		return nil
	}
	return draw.Button("small", "Compare…", draw.Do(func() { s.Comparison.CompareWith(id) }), id).Title("%s", "Compare this chain with the one most like it")
}

func (h *ChainHeader) onKind(app.Context, app.Event) {
	if kind, known := wire.ParseChainKind(browser.ElementByID(kindSelectID).Chosen()); known {
		h.Page.Sources.SetKind(kind)
	}
}

// bar shows the entries by outcome, as lengths and as numbers.
func (h *ChainHeader) bar(c *engine.ChainInfo) app.UI {
	segments := view.Segments(&c.Counts)
	if len(segments) == 0 {
		return nil
	}
	lengths := make([]app.UI, 0, len(segments))
	numbers := make([]app.UI, 0, len(segments))
	words := make([]string, 0, len(segments))
	for _, s := range segments {
		tone := "tone-" + string(s.Outcome.Tone)
		lengths = append(lengths, app.Span().Class("segment-length", tone).Style("flex-grow", "%d", s.Length))
		numbers = append(numbers, app.Span().Class("outcome", tone).DataSet("letter", s.Outcome.Letter).
			Body(app.Text(s.Outcome.Word+" "), app.Elem("b").Text(view.Count(s.Count))))
		words = append(words, s.Outcome.Word+" "+view.Count(s.Count))
	}
	return app.Div().Class("chain-line outcomes").Body(
		app.Span().Class("bar").Role("img").Aria("label", strings.Join(words, ", ")).Body(lengths...),
		app.Span().Class("bar-numbers").Body(numbers...),
	)
}
