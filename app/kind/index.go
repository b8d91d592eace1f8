package kind

import (
	"chainglass/app/insight"
	"chainglass/wire"
)

// Indexed is what the index keeps of a record. Its texts alias the payload or are
// valid until the next record. It has the form of an action record, so that the most
// common one is decoded right into it; the other records say what stands for id, kind,
// outcome and reason.
type Indexed struct {
	wire.View
	// Tells is true if the story needs Told of the record.
	Tells bool
	Told  insight.Told
	// Size is how many bytes of the payload the record took.
	Size int
}

// Indexer fills in what the index keeps of the record in a payload. It may hold scratch
// memory: one goroutine at a time uses it.
type Indexer func(payload []byte, x *Indexed) error

// newFieldsIndexer returns an indexer that goes by the roles of the fields.
func (k *Kind) newFieldsIndexer() Indexer {
	var r Record
	return func(payload []byte, x *Indexed) error {
		n, outcome, err := k.readFields(payload, &r)
		if err != nil {
			return err
		}
		x.ID, x.EmittedAtMS, x.Kind = r.ID, r.TimeMS, r.Kind
		if k.MaskKind {
			x.Kind = r.Source
		}
		x.Outcome, x.Reason, x.DelayMS = wire.Outcome(outcome), r.Text, r.DelayMS
		x.Tells, x.Size = false, n
		return nil
	}
}
