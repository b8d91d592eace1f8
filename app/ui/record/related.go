package record

import (
	"fmt"
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/page"
	"chainglass/app/rpc"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// relatedRest is how long an entry has to stay selected before what belongs to
// it is asked for: the answer may need a walk over the chain.
const relatedRest = 150 * time.Millisecond

// relatedShown is how many rows of each list are shown at first.
const relatedShown = 8

// relatedPanel lists what belongs to the selected entry: all attempts of the
// action, its live failure, what other nodes did at that time.
type relatedPanel struct {
	app.Compo
	Page *page.Page
	Rev  uint64
	// At is the entry shown.
	At rpc.PositionRequest

	// waiting is the entry that has to rest before it is asked for, asked the
	// last one that was.
	waiting, asked rpc.PositionRequest
	// all lists everything of the entry shown for.
	all    bool
	allFor rpc.PositionRequest
}

// OnMount begins to wait.
func (p *relatedPanel) OnMount(ctx app.Context) { p.wait(ctx) }

// OnUpdate waits for another entry to rest.
func (p *relatedPanel) OnUpdate(ctx app.Context) { p.wait(ctx) }

func (p *relatedPanel) wait(ctx app.Context) {
	at := p.At
	if at == p.waiting || at == p.asked {
		return
	}
	p.waiting = at
	ctx.After(relatedRest, func(ctx app.Context) {
		ctx.PreventUpdate()
		if p.At == at && p.asked != at {
			p.asked = at
			p.Page.Details.AskRelated(at)
		}
	})
}

// Render draws the lists.
func (p *relatedPanel) Render() app.UI {
	p.Page.Yield()
	if p.allFor != p.At {
		p.all, p.allFor = false, p.At
	}
	s := p.Page
	var body []app.UI
	switch known := s.Details.Related.Current(); {
	case s.Details.Related.Err() != nil && s.Details.Related.Asked() == p.At:
		body = append(body, draw.Trouble("What belongs to it could not be found", s.Details.Related.Err().Error()))
	case known == nil || s.Details.Related.Asked() != p.At:
		body = append(body, app.Elem("p").Class("related-none").Text("Looking…"))
	default:
		body = p.lists(known)
	}
	return app.Elem("details").Class("fold", "related").Attr("open", true).Body(append([]app.UI{app.Elem("summary").Text("Related")}, body...)...)
}

func (p *relatedPanel) lists(r *engine.Related) []app.UI {
	var body []app.UI
	if len(r.Attempts) > 1 || len(r.Live) > 0 {
		title := "1 attempt"
		if n := len(r.Attempts) + r.MoreAttempts; n != 1 {
			title = view.Count(n) + " attempts"
		}
		body = append(body, p.list(title+" of action "+strconv.FormatUint(r.Attempts[0].ID, 10), r.Attempts, r.MoreAttempts, false))
	}
	if len(r.Live) > 0 {
		body = append(body, p.list("on the failures chain, recorded live", r.Live, r.MoreLive, false))
	}
	if len(r.Neighbours) > 0 {
		body = append(body, p.list("other nodes within a second", r.Neighbours, r.MoreNeighbours, true))
	}
	if len(body) == 0 {
		body = append(body, app.Elem("p").Class("related-none").Text("Nothing: no other attempt, no live failure, and other nodes were quiet for a second before and after."))
	}
	return body
}

func (p *relatedPanel) list(title string, rows []engine.Row, more int, nodes bool) app.UI {
	shown := rows
	if !p.all && len(rows) > relatedShown {
		shown = rows[:relatedShown]
	}
	items := make([]app.UI, len(shown))
	for i := range shown {
		items[i] = app.Elem("li").Body(p.row(&shown[i], nodes))
	}
	var rest app.UI
	switch {
	case len(shown) < len(rows):
		rest = draw.Button("small", view.Count(len(rows)-len(shown)+more)+" more", draw.Do(func() { p.all = true }), title)
	case more > 0:
		rest = app.Elem("p").Class("related-none").Text(view.Count(more) + " more are not listed")
	}
	return app.Elem("section").Class("related-list").Aria("label", title).Body(
		app.Elem("h4").Text(title), app.Elem("ul").Body(items...), rest)
}

// row draws one related entry. The entry shown is marked, not a link to itself.
func (p *relatedPanel) row(r *engine.Row, node bool) app.UI {
	s, chain, position := p.Page, r.Chain, r.Position
	here := rpc.PositionRequest{Chain: chain, Position: position} == p.At
	at := view.Absent
	switch { // as in the table
	case r.TSNS.Some:
		at = s.Zone().Clock(r.TSNS.Value / 1e6)
	case r.TimeMS.Some:
		at = s.Zone().Clock(r.TimeMS.Value)
	}
	where := "seq " + strconv.FormatUint(r.Seq, 10)
	if info := s.Sources.Chains[chain]; node && info != nil {
		where = view.Shorten(view.VisibleText(info.Node), 16)
	}
	outcome := view.OutcomeOf(r.Outcome)
	text := r.Text
	if r.DelayMS.Some {
		text += fmt.Sprintf(" · %s", view.Duration(r.DelayMS.Value))
	}
	return app.Button().Type("button").Class("related-row").Aria("current", here).
		OnClick(draw.Do(func() { s.Selection.Jump(chain, position) }), app.EventScope(chain, position, node)).
		Body(
			app.Span().Class("data").Text(at),
			app.Span().Class("data related-where").Text(where),
			app.Span().Class("outcome", "tone-"+string(outcome.Tone)).DataSet("letter", outcome.Letter).Text(view.VisibleText(r.Kind)),
			app.Span().Class("related-text").Text(view.VisibleText(text)),
		)
}
