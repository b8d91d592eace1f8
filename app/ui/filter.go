package ui

import (
	"chainglass/app/browser"
	"chainglass/app/query"
	"chainglass/app/view"
)

// filterState is the filter line while it is used. What is in effect is the
// query of shown; text may be ahead of it.
type filterState struct {
	text    string
	focused bool
	// suggestions are the ways to go on; open shows them, chosen is the one that
	// the keyboard is on, -1 for none.
	suggestions []query.Suggestion
	open        bool
	chosen      int
	// scrollPX is how far the field is scrolled to the right.
	scrollPX float64
	// typed counts keystrokes, so that only the last of a row is acted upon.
	typed int
	// pushed is true once this visit to the field has made a step in the history.
	pushed bool
}

const (
	filterID      = "filter"
	suggestionsID = "filter-suggestions"
	faultID       = "filter-fault"
)

// maxSuggestions is how many suggestions are listed: typing on finds the others.
const maxSuggestions = 20

// typedFilter takes what the field holds, with the cursor in UTF-16 units.
func (s *store) typedFilter(text string, cursorUnits int, scrollPX float64) {
	f := &s.shown.filter
	f.text, f.scrollPX = text, scrollPX
	f.typed++
	s.suggest(view.ByteOffset(text, cursorUnits))
}

// suggest completes the text at a cursor.
func (s *store) suggest(cursor int) {
	f := &s.shown.filter
	words := view.Vocabulary(s.shown.base.table.Facets, s.allChains())
	f.suggestions = query.Complete(f.text, cursor, words)
	f.suggestions = f.suggestions[:min(len(f.suggestions), maxSuggestions)]
	f.open, f.chosen = len(f.suggestions) > 0, -1
	s.shown.rev++
}

// closeSuggestions takes the suggestions away.
func (s *store) closeSuggestions() {
	f := &s.shown.filter
	f.open, f.chosen = false, -1
	s.shown.rev++
}

// chooseSuggestion moves among the suggestions.
func (s *store) chooseSuggestion(step int) {
	f := &s.shown.filter
	n := len(f.suggestions)
	switch {
	case n == 0:
	case f.chosen < 0 && step < 0:
		f.chosen = n - 1
	default:
		f.chosen = (f.chosen + step + n) % n
	}
	s.shown.rev++
}

// accept puts a suggestion into the field. After the name of a field its values
// are suggested.
func (s *store) accept(i int) {
	f := &s.shown.filter
	if i < 0 || i >= len(f.suggestions) {
		return
	}
	chosen := f.suggestions[i]
	start, end := min(chosen.ReplaceStart, len(f.text)), min(chosen.ReplaceEnd, len(f.text))
	f.text = f.text[:start] + chosen.Text + f.text[max(start, end):]
	f.typed++
	cursor := start + len(chosen.Text)
	field := browser.ElementByID(filterID)
	field.SetText(f.text)
	field.SetCursor(view.UnitOffset(f.text, cursor))
	s.closeSuggestions()
	if chosen.Text != "" && chosen.Text[len(chosen.Text)-1] == ':' {
		s.suggest(cursor)
		return
	}
	s.applyFilter()
}

// applyFilter puts what was typed into effect. The steps of one visit to the
// field are one step in the history.
func (s *store) applyFilter() {
	f := &s.shown.filter
	if f.text == s.shown.query {
		return
	}
	if !f.pushed {
		f.pushed = true
		s.pushPlace()
	}
	s.setQuery(f.text)
}

// leaveFilter ends a visit to the field.
func (s *store) leaveFilter() {
	s.applyFilter()
	s.shown.filter.focused, s.shown.filter.pushed = false, false
	s.closeSuggestions()
}

// putFilter sets the field from elsewhere, in effect at once.
func (s *store) putFilter(text string) {
	s.shown.filter.text = text
	s.shown.filter.pushed = false
	s.shown.filter.typed++
	browser.ElementByID(filterID).SetText(text)
	s.closeSuggestions()
	s.applyFilter()
	s.shown.filter.pushed = false
}

// focusFilter puts the keyboard into the field.
func (s *store) focusFilter() {
	field := browser.ElementByID(filterID)
	field.Focus()
	field.Select()
}

// escapeFilter takes back one thing: the suggestions, then the query, then the
// keyboard. It reports whether there was anything to take back.
func (s *store) escapeFilter() bool {
	f := &s.shown.filter
	switch {
	case !f.focused:
		return false
	case f.open:
		s.closeSuggestions()
	case f.text != "":
		s.putFilter("")
	default:
		browser.ElementByID(gridID).Focus()
	}
	return true
}

// pushPlace leaves the present address in the history; what is kept from now on
// is another step.
func (s *store) pushPlace() {
	if s.info() != nil {
		browser.StepHistory()
	}
}

// visit goes to a place of the history.
func (s *store) visit(fragment string) {
	p := s.readPlace(fragment)
	s.takeZone(p.Zone)
	s.place = p
	s.restoreTable(p.Table)
	s.restoreAxis(p.Time)
	s.shown.picked = nil
	s.takeWanted()
	for _, c := range s.allChains() {
		if c.Node == p.Node && c.Channel == p.Channel {
			if !s.isShown(c.ID) {
				s.shown.picked = append(s.shown.picked, c.ID)
			}
			s.left[c.ID] = p.Position
			s.setChain(c.ID)
			break
		}
	}
	if !s.isShown(s.chain) && s.info() != nil {
		s.shown.picked = append(s.shown.picked, s.chain)
	}
	s.place = view.Place{}
	if s.info() != nil {
		s.reselect()
	}
	s.selectTab(s.restoreTab(p.Tab))
}
