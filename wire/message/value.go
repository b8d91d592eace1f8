package message

import (
	"math"
	"strings"
	"time"
)

// Class says what a value is, and so how it is shown and what a redaction makes of
// it.
type Class uint8

// The classes. Those that name things are the things' own names and numbers in the
// chains.
const (
	// ClassCount: how many, or a measure whose unit stands in the words.
	ClassCount Class = 1 + iota
	// ClassNumber: a sequence number, a position, an ordinal.
	ClassNumber
	// ClassRate: how often, in thousandths.
	ClassRate
	// ClassDuration: nanoseconds.
	ClassDuration
	// ClassOffset: nanoseconds with a sign, as an int64.
	ClassOffset
	// ClassTime: Unix nanoseconds.
	ClassTime
	// ClassAction: the id of an action, which counts from 1 in every process.
	ClassAction
	// ClassNodeID: the id of a node.
	ClassNodeID
	// ClassDaemonID: the id of a daemon.
	ClassDaemonID
	// ClassChainID: the id of a chain whose replicas nodes hold.
	ClassChainID
	// ClassOperator: the id of an operator.
	ClassOperator
	// ClassMigration: the id of a migration.
	ClassMigration
	// ClassNode: the name of a node.
	ClassNode
	// ClassChannel: the name of a channel.
	ClassChannel
	// ClassDaemon: the name of a daemon.
	ClassDaemon
	// ClassKind: a name that the format or a release gives: the kind of an action, of
	// a refusal, of a step of recovery.
	ClassKind
	// ClassReason: a reason or message of records, or what is left of one.
	ClassReason
	// ClassPath: a path in the source.
	ClassPath
	// ClassText: any other text from data, such as that of an error.
	ClassText
	// ClassMessages: messages, one after the other.
	ClassMessages
	// ClassHidden: something that a redaction took away.
	ClassHidden

	classes // count
)

// Value is one value of a message. Number or Text or Messages holds it, by its
// class.
type Value struct {
	_        struct{} `cbor:",toarray"`
	Class    Class
	Number   uint64
	Text     string
	Messages []Message
}

// number is what counts can be given as.
type number interface {
	~int | ~int64 | ~uint64 | ~uint32
}

// Count returns a count or a measure. It is not negative.
func Count[N number](n N) Value { return Value{Class: ClassCount, Number: uint64(max(n, 0))} }

// Number returns a sequence number, a position or an ordinal.
func Number[N number](n N) Value { return Value{Class: ClassNumber, Number: uint64(max(n, 0))} }

// Rate returns how often something happens, to a thousandth.
func Rate(n float64) Value {
	const most = 1 << 53
	return Value{Class: ClassRate, Number: uint64(math.Round(min(max(n*1000, 0), most)))}
}

// Duration returns a length of time in nanoseconds.
func Duration(ns uint64) Value { return Value{Class: ClassDuration, Number: ns} }

// Std returns a length of time.
func Std(d time.Duration) Value { return Duration(uint64(max(d, 0))) }

// Offset returns a signed length of time in nanoseconds.
func Offset(ns int64) Value { return Value{Class: ClassOffset, Number: uint64(ns)} }

// Time returns a time in Unix nanoseconds.
func Time(ns uint64) Value { return Value{Class: ClassTime, Number: ns} }

// ID returns the id of a thing of the given class.
func ID(c Class, id uint64) Value { return Value{Class: c, Number: id} }

// Name returns the name of a thing of the given class. What is no UTF-8 in it is
// replaced.
func Name(c Class, name string) Value { return Value{Class: c, Text: valid(name)} }

// Node returns the name of a node.
func Node(name string) Value { return Name(ClassNode, name) }

// Channel returns the name of a channel.
func Channel(name string) Value { return Name(ClassChannel, name) }

// Kind returns a name that the format or a release gives.
func Kind(name string) Value { return Name(ClassKind, name) }

// Reason returns a reason or message of records.
func Reason(text string) Value { return Name(ClassReason, text) }

// Path returns a path in the source.
func Path(p string) Value { return Name(ClassPath, p) }

// Text returns any other text from data.
func Text(text string) Value { return Name(ClassText, text) }

// Hidden stands for something that a redaction took away.
func Hidden() Value { return Value{Class: ClassHidden} }

// List returns messages as one value.
func List(messages ...Message) Value { return Value{Class: ClassMessages, Messages: messages} }

// MaxTextBytes is what the functions of this package keep of a text.
const MaxTextBytes = 4096

// valid returns text as UTF-8, and no more of it than a value holds.
func valid(text string) string {
	if len(text) > MaxTextBytes {
		end := MaxTextBytes
		for end > 0 && text[end]&0xc0 == 0x80 {
			end--
		}
		text = text[:end] + "…"
	}
	return strings.ToValidUTF8(text, "\ufffd")
}
