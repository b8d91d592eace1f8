package page

import (
	"fmt"

	"chainglass/app/view"
)

// Palette lists what can be chosen in the command palette.
type Palette struct{ page *Page }

// Places are where a text leads to.
func (p *Palette) Places(text string) []PaletteItem {
	info := p.page.Selection.Info()
	if info == nil {
		return nil
	}
	item := func(title string, run func()) []PaletteItem {
		return []PaletteItem{{Choice: view.Choice{Title: title}, Run: run}}
	}
	zone := p.page.Zone()
	switch kind, value := view.ParseGoto(text, p.page.Sources.FirstDayMS(), zone); kind {
	case view.GotoSeq:
		return item(fmt.Sprintf("Go to seq %d", value), func() { p.page.Selection.JumpToSeq(value) })
	case view.GotoPosition:
		return item(fmt.Sprintf("Go to position %d", value), func() { p.page.Selection.Jump(p.page.Selection.Chain, int(min(value, 1<<62))) })
	case view.GotoTime:
		return item("Go to "+zone.Full(value/1e6), func() { p.page.Playhead.GoToTime(value) })
	}
	return nil
}

// Commands are all commands and chains.
func (p *Palette) Commands() []PaletteItem {
	var items []PaletteItem
	for i := range Commands {
		c := &Commands[i]
		if c.always {
			continue
		}
		items = append(items, PaletteItem{view.Choice{Title: c.Title, Key: c.Keys[0]}, func() { c.Perform(p.page) }})
	}
	for _, page := range [...]FindingsPage{PageStory, PageReasons, PageOperators} {
		items = append(items, PaletteItem{view.Choice{Title: "findings: " + string(page)}, func() { p.page.Findings.ShowPage(page) }})
	}
	items = append(items, PaletteItem{view.Choice{Title: "copy a link to this place"}, p.page.Address.copyLink})
	items = append(items, PaletteItem{view.Choice{Title: "open a folder"}, p.page.host.PickFolder})
	if p.page.host.HasSample() {
		items = append(items, PaletteItem{view.Choice{Title: "open the sample incident"}, p.page.host.OpenSample})
	}
	for _, c := range p.page.Sources.AllChains() {
		id := c.ID
		items = append(items, PaletteItem{view.Choice{Title: "go to chain " + view.VisibleText(c.Name())}, func() { p.page.Selection.SelectChain(id); p.page.Pane = PaneRecords }})
	}
	return items
}

// PaletteItem is a choice and what it does.
type PaletteItem struct {
	view.Choice
	Run func()
}
