package ui

import (
	"fmt"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/view"
)

// paletteKey opens the palette: with Control, or with Command on a Mac.
const paletteKey = "k"

// paletteCommand opens the palette from everywhere.
var paletteCommand = command{run: (*store).togglePalette, always: true}

func (s *store) togglePalette() {
	switch {
	case s.crash != "":
	case s.sheet == sheetPalette:
		s.closeSheet()
	default:
		s.openSheet(sheetPalette)
	}
}

// paletteSheet is the command palette: everything a key does, every chain, and
// every place, found by typing.
type paletteSheet struct {
	app.Compo
	Store *store

	text  string
	at    int
	items []paletteItem
}

// paletteItem is a choice and what it does.
type paletteItem struct {
	view.Choice
	run func()
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
	p.Store.pace.Yield()
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
		app.Div().Class("backdrop shade").OnClick(do(p.Store.closeSheet)),
		app.Elem("section").Class("sheet palette").Role("dialog").Aria("modal", true).Aria("label", "Command palette").Body(
			app.Input().ID(paletteFieldID).Class("palette-field").Type("text").AutoComplete(false).
				Placeholder("A command, a chain, a seq, #position or time").
				Role("combobox").Aria("label", "Command, chain or place").Aria("expanded", true).
				Aria("controls", paletteListID).Aria("autocomplete", "list").Aria("activedescendant", active).
				OnInput(p.onInput).OnKeyDown(p.onKey).DataSet(ownKeys, "ArrowDown ArrowUp Enter Tab"),
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
		OnClick(do(func() { p.perform(i) }), app.EventScope(i)).
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
	run := p.items[i].run
	p.Store.closeSheet()
	run()
}

// choices are what the text may mean: places first, then commands and chains.
func (p *paletteSheet) choices() []paletteItem {
	s := p.Store
	items := s.places(p.text)
	all := s.paletteChoices()
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

// places are where a text leads to.
func (s *store) places(text string) []paletteItem {
	info := s.info()
	if info == nil {
		return nil
	}
	item := func(title string, run func()) []paletteItem {
		return []paletteItem{{Choice: view.Choice{Title: title}, run: run}}
	}
	zone := s.zone()
	switch kind, value := view.ParseGoto(text, s.firstDayMS(), zone); kind {
	case view.GotoSeq:
		return item(fmt.Sprintf("Go to seq %d", value), func() { s.jumpToSeq(value) })
	case view.GotoPosition:
		return item(fmt.Sprintf("Go to position %d", value), func() { s.jump(s.chain, int(min(value, 1<<62))) })
	case view.GotoTime:
		return item("Go to "+zone.Full(value/1e6), func() { s.goToTime(value) })
	}
	return nil
}

// goToTime moves the playhead of the selected chain.
func (s *store) goToTime(ns uint64) {
	s.holdHead(s.chain)
	s.moveHead(ns)
	s.releaseHead()
}

// paletteChoices are all commands and chains.
func (s *store) paletteChoices() []paletteItem {
	var items []paletteItem
	for i := range commands {
		c := &commands[i]
		if c.always {
			continue
		}
		items = append(items, paletteItem{view.Choice{Title: c.title, Key: c.keys[0]}, func() { c.perform(s) }})
	}
	for _, page := range [...]findingsPage{pageStory, pageReasons, pageOperators} {
		items = append(items, paletteItem{view.Choice{Title: "findings: " + string(page)}, func() { s.showFindings(page) }})
	}
	items = append(items, paletteItem{view.Choice{Title: "copy a link to this place"}, s.copyPlace})
	items = append(items, paletteItem{view.Choice{Title: "open a folder"}, browser.PickFolder})
	if browser.HasSample() {
		items = append(items, paletteItem{view.Choice{Title: "open the sample incident"}, browser.OpenSample})
	}
	for _, c := range s.allChains() {
		id := c.ID
		items = append(items, paletteItem{view.Choice{Title: "go to chain " + view.VisibleText(c.Name())}, func() { s.selectChain(id); s.pane = paneRecords }})
	}
	return items
}
