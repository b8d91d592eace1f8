package ui

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
)

// sheetOf lays content over the page. A click beside it or Escape takes it away.
func sheetOf(s *store, title string, content ...app.UI) app.UI {
	head := app.Div().Class("sheet-head").Body(
		app.Elem("h2").Text(title),
		button("quiet", "Close", do(s.closeSheet)).ID(sheetCloseID),
	)
	return app.Div().Class("over").Body(
		app.Div().Class("backdrop shade").OnClick(do(s.closeSheet)),
		sheetEdge(),
		app.Elem("section").Class("sheet").Role("dialog").Aria("modal", true).Aria("label", title).
			Body(append([]app.UI{head}, content...)...),
		sheetEdge(),
	)
}

// sheetEdge keeps the keyboard on the sheet: past its last element and before its
// first comes its button to close it.
func sheetEdge() app.UI {
	return app.Span().TabIndex(0).Class("off-screen").On("focus", do(func() { browser.ElementByID(sheetCloseID).Focus() }))
}

const sheetCloseID = "sheet-close"

// helpSheet lists the keys and what can be opened.
type helpSheet struct {
	app.Compo
	Store *store
}

// Render draws the sheet.
func (h *helpSheet) Render() app.UI {
	h.Store.pace.Yield()
	return sheetOf(h.Store, "Keys, and what opens",
		h.Store.part(helpOfKeys),
		&languageHelp{Store: h.Store},
		h.Store.part(whatOpens),
		app.Elem("p").Class("promise").Text("Nothing leaves this tab. What is opened is only ever read: no file is written, moved or deleted."),
	)
}

func helpOfKeys() app.UI {
	keys := make([]app.UI, 0, 2*len(commands))
	for i := range commands {
		c := &commands[i]
		keys = append(keys, app.Elem("dt").Body(app.Elem("kbd").Text(c.keys[0])), app.Elem("dd").Text(c.title))
	}
	return app.Elem("dl").Class("keys").Body(keys...)
}

// OnMount puts the keyboard onto the sheet.
func (h *helpSheet) OnMount(app.Context) { browser.ElementByID(sheetCloseID).Focus() }

// gotoSheet asks for a place in the chain.
type gotoSheet struct {
	app.Compo
	Store *store

	wrong string
}

const gotoFieldID = "goto-field"

// OnMount puts the cursor into the field.
func (g *gotoSheet) OnMount(app.Context) { browser.ElementByID(gotoFieldID).Focus() }

// Render draws the sheet.
func (g *gotoSheet) Render() app.UI {
	return sheetOf(g.Store, "Go to",
		app.Elem("form").Class("goto").OnSubmit(g.onSubmit).Body(
			app.Label().For(gotoFieldID).Text("seq, or #position"),
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
	g.Store.closeSheet()
	if isPosition {
		g.Store.jump(g.Store.chain, int(min(n, 1<<62)))
		return
	}
	g.Store.jumpToSeq(n)
}

// crashCard says that the engine is gone.
type crashCard struct {
	app.Compo
	Store *store
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
				button("primary", "Start the engine again", do(c.Store.restart)),
				button("", "Reload the page", c.onReload, "reload"),
			),
		),
	)
}

func (c *crashCard) onReload(ctx app.Context, _ app.Event) { ctx.Reload() }
