package export

import (
	"errors"
	"fmt"

	"chainglass/wire/postcard"
)

// The classes of faults. Every error of this package wraps one of them or an
// error of the underlying reader or writer.
var (
	// ErrNotExport: the input does not begin like a chain export, nor does a
	// readable item follow where its header would end.
	ErrNotExport = errors.New("not a chain export")
	// ErrVersion: the export is of a version this package does not know.
	ErrVersion = errors.New("unsupported version")
	// ErrTruncated: the file ends inside the item, or where one should begin.
	ErrTruncated = errors.New("the file ends here")
	// ErrChecksum: the bytes do not match their checksum.
	ErrChecksum = errors.New("checksum does not match")
	// ErrFrame: no item begins where one should; the bytes up to the next one
	// that does are lost.
	ErrFrame = errors.New("no item begins here")
	// ErrMalformed: the bytes match their checksum and are not what the format
	// allows at this place.
	ErrMalformed = errors.New("malformed")
	// ErrUnknownItem: an item of a type or version this package does not know.
	// It was skipped; nothing is damaged.
	ErrUnknownItem = errors.New("unknown kind of item, skipped")
	// ErrUnknownChain: a chain that no chain item has named.
	ErrUnknownChain = errors.New("chain is not named")
	// ErrNoFolder: raw parts of a chain whose folder item is missing.
	ErrNoFolder = errors.New("the folder that it is from is not listed")
	// ErrOrder: an item that repeats or contradicts an earlier one; a block
	// whose first position does not follow.
	ErrOrder = errors.New("out of order")
	// ErrNoFooter: the footer is missing or unusable; the file was read from
	// its start instead.
	ErrNoFooter = errors.New("no usable footer, read from the start")
	// ErrTrailing: bytes follow the trailer.
	ErrTrailing = errors.New("bytes after the end of the export")
	// ErrTooLarge: a limit of the format or of the reader is exceeded.
	ErrTooLarge = errors.New("too large")
	// ErrText: a string is not valid UTF-8.
	ErrText = errors.New("not valid UTF-8")
	// ErrClosed: the Writer has been closed.
	ErrClosed = errors.New("writer is closed")
)

// Error locates a fault in a chain export.
type Error struct {
	// Offset counts bytes from the start of the file to the item concerned.
	Offset int64
	// Length is how many bytes are concerned, as far as the file holds them and
	// it is known.
	Length int64
	// Item says what lies there.
	Item ItemType
	// Chain is the id of the chain concerned, where one is.
	Chain postcard.Option[ChainID]
	// First is the position of the first entry concerned, for a block.
	First int
	// Lost is how many entries cannot be read because of the fault.
	Lost int
	// Field names the part of the item that is at fault.
	Field string
	// Err is the class of the fault, or what the reader or writer returned.
	Err error
}

// Error says what is wrong, where, and what it costs.
func (e *Error) Error() string {
	text := fmt.Sprintf("export: %v at byte %d", e.Item, e.Offset)
	if id, ok := e.Chain.Get(); ok {
		text += fmt.Sprintf(" (chain %d", id)
		if e.Item == ItemBlock {
			text += fmt.Sprintf(", position %d", e.First)
		}
		text += ")"
	}
	if e.Field != "" {
		text += ": " + e.Field
	}
	text += ": " + e.Err.Error()
	if e.Lost > 0 {
		text += fmt.Sprintf("; %d entries lost", e.Lost)
	}
	return text
}

// Unwrap makes errors.Is find the class.
func (e *Error) Unwrap() error { return e.Err }

// VersionError reports an export of another version. It is an [ErrVersion].
type VersionError struct {
	// Seen is the version the file states.
	Seen uint64
	// Supported is the version this package reads.
	Supported uint64
}

// Error names both versions.
func (e *VersionError) Error() string {
	return fmt.Sprintf("chain export of version %d, this program reads version %d", e.Seen, e.Supported)
}

// Is makes errors.Is(err, ErrVersion) true.
func (e *VersionError) Is(target error) bool { return target == ErrVersion }

// someChain is the id of the chain that an [Error] concerns.
func someChain(id uint64) postcard.Option[ChainID] { return postcard.Some(ChainID(id)) }
