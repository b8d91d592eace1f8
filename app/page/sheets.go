package page

// sheet is what lies over the page.
type sheet uint8

// The sheets.
const (
	SheetNone sheet = iota
	SheetPaste
	SheetGoto
	SheetHelp
	SheetPalette
	SheetShare
)

// Sheets is what lies over the page.
type Sheets struct {
	page     *Page
	Sheet    sheet
	MenuOpen bool
}

// Open lays a sheet over the page.
func (s *Sheets) Open(which sheet) {
	if which != SheetGoto || s.page.Selection.Info() != nil {
		s.Sheet = which
	}
}

// Close takes away what lies over the page.
func (s *Sheets) Close() {
	if s.Sheet == SheetNone && !s.MenuOpen && s.page.Filter.escape() {
		return
	}
	s.page.Sharing.drop()
	s.page.Sharing.endMeasuring()
	s.Sheet, s.MenuOpen = SheetNone, false
	s.page.host.Field(GridID).Focus()
}

func (s *Sheets) togglePalette() {
	switch {
	case s.page.Crash != "":
	case s.Sheet == SheetPalette:
		s.Close()
	default:
		s.Open(SheetPalette)
	}
}
