package engine

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"chainglass/app/order"
	"chainglass/app/query"
	"chainglass/fold/rank"
	"chainglass/wire"
)

// Search makes a table and fills it with the entries that its query keeps. The
// reports carry the table as it grows; its rows can be asked for at once. When
// ctx ends, the table stays with what has been found.
func (e *Engine) Search(ctx context.Context, spec TableSpec, report func(Progress)) (Table, error) {
	chains, err := e.chosen(spec.Chains)
	if err != nil {
		return Table{}, err
	}
	context, err := e.context(spec.Zone, chains)
	if err != nil {
		return Table{}, err
	}
	q, err := query.Parse(spec.Query, context)
	if fault := (*query.Error)(nil); errors.As(err, &fault) {
		return Table{Fault: &QueryFault{Start: fault.Start, End: fault.End, Text: fault.Text, Hint: fault.Hint}}, nil
	}
	s := &search{engine: e, query: q, meter: newMeter(e.pace, report), counts: map[*chain][]int{}}
	s.begin(chains, spec)
	for _, p := range s.table.parts {
		if err := s.part(ctx, p); err != nil && ctx.Err() == nil {
			return Table{}, err
		}
		if ctx.Err() != nil {
			return s.describe(false), nil
		}
	}
	return s.describe(true), nil
}

// chosen returns the chains of a list, or all.
func (e *Engine) chosen(ids []ChainID) ([]*chain, error) {
	if len(ids) == 0 {
		e.mu.RLock()
		defer e.mu.RUnlock()
		var all []*chain
		for _, s := range e.sources {
			all = append(all, s.chains...)
		}
		return all, nil
	}
	var chosen []*chain
	for _, id := range ids {
		c, err := e.chain(id)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, c)
	}
	return chosen, nil
}

// context returns what a query's times leave out: the zone, and the day the data
// is from.
func (e *Engine) context(zoneName string, chains []*chain) (context query.Context, err error) {
	if context.Zone, err = e.zones(zoneName); err != nil {
		return context, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	for _, c := range chains {
		if first, _, _, ok := FitTimes(c.times.groups()); ok {
			context.Day = time.Unix(int64(first/nanosPerSecond), int64(first%nanosPerSecond))
			break
		}
	}
	return context, nil
}

// search is one run of a query over the chains of a table.
type search struct {
	engine *Engine
	query  *query.Query
	meter  *meter
	table  *table
	// searched of total entries have been looked at.
	searched, total int
	// counts counts the rows of each chain by class.
	counts map[*chain][]int
	record recordReader
}

func (s *search) begin(chains []*chain, spec TableSpec) {
	s.meter.progress.Phase = "searching"
	e := s.engine
	e.mu.Lock()
	defer e.mu.Unlock()
	var parts []*tablePart
	for _, c := range chains {
		if c.index.length == 0 {
			continue
		}
		parts = append(parts, &tablePart{chain: c, clock: spec.clock(c), length: c.index.length, matches: &rank.Set{}})
		s.total += c.index.length
	}
	s.table = e.addTable(parts)
}

// part searches one chain.
func (s *search) part(ctx context.Context, p *tablePart) error {
	e := s.engine
	e.mu.RLock()
	m := query.Compile(s.query, p.chain.queryTables())
	verdicts := classVerdicts(m, len(p.chain.classes.table))
	counts := make([]int, len(verdicts))
	e.mu.RUnlock()
	switch m.Chain() {
	case query.Yes:
		e.mu.Lock()
		p.matches = nil
		s.counts[p.chain] = slices.Clone(p.chain.classes.counts)
		e.mu.Unlock()
		s.searched += p.length
		return nil
	case query.No:
		s.searched += p.length
		return nil
	}
	s.counts[p.chain] = counts
	for first := 0; first < p.length; first += blockRows {
		if err := ctx.Err(); err != nil {
			return err
		}
		end := min(first+blockRows, p.length)
		e.mu.RLock()
		bits, err := s.block(m, verdicts, p.chain, first, end)
		e.mu.RUnlock()
		if err != nil {
			return err
		}
		e.mu.Lock()
		p.matches.AppendBits(bits, end-first)
		p.chain.countClasses(counts, bits, first, end)
		e.mu.Unlock()
		s.searched += end - first
		s.meter.progress.Records = int64(s.searched)
		s.meter.tickTable(func() *Table {
			t := s.describe(false)
			return &t
		})
	}
	return nil
}

// undecided marks classes whose entries have to be looked at one by one.
const undecided = query.Maybe

// classVerdicts lists what a query says of whole classes.
func classVerdicts(m *query.Matcher, classes int) []query.Verdict {
	verdicts := make([]query.Verdict, classes)
	for id := range verdicts {
		verdict, decided := m.Class(uint16(id))
		if !decided {
			verdict = undecided
		}
		verdicts[id] = verdict
	}
	return verdicts
}

// block returns a bit for each entry from first up to end: set if it is kept.
func (s *search) block(m *query.Matcher, verdicts []query.Verdict, c *chain, first, end int) ([]uint64, error) {
	bits := make([]uint64, (end-first+63)/64)
	var open []int
	b, start := c.index.at(first)
	for i := start; i < start+end-first; i++ {
		verdict := undecided
		if class := b.class[i]; int(class) < len(verdicts) {
			verdict = verdicts[class]
		}
		if verdict == undecided {
			row := b.queryRow(i, first+i-start)
			if verdict = m.Row(&row); verdict == query.Maybe {
				open = append(open, first+i-start)
				continue
			}
		}
		if verdict == query.Yes {
			n := i - start
			bits[n/64] |= 1 << (n % 64)
		}
	}
	err := c.entries(open, func(position int, e *wire.Entry) error {
		row := b.queryRow(start+position-first, position)
		if m.Record(&row, s.record.read(c, position, e)) {
			n := position - first
			bits[n/64] |= 1 << (n % 64)
		}
		return nil
	})
	return bits, err
}

// queryRow returns an index row in the form the query wants it.
func (b *indexBlock) queryRow(i, position int) query.Row {
	return query.Row{
		Position: uint64(position),
		Seq:      b.seqAt(i),
		TimeNS:   b.placeNS(i),
		TimeMS:   b.timeMS[i],
		ID:       b.id[i],
		Class:    uint16(b.class[i]),
		Status:   wire.EntryStatus(b.state[i] & rowStatusMask),
	}
}

// countClasses adds the entries that bits keeps to the counts of their classes.
func (c *chain) countClasses(counts []int, bits []uint64, first, end int) {
	b, start := c.index.at(first)
	for n := range end - first {
		if class := int(b.class[start+n]); bits[n/64]>>(n%64)&1 != 0 && class < len(counts) {
			counts[class]++
		}
	}
}

// describe returns the table as it is.
func (s *search) describe(complete bool) Table {
	s.engine.mu.RLock()
	defer s.engine.mu.RUnlock()
	return Table{
		ID:       s.table.id,
		Rows:     s.table.rows(),
		Searched: s.searched,
		Total:    s.total,
		Complete: complete,
		Facets:   s.facets(),
		Remarks:  remarks(s.query),
	}
}

// remarks returns what is to be said of a query, each thing once.
func remarks(q *query.Query) (texts []string) {
	for _, r := range q.Remarks() {
		if !slices.Contains(texts, r.Text) {
			texts = append(texts, r.Text)
		}
	}
	return texts
}

// facets counts the rows by what the classes say.
func (s *search) facets() []Facet {
	sums := map[string]map[string]int{}
	add := func(field, value string, n int) {
		if n == 0 || value == "" {
			return
		}
		if sums[field] == nil {
			sums[field] = map[string]int{}
		}
		sums[field][value] += n
	}
	for _, p := range s.table.parts {
		c := p.chain
		add("node", c.source.Node, p.count())
		add("chain", c.source.Kind.String(), p.count())
		for id, n := range s.counts[c] {
			if id < int(classOther) || n == 0 {
				continue
			}
			k := c.classes.table[id]
			add("outcome", strings.ToLower(c.kind.outcomes[k.outcome]), n)
			add(c.kindFacet(c.classes.kinds.names[k.kind]), c.facetKind(k.kind), n)
			if k.template != 0 {
				add("template", c.classes.templates.interner.names[k.template], n)
			}
		}
	}
	return sortFacets(sums)
}

// kindFacet names the field that a kind is filtered by.
func (c *chain) kindFacet(kind string) string {
	if c.source.Kind == wire.ChainLog && strings.HasPrefix(kind, logDaemonPrefix) {
		return "daemon"
	}
	return "kind"
}

// facetKind returns a kind as it is filtered by.
func (c *chain) facetKind(kind uint32) string {
	name := c.classes.kinds.names[kind]
	if c.source.Kind == wire.ChainLog {
		return strings.TrimPrefix(name, logDaemonPrefix)
	}
	return name
}

// facetOrder is the order facets are listed in.
var facetOrder = []string{"node", "chain", "outcome", "kind", "template", "daemon", "operator"}

func sortFacets(sums map[string]map[string]int) []Facet {
	var facets []Facet
	for _, field := range facetOrder {
		var f Facet
		for value, n := range sums[field] {
			f.Values = append(f.Values, Count{Name: value, Count: n})
		}
		if len(f.Values) == 0 {
			continue
		}
		f.Field = field
		order.By(f.Values, func(a, b Count) int {
			if a.Count != b.Count {
				return cmp.Compare(b.Count, a.Count)
			}
			return cmp.Compare(a.Name, b.Name)
		})
		for len(f.Values) > FacetValues {
			last := len(f.Values) - 1
			f.Others += f.Values[last].Count
			f.Values = f.Values[:last]
		}
		facets = append(facets, f)
	}
	return facets
}
