package table

import (
	"strconv"

	"chainglass/app/engine/part"
	"chainglass/app/kind"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// row is an entry on its way into the columns. Texts are nil where there are none; they alias
// the payload and scratch memory, until the next row.
type row struct {
	node, channel []byte
	position, run int
	entry         *wire.Entry
	status        []byte
	payload       []byte
	fault         []byte
	record
}

// record is what a payload decodes to.
type record struct {
	// decoded is true if it is a record; all else is empty otherwise.
	decoded                                           bool
	id, timeMS                                        uint64
	delayMS                                           postcard.Option[uint64]
	kind, outcome, reason, template                   []byte
	level, message, daemon, event, subject, operators []byte
}

// decoder decodes the payloads of one kind of chain into a record. It holds scratch memory for
// a row at a time.
type decoder func(payload []byte, r *record) error

// scratch makes texts that live as long as a batch of rows.
type scratch struct{ b []byte }

// add returns what make appends. What was handed out before stays as it is.
func (s *scratch) add(make func([]byte) []byte) []byte {
	from := len(s.b)
	s.b = make(s.b)
	return s.b[from:len(s.b):len(s.b)]
}

func (s *scratch) number(n uint64) []byte {
	return s.add(func(b []byte) []byte { return strconv.AppendUint(b, n, 10) })
}

// template returns the template of a text, nil of none.
func (s *scratch) template(text []byte) []byte {
	if len(text) == 0 {
		return nil
	}
	return s.add(func(b []byte) []byte { return part.AppendTemplate(b, text) })
}

// decoders returns the decoder of a kind; nil for a chain of no known kind.
func decoders(of wire.ChainKind, s *scratch) decoder {
	k := (kind.Set{}).Of(of)
	outcomes := names(k.OutcomeNames())
	switch of {
	case wire.ChainAction:
		var v wire.View
		return func(payload []byte, r *record) error {
			if _, err := wire.DecodeView(payload, &v); err != nil {
				return err
			}
			r.id, r.timeMS, r.kind, r.outcome, r.delayMS = v.ID, v.EmittedAtMS, some(v.Kind), outcomes[v.Outcome], v.DelayMS
			if v.Outcome != wire.OutcomeDispatched {
				r.reason, r.template = some(v.Reason), s.template(v.Reason)
			}
			return nil
		}
	case wire.ChainAudit:
		return auditDecoder(s, outcomes)
	case wire.ChainLog:
		var v snapshot.LogView
		return func(payload []byte, r *record) error {
			if _, err := snapshot.DecodeLogView(payload, &v); err != nil {
				return err
			}
			r.id, r.timeMS, r.level, r.message, r.template = v.Seq, v.TSMS, outcomes[v.Level], some(v.Message), s.template(v.Message)
			if v.DaemonID.Some {
				r.daemon = s.number(v.DaemonID.Value)
			}
			return nil
		}
	case wire.ChainFailure:
		var v snapshot.FailureView
		return func(payload []byte, r *record) error {
			if _, err := snapshot.DecodeFailureView(payload, &v); err != nil {
				return err
			}
			r.id, r.timeMS, r.kind, r.reason, r.template = v.Seq, v.RecordedAtMS, some(v.Source), some(v.Reason), s.template(v.Reason)
			return nil
		}
	}
	if k.Known() {
		return fieldsDecoder(k, s)
	}
	return nil
}

// fieldsDecoder goes by the description of a kind that has no columns of its own.
func fieldsDecoder(k *kind.Kind, s *scratch) decoder {
	var v kind.Record
	return func(payload []byte, r *record) error {
		if err := k.Read(payload, &v); err != nil {
			return err
		}
		r.id, r.timeMS, r.kind, r.outcome, r.delayMS = v.ID, v.TimeMS, v.Kind, []byte(v.Outcome), v.DelayMS
		r.message, r.template = v.Text, s.template(v.Text)
		if v.DaemonID.Some {
			r.daemon = s.number(v.DaemonID.Value)
		}
		return nil
	}
}

func auditDecoder(s *scratch, outcomes [][]byte) decoder {
	var events [][]byte
	for k := snapshot.EventEnterMaintenance; k <= snapshot.EventKillMigration; k++ {
		events = append(events, []byte(k.SnakeName()))
	}
	var v snapshot.AuditView
	return func(payload []byte, r *record) error {
		if _, err := snapshot.DecodeAuditView(payload, &v); err != nil {
			return err
		}
		r.id, r.timeMS, r.event, r.outcome = v.Seq, v.CommittedAtMS, events[v.EventKind], outcomes[v.OutcomeKind]
		if v.OutcomeKind == snapshot.OutcomeRejected {
			r.reason, r.message, r.template = some(v.RejectionKind), some(v.Message), s.template(v.Message)
		}
		if v.Subject.Some {
			r.subject = s.number(v.Subject.Value)
		}
		r.operators = s.add(func(b []byte) []byte { return appendOperators(b, v.OperatorIDs.Of(payload)) })
		return nil
	}
}

// appendOperators appends the numbers of a list as it is encoded, which has been decoded once
// before.
func appendOperators(dst, list []byte) []byte {
	c := postcard.NewCursor(list)
	for i := range c.Count("operator_ids") {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendUint(dst, c.U64("operator_ids"), 10)
	}
	return dst
}

// some is a text that is there, even if it is empty.
func some(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func names(texts []string) [][]byte {
	list := make([][]byte, len(texts))
	for i, t := range texts {
		list[i] = []byte(t)
	}
	return list
}
