package ui

import (
	"slices"

	"chainglass/app/browser"
	"chainglass/app/engine"
)

// command is what a key does.
type command struct {
	// keys are the names of the keys, the first one is shown in the help.
	keys  []string
	title string
	run   func(*store)
	// always lets the key work in fields that take text and below a sheet, too.
	always bool
}

// perform does it, unless something lies over the page.
func (c *command) perform(s *store) {
	if c.always || s.sheet == sheetNone && s.crash == "" {
		c.run(s)
	}
}

// commands are all keys of the page. The help sheet lists this table.
var commands = [...]command{
	{keys: []string{"↓", "ArrowDown", "j"}, title: "next record", run: func(s *store) { s.move(1) }},
	{keys: []string{"↑", "ArrowUp", "k"}, title: "previous record", run: func(s *store) { s.move(-1) }},
	{keys: []string{"PageDown"}, title: "one page on", run: func(s *store) { s.move(s.rows.scroller.PageRows()) }},
	{keys: []string{"PageUp"}, title: "one page back", run: func(s *store) { s.move(-s.rows.scroller.PageRows()) }},
	{keys: []string{"Home"}, title: "first record", run: func(s *store) { s.moveToEnd(false) }},
	{keys: []string{"End"}, title: "last record", run: func(s *store) { s.moveToEnd(true) }},
	{keys: []string{"["}, title: "previous chain", run: func(s *store) { s.moveChain(-1) }},
	{keys: []string{"]"}, title: "next chain", run: func(s *store) { s.moveChain(1) }},
	{keys: []string{"1"}, title: "record", run: func(s *store) { s.selectTab(tabRecord) }},
	{keys: []string{"2"}, title: "snapshot", run: func(s *store) { s.selectTab(tabSnapshot) }},
	{keys: []string{"3"}, title: "findings", run: func(s *store) { s.selectTab(tabFindings) }},
	{keys: []string{"4"}, title: "notes", run: func(s *store) { s.selectTab(tabNotes) }},
	{keys: []string{"5"}, title: "compare two chains", run: func(s *store) { s.selectTab(tabCompare) }},
	{keys: []string{"c"}, title: "note (comment) on this record", run: (*store).noteOnEntry},
	{keys: []string{"/"}, title: "filter", run: (*store).focusFilter},
	{keys: []string{"f"}, title: "next failure", run: func(s *store) { s.stepFailure(1) }},
	{keys: []string{"F"}, title: "previous failure", run: func(s *store) { s.stepFailure(-1) }},
	{keys: []string{"n"}, title: "next finding", run: func(s *store) { s.stepFinding(1) }},
	{keys: []string{"N"}, title: "previous finding", run: func(s *store) { s.stepFinding(-1) }},
	{keys: []string{"m"}, title: "all chains in one table", run: func(s *store) { s.pick(true) }},
	{keys: []string{"a"}, title: "pin the state at the playhead as A", run: (*store).pinHead},
	{keys: []string{"A"}, title: "forget A", run: (*store).unpin},
	{keys: []string{"r"}, title: "play or pause", run: (*store).togglePlay},
	{keys: []string{"0"}, title: "time axis: show everything", run: (*store).fitAxis},
	{keys: []string{"+", "="}, title: "time axis: zoom in", run: func(s *store) { s.zoomHead(zoomStep) }},
	{keys: []string{"-"}, title: "time axis: zoom out", run: func(s *store) { s.zoomHead(1 / zoomStep) }},
	{keys: []string{"g"}, title: "go to a seq or position", run: func(s *store) { s.openSheet(sheetGoto) }},
	{keys: []string{"o"}, title: "open files", run: func(*store) { browser.PickFiles() }},
	{keys: []string{"p"}, title: "paste a record", run: func(s *store) { s.openSheet(sheetPaste) }},
	{keys: []string{"S"}, title: "share or save", run: (*store).openShare},
	{keys: []string{"y"}, title: "copy this row", run: (*store).copyRow},
	{keys: []string{"u"}, title: "UTC or local time", run: (*store).toggleZone},
	{keys: []string{"t"}, title: "theme", run: (*store).cycleTheme},
	{keys: []string{"Ctrl K"}, title: "command palette", run: (*store).togglePalette, always: true},
	{keys: []string{"?"}, title: "this sheet", run: func(s *store) { s.openSheet(sheetHelp) }},
	{keys: []string{"Esc", "Escape"}, title: "close", run: (*store).closeSheet, always: true},
}

// What the browser does with an event on its own can only be stopped within the
// event, and the page's goroutine comes later. These data attributes tell
// web/page.js what to stop.
const (
	// ownKeys lists the keys that an element handles itself.
	ownKeys = "keys"
	// keepsFocus marks what a press takes no focus to.
	keepsFocus = "keepsfocus"
)

// commandOf returns what a key does, or nil. It knows no state, so that it can
// be asked within the key's own event.
func commandOf(k browser.Key) *command {
	if (k.Ctrl || k.Meta) && !k.Alt && !k.Shift && k.Name == paletteKey {
		return &paletteCommand
	}
	if k.Ctrl || k.Meta || k.Alt {
		return nil
	}
	for i := range commands {
		c := &commands[i]
		if slices.Contains(c.keys, k.Name) && (c.always || !k.InField) {
			return c
		}
	}
	return nil
}

// openSheet lays a sheet over the page.
func (s *store) openSheet(which sheet) {
	if which != sheetGoto || s.info() != nil {
		s.sheet = which
	}
}

// closeSheet takes away what lies over the page.
func (s *store) closeSheet() {
	if s.sheet == sheetNone && !s.menuOpen && s.escapeFilter() {
		return
	}
	s.dropShared()
	s.endMeasuring()
	s.sheet, s.menuOpen = sheetNone, false
	browser.ElementByID(gridID).Focus()
}

// moveChain selects the chain some places further down the list.
func (s *store) moveChain(places int) {
	all := s.allChains()
	i := slices.IndexFunc(all, func(c *engine.ChainInfo) bool { return c.ID == s.chain })
	if i < 0 {
		return
	}
	s.selectChain(all[min(max(0, i+places), len(all)-1)].ID)
}
