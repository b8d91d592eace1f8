package engine

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
	Counts   [][]uint32
	// Matching counts the rows of the table; nil without one.
	Matching []uint32
}

// Histogram counts the entries of chains by outcome in columns of time. The cost
// grows with the columns, not with the chains.
func (e *Engine) Histogram(spec HistogramSpec) (Histogram, error) {
	chains, err := e.chosen(spec.Chains)
	if err != nil {
		return Histogram{}, err
	}
	var shown *table
	if spec.Table != 0 {
		e.mu.Lock()
		shown, err = e.table(spec.Table)
		e.mu.Unlock()
		if err != nil {
			return Histogram{}, err
		}
	}
	h := Histogram{FromNS: spec.FromNS, ToNS: max(spec.ToNS, spec.FromNS), Columns: min(max(spec.Columns, 1), maxHistogramColumns)}
	e.mu.RLock()
	defer e.mu.RUnlock()
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

func (h *Histogram) lane(c *chain, shown *table) Lane {
	lane := Lane{Chain: c.id, Outcomes: append(append([]string{}, c.kind.outcomes...), "other")}
	lane.Counts = make([][]uint32, len(lane.Outcomes))
	for i := range lane.Counts {
		lane.Counts[i] = make([]uint32, h.Columns)
	}
	part := shown.partOf(c)
	if part != nil {
		lane.Matching = make([]uint32, h.Columns)
	}
	k := clock{chain: c}
	position := k.before(h.FromNS)
	before := c.countsBefore(position)
	for column := range h.Columns {
		next := k.before(h.edge(column + 1))
		if next == position {
			continue
		}
		counts := c.countsBefore(next)
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
func (t *table) partOf(c *chain) *tablePart {
	if t == nil {
		return nil
	}
	for _, p := range t.parts {
		if p.chain == c {
			return p
		}
	}
	return nil
}
