package page

import (
	"chainglass/app/query"
	"chainglass/app/view"
)

// Filter is the filter line while it is used. What is in effect is the
// query of shown; text may be ahead of it.
type Filter struct {
	page    *Page
	Text    string
	Focused bool
	// Suggestions are the ways to go on; Open shows them, Chosen is the one that
	// the keyboard is on, -1 for none.
	Suggestions []query.Suggestion
	Open        bool
	Chosen      int
	// ScrollPX is how far the field is scrolled to the right.
	ScrollPX float64
	// Keystrokes counts keystrokes, so that only the last of a row is acted upon.
	Keystrokes int
	// Pushed is true once this visit to the field has made a step in the history.
	Pushed bool
}

// maxSuggestions is how many suggestions are listed: typing on finds the others.
const maxSuggestions = 20

// Typed takes what the field holds, with the cursor in UTF-16 units.
func (f *Filter) Typed(text string, cursorUnits int, scrollPX float64) {
	f.Text, f.ScrollPX = text, scrollPX
	f.Keystrokes++
	f.Suggest(view.ByteOffset(text, cursorUnits))
}

// Suggest completes the text at a cursor.
func (f *Filter) Suggest(cursor int) {
	words := view.Vocabulary(f.page.Shown.Base.Table.Facets, f.page.Sources.AllChains())
	f.Suggestions = query.Complete(f.Text, cursor, words)
	f.Suggestions = f.Suggestions[:min(len(f.Suggestions), maxSuggestions)]
	f.Open, f.Chosen = len(f.Suggestions) > 0, -1
	f.page.Shown.Rev++
}

// CloseSuggestions takes the suggestions away.
func (f *Filter) CloseSuggestions() {
	f.Open, f.Chosen = false, -1
	f.page.Shown.Rev++
}

// Choose moves among the suggestions.
func (f *Filter) Choose(step int) {
	n := len(f.Suggestions)
	switch {
	case n == 0:
	case f.Chosen < 0 && step < 0:
		f.Chosen = n - 1
	default:
		f.Chosen = (f.Chosen + step + n) % n
	}
	f.page.Shown.Rev++
}

// Accept puts a suggestion into the field. After the name of a field its values
// are suggested.
func (f *Filter) Accept(i int) {
	if i < 0 || i >= len(f.Suggestions) {
		return
	}
	chosen := f.Suggestions[i]
	start, end := min(chosen.ReplaceStart, len(f.Text)), min(chosen.ReplaceEnd, len(f.Text))
	f.Text = f.Text[:start] + chosen.Text + f.Text[max(start, end):]
	f.Keystrokes++
	cursor := start + len(chosen.Text)
	field := f.page.host.Field(FilterID)
	field.SetText(f.Text)
	field.SetCursor(view.UnitOffset(f.Text, cursor))
	f.CloseSuggestions()
	if chosen.Text != "" && chosen.Text[len(chosen.Text)-1] == ':' {
		f.Suggest(cursor)
		return
	}
	f.Apply()
}

// Apply puts what was typed into effect. The steps of one visit to the
// field are one step in the history.
func (f *Filter) Apply() {
	if f.Text == f.page.Shown.Query {
		return
	}
	if !f.Pushed {
		f.Pushed = true
		f.page.Address.push()
	}
	f.page.Shown.setQuery(f.Text)
}

// Leave ends a visit to the field.
func (f *Filter) Leave() {
	f.Apply()
	f.Focused, f.Pushed = false, false
	f.CloseSuggestions()
}

// Put sets the field from elsewhere, in effect at once.
func (f *Filter) Put(text string) {
	f.Text = text
	f.Pushed = false
	f.Keystrokes++
	f.page.host.Field(FilterID).SetText(text)
	f.CloseSuggestions()
	f.Apply()
	f.Pushed = false
}

// Focus puts the keyboard into the field.
func (f *Filter) Focus() {
	field := f.page.host.Field(FilterID)
	field.Focus()
	field.Select()
}

// escape takes back one thing: the suggestions, then the query, then the
// keyboard. It reports whether there was anything to take back.
func (f *Filter) escape() bool {
	switch {
	case !f.Focused:
		return false
	case f.Open:
		f.CloseSuggestions()
	case f.Text != "":
		f.Put("")
	default:
		f.page.host.Field(GridID).Focus()
	}
	return true
}

// TimeField is the field of the filter language that the axis sets.
const TimeField = "time"

// ToAxis has the table show nothing but the span of the axis.
func (f *Filter) ToAxis() {
	f.Put(query.SetTerm(f.page.Shown.Query, TimeField, view.QuerySpan(f.page.Axis.Scale.Span)))
}
