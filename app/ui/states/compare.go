package states

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// Compare holds two chains against each other: two replicas of one, or
// copies of two days.
type Compare struct {
	app.Compo
	Page *page.Page
	Rev  uint64

	// spans is how many runs are listed, limits how many changes of a field.
	spans  int
	limits map[string]int
}

const (
	compareAID   = "compare-a"
	compareBID   = "compare-b"
	compareAtAID = "compare-at-a"
	compareAtBID = "compare-at-b"
	// spansPerStep is how many runs are listed before "more".
	spansPerStep = 20
)

// OnInit begins with short lists.
func (p *Compare) OnInit() { p.spans, p.limits = spansPerStep, map[string]int{} }

// Render draws the choice, and the result if there is one.
func (p *Compare) Render() app.UI {
	p.Page.Yield()
	s := p.Page
	c := &s.Comparison
	if len(s.Sources.Chains) < 2 {
		return app.Div().Class("panel-empty").Text("Two chains have to be open to be compared: open another copy beside this one.")
	}
	parts := []app.UI{p.form()}
	switch result := s.Comparison.Compared(); {
	case c.Busy():
		parts = append(parts, p.progress())
	case c.Err() != nil:
		parts = append(parts, draw.Trouble("The chains could not be compared", c.Err().Error()))
	case result != nil:
		parts = append(parts, p.summary(result), p.runs(result), &compareStates{Page: s, Rev: p.Rev, Of: c.Pair(), AtA: c.AtA, AtB: c.AtB})
	}
	return app.Div().Class("compare").Body(parts...)
}

func (p *Compare) form() app.UI {
	s := p.Page
	return app.Div().Class("compare-form").Body(
		p.choice(compareAID, "A", s.Comparison.A), p.choice(compareBID, "B", s.Comparison.B),
		draw.Button("primary", "Compare", draw.Do(s.Comparison.Compare), "compare").ID("compare-go").Disabled(s.Comparison.A == s.Comparison.B),
	)
}

func (p *Compare) choice(id, word string, chosen engine.ChainID) app.UI {
	s := p.Page
	options := make([]app.UI, 0, len(s.Sources.Chains))
	for _, source := range s.Sources.List {
		for _, c := range source.Chains {
			text := view.Shorten(view.VisibleText(c.Name()), 44)
			if len(s.Sources.List) > 1 {
				text += " · " + view.Shorten(view.VisibleText(source.Label), 24)
			}
			options = append(options, app.Elem("option").Attr("value", strconv.FormatUint(uint64(c.ID), 10)).Attr("selected", c.ID == chosen).Text(text))
		}
	}
	return app.Elem("label").Body(app.Elem("b").Text(word),
		app.Elem("select").ID(id).Class("kind-select").OnChange(p.onChoice).Body(options...))
}

func (p *Compare) onChoice(app.Context, app.Event) {
	chosen := func(id string) engine.ChainID {
		n, err := strconv.ParseUint(browser.ElementByID(id).Text(), 10, 32)
		if err != nil {
			return 0
		}
		return engine.ChainID(n)
	}
	p.Page.Comparison.Choose(chosen(compareAID), chosen(compareBID))
}

func (p *Compare) progress() app.UI {
	done := p.Page.Comparison.Progress
	return app.Elem("p").Class("looking").Body(
		app.Span().Role("status").Text("Comparing, "+view.Plural(done.Records, "entry", "entries")+" so far… "),
		draw.Button("small", "Cancel", draw.Do(p.Page.Comparison.Stop), "cancel"))
}

func (p *Compare) summary(r *engine.Comparison) app.UI {
	s := p.Page
	a, b := s.Sources.Chains[r.A], s.Sources.Chains[r.B]
	if a == nil || b == nil {
		return nil
	}
	rows := [][2]string{
		{"common prefix", view.Plural(r.Common, "entry", "entries")},
		{"same after it", view.Count(r.Same)},
		{"different", view.Count(r.Different)},
		{"only in A", view.Count(r.OnlyA)},
		{"only in B", view.Count(r.OnlyB)},
	}
	list := make([]app.UI, 0, 2*len(rows))
	for _, row := range rows {
		list = append(list, app.Elem("dt").Text(row[0]), app.Elem("dd").Class("data").Text(row[1]))
	}
	return app.Div().Class("part").Body(
		app.Elem("h3").Text("Entries"),
		app.Elem("p").Class("compare-text").Text(view.ComparisonText(r, a.Indexed, b.Indexed)),
		app.Elem("dl").Class("stored").Body(list...),
	)
}

// runs lists the runs of entries after the common ones. The first is where the
// chains part.
func (p *Compare) runs(r *engine.Comparison) app.UI {
	if len(r.Spans) == 0 {
		return nil
	}
	shown := r.Spans[:min(len(r.Spans), p.spans)]
	list := make([]app.UI, len(shown))
	for i := range shown {
		list[i] = p.run(r, &shown[i])
	}
	var more app.UI
	if len(shown) < len(r.Spans) {
		more = draw.Button("small", view.Count(len(r.Spans)-len(shown))+" more", draw.Do(func() { p.spans += spansPerStep }), "more")
	}
	return app.Elem("section").Class("part").Body(
		app.Elem("h3").Body(app.Text("After the common entries "), app.Span().Class("hint").Text("the first run is where they part")),
		app.Elem("ol").Class("reason-list").Body(list...), more)
}

func (p *Compare) run(r *engine.Comparison, span *engine.Span) app.UI {
	s := p.Page
	lead := func(word string, chain engine.ChainID, position int) app.UI {
		if c := s.Sources.Chains[chain]; c == nil || position >= c.Indexed {
			return nil
		}
		return draw.Button("small", word, draw.Do(func() { s.Selection.Jump(chain, position) }), word, chain, position).
			Aria("label", fmt.Sprintf("%s at position %d", word, position))
	}
	return app.Elem("li").Class("span-run", "span-"+strings.ReplaceAll(span.Kind.String(), " ", "-")).Body(
		app.Span().Class("span-kind").Text(span.Kind.String()),
		app.Span().Class("data").Text(view.SpanText(span)),
		app.Span().Class("spring"),
		app.If(span.Kind != engine.SpanOnlyB, func() app.UI { return lead("A", r.A, span.FirstA) }),
		app.If(span.Kind != engine.SpanOnlyA, func() app.UI { return lead("B", r.B, span.FirstB) }),
	)
}
