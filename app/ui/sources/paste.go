package sources

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
)

// pasteField takes a record as text.
type pasteField struct {
	app.Compo
	Page *page.Page
	// Name is the id of the field.
	Name string
}

// Render draws the field and its button.
func (p *pasteField) Render() app.UI {
	p.Page.Yield()
	return app.Elem("form").Class("paste").OnSubmit(p.onSubmit).Body(
		app.Elem("label").Attr("for", p.Name).Text("Paste a record"),
		app.Elem("textarea").ID(p.Name).Class("data").Attr("rows", 3).Spellcheck(false).Attr("autocomplete", "off").
			Attr("placeholder", "01 2a 0c 70 75 6c 6c 5f 72 65 70 6c 69 63 61 fb d0 95 ff bc 31 01 04 62 6f 6f 6d 00"),
		app.Div().Class("paste-foot").Body(
			app.Span().Class("hint").Text("hex, base64 or JSON; one record a line"),
			app.Button().Type("submit").Class("button").Text("Decode"),
		),
	)
}

func (p *pasteField) onSubmit(app.Context, app.Event) {
	field := browser.ElementByID(p.Name)
	p.Page.Sources.Paste(field.Text())
	field.SetText("")
}

// PasteSheet is the field on a sheet of its own.
type PasteSheet struct {
	app.Compo
	Page *page.Page
}

// Render draws the sheet.
func (p *PasteSheet) Render() app.UI {
	p.Page.Yield()
	return draw.Sheet(p.Page, "Paste", &pasteField{Page: p.Page, Name: "paste-sheet"})
}

// OnMount puts the cursor into the field.
func (p *PasteSheet) OnMount(app.Context) { browser.ElementByID("paste-sheet").Focus() }
