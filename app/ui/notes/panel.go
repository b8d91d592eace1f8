package notes

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// Panel lists what people remarked, in the order of the time it is about.
type Panel struct {
	app.Compo
	Page *page.Page
	Rev  uint64
}

// notesShown bounds the list.
const notesShown = 100

// Render draws the ways to begin a note, the form and the list.
func (p *Panel) Render() app.UI {
	p.Page.Yield()
	s := p.Page
	n := &s.Notes
	parts := []app.UI{app.Div().Class("panel-head").Body(
		draw.Button("small", "Note on this record", draw.Do(s.Notes.OnEntry), "entry").ID("note-record").Disabled(s.Selection.Info() == nil || s.Selection.Position < 0),
		draw.Button("small", "Note on a time", draw.Do(s.Notes.OnTime), "time").ID("note-time"),
		app.Span().Class("spring"),
		draw.Button("small", "Save chains and notes", draw.Do(s.Notes.SaveExport), "save").Title("%s", "One file that opens here again, notes included"),
	)}
	parts = append(parts, p.keeping())
	if n.Draft != nil {
		parts = append(parts, &noteForm{Page: s, Draft: n.Draft, Wrong: n.Draft.Wrong})
	}
	if n.Err != nil {
		parts = append(parts, draw.Trouble("The notes could not be read", n.Err.Error()))
	}
	for i := range n.List[:min(len(n.List), notesShown)] {
		parts = append(parts, p.note(&n.List[i]))
	}
	switch {
	case len(n.List) == 0 && n.Draft == nil:
		parts = append(parts, app.Div().Class("panel-empty").
			Text("No notes yet. A note belongs to the entry or the time it is about, and is saved with the chains."))
	case len(n.List) > notesShown:
		parts = append(parts, app.Elem("p").Class("looking").Text(view.Count(len(n.List)-notesShown)+" more are kept, but not listed."))
	}
	return app.Div().Class("notes").Body(parts...)
}

// keeping says what the browser keeps, and offers the other.
func (p *Panel) keeping() app.UI {
	s := p.Page
	k := &s.Notes.Keeping
	return app.Div().Class("note-keeping").ID("note-keeping").Body(
		app.Elem("label").Class("note-keep").Body(
			app.Input().ID("note-keep").Type("checkbox").Checked(k.On).
				OnChange(draw.Do(func() { s.Notes.Keep(!s.Notes.Keeping.On) })),
			app.Span().Text("Keep my notes in this browser"),
		),
		app.Elem("p").Class("hint").Text(k.Text()),
		app.If(len(k.Notes) > 0 && !k.Refused, func() app.UI {
			return draw.Button("small", "Forget "+view.Plural(len(k.Notes), "kept note", "kept notes"), draw.Do(s.Notes.ForgetKept), "forget").ID("note-forget")
		}),
	)
}

func (p *Panel) note(n *engine.Note) app.UI {
	s, id, whole := p.Page, n.ID, *n
	deleteWord := "Delete"
	if s.Notes.ToDelete == id {
		deleteWord = "Really delete"
	}
	author := n.Author
	if author == "" {
		author = "someone"
	}
	return app.Elem("article").Class("note").Body(
		app.Div().Class("note-head").Body(
			app.Elem("b").Text(view.VisibleText(author)),
			app.Span().Class("hint").Text(s.Zone().Full(n.UpdatedAtMS)),
		),
		app.Div().Class("finding-more").Body(p.about(n)...),
		app.Div().Class("note-text").Body(markdown(n.Text)...),
		app.Div().Class("finding-acts").Body(
			draw.Button("small", "Edit", draw.Do(func() { s.Notes.Edit(whole) }), id, n.UpdatedAtMS, "edit"),
			draw.Button("small", deleteWord, draw.Do(func() { s.Notes.Delete(id) }), id, "delete"),
		),
	)
}

// about leads to what a note is about.
func (p *Panel) about(n *engine.Note) []app.UI {
	s := p.Page
	var list []app.UI
	if n.Span.Some {
		span := n.Span.Value
		list = append(list, app.Button().Type("button").Class("ref", "link", "data").
			Text(s.Zone().Time(span.FromMS)+" – "+s.Zone().Time(span.ToMS)+" "+s.Zone().Name()).
			OnClick(draw.Do(func() { s.Playhead.GoToTime(span.FromMS * 1e6) }), app.EventScope(n.ID, "span", span.FromMS)))
	}
	for i := range n.Anchors {
		a := n.Anchors[i]
		text := view.AnchorText(&a)
		if a.Chain == 0 {
			list = append(list, app.Span().Class("hint").Text(text+" (not open)"))
			continue
		}
		list = append(list, app.Button().Type("button").Class("ref", "link", "data").Text(text).
			OnClick(draw.Do(func() { s.Selection.Jump(a.Chain, a.Position) }), app.EventScope(n.ID, a.Chain, a.Position)))
	}
	return list
}

// markdown draws the text of a note. Whatever it holds becomes text.
func markdown(text string) []app.UI {
	var list []app.UI
	for _, block := range view.Markdown(text) {
		if !block.List {
			var body []app.UI
			for i, line := range block.Lines {
				if i > 0 {
					body = append(body, app.Elem("br"))
				}
				body = append(body, inlines(line)...)
			}
			list = append(list, app.Elem("p").Body(body...))
			continue
		}
		items := make([]app.UI, len(block.Lines))
		for i, line := range block.Lines {
			items[i] = app.Elem("li").Body(inlines(line)...)
		}
		if block.Numbered {
			list = append(list, app.Elem("ol").Body(items...))
		} else {
			list = append(list, app.Elem("ul").Body(items...))
		}
	}
	return list
}

func inlines(line view.Line) []app.UI {
	parts := make([]app.UI, len(line))
	for i, part := range line {
		body := draw.Visible(part.Text)
		if part.Code {
			body = []app.UI{app.Elem("code").Body(body...)}
		}
		if part.Bold {
			body = []app.UI{app.Elem("strong").Body(body...)}
		}
		parts[i] = app.Span().Body(body...)
	}
	return parts
}
