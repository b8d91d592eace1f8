package query

import (
	"chainglass/app/kind"
	"chainglass/wire"
)

// Tables is what an index knows of a chain as a whole.
type Tables struct {
	// Node and Channel say where the chain belongs.
	Node, Channel string
	// Chain is the kind of the chain, one of Kinds.
	Chain wire.ChainKind
	Kinds kind.Set `cbor:"-"`
	// Classes are the classes of entries, by the number in Row.Class.
	Classes []Class
}

// kind returns the kind of the chain.
func (t *Tables) kind() *kind.Kind { return t.Kinds.Of(t.Chain) }

// Class is what entries of one class have in common. The zero Class stands for
// records of which the index knows nothing more.
type Class struct {
	State ClassState
	// Kind is the whole kind of records: the action kind, the admin event,
	// "daemon" or "node" for a log record with or without a daemon_id, the masked
	// source of a failure. A class whose kind was cut or forgotten has to be
	// of state [ClassUnknown].
	Kind string
	// Outcome is the disposition, the verification outcome or the level by its
	// name, or "Failure".
	Outcome string
	// Text is the masked reason or message. A record without one has an empty
	// Template that is Whole.
	Text Template
	// Source is the masked source of failures.
	Source Template
}

// ClassState says what the entries of a class are.
type ClassState uint8

// The states of a class.
const (
	// ClassUnknown: records, but kind, outcome and texts are not in the index.
	ClassUnknown ClassState = iota
	// ClassUnreadable: the payload is damaged or missing; the entry has no texts.
	ClassUnreadable
	// ClassUndecodable: the payload is no record; its only text is the error.
	ClassUndecodable
	// ClassRecord: records described by the other fields of the class.
	ClassRecord
)

// Template is a text with its values masked, as the index keeps it: each word
// that is a number or an id is replaced by "#". A word is a run of ASCII
// letters, digits and underscores. The zero Template is an unknown text.
type Template struct {
	// Text is the masked text. If Masked holds "#", one in Text may be one of the text's own.
	Text string
	// Whole is true if no text of this template is longer than what was masked.
	Whole bool
	// Masked holds every byte that a "#" in Text stands for: those that masked words of
	// the texts are made of, and "#" itself if the texts have one; [AllWordBytes] if that is
	// not known.
	Masked WordBytes
}

// WordBytes is a set of bytes: the digits, the letters without regard to case and the
// underscore, which words are made of, and "#", which stands for them.
type WordBytes uint64

// AllWordBytes is the set of all of them.
const AllWordBytes WordBytes = 1<<38 - 1

// With returns the set with the bytes of a word added. Others are passed over.
func (w WordBytes) With(word []byte) WordBytes {
	for _, b := range word {
		w |= wordBit(b)
	}
	return w
}

func wordBit(b byte) WordBytes {
	switch b = lower(b); {
	case b >= '0' && b <= '9':
		return 1 << (b - '0')
	case b >= 'a' && b <= 'z':
		return 1 << (b - 'a' + 10)
	case b == '_':
		return 1 << 36
	case b == '#':
		return 1 << 37
	}
	return 0
}

// Row is what an index knows of one entry.
type Row struct {
	// Position is the place of the entry in its chain.
	Position uint64
	// Seq is the sequence number stored with the entry.
	Seq uint64
	// TimeNS is where the entry stands in time, in Unix nanoseconds: its append
	// time or, if it has none, the time of its record.
	TimeNS uint64
	// TimeMS is the record's own time in Unix milliseconds and ID its id or seq.
	// They mean nothing for an entry that is no record.
	TimeMS, ID uint64
	// Class numbers the class of the entry in Tables.Classes. A class that came
	// after compiling is taken for [ClassUnknown], so only classes of records may.
	Class uint16
	// Status is the state of the entry.
	Status wire.EntryStatus
}

// Record is what the payload of an entry says: of a record what its kind reads. Kind and
// Outcome are what Class says, of this record and never cut. Nothing of it is kept, so its
// slices may alias a buffer. What an entry does not have is left zero.
type Record struct {
	kind.Record
	// Template is the masked Text. It is needed for entries whose class says
	// nothing of it: those of state [ClassUnknown] and with an unknown Template.
	Template []byte
	// Error is the decoder's text for an entry that is no record.
	Error []byte
}
