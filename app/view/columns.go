package view

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"chainglass/app/engine"
	"chainglass/app/kind"
	"chainglass/wire"
)

// ColumnKey names a column of the table.
type ColumnKey uint8

// The columns, in the order they are shown.
const (
	ColumnPosition ColumnKey = iota
	ColumnSeq
	ColumnTime
	ColumnNode
	ColumnChain
	ColumnSkew
	ColumnID
	ColumnKind
	ColumnOutcome
	ColumnDelay
	ColumnText
	ColumnSize

	columnKeys // count
)

// columnClasses are the style classes of the columns, which set their widths.
var columnClasses = [columnKeys]string{
	"c-position", "c-seq", "c-time", "c-node", "c-chain", "c-skew", "c-id", "c-kind", "c-outcome", "c-delay", "c-text", "c-size",
}

// Class returns the style class of the column.
func (k ColumnKey) Class() string { return columnClasses[k] }

// Column is one column of the table.
type Column struct {
	Key ColumnKey
	// Heading is short, Title what it means.
	Heading, Title string
}

// Dates is how much of a date the rows of a chain need. It is also the name of
// the style class.
type Dates string

// How much of the date is shown: nothing if all rows are of one day, no year if
// all are of one year.
const (
	DatesNone  Dates = "none"
	DatesShort Dates = "short"
	DatesWhole Dates = "whole"
)

// datesOf returns how much of the date tells the times of a range apart.
func datesOf(r Range, z Zone) Dates {
	switch {
	case r.SameDay(z):
		return DatesNone
	case r.sameYear(z):
		return DatesShort
	}
	return DatesWhole
}

// commonOf returns the part of the date that the times of a range share, as
// [Zone.Time] writes it.
func commonOf(r Range, z Zone) string {
	switch datesOf(r, z) {
	case DatesNone:
		return z.Day(r.FirstMS.Value) + " "
	case DatesShort:
		return z.Day(r.FirstMS.Value)[:len("2006-")]
	}
	return ""
}

// Columns is how the rows of one chain are shown, or of several.
type Columns struct {
	// Kind is the kind of chain the columns are for.
	Kind wire.ChainKind
	// Mixed describes the chains by id if the rows are of several; nil otherwise.
	Mixed map[engine.ChainID]Origin
	List  []Column
	Zone  Zone
	// Dates is how much of the date is shown.
	Dates Dates
	// common is the part of the date that is left out. A time that has another shows
	// as much of its date and time of day as the column is wide.
	common string
	// RecordTime shows the record's own time because the source has no append
	// times.
	RecordTime bool
	// SeqDigits is how many characters a sequence number or position needs.
	SeqDigits int
}

// kindOf describes a kind of chain.
func kindOf(id wire.ChainKind) *kind.Kind { return (kind.Set{}).Of(id) }

// ColumnsOf returns the columns that fit a chain.
func ColumnsOf(c *engine.ChainInfo, z Zone) Columns {
	k := kindOf(c.Kind)
	names, known := k.Headings, k.Known()
	whole := TimeRange(c)
	columns := Columns{
		Kind:       c.Kind,
		Zone:       z,
		Dates:      datesOf(whole, z),
		common:     commonOf(whole, z),
		RecordTime: !c.FirstTSNS.Some && known,
		SeqDigits:  max(len(strconv.FormatUint(c.LastSeq, 10)), len(strconv.Itoa(c.Entries)), 3),
	}
	add := func(wanted bool, key ColumnKey, heading, title string) {
		if wanted {
			columns.List = append(columns.List, Column{key, heading, title})
		}
	}
	add(!positionIsSeq(c), ColumnPosition, "pos", "Position: the place of the entry in its chain, from 0")
	add(true, ColumnSeq, "seq", "The sequence number stored with the entry")
	add(!columns.RecordTime, ColumnTime, "time "+z.Name(), "When the entry was appended to the chain")
	add(columns.RecordTime, ColumnTime, names.Time+" "+z.Name(), "The record's own time: this source has no append times")
	add(known && !columns.RecordTime, ColumnSkew, "Δ record", fmt.Sprintf("How far %s, the record's own time, is from the append time", names.Time))
	add(known, ColumnID, names.ID, names.IDTitle)
	add(known, ColumnKind, names.Kind, "")
	add(true, ColumnOutcome, names.Outcome, "")
	add(names.DelayTitle != "", ColumnDelay, "delay", names.DelayTitle)
	add(true, ColumnText, names.Text, "")
	add(true, ColumnSize, "bytes", "Length of the payload")
	return columns
}

// Equal reports whether rows look the same in both.
func (c *Columns) Equal(other *Columns) bool {
	return c.Kind == other.Kind && slices.Equal(c.List, other.List) && c.Zone.Name() == other.Zone.Name() &&
		c.Dates == other.Dates && c.common == other.common && c.RecordTime == other.RecordTime && c.SeqDigits == other.SeqDigits &&
		maps.Equal(c.Mixed, other.Mixed)
}

// positionIsSeq reports whether seq alone says where an entry is.
func positionIsSeq(c *engine.ChainInfo) bool {
	return c.Indexed == 0 || c.FirstSeq == 0 && c.LastSeq == uint64(c.Indexed-1)
}

// Cells is one row of the table, ready to be shown.
type Cells struct {
	Text    [columnKeys]string
	Outcome Outcome
	// WholeID is the id if its cell shows only both ends of it.
	WholeID string
	// Chain names the chain where rows of several are shown.
	Chain string
}

// idLimit is how many digits of an id a row shows. The record panel shows all.
const idLimit = 11

// Cells returns what a row shows in these columns.
func (c *Columns) Cells(r *engine.Row) *Cells {
	cells := &Cells{Outcome: OutcomeOf(r.Outcome)}
	text := &cells.Text
	origin := c.origin(r.Chain)
	text[ColumnNode], text[ColumnChain], cells.Chain = origin.Node, origin.Tag, origin.Whole
	text[ColumnPosition] = strconv.Itoa(r.Position)
	text[ColumnSeq] = strconv.FormatUint(r.Seq, 10)
	text[ColumnTime] = c.time(r)
	text[ColumnText] = VisibleText(r.Text)
	text[ColumnSize] = strconv.Itoa(r.Size)
	switch {
	case r.Error != "" || r.Status != wire.EntryOK:
		cells.Outcome = StatusOutcome(r.Status)
		if r.Error != "" {
			text[ColumnText] = VisibleText(r.Error)
		}
	case len(kindOf(origin.Kind).Outcomes) == 1 && c.Mixed == nil:
		// They all are failures; only what is not stands out.
		cells.Outcome = Outcome{Tone: TonePlain}
		c.recordCells(r, cells)
	default:
		c.recordCells(r, cells)
	}
	text[ColumnOutcome] = cells.Outcome.Word
	return cells
}

// recordCells fills in what only a decoded record has.
func (c *Columns) recordCells(r *engine.Row, cells *Cells) {
	text := &cells.Text
	if r.TimeMS.Some && r.TSNS.Some {
		if appended := milliseconds(r.TSNS).Value; differ(r.TimeMS.Value, appended) {
			text[ColumnSkew] = Skew(r.TimeMS.Value, appended)
		}
	}
	id := strconv.FormatUint(r.ID, 10)
	if text[ColumnID] = Shorten(id, idLimit); text[ColumnID] != id {
		cells.WholeID = id
	}
	text[ColumnKind] = VisibleText(r.Kind)
	if r.DelayMS.Some {
		text[ColumnDelay] = Duration(r.DelayMS.Value)
	}
}

// differ reports whether two times are further apart than cutting both to
// whole milliseconds and the way from one to the other explain.
func differ(a, b uint64) bool {
	const leastMS = 2
	return max(a, b)-min(a, b) >= leastMS
}

func (c *Columns) time(r *engine.Row) string {
	ms := c.timeMS(r)
	if !ms.Some {
		return Absent
	}
	whole := c.Zone.Time(ms.Value)
	rest, shares := strings.CutPrefix(whole, c.common)
	switch {
	case shares:
		return rest
	case ms.Value > maxPlainMS, c.Dates == DatesWhole:
		return whole
	case c.Dates == DatesShort:
		return whole[:len("2006-01-02 15:04")]
	case whole[:len("2006-")] == c.common[:len("2006-")]:
		return whole[len("2006-"):len("2006-01-02 15:04")]
	}
	return whole[:len("2006-01-02")]
}
