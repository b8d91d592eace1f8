package query

import "chainglass/app/kind"

// predicate is what one term asks.
type predicate interface {
	// bind says what is known once the class of an entry is.
	bind(t *Tables, c *Class) binding
	// record answers from a record that bind needed the payload of. A chain of the
	// given kind holds it.
	record(k *kind.Kind, r *Record) bool
	// readsPayload is true of a predicate on what is not in an index.
	readsPayload() bool
	// appendTo writes the term.
	appendTo(dst []byte) []byte
}

// binding is what is known of a predicate for the entries of one class.
type binding uint8

// The first three are verdicts, so that one converts to the other.
const (
	bindNo    = binding(No)
	bindMaybe = binding(Maybe)
	bindYes   = binding(Yes)
	// bindRow: the index row decides.
	bindRow = bindYes + 1
)

// onRecord returns what holds for a predicate on the fields of records, given
// what holds for records whose class is known.
func onRecord(c *Class, known binding) binding {
	switch c.State {
	case ClassRecord:
		return known
	case ClassUnknown:
		return bindMaybe
	}
	return bindNo
}
