package engine

import (
	"chainglass/app/engine/part"
	"chainglass/app/kind"
	"chainglass/app/query"
	"chainglass/wire"
)

// queryTables describes the chain and its classes for a query.
func (c *reading) queryTables() *query.Tables {
	t := &query.Tables{Node: c.source.Node, Channel: c.source.Channel, Chain: c.source.Kind, Kinds: c.of.kinds}
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
		Kind:    c.kind().FilterKind(c.kinds[k.Kind]),
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

// recordReader decodes payloads for a query.
type recordReader struct {
	record query.Record
	mask   []byte
	kind   []byte
}

// read returns what the query wants to know of an entry of a chain that is read as a kind,
// with its template if it is to be masked. It is valid until the next read.
func (r *recordReader) read(k *kind.Kind, from wire.Reader, position int, e *wire.Entry, masked bool) *query.Record {
	r.record = query.Record{}
	if e.Status != wire.EntryOK || !k.Known() {
		return &r.record
	}
	if err := k.Read(e.Payload, &r.record.Record); err != nil {
		r.record = query.Record{Error: []byte(part.Translated(from, position, e, err).Error())}
		return &r.record
	}
	if k.MaskKind {
		r.kind = part.AppendTemplate(r.kind[:0], r.record.Source)
		r.record.Kind = r.kind
	}
	if masked {
		r.mask = part.AppendTemplate(r.mask[:0], r.record.Text)
		r.record.Template = r.mask
	}
	return &r.record
}
