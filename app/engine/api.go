package engine

import (
	"chainglass/app/kind"
	"chainglass/wire"
	"chainglass/wire/message"
	"chainglass/wire/postcard"
)

// ChainID names an open chain. Ids are never used twice.
type ChainID uint32

// SourceID names one thing that was opened: a drop, a paste, a path.
type SourceID uint32

// Progress tells how far a long operation has come.
type Progress struct {
	// Phase is what is being done: "finding chains" or "reading".
	Phase string
	// Current is the path being worked on.
	Current string
	// BytesDone of BytesTotal have been read; the total is 0 while unknown.
	BytesDone, BytesTotal int64
	// Records counts the entries indexed so far.
	Records int64
	// ElapsedMS counts milliseconds since the operation began.
	ElapsedMS int64
	// Chains are those that have appeared or grown since they were last reported, some
	// of them if they are many. By the last report all have been told of as they are.
	Chains []ChainInfo
	// Table is set by a search.
	Table *Table
	// Part is the next piece of a result that comes in pieces.
	Part []byte
}

// Opened is the answer to opening something.
type Opened struct {
	Source SourceID
	// Chains are all chains of the source, in the order of node and channel.
	Chains []ChainInfo
	// Problems are the things that could not be opened, and why.
	Problems []Problem
	// Unrecognised counts the files of no kind that can be opened, also those beyond
	// the problems that are listed.
	Unrecognised int
	// Ignored names files known to be of no interest.
	Ignored []string
	// Bases counts the snapshots found, by path.
	Bases []string
	// Cancelled is true if the operation was stopped: the chains are indexed as
	// far as they say.
	Cancelled bool
	Progress  Progress
}

// Problem is something that could not be opened, or not wholly.
type Problem struct {
	// Severity is below [SeverityWarning] if nothing is damaged or missing.
	Severity Severity
	// Path is where it is, inside what was opened, and Offset the byte of the file,
	// where there is one.
	Path   string
	Offset postcard.Option[int64]
	// Chain is the chain whose findings say the same; 0 for none.
	Chain ChainID
	// Unrecognised is true for a file of no kind that can be opened.
	Unrecognised bool
	// Title says what is wrong, Detail what is known about it and Advice what
	// can be done.
	Title, Detail, Advice string
	// Carried is true if the export at Path says so of its own source.
	Carried bool
}

// ChainInfo describes an open chain.
type ChainInfo struct {
	ID     ChainID
	Source SourceID
	// Node and Channel say where the chain belongs; Origin is its path inside
	// what was opened.
	Node, Channel, Origin string
	Kind                  wire.ChainKind
	// KindBasis says how the kind is known, for example "content".
	KindBasis string
	// Entries is how many entries the chain has, Indexed how many of them have
	// been read so far.
	Entries, Indexed int
	// Bytes is the size of the chain's payloads seen so far.
	Bytes int64
	// FirstTSNS and LastTSNS are the smallest and largest append time.
	FirstTSNS, LastTSNS postcard.Option[uint64]
	// FirstMS and LastMS are the smallest and largest time in the records.
	FirstMS, LastMS postcard.Option[uint64]
	// Times groups the times that entries are placed at: append times, or else the
	// records' own.
	Times    []TimeGroup
	FirstSeq uint64
	LastSeq  uint64
	Counts   Counts
	// Findings counts the findings by severity; Worst is the highest.
	Findings [severities]int
	Worst    Severity
	// Layout says how the chain is stored, for example "generation 1 (live)".
	Layout string
	// Filtered is true if entries were left out before the chain came here.
	Filtered bool
	// Cut says what part of its source's chain it is.
	Cut Cut
	// Unchecked is true if the payloads have no checksum: they come from JSON or text.
	Unchecked bool
}

// Node and Channel of a chain in one text.
func (c *ChainInfo) Name() string {
	if c.Node == "" {
		return c.Channel
	}
	return c.Node + " " + c.Channel
}

// Count is how many entries share a name.
type Count struct {
	Name  string
	Count int
}

// Counts are the entries of a chain by what the index knows of them. Zero
// counts are left out.
type Counts struct {
	// Outcomes counts by disposition, verification outcome or level.
	Outcomes []Count
	// Kinds counts by action kind, admin event or source.
	Kinds []Count
	// Statuses counts by entry status.
	Statuses []Count
	// Undecodable counts the readable entries that are no record.
	Undecodable int
}

// Row is one line of the table of records.
type Row struct {
	Chain ChainID
	// Position is the place of the entry in its chain.
	Position int
	Seq      uint64
	TSNS     postcard.Option[uint64]
	Status   wire.EntryStatus
	// Size is the length of the payload in bytes.
	Size int
	// Error is the decoder's text if the entry is not a record; the fields
	// below are then empty.
	Error string
	// TimeMS is the record's own time in Unix milliseconds.
	TimeMS postcard.Option[uint64]
	// ID is the action id, or the record's own seq on the other chains.
	ID uint64
	// Kind is the action kind, the admin event, the log's origin or the
	// failure's source.
	Kind string
	// Outcome is the disposition, the verification outcome or the level.
	Outcome string
	// Text is the reason or message, cut at [RowTextBytes]; for an entry that is
	// damaged or of no known kind, its first bytes in hex.
	Text string
	// DelayMS is the retry hint or the cooldown.
	DelayMS postcard.Option[uint64]
}

// RowTextBytes bounds the text of a row; the record panel shows the whole.
const RowTextBytes = 400

// RowPage is a run of rows of one chain.
type RowPage struct {
	Chain ChainID
	First int
	Rows  []Row
}

// Field is one decoded value and the bytes it came from.
type Field = kind.Explained

// Detail is everything known about one entry.
type Detail struct {
	Chain ChainID
	Row   Row
	// Payload is the entry's bytes, cut at [DetailPayloadBytes].
	Payload []byte
	// PayloadBytes is the whole length.
	PayloadBytes int
	Fields       []Field
	// JSON is the record as the reference's JSON writes it; empty if the entry
	// does not decode.
	JSON string
	// Trailing is how many bytes after the record belong to nothing.
	Trailing int
	// Fault says where decoding stopped, if it did.
	Fault *Fault
	// FlagsAndChecksum is the stored word, Checksum the 28 bits computed from
	// the payload. If Unchecked is true the source stores none, and the word was made
	// from the payload.
	FlagsAndChecksum, Checksum uint32
	Unchecked                  bool
	// Location says in which file the entry lies and where.
	Location Location
}

// DetailPayloadBytes bounds the payload shown for one entry.
const DetailPayloadBytes = 64 << 10

// Fault says why a payload is no record, and where.
type Fault = kind.Fault

// Location is where an entry lies in the files that were opened.
type Location struct {
	IndexFile     string
	IndexOffset   int64
	PayloadFile   string
	PayloadOffset int64
	PayloadBytes  int64
	// InBlock is true if offset and size are those of a block that holds the payload
	// with others.
	InBlock bool
}

// State is a snapshot of a node as of one position of one of its chains.
type State struct {
	Chain    ChainID
	Position int
	// AtTSNS is the append time of the last entry applied.
	AtTSNS postcard.Option[uint64]
	kind.State
	// Parts lists the chains that went into the snapshot and how far.
	Parts []StatePart
	// Base names the snapshot the folds started from; empty for the default.
	Base string
}

// StatePart is the share of one chain in a state.
type StatePart struct {
	Chain    ChainID
	Kind     wire.ChainKind
	Channel  string
	Position int
	Entries  int
	// Cut says what part of its source's chain it is: of a run, the state is that of
	// the source after Cut.Position + Position entries.
	Cut Cut
	// Elsewhere is true if the source's chain was at another position at the time of
	// the state than the entries that are here can show.
	Elsewhere bool
	// Error is set when the part could not be read.
	Error string
}

// Severity ranks findings.
type Severity uint8

// The severities, mildest first.
const (
	// SeverityNone is the worst severity of a chain without findings.
	SeverityNone Severity = iota
	// SeverityNote: worth knowing, nothing is lost.
	SeverityNote
	// SeverityWarning: something is missing or out of order, no byte is known
	// to be bad.
	SeverityWarning
	// SeverityDamage: bytes are bad or gone.
	SeverityDamage

	severities // count
)

// String returns the lower-case name.
func (s Severity) String() string {
	return [...]string{"none", "note", "warning", "damage"}[min(s, SeverityDamage)]
}

// MeansDamage reports whether a finding of a severity and rule is of something bad, missing
// or out of order. Entries that are whole and are no record may be as they were written.
func MeansDamage(severity Severity, rule string) bool {
	return severity >= SeverityWarning && rule != ruleUndecodable
}

// Finding is something noticed about a chain.
type Finding struct {
	Chain    ChainID
	Severity Severity
	// Rule is the stable name of the check, for example "bad-checksum".
	Rule string
	// Title says what it is in a few words, Detail what it means.
	Title, Detail message.Message
	// Position and Seq lead to the first entry concerned; Position is -1 if no
	// entry is.
	Position int
	Seq      uint64
	// Count is how many entries are concerned, LastPosition the last of them.
	Count        int
	LastPosition int
	// Location is the place in the files, where there is one.
	Location Location
	// Carried is true if the export that the chain is from says so: Location is a
	// place in its source then.
	Carried bool
}
