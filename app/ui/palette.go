package ui

import (
	"fmt"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// paletteSheet is the command palette: everything a key does, every chain, and
// every place, found by typing.
type paletteSheet struct {
	app.Compo
	Page *page.Page

	text  string
	at    int
	items []page.PaletteItem
}

const (
	paletteFieldID = "palette-field"
	paletteListID  = "palette-list"
	// paletteShown bounds the list.
	paletteShown = 12
)

// OnMount puts the cursor into the field.
func (p *paletteSheet) OnMount(app.Context) { browser.ElementByID(paletteFieldID).Focus() }

// Render draws the field and the list.
func (p *paletteSheet) Render() app.UI {
	p.Page.Yield()
	p.items = p.choices()
	p.at = min(max(0, p.at), max(0, len(p.items)-1))
	options := make([]app.UI, len(p.items))
	for i := range p.items {
		options[i] = p.option(i)
	}
	active := ""
	if len(p.items) > 0 {
		active = optionID(p.at)
	}
	return app.Div().Class("over").Body(
		app.Div().Class("backdrop shade").OnClick(draw.Do(p.Page.Sheets.Close)),
		app.Elem("section").Class("sheet palette").Role("dialog").Aria("modal", true).Aria("label", "Command palette").Body(
			app.Input().ID(paletteFieldID).Class("palette-field").Type("text").AutoComplete(false).
				Placeholder("A command, a chain, a seq, #position or time").
				Role("combobox").Aria("label", "Command, chain or place").Aria("expanded", true).
				Aria("controls", paletteListID).Aria("autocomplete", "list").Aria("activedescendant", active).
				OnInput(p.onInput).OnKeyDown(p.onKey).DataSet(draw.OwnKeys, "ArrowDown ArrowUp Enter Tab"),
			app.Div().ID(paletteListID).Class("palette-list").Role("listbox").Aria("label", "Choices").Body(options...),
			app.If(len(p.items) == 0, func() app.UI { return app.Elem("p").Class("looking").Text("Nothing of that name.") }),
		),
	)
}

func optionID(i int) string { return fmt.Sprintf("palette-%d", i) }

func (p *paletteSheet) option(i int) app.UI {
	item := &p.items[i]
	var key app.UI
	if item.Key != "" {
		key = app.Elem("kbd").Text(item.Key)
	}
	return app.Div().ID(optionID(i)).Class("palette-option").Role("option").Aria("selected", i == p.at).
		OnClick(draw.Do(func() { p.perform(i) }), app.EventScope(i)).
		Body(app.Span().Text(item.Title), key)
}

func (p *paletteSheet) onInput(app.Context, app.Event) {
	p.text, p.at = browser.ElementByID(paletteFieldID).Text(), 0
}

// onKey moves in the list. Tab stays: there is nothing else to go to.
func (p *paletteSheet) onKey(_ app.Context, e app.Event) {
	switch e.Get("key").String() {
	case "ArrowDown":
		p.at = (p.at + 1) % max(1, len(p.items))
	case "ArrowUp":
		p.at = (p.at + len(p.items) - 1) % max(1, len(p.items))
	case "Enter":
		p.perform(p.at)
	}
}

// perform closes the palette and does what was chosen: of what the text means now,
// which may not have been drawn yet.
func (p *paletteSheet) perform(i int) {
	p.items = p.choices()
	if i >= len(p.items) {
		return
	}
	run := p.items[i].Run
	p.Page.Sheets.Close()
	run()
}

// choices are what the text may mean: places first, then commands and chains.
func (p *paletteSheet) choices() []page.PaletteItem {
	s := p.Page
	items := s.Palette.Places(p.text)
	all := s.Palette.Commands()
	titles := make([]view.Choice, len(all))
	for i := range all {
		all[i].Index = i
		titles[i] = all[i].Choice
	}
	for _, c := range view.Choose(titles, p.text) {
		items = append(items, all[c.Index])
	}
	return items[:min(len(items), paletteShown)]
}
