package engine

// TableID names a table of an engine. Ids are never used twice.
type TableID uint32

// TableSpec says what a table shows: the entries of one chain, or of several
// merged in time, all of them or those that a query keeps.
type TableSpec struct {
	// Chains are the chains shown, in the order that breaks ties in time. None
	// means all that are open.
	Chains []ChainID
	// Query is in the filter language; empty keeps everything.
	Query string
	// Order is what entries of different chains are merged by. Entries of one
	// chain keep their order.
	Order Order
	// ShiftMS is added to the times of a node's chains before merging, to make up
	// for a clock that is off.
	ShiftMS map[string]int64
	// Zone names the time zone of times in the query that name none, as the tz
	// database does; empty is UTC.
	Zone string
}

// Table describes a table. While its query still searches, Rows grows.
type Table struct {
	ID TableID
	// Rows is how many entries the table shows.
	Rows int
	// Searched of Total entries have been looked at.
	Searched, Total int
	// Complete is true once everything has been searched; a search that was
	// cancelled leaves it false.
	Complete bool
	// Facets counts the rows by what the index knows of them.
	Facets []Facet
	// Fault is set if the query is none; the table then does not exist.
	Fault *QueryFault
	// Remarks say how parts of the query are understood that could be meant
	// otherwise.
	Remarks []string
}

// QueryFault is what is wrong with a query.
type QueryFault struct {
	// Start and End are bytes of the query, for an underline.
	Start, End int
	// Text says what is wrong, Hint what would be right.
	Text, Hint string
}

// Facet counts the rows of a table by one field of the filter language.
type Facet struct {
	// Field is the name to filter by.
	Field string
	// Values are in the order of their counts, at most [FacetValues]; Others
	// counts the rows of the rest.
	Values []Count
	Others int
}

// FacetValues bounds the values listed of a facet.
const FacetValues = 40

// Place is a row of a table.
type Place struct {
	// Row is the row of the entry asked for, or the one it would come before.
	Row int
	// Exact is true if it is the entry's own.
	Exact bool
}
