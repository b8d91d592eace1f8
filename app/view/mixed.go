package view

import (
	"fmt"
	"strconv"

	"chainglass/app/engine"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// Origin is where a row comes from, for rows of several chains.
type Origin struct {
	Kind wire.ChainKind
	// Node and Tag are what the cells show, Whole is the name in full.
	Node, Tag, Whole string
	// ShiftMS is added to the times of the chain.
	ShiftMS int64
}

// nodeLimit is how many characters of a node's name a row shows.
const nodeLimit = 12

// MixedColumns returns the columns for the rows of several chains, in the order
// of their append times or of the records' own, with shiftMS added to the times
// of a node.
func MixedColumns(chains []*engine.ChainInfo, order engine.Order, shiftMS map[string]int64, z Zone) Columns {
	whole := rangeOf(chains)
	columns := Columns{
		Zone:       z,
		Dates:      datesOf(whole, z),
		common:     commonOf(whole, z),
		Mixed:      map[engine.ChainID]Origin{},
		RecordTime: order == engine.OrderRecorded,
		SeqDigits:  3,
	}
	for _, c := range chains {
		columns.Mixed[c.ID] = Origin{
			Kind:    c.Kind,
			Node:    Shorten(VisibleText(c.Node), nodeLimit),
			Tag:     KindTag(c.Kind),
			Whole:   VisibleText(c.Name()),
			ShiftMS: shiftMS[c.Node],
		}
		columns.SeqDigits = max(columns.SeqDigits, len(strconv.FormatUint(c.LastSeq, 10)))
	}
	time := Column{ColumnTime, "appended " + z.Name(), "When the entry was appended to its chain, or the record's own time where there is none"}
	if columns.RecordTime {
		time = Column{ColumnTime, "recorded " + z.Name(), "The record's own time, or the append time where there is none"}
	}
	columns.List = []Column{
		time,
		{ColumnNode, "node", "The node the chain belongs to"},
		{ColumnChain, "chain", "What the chain records: actions, audit, log, failures"},
		{ColumnSeq, "seq", "The sequence number stored with the entry"},
		{ColumnID, "id", "The id of an action, or the record's own seq"},
		{ColumnKind, "kind", "Action kind, admin event, origin of a log line or source of a failure"},
		{ColumnOutcome, "outcome", "Disposition, verification outcome or level"},
		{ColumnDelay, "delay", "retry_after_ms of a failure, cooldown_ms of a gate"},
		{ColumnText, "reason or message", ""},
		{ColumnSize, "bytes", "Length of the payload"},
	}
	return columns
}

// origin returns where a row comes from.
func (c *Columns) origin(id engine.ChainID) Origin {
	if o, mixed := c.Mixed[id]; mixed {
		return o
	}
	return Origin{Kind: c.Kind}
}

// timeMS returns the time a row is shown at.
func (c *Columns) timeMS(r *engine.Row) postcard.Option[uint64] {
	appended, recorded := milliseconds(r.TSNS), r.TimeMS
	ms, other := appended, recorded
	if c.RecordTime {
		ms, other = recorded, appended
	}
	if c.Mixed == nil {
		return ms
	}
	if !ms.Some {
		ms = other
	}
	if shift := c.origin(r.Chain).ShiftMS; ms.Some && shift != 0 {
		ms.Value = uint64(max(0, int64(min(ms.Value, maxPlainMS))+shift))
	}
	return ms
}

// MixOf says in words which chains are shown: "12 chains of 3 nodes".
func MixOf(chains []*engine.ChainInfo) string {
	nodes := map[string]bool{}
	for _, c := range chains {
		nodes[c.Node] = true
	}
	of := Plural(len(nodes), "node", "nodes")
	if len(nodes) == 1 && chains[0].Node != "" {
		of = VisibleText(chains[0].Node)
	}
	return fmt.Sprintf("%s of %s", Plural(len(chains), "chain", "chains"), of)
}

// MixRange returns the time range of several chains, without times that are stray.
func MixRange(chains []*engine.ChainInfo) Range { return rangeOf(chains) }
