package ui

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/ui/filter"
	"chainglass/app/ui/sources"
)

// helpSheet lists the keys and what can be opened.
type helpSheet struct {
	app.Compo
	Page *page.Page
}

// Render draws the sheet.
func (h *helpSheet) Render() app.UI {
	h.Page.Yield()
	return draw.Sheet(h.Page, "Keys, and what opens",
		draw.Part(h.Page, helpOfKeys),
		&filter.Language{Page: h.Page},
		draw.Part(h.Page, sources.WhatOpens),
		app.Elem("p").Class("promise").Text("Nothing leaves this tab. What is opened is only ever read: no file is written, moved or deleted."),
	)
}

func helpOfKeys() app.UI {
	keys := make([]app.UI, 0, 2*len(page.Commands))
	for i := range page.Commands {
		c := &page.Commands[i]
		keys = append(keys, app.Elem("dt").Body(app.Elem("kbd").Text(c.Keys[0])), app.Elem("dd").Text(c.Title))
	}
	return app.Elem("dl").Class("keys").Body(keys...)
}

// OnMount puts the keyboard onto the sheet.
func (h *helpSheet) OnMount(app.Context) { browser.ElementByID(draw.SheetCloseID).Focus() }

// gotoSheet asks for a place in the chain.
type gotoSheet struct {
	app.Compo
	Page *page.Page

	wrong string
}

const gotoFieldID = "goto-field"

// OnMount puts the cursor into the field.
func (g *gotoSheet) OnMount(app.Context) { browser.ElementByID(gotoFieldID).Focus() }

// Render draws the sheet.
func (g *gotoSheet) Render() app.UI {
	return draw.Sheet(g.Page, "Go to",
		app.Elem("form").Class("goto").OnSubmit(g.onSubmit).Body(
			app.Elem("label").Attr("for", gotoFieldID).Text("seq, or #position"),
			app.Input().ID(gotoFieldID).Class("data").Type("text").AutoComplete(false).Attr("inputmode", "numeric"),
			app.Button().Type("submit").Class("button primary").Text("Go"),
		),
		app.Elem("p").Class("hint").Role("status").Text(g.wrong),
	)
}

func (g *gotoSheet) onSubmit(app.Context, app.Event) {
	text := strings.ReplaceAll(strings.TrimSpace(browser.ElementByID(gotoFieldID).Text()), ",", "")
	digits, isPosition := strings.CutPrefix(text, "#")
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		g.wrong = "That is no number."
		return
	}
	g.Page.Sheets.Close()
	if isPosition {
		g.Page.Selection.Jump(g.Page.Selection.Chain, int(min(n, 1<<62)))
		return
	}
	g.Page.Selection.JumpToSeq(n)
}

// crashCard says that the engine is gone.
type crashCard struct {
	app.Compo
	Page *page.Page
	// Reason is what the engine said last.
	Reason string
}

// Render draws the card.
func (c *crashCard) Render() app.UI {
	return app.Div().Class("over").Body(
		app.Div().Class("backdrop shade"),
		app.Elem("section").Class("sheet crash").Role("alertdialog").Aria("label", "The engine stopped").Body(
			app.Elem("h2").Text("The engine stopped"),
			app.Elem("p").Text("Chainglass's worker ended unexpectedly. Your files are untouched. Start it again and open them once more; if it stops again, the text below is what to report."),
			app.Elem("pre").Class("data").Text(c.Reason),
			app.Div().Class("ways-in").Body(
				draw.Button("primary", "Start the engine again", draw.Do(c.Page.Restart)),
				draw.Button("", "Reload the page", c.onReload, "reload"),
			),
		),
	)
}

func (c *crashCard) onReload(ctx app.Context, _ app.Event) { ctx.Reload() }
