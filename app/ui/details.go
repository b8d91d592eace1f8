package ui

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/view"
)

// details is the right panel: everything about the selected entry.
type details struct {
	app.Compo
	Store *store
	Rev   uint64
}

// Render draws the tabs and the panel of the open one.
func (d *details) Render() app.UI {
	d.Store.pace.Yield()
	s := d.Store
	var panel app.UI
	switch s.tab {
	case tabSnapshot:
		panel = &snapshotPanel{Store: s, Rev: s.rev.details}
	case tabFindings:
		panel = &findingsPanel{Store: s, Rev: s.rev.details}
	case tabCompare:
		panel = &comparePanel{Store: s, Rev: s.rev.details}
	case tabNotes:
		panel = &notesPanel{Store: s, Rev: s.rev.details}
	default:
		panel = &recordPanel{Store: s, Rev: s.rev.details}
	}
	return app.Elem("aside").Class("details").Aria("label", "Details").Body(
		app.Div().Class("tabs").Role("tablist").OnKeyDown(d.onKey).Body(
			d.tabs()...,
		),
		app.Div().Class("panel").Role("tabpanel").ID("panel").TabIndex(0).Aria("labelledby", tabID(s.tab)).Body(panel),
	)
}

func (d *details) tabs() []app.UI {
	list := make([]app.UI, len(tabWords))
	for i, t := range tabWords {
		var more app.UI
		if t.tab == tabFindings {
			more = d.findingCount()
		}
		list[i] = d.tab(t.tab, t.word, more)
	}
	return list
}

func (d *details) tab(t tab, word string, more app.UI) app.UI {
	focusable := -1
	if d.Store.tab == t {
		focusable = 0
	}
	return app.Button().Type("button").Class("tab").Role("tab").ID(tabID(t)).TabIndex(focusable).
		Aria("selected", d.Store.tab == t).Aria("controls", "panel").
		OnClick(do(func() { d.Store.selectTab(t) }), app.EventScope(t)).
		Body(app.Text(word), more)
}

func tabID(t tab) string { return "tab-" + string(t) }

// onKey moves between the tabs while one of them has the keyboard.
func (d *details) onKey(ctx app.Context, e app.Event) {
	step := map[string]int{"ArrowLeft": -1, "ArrowRight": 1}[e.Get("key").String()]
	if step == 0 {
		ctx.PreventUpdate()
		return
	}
	at := slices.IndexFunc(tabWords[:], func(t tabWord) bool { return t.tab == d.Store.tab })
	next := tabWords[(at+step+len(tabWords))%len(tabWords)].tab
	d.Store.selectTab(next)
	ctx.Defer(func(app.Context) { browser.ElementByID(tabID(next)).Focus() })
}

func (d *details) findingCount() app.UI {
	c := d.Store.info()
	if c == nil || c.Worst == engine.SeverityNone {
		return nil
	}
	total := 0
	for _, n := range c.Findings {
		total += n
	}
	return app.Span().Class("badge", c.Worst.String()).Text(view.Count(total))
}
