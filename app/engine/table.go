package engine

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"sync/atomic"

	"chainglass/fold/rank"
	"chainglass/wire"
)

// table is a list of entries that can be asked for any of its rows.
type table struct {
	id  TableID
	now atomic.Pointer[shownTable]
}

// shownTable is a table as it is at a moment. It is immutable.
type shownTable struct {
	id    TableID
	parts []*tablePart
}

func newTable(id TableID, parts []*tablePart) *table {
	t := &table{id: id}
	t.now.Store(&shownTable{id, parts})
	return t
}

// shown returns the table as it is now.
func (t *table) shown() *shownTable { return t.now.Load() }

// set replaces a part. One goroutine does that.
func (t *table) set(i int, p *tablePart) {
	parts := slices.Clone(t.shown().parts)
	parts[i] = p
	t.now.Store(&shownTable{t.id, parts})
}

// tablePart is the share of one chain in a table, as it was read then. It is immutable.
type tablePart struct {
	chain *reading
	clock clock
	// matches holds the entries that the query keeps of those searched so far;
	// nil keeps all.
	matches *rank.List
	// length is how many entries of the chain the table looks at. It stays as the
	// chain grows: rows keep their numbers.
	length int
	// at is where in its chain a part without rows lies.
	at int
}

// count returns how many rows the part has.
func (p *tablePart) count() int {
	if p.matches == nil {
		return p.length
	}
	return p.matches.Count()
}

// before returns how many rows of the part lie before a position.
func (p *tablePart) before(position int) int {
	if p.matches == nil {
		return min(position, p.length)
	}
	return p.matches.Before(position)
}

// member returns the position of the part's row number n.
func (p *tablePart) member(n int) int {
	if p.matches == nil {
		return n
	}
	return p.matches.Member(n)
}

// earlier returns how many rows of the part are earlier than ns.
func (p *tablePart) earlier(ns uint64) int { return p.before(p.clock.before(ns)) }

// rows returns how many rows the table has.
func (t *shownTable) rows() int {
	n := 0
	for _, p := range t.parts {
		n += p.count()
	}
	return n
}

// earlier returns how many rows are earlier than ns.
func (t *shownTable) earlier(ns uint64) int {
	n := 0
	for _, p := range t.parts {
		n += p.earlier(ns)
	}
	return n
}

// placed is an entry of a table.
type placed struct {
	part     *tablePart
	position int
}

// page returns the entries of up to count rows from row first on.
func (t *shownTable) page(first, count int) []placed {
	count = min(count, t.rows()-first)
	if first < 0 || count <= 0 {
		return nil
	}
	entries := make([]placed, 0, count)
	if len(t.parts) == 1 {
		for n := first; n < first+count; n++ {
			entries = append(entries, placed{t.parts[0], t.parts[0].member(n)})
		}
		return entries
	}
	m := t.mergeFrom(first)
	for range count {
		entries = append(entries, m.next())
	}
	return entries
}

// merge walks the rows of a table in order of time.
type merge struct{ heads []head }

// head is the next row of one part.
type head struct {
	part *tablePart
	n    int    // of the part's rows
	ns   uint64 // its time, or the largest number past the last row
}

// mergeFrom returns a merge that begins at a row. The row's time is found by
// binary search: it is the earliest time that more rows than its number are not
// later than. What is left are the rows of that very time.
func (t *shownTable) mergeFrom(row int) *merge {
	ns := uint64(sort.Search(math.MaxInt64, func(ns int) bool { return t.earlier(uint64(ns)+1) > row }))
	m := &merge{}
	skip := row
	for _, p := range t.parts {
		h := head{part: p, n: p.earlier(ns)}
		skip -= h.n
		h.load()
		m.heads = append(m.heads, h)
	}
	for range skip {
		m.next()
	}
	return m
}

// load sets the time of the row a head stands at.
func (h *head) load() {
	if h.n >= h.part.count() {
		h.ns = math.MaxUint64
		return
	}
	h.ns = h.part.clock.at(h.part.member(h.n))
}

// next returns the next row. There must be one.
func (m *merge) next() placed {
	first := 0
	for i := range m.heads {
		if m.heads[i].ns < m.heads[first].ns {
			first = i
		}
	}
	h := &m.heads[first]
	entry := placed{h.part, h.part.member(h.n)}
	h.n++
	h.load()
	return entry
}

// place returns the row of an entry.
func (t *shownTable) place(id ChainID, position int) (Place, error) {
	for i, p := range t.parts {
		if p.chain.id != id {
			continue
		}
		exact := position < p.length && (p.matches == nil || p.matches.Has(position))
		if len(t.parts) == 1 {
			return Place{Row: p.before(position), Exact: exact}, nil
		}
		ns := p.clock.at(min(position, p.length-1))
		row := p.before(position)
		for j, other := range t.parts {
			switch {
			case j < i:
				row += other.earlier(ns + 1)
			case j > i:
				row += other.earlier(ns)
			}
		}
		return Place{Row: row, Exact: exact}, nil
	}
	return Place{}, fmt.Errorf("chain %d is not in table %d", id, t.id)
}

// maxTables is how many tables are kept; the one longest unused goes first.
const maxTables = 16

// table returns a table that is still there, as it is now.
func (e *Engine) table(id TableID) (*shownTable, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i, t := range e.tables {
		if t.id == id {
			copy(e.tables[i:], e.tables[i+1:])
			e.tables[len(e.tables)-1] = t
			return t.shown(), nil
		}
	}
	return nil, fmt.Errorf("table %d was dropped", id)
}

// addTable makes a table known.
func (e *Engine) addTable(parts []*tablePart) *table {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.last.table++
	t := newTable(e.last.table, parts)
	if len(e.tables) == maxTables {
		e.tables = append(e.tables[:0], e.tables[1:]...)
	}
	e.tables = append(e.tables, t)
	return t
}

// forgetTables drops the tables that show a chain.
func (e *Engine) forgetTables(id ChainID) {
	e.tables = slices.DeleteFunc(e.tables, func(t *table) bool {
		return slices.ContainsFunc(t.shown().parts, func(p *tablePart) bool { return p.chain.id == id })
	})
}

// TableRows returns up to count rows of a table from row first on.
func (e *Engine) TableRows(ctx context.Context, id TableID, first, count int) (RowPage, error) {
	t, err := e.table(id)
	if err != nil {
		return RowPage{}, err
	}
	page, changed, err := t.rowPage(ctx, first, min(count, maxRowsPerPage))
	for c, err := range changed {
		c.noticed(err)
	}
	return page, err
}

// rowPage reads a page of rows, and says of which chains entries cannot be shown since
// their files have changed.
func (t *shownTable) rowPage(ctx context.Context, first, count int) (page RowPage, changed map[*reading]error, err error) {
	entries := t.page(first, count)
	page = RowPage{First: first, Rows: make([]Row, len(entries))}
	for _, p := range t.parts {
		var positions, places []int
		for i, entry := range entries {
			if entry.part == p {
				positions = append(positions, entry.position)
				places = append(places, i)
			}
		}
		err := p.chain.entries(ctx, positions, func(position int, entry *wire.Entry) error {
			page.Rows[places[0]] = p.chain.rowOf(position, entry)
			places = places[1:]
			return nil
		}, nil)
		if errors.Is(err, ErrChanged) {
			if changed == nil {
				changed = map[*reading]error{}
			}
			changed[p.chain] = err
			var block wire.Block
			for i, place := range places {
				page.Rows[place] = p.chain.row(positions[len(positions)-len(places)+i], &block)
			}
			continue
		}
		if err != nil {
			return RowPage{}, changed, err
		}
	}
	return page, changed, nil
}

// FindRow returns the row of an entry in a table.
func (e *Engine) FindRow(id TableID, chain ChainID, position int) (Place, error) {
	t, err := e.table(id)
	if err != nil {
		return Place{}, err
	}
	return t.place(chain, position)
}

// FindTime returns the first row of a table that is not earlier than a time.
func (e *Engine) FindTime(id TableID, timeNS uint64) (Place, error) {
	t, err := e.table(id)
	if err != nil {
		return Place{}, err
	}
	return Place{Row: t.earlier(timeNS), Exact: true}, nil
}
