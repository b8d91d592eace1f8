package ui

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/ui/findings"
	"chainglass/app/ui/notes"
	"chainglass/app/ui/record"
	"chainglass/app/ui/states"
	"chainglass/app/view"
)

// details is the right panel: everything about the selected entry.
type details struct {
	app.Compo
	Page *page.Page
	Rev  uint64
}

// Render draws the tabs and the panel of the open one.
func (d *details) Render() app.UI {
	d.Page.Yield()
	s := d.Page
	var panel app.UI
	switch s.Details.Tab {
	case page.TabSnapshot:
		panel = &states.Snapshot{Page: s, Rev: s.Rev.Details}
	case page.TabFindings:
		panel = &findings.Panel{Page: s, Rev: s.Rev.Details}
	case page.TabCompare:
		panel = &states.Compare{Page: s, Rev: s.Rev.Details}
	case page.TabNotes:
		panel = &notes.Panel{Page: s, Rev: s.Rev.Details}
	default:
		panel = &record.Panel{Page: s, Rev: s.Rev.Details}
	}
	return app.Elem("aside").Class("details").Aria("label", "Details").Body(
		app.Div().Class("tabs").Role("tablist").OnKeyDown(d.onKey).Body(
			d.tabs()...,
		),
		app.Div().Class("panel").Role("tabpanel").ID("panel").TabIndex(0).Aria("labelledby", tabID(s.Details.Tab)).Body(panel),
	)
}

func (d *details) tabs() []app.UI {
	list := make([]app.UI, len(page.TabWords))
	for i, t := range page.TabWords {
		var more app.UI
		if t.Tab == page.TabFindings {
			more = d.findingCount()
		}
		list[i] = d.tab(t.Tab, t.Word, more)
	}
	return list
}

func (d *details) tab(t page.Tab, word string, more app.UI) app.UI {
	focusable := -1
	if d.Page.Details.Tab == t {
		focusable = 0
	}
	return app.Button().Type("button").Class("tab").Role("tab").ID(tabID(t)).TabIndex(focusable).
		Aria("selected", d.Page.Details.Tab == t).Aria("controls", "panel").
		OnClick(draw.Do(func() { d.Page.Details.Open(t) }), app.EventScope(t)).
		Body(app.Text(word), more)
}

func tabID(t page.Tab) string { return "tab-" + string(t) }

// onKey moves between the tabs while one of them has the keyboard.
func (d *details) onKey(ctx app.Context, e app.Event) {
	step := map[string]int{"ArrowLeft": -1, "ArrowRight": 1}[e.Get("key").String()]
	if step == 0 {
		ctx.PreventUpdate()
		return
	}
	at := slices.IndexFunc(page.TabWords[:], func(t page.TabWord) bool { return t.Tab == d.Page.Details.Tab })
	next := page.TabWords[(at+step+len(page.TabWords))%len(page.TabWords)].Tab
	d.Page.Details.Open(next)
	ctx.Defer(func(app.Context) { browser.ElementByID(tabID(next)).Focus() })
}

func (d *details) findingCount() app.UI {
	c := d.Page.Selection.Info()
	if c == nil || c.Worst == engine.SeverityNone {
		return nil
	}
	total := 0
	for _, n := range c.Findings {
		total += n
	}
	return app.Span().Class("badge", c.Worst.String()).Text(view.Count(total))
}
