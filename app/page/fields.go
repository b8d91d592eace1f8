package page

// Ids of the elements that take text or the keyboard when the page's state says so.
const (
	FilterID       = "filter"
	GridID         = "grid"
	ReasonsFieldID = "reasons-span"
)
