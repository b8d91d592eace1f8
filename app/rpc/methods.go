package rpc

import (
	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/wire"
)

// Method is the name of a request with the types of its body and its answer.
type Method[Req, Resp any] string

// The requests an engine answers.
const (
	// Open reads the files that travel beside the request. It reports progress
	// and can be cancelled; what was read by then stays open. The reports tell of
	// every chain as it comes and when it has changed, and the answer of none: there
	// may be tens of thousands.
	Open Method[OpenRequest, engine.Opened] = "open"
	// Paste reads a pasted text.
	Paste Method[PasteRequest, engine.Opened] = "paste"
	// ReadOn looks at what was opened once more, at the files that travel beside the
	// request or those that are open, and reads what has come. It reports progress and
	// can be cancelled; then all is as before.
	ReadOn Method[engine.ReadOnSpec, engine.Resumed] = "read-on"
	// Close forgets a source and its chains.
	Close Method[CloseRequest, Nothing] = "close"
	// Rows returns a run of rows.
	Rows Method[RowsRequest, engine.RowPage] = "rows"
	// Detail returns one entry in full.
	Detail Method[PositionRequest, engine.Detail] = "detail"
	// State returns the snapshot at a position.
	State Method[PositionRequest, engine.State] = "state"
	// Findings returns what was noticed about a chain.
	Findings Method[ChainRequest, FindingsResponse] = "findings"
	// Search makes a table of the entries that a query keeps, of one chain or of
	// several merged in time. Reports carry the table as it fills.
	Search Method[engine.TableSpec, engine.Table] = "search"
	// TableRows returns a run of rows of a table.
	TableRows Method[TableRowsRequest, engine.RowPage] = "table-rows"
	// FindRow returns the row of an entry in a table.
	FindRow Method[FindRowRequest, engine.Place] = "find-row"
	// FindTime returns the first row of a table not earlier than a time.
	FindTime Method[FindTimeRequest, engine.Place] = "find-time"
	// Histogram counts entries over time.
	Histogram Method[engine.HistogramSpec, engine.Histogram] = "histogram"
	// Related returns the entries that have to do with one entry.
	Related Method[PositionRequest, engine.Related] = "related"
	// DiffStates compares the snapshots at two positions.
	DiffStates Method[DiffStatesRequest, engine.StateDiff] = "diff-states"
	// Compare holds two chains against each other.
	Compare Method[CompareRequest, engine.Comparison] = "compare"
	// Insights returns the story in chains: restarts, storms, bursts, operators.
	Insights Method[InsightsRequest, InsightsResponse] = "insights"
	// Reasons counts the reasons given in a range of time.
	Reasons Method[ReasonsRequest, ReasonsResponse] = "reasons"
	// ClockOffsets measures the record clock of every node.
	ClockOffsets Method[Nothing, ClockOffsetsResponse] = "clock-offsets"
	// Notes returns all notes.
	Notes Method[Nothing, NotesResponse] = "notes"
	// PutNote adds or changes a note.
	PutNote Method[engine.Note, engine.Note] = "put-note"
	// DeleteNote forgets a note.
	DeleteNote Method[DeleteNoteRequest, Nothing] = "delete-note"
	// SetBase starts the folds of a chain's node from a snapshot that was opened.
	SetBase Method[SetBaseRequest, SetBaseResponse] = "set-base"
	// SetKind reads a chain as another kind from now on.
	SetKind Method[SetKindRequest, engine.ChainInfo] = "set-kind"
)

// cancelMethod ends the request whose number is in its body.
const cancelMethod = "cancel"

// Nothing is the answer of a request that only acts.
type Nothing struct{}

// OpenRequest announces files. Their contents never travel in the message.
type OpenRequest struct {
	// Label is what the user opened, for example a folder's name.
	Label string
}

// PasteRequest carries a pasted text.
type PasteRequest struct{ Text string }

// CloseRequest names the source to forget.
type CloseRequest struct{ Source engine.SourceID }

// RowsRequest asks for Count rows from position First on.
type RowsRequest struct {
	Chain        engine.ChainID
	First, Count int
}

// PositionRequest names one position of one chain. For a state it counts the
// entries applied; for a detail it is the entry.
type PositionRequest struct {
	Chain    engine.ChainID
	Position int
}

// ChainRequest names a chain.
type ChainRequest struct{ Chain engine.ChainID }

// SetBaseRequest names a chain of the node and the source with the snapshot.
type SetBaseRequest struct {
	Chain engine.ChainID
	From  engine.SourceID
}

// SetBaseResponse says where the snapshot is from.
type SetBaseResponse struct{ Origin string }

// SetKindRequest names a chain and the kind to read it as.
type SetKindRequest struct {
	Chain engine.ChainID
	Kind  wire.ChainKind
}

// TableRowsRequest asks for Count rows of a table from row First on.
type TableRowsRequest struct {
	Table        engine.TableID
	First, Count int
}

// FindRowRequest names an entry to be found in a table.
type FindRowRequest struct {
	Table    engine.TableID
	Chain    engine.ChainID
	Position int
}

// FindTimeRequest names a time to be found in a table.
type FindTimeRequest struct {
	Table  engine.TableID
	TimeNS uint64
}

// DiffStatesRequest names the positions to compare, and whether to compare the
// other nodes at these times as well.
type DiffStatesRequest struct {
	A, B       engine.At
	Everywhere bool
}

// CompareRequest names the chains to compare.
type CompareRequest struct{ A, B engine.ChainID }

// InsightsRequest names the chains to look at; none means all.
type InsightsRequest struct{ Chains []engine.ChainID }

// InsightsResponse lists what was noticed, the most telling first; what the senders
// of exports noticed; and what is wrong with what is open and about no chain.
type InsightsResponse struct {
	Insights, Sender []insight.Finding
	Problems         []engine.Problem
}

// ReasonsRequest asks about chains, none meaning all, from FromNS up to ToNS.
type ReasonsRequest struct {
	Chains       []engine.ChainID
	FromNS, ToNS uint64
}

// ReasonsResponse lists the reasons, the most frequent first.
type ReasonsResponse struct{ Groups []insight.Group }

// ClockOffsetsResponse lists the nodes.
type ClockOffsetsResponse struct{ Offsets []insight.ClockOffset }

// NotesResponse lists the notes in order of time.
type NotesResponse struct{ Notes []engine.Note }

// DeleteNoteRequest names a note.
type DeleteNoteRequest struct{ ID string }

// FindingsResponse lists the findings of a chain, worst first.
type FindingsResponse struct{ Findings []engine.Finding }
