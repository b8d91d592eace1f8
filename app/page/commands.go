package page

import (
	"slices"

	"chainglass/app/host"
)

// command is what a key does.
type command struct {
	// Keys are the names of the keys, the first one is shown in the help.
	Keys  []string
	Title string
	run   func(*Page)
	// always lets the key work in fields that take text and below a sheet, too.
	always bool
}

// Perform does it, unless something lies over the page.
func (c *command) Perform(s *Page) {
	if c.always || s.Sheets.Sheet == SheetNone && s.Crash == "" {
		c.run(s)
	}
}

// Commands are all keys of the page. The help sheet lists this table.
var Commands = [...]command{
	{Keys: []string{"↓", "ArrowDown", "j"}, Title: "next record", run: func(s *Page) { s.Selection.Move(1) }},
	{Keys: []string{"↑", "ArrowUp", "k"}, Title: "previous record", run: func(s *Page) { s.Selection.Move(-1) }},
	{Keys: []string{"PageDown"}, Title: "one page on", run: func(s *Page) { s.Selection.Move(s.Table.Scroller.PageRows()) }},
	{Keys: []string{"PageUp"}, Title: "one page back", run: func(s *Page) { s.Selection.Move(-s.Table.Scroller.PageRows()) }},
	{Keys: []string{"Home"}, Title: "first record", run: func(s *Page) { s.Selection.moveToEnd(false) }},
	{Keys: []string{"End"}, Title: "last record", run: func(s *Page) { s.Selection.moveToEnd(true) }},
	{Keys: []string{"["}, Title: "previous chain", run: func(s *Page) { s.Selection.moveChain(-1) }},
	{Keys: []string{"]"}, Title: "next chain", run: func(s *Page) { s.Selection.moveChain(1) }},
	{Keys: []string{"1"}, Title: "record", run: func(s *Page) { s.Details.Open(TabRecord) }},
	{Keys: []string{"2"}, Title: "snapshot", run: func(s *Page) { s.Details.Open(TabSnapshot) }},
	{Keys: []string{"3"}, Title: "findings", run: func(s *Page) { s.Details.Open(TabFindings) }},
	{Keys: []string{"4"}, Title: "notes", run: func(s *Page) { s.Details.Open(TabNotes) }},
	{Keys: []string{"5"}, Title: "compare two chains", run: func(s *Page) { s.Details.Open(TabCompare) }},
	{Keys: []string{"c"}, Title: "note (comment) on this record", run: func(s *Page) { s.Notes.OnEntry() }},
	{Keys: []string{"/"}, Title: "filter", run: func(s *Page) { s.Filter.Focus() }},
	{Keys: []string{"f"}, Title: "next failure", run: func(s *Page) { s.Steps.ToFailure(1) }},
	{Keys: []string{"F"}, Title: "previous failure", run: func(s *Page) { s.Steps.ToFailure(-1) }},
	{Keys: []string{"n"}, Title: "next finding", run: func(s *Page) { s.Steps.ToFinding(1) }},
	{Keys: []string{"N"}, Title: "previous finding", run: func(s *Page) { s.Steps.ToFinding(-1) }},
	{Keys: []string{"m"}, Title: "all chains in one table", run: func(s *Page) { s.Shown.Pick(true) }},
	{Keys: []string{"a"}, Title: "pin the state at the playhead as A", run: func(s *Page) { s.States.PinHead() }},
	{Keys: []string{"A"}, Title: "forget A", run: func(s *Page) { s.States.Unpin() }},
	{Keys: []string{"r"}, Title: "play or pause", run: func(s *Page) { s.Playhead.TogglePlay() }},
	{Keys: []string{"0"}, Title: "time axis: show everything", run: func(s *Page) { s.Axis.Fit() }},
	{Keys: []string{"+", "="}, Title: "time axis: zoom in", run: func(s *Page) { s.Axis.Zoom(ZoomStep) }},
	{Keys: []string{"-"}, Title: "time axis: zoom out", run: func(s *Page) { s.Axis.Zoom(1 / ZoomStep) }},
	{Keys: []string{"g"}, Title: "go to a seq or position", run: func(s *Page) { s.Sheets.Open(SheetGoto) }},
	{Keys: []string{"o"}, Title: "open files", run: func(s *Page) { s.host.PickFiles() }},
	{Keys: []string{"p"}, Title: "paste a record", run: func(s *Page) { s.Sheets.Open(SheetPaste) }},
	{Keys: []string{"S"}, Title: "share or save", run: func(s *Page) { s.Sharing.Open() }},
	{Keys: []string{"y"}, Title: "copy this row", run: func(s *Page) { s.Details.copyRow() }},
	{Keys: []string{"u"}, Title: "UTC or local time", run: func(s *Page) { s.Zones.toggle() }},
	{Keys: []string{"t"}, Title: "theme", run: (*Page).CycleTheme},
	{Keys: []string{"Ctrl K"}, Title: "command palette", run: func(s *Page) { s.Sheets.togglePalette() }, always: true},
	{Keys: []string{"?"}, Title: "this sheet", run: func(s *Page) { s.Sheets.Open(SheetHelp) }},
	{Keys: []string{"Esc", "Escape"}, Title: "close", run: func(s *Page) { s.Sheets.Close() }, always: true},
}

// CommandOf returns what a key does, or nil. It knows no state, so that it can
// be asked within the key's own event.
func CommandOf(k host.Key) *command {
	if (k.Ctrl || k.Meta) && !k.Alt && !k.Shift && k.Name == paletteKey {
		return &paletteCommand
	}
	if k.Ctrl || k.Meta || k.Alt {
		return nil
	}
	for i := range Commands {
		c := &Commands[i]
		if slices.Contains(c.Keys, k.Name) && (c.always || !k.InField) {
			return c
		}
	}
	return nil
}

// paletteKey opens the palette: with Control, or with Command on a Mac.
const paletteKey = "k"

// paletteCommand opens the palette from everywhere.
var paletteCommand = command{run: func(s *Page) { s.Sheets.togglePalette() }, always: true}
