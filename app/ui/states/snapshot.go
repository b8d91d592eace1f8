package states

import (
	"fmt"
	"math"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// Snapshot shows the state of the node after the selected entry.
type Snapshot struct {
	app.Compo
	Page *page.Page
	Rev  uint64

	// limits are how many rows of a part are shown, where it is not the first few.
	limits map[string]int
	// raw shows the JSON instead of the parts.
	raw bool
}

// rawBytes is how much of the JSON is shown. Copies are whole.
const rawBytes = 32 << 10

// partRowsPerStep is how many rows of a part are shown before "more".
const partRowsPerStep = 20

// OnInit begins with short parts.
func (p *Snapshot) OnInit() { p.limits = map[string]int{} }

// Render draws the panel.
func (p *Snapshot) Render() app.UI {
	p.Page.Yield()
	if p.Page.States.Pinned.Changes {
		return app.Div().Class("snapshot").Body(
			app.Div().Class("panel-head").Body(p.toggle()),
			&changesPanel{Page: p.Page, Rev: p.Rev},
		)
	}
	state := p.Page.States.State.Last()
	switch {
	case p.Page.States.State.Err() != nil:
		return draw.Trouble("The state could not be folded", p.Page.States.State.Err().Error())
	case state == nil || p.Page.Selection.Position < 0:
		return app.Div().Class("panel-empty").Text("Select a record: this shows what the chains fold to there.")
	}
	parts := []app.UI{p.head(state), p.sources(state)}
	if p.raw {
		return app.Div().Class("snapshot").Body(append(parts, p.json(state))...)
	}
	filled, empty := view.Parts(state, p.Page.Zone())
	for i := range filled {
		parts = append(parts, p.part(&filled[i]))
	}
	parts = append(parts, p.empty(empty))
	return app.Div().Class("snapshot").Body(parts...)
}

func (p *Snapshot) head(state *engine.State) app.UI {
	s := p.Page
	at := "before the first entry"
	if state.AtTSNS.Some {
		at = s.Zone().Full(state.AtTSNS.Value / 1e6)
	}
	return app.Div().Class("panel-head").Body(
		p.toggle(),
		app.Span().Class("panel-what").Body(
			app.Text("after "), app.Elem("b").Class("data").Text(view.Count(state.Position)),
			app.Text(" of "+view.Plural(s.Selection.Info().Indexed, "entry", "entries")),
		),
		app.Span().Class("data hint").Text(at),
		app.Span().Class("spring"),
		draw.Button("small", "First", draw.Do(func() { s.Selection.SelectEntry(0) }), "first"),
		draw.Button("small", "Last", draw.Do(func() { s.Selection.SelectEntry(math.MaxInt) }), "last"),
		draw.Button("small", "JSON", draw.Do(func() { p.raw = !p.raw }), "raw").Aria("pressed", p.raw).Title("%s", "Show the state as JSON"),
		draw.Button("small", "Copy JSON", draw.Do(p.copyJSON), "json"),
	)
}

// toggle chooses between the state and what changed since A.
func (p *Snapshot) toggle() app.UI {
	s := p.Page
	pinned := &s.States.Pinned
	choice := func(word, title string, changes, everywhere bool) app.UI {
		return app.Button().Type("button").Class("segment").
			Aria("pressed", pinned.Changes == changes && pinned.Everywhere == everywhere).
			Title("%s", title).Text(word).OnClick(draw.Do(func() { s.States.ShowChanges(changes, everywhere) }), app.EventScope(word))
	}
	return app.Div().Class("segments").Role("group").Aria("label", "State or changes").Body(
		choice("State", "What the chains fold to at the playhead", false, false),
		choice("Changes", "What changed from A to the playhead on this node", true, false),
		choice("All nodes", "What changed from A to the playhead on every node", true, true),
	)
}

// json shows the state as the reference's JSON writes it.
func (p *Snapshot) json(state *engine.State) app.UI {
	text, cut := draw.Bounded(view.IndentJSON(string(state.Snapshot.AppendJSON(nil))), rawBytes)
	note := ""
	if cut {
		note = "The rest is left out here; Copy JSON takes all of it."
	}
	return app.Div().Class("snapshot-json").Body(
		app.Elem("pre").Class("json data").Body(draw.VisibleLines(text)...),
		app.Elem("p").Class("hint").Text(note),
	)
}

func (p *Snapshot) copyJSON() {
	if state := p.Page.States.State.Last(); state != nil {
		p.Page.CopyText("Snapshot as JSON", string(state.Snapshot.AppendJSON(nil)))
	}
}

// sources lists the chains that went into the state.
func (p *Snapshot) sources(state *engine.State) app.UI {
	list := make([]app.UI, 0, len(state.Parts)+1)
	for _, part := range state.Parts {
		list = append(list, app.Span().Class("state-source").Body(
			app.Span().Class("tag", "tag-"+part.Kind.String()).Text(view.KindTag(part.Kind)), app.Text(view.StatePartText(&part))))
	}
	if state.Base != "" {
		list = append(list, app.Span().Class("state-source").Text("from base "+view.VisibleText(state.Base)))
	}
	return app.Div().Body(app.Elem("p").Class("state-sources").Body(list...), stateWarning(state.Parts))
}

// stateWarning says why a state is not its source's.
func stateWarning(parts []engine.StatePart) app.UI {
	text := view.StateWarning(parts)
	if text == "" {
		return nil
	}
	return app.Elem("p").Class("state-warning").Role("note").Body(draw.Mark("warning", "not the source's state"), app.Text(text))
}

func (p *Snapshot) part(part *view.Part) app.UI {
	limit := max(partRowsPerStep, p.limits[part.Name])
	shown := min(part.Len, limit)
	head := make([]app.UI, len(part.Head))
	for i, word := range part.Head {
		head[i] = app.Elem("th").Attr("scope", "col").Text(word)
	}
	rows := make([]app.UI, shown)
	for i := range rows {
		rows[i] = partRow(part.Row(i))
	}
	class := "part-table"
	if part.Prose {
		class += " prose"
	}
	name := part.Name
	return app.Elem("section").Class("part").Body(
		app.Elem("h3").Body(
			app.Text(part.Name+" "),
			app.Span().Class("badge").Text(view.Count(part.Len)),
			app.Span().Class("hint").Text(" "+part.Note),
		),
		app.Elem("table").Class(class).Body(
			app.Elem("thead").Body(app.Elem("tr").Body(head...)),
			app.Elem("tbody").Body(rows...),
		),
		app.If(shown < part.Len, func() app.UI {
			text := fmt.Sprintf("%s more", view.Count(min(part.Len-shown, limit)))
			return draw.Button("small", text, draw.Do(func() { p.limits[name] = 2 * limit }), name, limit)
		}),
	)
}

func partRow(cells []view.PartCell) app.UI {
	list := make([]app.UI, len(cells))
	for i, cell := range cells {
		td := app.Elem("td").Text(cell.Text)
		if cell.Tone != "" {
			td = td.Class("tone-" + string(cell.Tone))
		}
		list[i] = td
	}
	return app.Elem("tr").Body(list...)
}

// empty lists the fields that hold nothing, in as few words as say why.
func (p *Snapshot) empty(parts []view.EmptyPart) app.UI {
	var list []app.UI
	for _, group := range view.GroupEmpty(parts) {
		list = append(list, app.Elem("p").Body(
			app.Span().Class("data").Text(group.Names), app.Text(": "+group.Why)))
	}
	return app.Div().Class("empty-parts").Body(append([]app.UI{app.Elem("h3").Text("Empty")}, list...)...)
}
