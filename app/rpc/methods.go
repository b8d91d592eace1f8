package rpc

import (
	"chainglass/app/engine"
	"chainglass/wire"
)

// Method is the name of a request with the types of its body and its answer.
type Method[Req, Resp any] string

// The requests an engine answers.
const (
	// Open reads the files that travel beside the request. It reports progress
	// and can be cancelled; what was read by then stays open.
	Open Method[OpenRequest, engine.Opened] = "open"
	// Paste reads a pasted text.
	Paste Method[PasteRequest, engine.Opened] = "paste"
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

// SetKindRequest names a chain and the kind to read it as.
type SetKindRequest struct {
	Chain engine.ChainID
	Kind  wire.ChainKind
}

// FindingsResponse lists the findings of a chain, worst first.
type FindingsResponse struct{ Findings []engine.Finding }
