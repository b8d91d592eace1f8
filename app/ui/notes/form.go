package notes

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// noteForm is where a note is written.
type noteForm struct {
	app.Compo
	Page  *page.Page
	Draft *page.Draft
	// Wrong is why the note cannot be kept as it is.
	Wrong string

	// filled is the draft that the fields were filled for.
	filled *page.Draft
}

const (
	noteAuthorID = "note-author"
	noteSpanID   = "note-span"
	noteTextID   = "note-text"
)

// OnMount fills the fields.
func (f *noteForm) OnMount(ctx app.Context) { ctx.Defer(f.fill) }

// OnUpdate fills the fields when another draft is begun.
func (f *noteForm) OnUpdate(ctx app.Context) { ctx.Defer(f.fill) }

func (f *noteForm) fill(app.Context) {
	d := f.Draft
	if f.filled == d {
		return
	}
	f.filled = d
	author := f.Page.Notes.Author
	if d.Note.ID != "" {
		author = d.Note.Author
	}
	browser.ElementByID(noteAuthorID).SetText(author)
	if span := d.Note.Span; span.Some {
		zone := f.Page.Zone()
		browser.ElementByID(noteSpanID).SetText(zone.SpanText(span.Value.FromMS, span.Value.ToMS, f.Page.Sources.FirstDayMS()))
	}
	text := browser.ElementByID(noteTextID)
	text.SetText(d.Note.Text)
	text.Focus()
}

// Render draws the form.
func (f *noteForm) Render() app.UI {
	f.Page.Yield()
	d := f.Draft
	return app.Elem("form").Class("note-form").OnSubmit(f.onSubmit).Body(
		app.Elem("p").Class("hint").Text("About "+d.About),
		app.If(d.WithSpan, func() app.UI {
			return app.Elem("label").Body(app.Span().Text("From..to"),
				app.Input().ID(noteSpanID).Class("data").Type("text").AutoComplete(false).Placeholder("16:08..16:15"))
		}),
		app.Elem("label").Body(app.Span().Text("Text"),
			app.Elem("textarea").ID(noteTextID).Attr("rows", 6).Attr("maxlength", view.MaxNoteBytes).Attr("placeholder", "- lists, **bold**, `code`, an empty line between paragraphs")),
		app.Elem("label").Body(app.Span().Text("Your name"),
			app.Input().ID(noteAuthorID).Type("text").AutoComplete(false).MaxLength(80)),
		app.Div().Class("note-form-end").Body(
			app.Span().Class("hint").Role("status").Text(f.Wrong),
			app.Span().Class("spring"),
			draw.Button("", "Cancel", draw.Do(f.Page.Notes.DropDraft), "cancel"),
			app.Button().Type("submit").Class("button", "primary").Text("Keep"),
		),
	)
}

func (f *noteForm) onSubmit(app.Context, app.Event) {
	f.Page.Notes.Put(
		strings.TrimSpace(browser.ElementByID(noteAuthorID).Text()),
		strings.TrimSpace(browser.ElementByID(noteTextID).Text()),
		strings.TrimSpace(browser.ElementByID(noteSpanID).Text()))
	f.Page.Rev.Details++
}
