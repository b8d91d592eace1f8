package engine

import (
	"encoding/binary"
	"errors"
)

// HistogramSpec asks for counts over time.
type HistogramSpec struct {
	// Chains are the lanes; none means all that are open.
	Chains []ChainID
	// FromNS up to ToNS is divided into Columns of equal width.
	FromNS, ToNS uint64
	Columns      int
	// Table, if not 0, also counts the rows of that table.
	Table TableID
}

// maxHistogramColumns bounds one answer: more than any screen has pixels.
const maxHistogramColumns = 8192

// Histogram is the entries of chains over time.
type Histogram struct {
	FromNS, ToNS uint64
	Columns      int
	Lanes        []Lane
}

// Lane is the share of one chain.
type Lane struct {
	Chain ChainID
	// Outcomes names the counts, the last one "other" for entries that are no
	// records. Counts has for each outcome a number a column.
	Outcomes []string
	Counts   []ColumnCounts
	// Matching counts the rows of the table; nil without one.
	Matching ColumnCounts
}

// ColumnCounts are a number for every column. There are thousands in a histogram, most of them 0,
// and they travel as the bytes of as many varints: a decoder that looks at every
// number by reflection takes longer than everything else that is done with them.
type ColumnCounts []uint32

// MarshalBinary packs the numbers.
func (c ColumnCounts) MarshalBinary() ([]byte, error) {
	packed := make([]byte, 0, len(c))
	for _, n := range c {
		packed = binary.AppendUvarint(packed, uint64(n))
	}
	return packed, nil
}

// UnmarshalBinary unpacks them. No bytes are no counts, which is nil.
func (c *ColumnCounts) UnmarshalBinary(packed []byte) error {
	*c = nil
	if len(packed) == 0 {
		return nil
	}
	counts := make(ColumnCounts, 0, len(packed))
	for len(packed) > 0 {
		n, size := binary.Uvarint(packed)
		if size <= 0 || n > 1<<32-1 {
			return errors.New("counts are not whole numbers below 2^32")
		}
		counts = append(counts, uint32(n))
		packed = packed[size:]
	}
	*c = counts
	return nil
}

// Histogram counts the entries of chains by outcome in columns of time. The cost
// grows with the columns, not with the chains.
func (e *Engine) Histogram(spec HistogramSpec) (Histogram, error) {
	chains, err := e.chosen(spec.Chains)
	if err != nil {
		return Histogram{}, err
	}
	var shown *shownTable
	if spec.Table != 0 {
		shown, err = e.table(spec.Table)
		if err != nil {
			return Histogram{}, err
		}
	}
	h := Histogram{FromNS: spec.FromNS, ToNS: max(spec.ToNS, spec.FromNS), Columns: min(max(spec.Columns, 1), maxHistogramColumns)}
	for _, c := range chains {
		h.Lanes = append(h.Lanes, h.lane(c, shown))
	}
	return h, nil
}

// edge returns where a column begins.
func (h *Histogram) edge(column int) uint64 {
	width := h.ToNS - h.FromNS
	n := uint64(h.Columns)
	// The width is divided first and its remainder spread, so that nothing
	// overflows.
	return h.FromNS + width/n*uint64(column) + width%n*uint64(column)/n
}

func (h *Histogram) lane(c *reading, shown *shownTable) Lane {
	lane := Lane{Chain: c.id, Outcomes: append(append([]string{}, c.outcomes...), "other")}
	lane.Counts = make([]ColumnCounts, len(lane.Outcomes))
	for i := range lane.Counts {
		lane.Counts[i] = make(ColumnCounts, h.Columns)
	}
	part := shown.partOf(c)
	if part != nil {
		lane.Matching = make(ColumnCounts, h.Columns)
	}
	k := clock{chain: c}
	position := k.before(h.FromNS)
	before := c.index.countsBefore(position)
	for column := range h.Columns {
		next := k.before(h.edge(column + 1))
		if next == position {
			continue
		}
		counts := c.index.countsBefore(next)
		for slot, n := range counts {
			lane.Counts[min(slot, len(lane.Counts)-1)][column] += n - before[slot]
		}
		if part != nil {
			lane.Matching[column] = uint32(part.before(next) - part.before(position))
		}
		position, before = next, counts
	}
	return lane
}

// partOf returns the share of a chain in a table, nil if it has none.
func (t *shownTable) partOf(c *reading) *tablePart {
	if t == nil {
		return nil
	}
	for _, p := range t.parts {
		if p.chain.chain == c.chain {
			return p
		}
	}
	return nil
}
