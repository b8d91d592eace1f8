package wire

import (
	"fmt"

	"chainglass/wire/postcard"
)

// ChainKind says which record type the payloads of a chain hold.
type ChainKind uint8

// The kinds of chain a node writes. Nothing on disk states the kind; it is
// decided from the payloads, with the channel name as a hint.
const (
	// ChainUnknown is a chain whose payloads are none of the four record types.
	// It still has entries, times, checksums and bytes.
	ChainUnknown ChainKind = iota
	// ChainAction holds [ActionChainRecord]s: a version byte, then postcard.
	ChainAction
	// ChainAudit holds bare postcard admin-audit records.
	ChainAudit
	// ChainLog holds bare postcard log records.
	ChainLog
	// ChainFailure holds bare postcard failure records.
	ChainFailure

	chainKinds // count
)

var chainKindNames = [chainKinds]string{"unknown", "action", "audit", "log", "failure"}

// String returns the name used on the command line, in exports and on screen.
func (k ChainKind) String() string {
	if k < chainKinds {
		return chainKindNames[k]
	}
	return fmt.Sprintf("ChainKind(%#02x)", uint8(k))
}

// ParseChainKind is the inverse of [ChainKind.String].
func ParseChainKind(s string) (ChainKind, bool) {
	for k, name := range chainKindNames {
		if name == s {
			return ChainKind(k), true
		}
	}
	return ChainUnknown, false
}

// EntryStatus says whether the payload of an entry can be trusted.
type EntryStatus uint8

// The states of an entry.
const (
	// EntryOK: the payload is present and matches its checksum.
	EntryOK EntryStatus = iota
	// EntryBadChecksum: the payload is present and does not match its checksum.
	// The bytes are handed out all the same.
	EntryBadChecksum
	// EntryOutOfRange: the payload lies outside the payload file although a
	// later entry's payload lies inside it.
	EntryOutOfRange
	// EntryTorn: the payload runs past the end of the payload file and no later
	// entry's payload lies inside it: the tail of an interrupted write.
	EntryTorn
	// EntryTooLarge: the payload matches its checksum but is larger than the
	// reader is willing to hold in memory; no bytes are handed out.
	EntryTooLarge
	// EntryLost: the entry was there when the source was written and its
	// container no longer yields it; nothing of it is known but its place.
	EntryLost

	// EntryStatusCount is the number of statuses.
	EntryStatusCount = iota
)

var entryStatusNames = [EntryStatusCount]string{"ok", "bad-checksum", "out-of-range", "torn", "too-large", "lost"}

// String returns the name used in output and queries.
func (s EntryStatus) String() string {
	if s < EntryStatusCount {
		return entryStatusNames[s]
	}
	return fmt.Sprintf("EntryStatus(%#02x)", uint8(s))
}

// Readable reports whether the entry counts under the default reading rule:
// its payload is present and matches its checksum.
func (s EntryStatus) Readable() bool { return s == EntryOK || s == EntryTooLarge }

// Entry is one entry of a chain as a [Reader] hands it out.
type Entry struct {
	// Seq is the sequence number stored with the entry. Damage can make it
	// anything; the place of an entry in its chain is its position.
	Seq uint64
	// TSNS is the append time in Unix nanoseconds, absent where the source has
	// no usable timestamp for the entry.
	TSNS postcard.Option[uint64]
	// FlagsAndChecksum is the stored word: flags in the top 4 bits, the low 28
	// bits of XXH3-64 of the payload below.
	FlagsAndChecksum uint32
	// Status tells whether Payload can be trusted.
	Status EntryStatus
	// Payload aliases the buffer of the Block it came in.
	Payload []byte
}

// Reader gives the entries of one chain, in order and from any position. A
// position counts entries from 0, damaged ones included.
type Reader interface {
	// Len returns the number of entries.
	Len() int
	// ReadBlock fills b with consecutive entries from position first on: at
	// least one, and at most b.MaxEntries if that is not zero. At or past Len
	// it returns io.EOF. Entries and payloads are valid until the next
	// ReadBlock into the same Block. A damaged entry is no error, its status
	// tells; an error means that the source itself could not be read.
	ReadBlock(first int, b *Block) error
}

// Block is a run of consecutive entries and the memory they live in. The zero
// Block is ready for use and is meant to be reused.
type Block struct {
	// MaxEntries limits the next ReadBlock; zero leaves the size to the reader.
	MaxEntries int
	// First is the position of Entries[0].
	First int
	// Entries alias the memory of the Block.
	Entries []Entry
	// SourceBytes is how many bytes of the source the block was read from.
	SourceBytes int64
	// PayloadEnd is the highest end of a payload in the source's payload file, in bytes,
	// where the source has one; torn payloads are left out.
	PayloadEnd uint64

	buf []byte
}

// Buffer returns n bytes of scratch memory that lives as long as the entries
// of the block, for a reader to put payloads in. A second call for the same
// block would overwrite what the first returned.
func (b *Block) Buffer(n int) []byte {
	if cap(b.buf) < n {
		b.buf = make([]byte, n)
	}
	return b.buf[:n]
}
