package page

import (
	"time"

	"chainglass/app/view"
)

// Facets is what of the facets is folded away or shown in full.
type Facets struct {
	page *Page
	Rev  uint64
	// due is true while a change waits for the rows to be drawn.
	due          bool
	Folded, Full map[string]bool
}

// facetPause is how much later than the rows the facets follow a search: both at
// once would hold the page up, and nobody reads them while typing.
const facetPause = 60 * time.Millisecond

// changed has the facets drawn anew, soon.
func (f *Facets) changed() {
	if f.due {
		return
	}
	f.due = true
	f.page.after(facetPause, func() {
		f.due = false
		f.Rev++
	})
}

// Pick asks for a value or takes that back.
func (f *Facets) Pick(field, value string) {
	f.page.Filter.Put(view.ToggleFacet(f.page.Filter.Text, field, value))
}

// Exclude excludes a value or takes that back.
func (f *Facets) Exclude(field, value string) {
	f.page.Filter.Put(view.ToggleExclusion(f.page.Filter.Text, field, value))
}

// Toggle turns a mark of a field on or off.
func Toggle(marks *map[string]bool, field string) {
	if *marks == nil {
		*marks = map[string]bool{}
	}
	(*marks)[field] = !(*marks)[field]
}
