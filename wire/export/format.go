package export

import "fmt"

// FormatName is the first element of the header of every chain export.
const FormatName = "chainglass-export"

// FormatVersion is the version this package writes and the only one it reads.
const FormatVersion = 1

// Limits of the format. A reader may refuse what exceeds them, so a writer
// never does.
const (
	// MaxHeaderBytes bounds the header, tag and checksum included.
	MaxHeaderBytes = 4096
	// MaxBlockEntries bounds the entries of one block.
	MaxBlockEntries = 8192
	// MaxPayloadBytes bounds the payload of one entry.
	MaxPayloadBytes = 256 << 20
	// MaxBodyBytes bounds the body of one item: a block that is nearly full,
	// then one entry of the largest payload.
	MaxBodyBytes = MaxPayloadBytes + 2<<20
	// MaxAnchors bounds the anchors of one note.
	MaxAnchors = 1 << 16
	// MaxFolderFiles bounds the files of one channel folder.
	MaxFolderFiles = 1 << 16
	// MaxRawBytes bounds the bytes of one raw part.
	MaxRawBytes = 1 << 20
)

// NoteVersion is the version of the shape of a note that this package writes.
const NoteVersion = 1

// ItemType is the first element of an item. Types that are not listed here
// are skipped by a reader, counted and reported.
type ItemType uint64

// The items of format version 1.
const (
	// ItemChain names a chain. It comes before the chain's blocks.
	ItemChain ItemType = 1
	// ItemBlock holds consecutive entries of one chain.
	ItemBlock ItemType = 2
	// ItemBase holds the snapshot that the folds of a node start from.
	ItemBase ItemType = 3
	// ItemNote holds a remark that a person made.
	ItemNote ItemType = 4
	// ItemPlainFinding holds what was wrong with the source, as text. It is read and
	// no longer written.
	ItemPlainFinding ItemType = 5
	// ItemFooter holds the index of all items before it.
	ItemFooter ItemType = 6
	// ItemHashedRedaction says that the export is a redacted view of another, and
	// states the plain hash of that: it is read, no longer written.
	ItemHashedRedaction ItemType = 7
	// ItemFolder lists the channel folder that a chain was read from. It comes
	// after the chain.
	ItemFolder ItemType = 8
	// ItemRaw holds bytes of a file of such a folder. It comes after the folder.
	ItemRaw ItemType = 9
	// ItemFinding holds something noticed about the chains or their source.
	ItemFinding ItemType = 10
	// ItemChainBase says which part of its source's chain a chain is, and what the
	// source had folded to where it begins.
	ItemChainBase ItemType = 11
	// ItemRedaction says that the export is a redacted view of another, and commits
	// to which.
	ItemRedaction ItemType = 12
)

// Parts of a file that are no items. They lie outside what an item may use as
// its type and serve to name the place of a fault.
const (
	// PartUnknown stands for bytes that are no item, or no longer one.
	PartUnknown ItemType = 0
	// PartHeader is the header.
	PartHeader ItemType = 1<<64 - 1
	// PartTrailer is the trailer.
	PartTrailer ItemType = 1<<64 - 2
)

// String returns the name used in errors.
func (t ItemType) String() string {
	switch t {
	case PartUnknown:
		return "bytes"
	case PartHeader:
		return "header"
	case PartTrailer:
		return "trailer"
	}
	if t.known() {
		return itemShapes[t].name
	}
	return fmt.Sprintf("item of type %#x", uint64(t))
}

// known reports whether this package can decode items of type t.
func (t ItemType) known() bool { return t < ItemType(len(itemShapes)) && itemShapes[t].name != "" }

// itemShapes describes the known items.
var itemShapes = [...]struct {
	// name is used in errors.
	name string
	// indexLen is how many numbers the index holds.
	indexLen int
}{
	ItemChain:           {"chain", 1}, // chain id
	ItemBlock:           {"block", 3}, // chain id, first position, entries
	ItemBase:            {"base", 0},
	ItemNote:            {"note", 1}, // note version
	ItemPlainFinding:    {"finding", 0},
	ItemFooter:          {"footer", 0},
	ItemHashedRedaction: {"redaction with a plain hash", 0},
	ItemFolder:          {"folder", 1},   // chain id
	ItemRaw:             {"raw part", 4}, // chain id, number of the file, offset, length
	ItemFinding:         {"finding", 0},
	ItemChainBase:       {"chain base", 1}, // chain id
	ItemRedaction:       {"redaction", 0},
}
