package engine

import (
	"chainglass/app/engine/part"
	"strings"

	"chainglass/app/query"
	"chainglass/snapshot"
	"chainglass/wire"
)

// queryTables describes the chain and its classes for a query.
func (c *reading) queryTables() *query.Tables {
	t := &query.Tables{Node: c.source.Node, Channel: c.source.Channel, Chain: c.source.Kind}
	for id, k := range c.table {
		t.Classes = append(t.Classes, c.queryClass(part.ClassID(id), k))
	}
	return t
}

func (c *reading) queryClass(id part.ClassID, k part.Class) query.Class {
	switch {
	case id == part.ClassUnreadable:
		return query.Class{State: query.ClassUnreadable}
	case id == part.ClassUndecodable:
		return query.Class{State: query.ClassUndecodable}
	case id < firstClass || k.Kind == otherName || k.Template == otherName:
		return query.Class{State: query.ClassUnknown}
	}
	q := query.Class{
		State:   query.ClassRecord,
		Kind:    c.queryKind(c.kinds[k.Kind]),
		Outcome: c.outcomes[k.Outcome],
		Text:    query.Template{Whole: true},
	}
	if len(q.Kind) >= part.MaxNameBytes {
		return query.Class{State: query.ClassUnknown}
	}
	if k.Template != noName {
		t := &c.templates[k.Template]
		q.Text = query.Template{Text: t.Text, Whole: !t.Cut, Masked: t.Masked}
	}
	return q
}

// queryKind returns a kind as the query knows it: on a log chain it is who wrote,
// without the number.
func (c *reading) queryKind(kind string) string {
	if c.source.Kind == wire.ChainLog && strings.HasPrefix(kind, part.LogDaemonPrefix) {
		return part.LogDaemon
	}
	return kind
}

// recordReader decodes payloads for a query.
type recordReader struct {
	record query.Record
	mask   []byte
}

// read returns what the query wants to know of an entry of a chain that is read as a kind,
// with its template if it is to be masked. It is valid until the next read.
func (r *recordReader) read(kind wire.ChainKind, from wire.Reader, position int, e *wire.Entry, masked bool) *query.Record {
	r.record = query.Record{}
	if e.Status != wire.EntryOK {
		return &r.record
	}
	read := recordReaders[kind]
	if read == nil {
		return &r.record
	}
	if err := read(r, e.Payload); err != nil {
		r.record = query.Record{Error: []byte(part.Translated(from, position, e, err).Error())}
		return &r.record
	}
	if masked {
		r.mask = part.AppendTemplate(r.mask[:0], r.record.Text)
		r.record.Template = r.mask
	}
	return &r.record
}

// recordReaders fill a query's record from a payload, by kind of chain.
var recordReaders = map[wire.ChainKind]func(r *recordReader, payload []byte) error{
	wire.ChainAction:  (*recordReader).action,
	wire.ChainAudit:   (*recordReader).audit,
	wire.ChainLog:     (*recordReader).log,
	wire.ChainFailure: (*recordReader).failure,
}

func (r *recordReader) action(payload []byte) error {
	var v wire.View
	_, err := wire.DecodeView(payload, &v)
	r.record.Kind, r.record.Outcome = v.Kind, v.Outcome.String()
	r.record.Text, r.record.DelayMS = v.Reason, v.DelayMS
	return err
}

func (r *recordReader) audit(payload []byte) error {
	a, err := snapshot.DecodeAdminAuditRecord(payload)
	if err != nil {
		return err
	}
	r.record.Kind, r.record.Outcome = []byte(a.Event.Kind.SnakeName()), a.Outcome.Kind.String()
	r.record.Text, r.record.Detail = []byte(a.Outcome.Message), []byte(auditText(&a))
	r.record.Operators = a.OperatorIDs
	if a.Event.Kind == snapshot.EventForceRestartDaemon {
		r.record.DaemonID.Value, r.record.DaemonID.Some = a.Event.Daemon.ID, true
	}
	return nil
}

func (r *recordReader) log(payload []byte) error {
	var v snapshot.LogView
	_, err := snapshot.DecodeLogView(payload, &v)
	r.record.Kind, r.record.Outcome = []byte(part.LogNode), v.Level.String()
	if v.DaemonID.Some {
		r.record.Kind = []byte(part.LogDaemon)
	}
	r.record.Text, r.record.DaemonID = v.Message, v.DaemonID
	return err
}

func (r *recordReader) failure(payload []byte) error {
	var v snapshot.FailureView
	_, err := snapshot.DecodeFailureView(payload, &v)
	r.record.Kind = part.AppendTemplate(nil, v.Source)
	r.record.Outcome, r.record.Text, r.record.Source = "Failure", v.Reason, v.Source
	return err
}
