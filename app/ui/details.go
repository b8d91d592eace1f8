package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

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
	s := d.Store
	var panel app.UI
	switch s.tab {
	case tabSnapshot:
		panel = &snapshotPanel{Store: s, Rev: s.rev.details}
	case tabFindings:
		panel = &findingsPanel{Store: s, Rev: s.rev.details}
	default:
		panel = &recordPanel{Store: s, Rev: s.rev.details}
	}
	return app.Aside().Class("details").Aria("label", "Details").Body(
		app.Div().Class("tabs").Role("tablist").Body(
			d.tab(tabRecord, "Record", nil),
			d.tab(tabSnapshot, "Snapshot", nil),
			d.tab(tabFindings, "Findings", d.findingCount()),
		),
		app.Div().Class("panel").Role("tabpanel").ID("panel").TabIndex(0).Aria("labelledby", "tab-"+string(s.tab)).Body(panel),
	)
}

func (d *details) tab(t tab, word string, more app.UI) app.UI {
	return app.Button().Type("button").Class("tab").Role("tab").ID("tab-"+string(t)).
		Aria("selected", d.Store.tab == t).Aria("controls", "panel").
		OnClick(do(func() { d.Store.selectTab(t) }), app.EventScope(t)).
		Body(app.Text(word), more)
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
