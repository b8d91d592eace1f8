package engine

import (
	"context"
	"math/bits"

	"chainglass/app/engine/part"
	"chainglass/app/insight"
	"chainglass/app/query"
	"chainglass/fold/rank"
	"chainglass/wire"
)

// finder finds the entries of a chain that a query keeps. Several may use it at the same
// time, each with a scratch of their own.
type finder struct {
	chain   *reading
	matcher *query.Matcher
	// tests are by class; decided is true if each of them is a verdict.
	tests   []rowTest
	decided bool
	// masked is true if the query looks at the templates of records.
	masked bool
}

// rowTest is what decides on the entries of a class: a verdict, a range, or for undecided
// ones the matcher.
type rowTest struct {
	verdict query.Verdict
	ranged  bool
	query.Range
}

// undecided marks classes whose entries have to be looked at one by one.
const undecided = query.Maybe

func newFinder(c *reading, m *query.Matcher) *finder {
	f := &finder{chain: c, matcher: m, tests: make([]rowTest, len(c.table)), decided: true, masked: m.NeedsTemplate()}
	for id := range f.tests {
		t := &f.tests[id]
		verdict, decided := m.Class(part.ClassID(id))
		if t.verdict = verdict; !decided {
			t.verdict, f.decided = undecided, false
			t.Range, t.ranged = m.Range(part.ClassID(id))
		}
	}
	return f
}

// finderScratch is memory for finding.
type finderScratch struct {
	bits   []uint64
	open   []int
	record recordReader
}

// block searches a block of the index. It calls pace, unless that is nil, now and then.
func (f *finder) block(ctx context.Context, w *finderScratch, number int, pace func()) *foundBlock {
	b, first := f.chain.index.blocks[number], f.chain.index.firsts[number]
	found := &foundBlock{matches: &rank.Set{}, counts: make([]int, len(f.tests))}
	if found.err = ctx.Err(); found.err != nil {
		return found
	}
	w.bits, w.open = w.bits[:0], w.open[:0]
	for from := 0; from < len(b.State); from += 64 {
		to := min(from+64, len(b.State))
		var word uint64
		if f.decided {
			word = f.byClass(b.class[from:to])
		} else {
			word = f.byRow(b, w, from, to, first)
		}
		w.bits = append(w.bits, word)
		for left := word; left != 0; left &= left - 1 {
			found.counts[b.class[from+bits.TrailingZeros64(left)]]++
		}
	}
	found.err = f.chain.entries(ctx, w.open, func(position int, e *wire.Entry) error {
		i := position - first
		row := b.queryRow(i, position)
		if f.matcher.Record(&row, w.record.read(f.chain, position, e, f.masked)) {
			w.bits[i/64] |= 1 << (i % 64)
			found.counts[b.class[i]]++
		}
		return nil
	}, pace)
	found.matches.AppendBits(w.bits, len(b.State))
	if pace != nil {
		pace()
	}
	return found
}

// byClass returns a bit for each of at most 64 entries, set if the query keeps it.
func (f *finder) byClass(classes []part.ClassID) (word uint64) {
	for i, class := range classes {
		word |= uint64(f.tests[class].verdict/query.Yes) << i
	}
	return word
}

// byRow does the same for rows of a block, and adds to w.open the positions of the entries
// that have to be read.
func (f *finder) byRow(b *indexBlock, w *finderScratch, from, to, first int) (word uint64) {
	for i := from; i < to; i++ {
		t := &f.tests[b.class[i]]
		verdict := t.verdict
		switch {
		case verdict != undecided:
		case t.ranged:
			if t.Keeps(b.number(t.Of, i, first)) {
				verdict = query.Yes
			}
		default:
			row := b.queryRow(i, first+i)
			if verdict = f.matcher.Row(&row); verdict == undecided {
				w.open = append(w.open, first+i)
			}
		}
		if verdict == query.Yes {
			word |= 1 << (i - from)
		}
	}
	return word
}

// number returns a number of row i of a block that begins at position first.
func (b *indexBlock) number(of query.Number, i, first int) uint64 {
	switch of {
	case query.NumberID:
		return b.ID[i]
	case query.NumberTimeMS:
		return b.timeMS[i]
	case query.NumberSeq:
		return b.SeqAt(i)
	case query.NumberPosition:
		return uint64(first + i)
	}
	return b.placeNS(i)
}

// queryRow returns an index row in the form the query wants it.
func (b *indexBlock) queryRow(i, position int) query.Row {
	return query.Row{
		Position: uint64(position),
		Seq:      b.SeqAt(i),
		TimeNS:   b.placeNS(i),
		TimeMS:   b.timeMS[i],
		ID:       b.ID[i],
		Class:    uint16(b.class[i]),
		Status:   wire.EntryStatus(b.State[i] & insight.RowStatusMask),
	}
}
