package view

import "slices"

// PageRows is how many rows are asked for at once: enough for a tall screen,
// little enough to decode within a few milliseconds.
const PageRows = 128

// maxPages bounds the pages kept, maxAsked those under way.
const (
	maxPages = 48
	maxAsked = 2
)

// Pages keeps pages of rows that were asked for, the most recently seen ones,
// and decides which to ask for next. T is what a row is. The zero Pages is
// ready for use.
type Pages[T any] struct {
	pages map[int]*page[T]
	asked []int
	clock uint64
}

// page is a kept page. wanted is how many rows it had to have when it was asked
// for: a chain that grows makes it want more.
type page[T any] struct {
	rows   []T
	wanted int
	seen   uint64
}

// Row returns a row, or nil while it is not there.
func (p *Pages[T]) Row(row int) *T {
	kept := p.pages[row/PageRows]
	if kept == nil || row%PageRows >= len(kept.rows) {
		return nil
	}
	p.clock++
	kept.seen = p.clock
	return &kept.rows[row%PageRows]
}

// Ask returns what to ask for next so that rows [first, end) of total are
// there, and remembers it as asked for. The answer goes to [Pages.Put]. It
// returns false if nothing is missing or enough is under way: the rows wanted
// by the time of an answer are asked for then, those passed over in between
// never.
func (p *Pages[T]) Ask(first, end, total int) (from, count int, ok bool) {
	if len(p.asked) >= maxAsked || end <= first {
		return 0, 0, false
	}
	for number := first / PageRows; number <= (end-1)/PageRows; number++ {
		wanted := min(PageRows, total-number*PageRows)
		if p.missing(number, wanted) && !slices.Contains(p.asked, number) {
			p.asked = append(p.asked, number)
			return number * PageRows, wanted, true
		}
	}
	return 0, 0, false
}

func (p *Pages[T]) missing(number, wanted int) bool {
	kept := p.pages[number]
	return kept == nil || kept.wanted < wanted
}

// Put takes the answer to [Pages.Ask], which may have fewer rows than wanted or
// none: it is not asked for again unless the chain grows. The page not seen for
// longest is forgotten.
func (p *Pages[T]) Put(from, wanted int, rows []T) {
	number := from / PageRows
	p.asked = slices.DeleteFunc(p.asked, func(n int) bool { return n == number })
	if p.pages == nil {
		p.pages = map[int]*page[T]{}
	}
	p.clock++
	p.pages[number] = &page[T]{rows: rows, wanted: wanted, seen: p.clock}
	if len(p.pages) > maxPages {
		p.forgetOldest()
	}
}

// Outdate has every page asked for again, for rows that have moved. Until the
// answer is there the old rows stay.
func (p *Pages[T]) Outdate() {
	for _, kept := range p.pages {
		kept.wanted = -1
	}
	p.asked = nil
}

func (p *Pages[T]) forgetOldest() {
	oldest, seen := 0, p.clock+1
	for number, kept := range p.pages {
		if kept.seen < seen {
			oldest, seen = number, kept.seen
		}
	}
	delete(p.pages, oldest)
}

// Each calls f with every row kept.
func (p *Pages[T]) Each(f func(*T)) {
	for _, kept := range p.pages {
		for i := range kept.rows {
			f(&kept.rows[i])
		}
	}
}
