package redact

import (
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// rebuild decodes a payload, puts the record together anew from what m makes of
// its fields, and appends it to dst. ok is false if the payload is no record of
// the kind that may leave. Bytes after the record belong to no field: one zero
// stands for them, however many they are.
func rebuild(kind wire.ChainKind, payload, dst []byte, m mapper) (out []byte, ok bool, err error) {
	n := 0
	switch kind {
	case wire.ChainAction:
		out, n = rebuildAction(payload, dst, m)
	case wire.ChainAudit:
		out, n = rebuildRecord(payload, dst, m, snapshot.DecodeAdminAuditRecordPrefix, audit, (*snapshot.AdminAuditRecord).AppendPostcard)
	case wire.ChainLog:
		out, n = rebuildRecord(payload, dst, m, snapshot.DecodeLogRecordPrefix, logLine, (*snapshot.LogRecord).AppendPostcard)
	case wire.ChainFailure:
		out, n = rebuildRecord(payload, dst, m, snapshot.DecodeFailureRecordPrefix, failure, (*snapshot.FailureRecord).AppendPostcard)
	}
	known, err := m.verdict()
	if n == 0 || !known || err != nil {
		return dst, false, err
	}
	if n < len(payload) {
		out = append(out, 0)
	}
	return out, true, nil
}

func rebuildRecord[R any](payload, dst []byte, m mapper, decode func([]byte) (R, int, error), fields func(mapper, *R) R, encode func(*R, []byte) []byte) ([]byte, int) {
	r, n, err := decode(payload)
	if err != nil {
		return dst, 0
	}
	r = fields(m, &r)
	return encode(&r, dst), n
}

func rebuildAction(payload, dst []byte, m mapper) ([]byte, int) {
	var v wire.View
	n, err := wire.DecodeView(payload, &v)
	if err != nil {
		return dst, 0
	}
	m.state(enumOutcome, uint8(v.Outcome))
	r := wire.ActionChainRecord{ID: m.order(v.ID), Kind: m.kind(string(v.Kind)), EmittedAtMS: m.time(v.EmittedAtMS)}
	switch v.Outcome {
	case wire.OutcomeFailed:
		r.Disposition = wire.Failed{Reason: m.text(placeReason, string(v.Reason)), RetryAfterMS: measure(m, v.DelayMS)}
	case wire.OutcomeGated:
		r.Disposition = wire.Gated{Reason: m.text(placeReason, string(v.Reason)), CooldownMS: measure(m, v.DelayMS)}
	}
	return wire.AppendRecord(dst, &r), n
}

func failure(m mapper, r *snapshot.FailureRecord) snapshot.FailureRecord {
	return snapshot.FailureRecord{
		Seq:          m.order(r.Seq),
		Source:       m.text(placeSource, r.Source),
		Reason:       m.text(placeReason, r.Reason),
		RecordedAtMS: m.time(r.RecordedAtMS),
	}
}

func logLine(m mapper, r *snapshot.LogRecord) snapshot.LogRecord {
	m.state(enumLevel, uint8(r.Level))
	m.flag()
	return snapshot.LogRecord{
		Seq:          m.order(r.Seq),
		TSMS:         m.time(r.TSMS),
		Level:        r.Level,
		DaemonID:     optionalID(m, ClassDaemon, r.DaemonID),
		NodeID:       optionalID(m, ClassNode, r.NodeID),
		Message:      m.text(placeText, r.Message),
		ChainPending: r.ChainPending,
	}
}

func audit(m mapper, r *snapshot.AdminAuditRecord) snapshot.AdminAuditRecord {
	m.flag()
	return snapshot.AdminAuditRecord{
		Seq:           m.order(r.Seq),
		CommittedAtMS: m.time(r.CommittedAtMS),
		Event:         event(m, &r.Event),
		OperatorIDs:   idList(m, ClassOperator, r.OperatorIDs),
		Outcome:       outcome(m, r.Outcome),
		ChainPending:  r.ChainPending,
	}
}

// event rebuilds a command with all arguments there are: those of other commands
// are zero and stay so.
func event(m mapper, e *snapshot.AdminEvent) snapshot.AdminEvent {
	m.state(enumEvent, uint8(e.Kind))
	return snapshot.AdminEvent{
		Kind:      e.Kind,
		Node:      argument(m, ClassNode, e.Node),
		DrainFor:  optionalLength(m, e.DrainFor),
		Chains:    idList(m, ClassChain, e.Chains),
		TTL:       length(m, e.TTL),
		Scope:     scope(m, e.Scope),
		Chain:     argument(m, ClassChain, e.Chain),
		Victim:    argument(m, ClassNode, e.Victim),
		Daemon:    snapshot.DaemonRef{ID: argument(m, ClassDaemon, e.Daemon.ID), Name: argumentName(m, ClassDaemonName, e.Daemon.Name)},
		Target:    argument(m, ClassNode, e.Target),
		Migration: argument(m, ClassMigration, e.Migration),
	}
}

func outcome(m mapper, o snapshot.VerificationOutcome) snapshot.VerificationOutcome {
	m.state(enumVerification, uint8(o.Kind))
	if o.Kind != snapshot.OutcomeRejected {
		return snapshot.VerificationOutcome{Kind: o.Kind}
	}
	return snapshot.VerificationOutcome{Kind: o.Kind, RejectionKind: m.kind(o.RejectionKind), Message: m.text(placeReason, o.Message)}
}

func scope(m mapper, s snapshot.AvoidScope) snapshot.AvoidScope {
	m.state(enumScope, uint8(s.Kind))
	return snapshot.AvoidScope{Kind: s.Kind, Node: argument(m, ClassNode, s.Node), Peer: argument(m, ClassNode, s.Peer)}
}

// argument is an id that most commands do not have.
func argument(m mapper, class Class, id uint64) uint64 {
	if id == 0 {
		return 0
	}
	return m.id(class, id)
}

func argumentName(m mapper, class Class, name string) string {
	if name == "" {
		return ""
	}
	return m.name(class, name)
}

func length(m mapper, d snapshot.Duration) snapshot.Duration {
	if d != (snapshot.Duration{}) {
		m.measure(1)
	}
	return snapshot.Duration{Secs: d.Secs, Nanos: d.Nanos}
}

func optionalLength(m mapper, o postcard.Option[snapshot.Duration]) postcard.Option[snapshot.Duration] {
	if !o.Some {
		return postcard.Option[snapshot.Duration]{}
	}
	return postcard.Some(length(m, o.Value))
}

func optionalID(m mapper, class Class, o postcard.Option[uint64]) postcard.Option[uint64] {
	if !o.Some {
		return postcard.Option[uint64]{}
	}
	return postcard.Some(m.id(class, o.Value))
}

func idList(m mapper, class Class, list []uint64) []uint64 {
	var out []uint64
	for _, id := range list {
		out = append(out, m.id(class, id))
	}
	return out
}

// measure keeps a measure that is there.
func measure[T any](m mapper, o postcard.Option[T]) postcard.Option[T] {
	if !o.Some {
		return postcard.Option[T]{}
	}
	m.measure(1)
	return postcard.Some(o.Value)
}
