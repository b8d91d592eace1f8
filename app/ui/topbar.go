package ui

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/ui/filter"
	"chainglass/app/view"
)

// topbar holds the name of the page and what concerns all of it.
type topbar struct {
	app.Compo
	Page *page.Page
	// Total sums up what is open, "" for nothing.
	Total string
	// Zone names the time zone shown, "" for UTC, Other one from elsewhere that is on
	// offer.
	Zone, Other string
	Theme       string
	MenuOpen    bool
	// Filter is the revision of the filter line, 0 while there is nothing to
	// filter.
	Filter uint64
}

// Render draws the bar.
func (t *topbar) Render() app.UI {
	t.Page.Yield()
	return app.Elem("header").Class("topbar").Body(
		app.Elem("h1").Class("wordmark").Text("Chainglass"),
		t.addMenu(),
		app.Span().Class("total").Text(t.Total),
		app.If(t.Filter > 0, func() app.UI { return &filter.Line{Page: t.Page, Rev: t.Filter} }),
		app.Div().Class("topbar-right").Body(
			app.If(t.Filter > 0, func() app.UI {
				return draw.Button("", "Share", t.onShare).ID("share").Title("Share or save what is open (S)")
			}),
			t.zone(),
			draw.Button("quiet", t.themeWord(), t.onTheme).Title("Theme: as the system, light or dark (t)"),
			draw.Button("quiet", "?", t.onHelp).Title("Keys and what can be opened (?)").Aria("label", "Help"),
		),
	)
}

func (t *topbar) themeWord() string {
	switch t.Theme {
	case "light":
		return "Light"
	case "dark":
		return "Dark"
	}
	return "Auto"
}

func (t *topbar) zone() app.UI {
	s := t.Page
	local := s.Zones.LocalName()
	option := func(word, name, chosen, title string) app.UI {
		return app.Button().Type("button").Class("segment").Aria("pressed", t.Zone == name).Text(word).Title("%s", title).
			OnClick(draw.Do(func() { s.Zones.Set(chosen) }), app.EventScope(chosen))
	}
	options := []app.UI{option("UTC", "", "", "Times in UTC (u)"), option("Local", local, view.LocalZone, "Times in "+view.VisibleText(local)+", this browser's time zone (u)")}
	if t.Other != "" {
		city := t.Other[strings.LastIndexByte(t.Other, '/')+1:]
		options = append(options, option(view.Shorten(view.VisibleText(city), 16), t.Other, t.Other, "Times in "+view.VisibleText(t.Other)+", the time zone that came with the address (u)"))
	}
	return app.Div().Class("segments").Role("group").Aria("label", "Time zone").Body(options...)
}

func (t *topbar) onTheme(app.Context, app.Event) { t.Page.CycleTheme() }

func (t *topbar) onShare(app.Context, app.Event) { t.Page.Sharing.Open() }

func (t *topbar) onHelp(app.Context, app.Event) { t.Page.Sheets.Open(page.SheetHelp) }

// addMenu is the button that opens more, and its menu.
func (t *topbar) addMenu() app.UI {
	var menu app.UI
	if t.MenuOpen {
		menu = app.Div().Class("menu").Role("menu").OnClick(t.onMenu).Body(
			t.item("Files…", "chain exports, archives, loose idx dat ts", "o", browser.PickFiles),
			t.item("Folder…", "a channel, a node's storage, a folder of nodes", "", browser.PickFolder),
			t.item("Paste…", "one record as hex, base64 or JSON", "p", func() { t.Page.Sheets.Open(page.SheetPaste) }),
			app.If(browser.HasSample(), func() app.UI {
				return t.item("Sample incident", "three nodes, 36 minutes, one bad night", "", browser.OpenSample)
			}),
		)
	}
	return app.Div().Class("menu-holder").Body(
		app.Button().Type("button").Class("button").ID("add").Aria("haspopup", "menu").Aria("expanded", t.MenuOpen).
			Text("+ Add").OnClick(t.onMenu),
		app.If(t.MenuOpen, func() app.UI { return app.Div().Class("backdrop").OnClick(t.onMenu) }),
		menu,
	)
}

func (t *topbar) onMenu(app.Context, app.Event) { t.Page.Sheets.MenuOpen = !t.Page.Sheets.MenuOpen }

func (t *topbar) item(title, what, key string, run func()) app.UI {
	return app.Button().Type("button").Class("menu-item").Role("menuitem").
		OnClick(draw.Do(run), app.EventScope(title)).
		Body(
			app.Span().Class("menu-title").Text(title),
			app.If(key != "", func() app.UI { return app.Elem("kbd").Text(key) }),
			app.Span().Class("menu-what").Text(what),
		)
}
