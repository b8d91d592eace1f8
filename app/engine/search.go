package engine

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"chainglass/app/query"
	"chainglass/fold/rank"
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
	s := newSearch(e, q, newMeter(e.pace, report))
	s.meter.progress.Phase = "searching"
	var parts []*tablePart
	for _, c := range chains {
		if c.index.length == 0 {
			continue
		}
		parts = append(parts, &tablePart{chain: c, clock: spec.clock(c), length: c.index.length, matches: &rank.List{}})
		s.total += c.index.length
	}
	t := e.addTable(parts)
	for i := range parts {
		err := s.part(ctx, parts[i], func(p *tablePart) {
			t.set(i, p)
			s.meter.progress.Records = int64(s.searched)
			s.meter.tickTable(func() *Table {
				now := s.describe(t, false)
				return &now
			})
		})
		if ctx.Err() != nil {
			return s.describe(t, false), nil
		}
		if err != nil {
			return Table{}, err
		}
	}
	return s.describe(t, true), nil
}

// chosen returns the present readings of the chains of a list, or of all.
func (e *Engine) chosen(ids []ChainID) ([]*reading, error) {
	if len(ids) == 0 {
		return e.all(), nil
	}
	var chosen []*reading
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
func (e *Engine) context(zoneName string, chains []*reading) (context query.Context, err error) {
	context.Kinds = e.kinds
	if context.Zone, err = e.zones(zoneName); err != nil {
		return context, err
	}
	for _, c := range chains {
		if first, _, _, ok := FitTimes(c.years.Groups()); ok {
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
	// searched of total entries have been looked at.
	searched, total int
	// counts counts the rows of each chain by class.
	counts map[*chain][]int
}

func newSearch(e *Engine, q *query.Query, m *meter) *search {
	return &search{engine: e, query: q, meter: m, counts: map[*chain][]int{}}
}

// part searches one chain. It calls found with the part as it grows, and at the end.
func (s *search) part(ctx context.Context, p *tablePart, found func(*tablePart)) error {
	m := query.Compile(s.query, p.chain.queryTables())
	verdict := m.Chain()
	grown := *p
	switch verdict {
	case query.Yes:
		grown.matches = nil
		s.counts[p.chain.chain] = p.chain.counts
	case query.No:
		grown.matches = &rank.List{}
	}
	if verdict != query.Maybe {
		s.searched += p.length
		found(&grown)
		return nil
	}
	counts := make([]int, len(p.chain.table))
	s.counts[p.chain.chain] = counts
	f := newFinder(p.chain, m)
	f.usePool(s.engine.pool, s.query, s.engine.searches.Add(1))
	return s.blocks(ctx, f, func(b *foundBlock) {
		longer := grown.matches.With(b.matches)
		grown.matches = &longer
		for class, n := range b.counts {
			counts[class] += n
		}
		s.searched += b.matches.Len()
		now := grown
		found(&now)
	})
}

// foundBlock is what a query keeps of a block of the index.
type foundBlock struct {
	matches *rank.Set
	counts  []int
	err     error
	done    chan struct{}
}

// blocks searches the blocks of a chain, several at the same time, and hands them on in
// order.
func (s *search) blocks(ctx context.Context, f *finder, take func(*foundBlock)) error {
	n := len(f.chain.index.blocks)
	readers := min(s.engine.searchers(f), n)
	if readers <= 1 {
		w := f.scratch()
		for i := range n {
			b := f.block(ctx, w, i, s.meter.breathe)
			if b.err != nil {
				return b.err
			}
			take(b)
		}
		return nil
	}
	ctx, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	blocks := make([]*foundBlock, n)
	for i := range blocks {
		blocks[i] = &foundBlock{done: make(chan struct{})}
	}
	var next atomic.Int64
	for range readers {
		all.Go(func() {
			w, pace := f.scratch(), newMeter(s.engine.pace, nil).breathe
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				b := f.block(ctx, w, i, pace)
				blocks[i].matches, blocks[i].counts, blocks[i].err = b.matches, b.counts, b.err
				close(blocks[i].done)
			}
		})
	}
	for _, b := range blocks {
		<-b.done
		if b.err != nil {
			return b.err
		}
		take(b)
	}
	return nil
}

// searchers is how many blocks are searched at the same time.
func (e *Engine) searchers(f *finder) int {
	if f.pool != nil {
		return f.pool.Size()
	}
	if e.workers > 0 {
		return e.workers
	}
	return runtime.GOMAXPROCS(0)
}

// describe returns the table as it is.
func (s *search) describe(t *table, complete bool) Table {
	shown := t.shown()
	return Table{
		ID:       t.id,
		Rows:     shown.rows(),
		Searched: s.searched,
		Total:    s.total,
		Complete: complete,
		Facets:   s.facets(shown),
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
func (s *search) facets(t *shownTable) []Facet {
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
	for _, p := range t.parts {
		c := p.chain
		add("node", c.source.Node, p.count())
		add("chain", c.kind().Name, p.count())
		for id, n := range s.counts[c.chain] {
			if id < int(classOther) || n == 0 {
				continue
			}
			k := c.table[id]
			add("outcome", strings.ToLower(c.outcomes[k.Outcome]), n)
			field, value := c.kind().Facet(c.kinds[k.Kind])
			add(field, value, n)
			if k.Template != 0 {
				add("template", c.templates[k.Template].Text, n)
			}
		}
	}
	return sortFacets(sums)
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
		sort.SliceStable(f.Values, func(i, j int) bool {
			if f.Values[i].Count != f.Values[j].Count {
				return f.Values[j].Count < f.Values[i].Count
			}
			return f.Values[i].Name < f.Values[j].Name
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
