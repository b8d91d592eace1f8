package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/view"
)

// notesPanel lists what people remarked, in the order of the time it is about.
type notesPanel struct {
	app.Compo
	Store *store
	Rev   uint64
}

// notesShown bounds the list.
const notesShown = 100

// Render draws the ways to begin a note, the form and the list.
func (p *notesPanel) Render() app.UI {
	p.Store.pace.Yield()
	s := p.Store
	n := &s.notes
	parts := []app.UI{app.Div().Class("panel-head").Body(
		button("small", "Note on this record", do(s.noteOnEntry), "entry").ID("note-record").Disabled(s.info() == nil || s.position < 0),
		button("small", "Note on a time", do(s.noteOnTime), "time").ID("note-time"),
		app.Span().Class("spring"),
		button("small", "Save chains and notes", do(s.saveExport), "save").Title("%s", "One file that opens here again, notes included"),
	)}
	parts = append(parts, p.keeping())
	if n.draft != nil {
		parts = append(parts, &noteForm{Store: s, Draft: n.draft, Wrong: n.draft.wrong})
	}
	if n.err != nil {
		parts = append(parts, trouble("The notes could not be read", n.err.Error()))
	}
	for i := range n.list[:min(len(n.list), notesShown)] {
		parts = append(parts, p.note(&n.list[i]))
	}
	switch {
	case len(n.list) == 0 && n.draft == nil:
		parts = append(parts, app.Div().Class("panel-empty").
			Text("No notes yet. A note belongs to the entry or the time it is about, and is saved with the chains."))
	case len(n.list) > notesShown:
		parts = append(parts, app.Elem("p").Class("looking").Text(view.Count(len(n.list)-notesShown)+" more are kept, but not listed."))
	}
	return app.Div().Class("notes").Body(parts...)
}

// keeping says what the browser keeps, and offers the other.
func (p *notesPanel) keeping() app.UI {
	s := p.Store
	k := &s.notes.keeping
	return app.Div().Class("note-keeping").ID("note-keeping").Body(
		app.Elem("label").Class("note-keep").Body(
			app.Input().ID("note-keep").Type("checkbox").Checked(k.on).
				OnChange(do(func() { s.keepNotes(!s.notes.keeping.on) })),
			app.Span().Text("Keep my notes in this browser"),
		),
		app.Elem("p").Class("hint").Text(k.text()),
		app.If(len(k.notes) > 0 && !k.refused, func() app.UI {
			return button("small", "Forget "+view.Plural(len(k.notes), "kept note", "kept notes"), do(s.forgetNotes), "forget").ID("note-forget")
		}),
	)
}

func (p *notesPanel) note(n *engine.Note) app.UI {
	s, id, whole := p.Store, n.ID, *n
	deleteWord := "Delete"
	if s.notes.doomed == id {
		deleteWord = "Really delete"
	}
	author := n.Author
	if author == "" {
		author = "someone"
	}
	return app.Elem("article").Class("note").Body(
		app.Div().Class("note-head").Body(
			app.Elem("b").Text(view.VisibleText(author)),
			app.Span().Class("hint").Text(s.zone().Full(n.UpdatedAtMS)),
		),
		app.Div().Class("finding-more").Body(p.about(n)...),
		app.Div().Class("note-text").Body(markdown(n.Text)...),
		app.Div().Class("finding-acts").Body(
			button("small", "Edit", do(func() { s.editNote(whole) }), id, n.UpdatedAtMS, "edit"),
			button("small", deleteWord, do(func() { s.deleteNote(id) }), id, "delete"),
		),
	)
}

// about leads to what a note is about.
func (p *notesPanel) about(n *engine.Note) []app.UI {
	s := p.Store
	var list []app.UI
	if n.Span.Some {
		span := n.Span.Value
		list = append(list, app.Button().Type("button").Class("ref", "link", "data").
			Text(s.zone().Time(span.FromMS)+" – "+s.zone().Time(span.ToMS)+" "+s.zone().Name()).
			OnClick(do(func() { s.goToTime(span.FromMS * 1e6) }), app.EventScope(n.ID, "span", span.FromMS)))
	}
	for i := range n.Anchors {
		a := n.Anchors[i]
		text := view.AnchorText(&a)
		if a.Chain == 0 {
			list = append(list, app.Span().Class("hint").Text(text+" (not open)"))
			continue
		}
		list = append(list, app.Button().Type("button").Class("ref", "link", "data").Text(text).
			OnClick(do(func() { s.jump(a.Chain, a.Position) }), app.EventScope(n.ID, a.Chain, a.Position)))
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
					body = append(body, app.Br())
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
		body := visible(part.Text)
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
