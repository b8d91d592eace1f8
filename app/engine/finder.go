package engine

import (
	"context"
	"errors"
	"fmt"
	"math/bits"

	"github.com/fxamacker/cbor/v2"

	"chainglass/app/engine/part"
	"chainglass/app/insight"
	"chainglass/app/query"
	"chainglass/app/source"
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
	// pool, unless it is nil, answers the questions of a search, which is asked.
	pool  Pool
	asked []byte
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
	f := &finder{chain: c, matcher: m, tests: make([]rowTest, len(c.table)), decided: true}
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

const (
	// helpEntries is how many entries have to be read for helpers to be worth starting.
	helpEntries = 1 << 20
	// leastAsked is how many entries of a run are worth asking the pool about, and mostAsked
	// how large what is asked of it may be, bytes: it goes with every question.
	leastAsked = 1 << 8
	mostAsked  = 1 << 18
)

// usePool has payloads read in a pool, if there is enough to read.
func (f *finder) usePool(pool Pool, q *query.Query, search int64) {
	if pool == nil || f.chain.source.Recipe.Form == source.RecipeNone {
		return
	}
	entries := 0
	for id, t := range f.tests {
		if t.verdict == undecided && !t.ranged && f.matcher.ReadsPayload(part.ClassID(id)) {
			entries += f.chain.counts[id]
		}
	}
	if entries == 0 {
		return
	}
	if min(entries*fetchGap, f.chain.index.length) >= helpEntries {
		pool.Prepare(f.chain.in.given)
	}
	b, err := cbor.Marshal(asked{search, q.String(), *f.chain.queryTables()})
	if err == nil && len(b) <= mostAsked && pool.Size() > 0 {
		f.pool, f.asked = pool, b
	}
}

// finderScratch is memory for finding.
type finderScratch struct {
	bits  []uint64
	open  []int
	rows  []query.Row
	judge judge
}

func (f *finder) scratch() *finderScratch {
	return &finderScratch{judge: newJudge(f.chain.kind(), f.matcher)}
}

// block searches a block of the index. It calls pace, unless that is nil, now and then.
func (f *finder) block(ctx context.Context, w *finderScratch, number int, pace func()) *foundBlock {
	b, first := f.chain.index.blocks[number], f.chain.index.firsts[number]
	found := &foundBlock{matches: &rank.Set{}, counts: make([]int, len(f.tests))}
	if found.err = ctx.Err(); found.err != nil {
		return found
	}
	w.bits, w.open, w.rows = w.bits[:0], w.open[:0], w.rows[:0]
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
	found.err = f.read(ctx, w, first, len(b.State), func(row *query.Row) {
		i := int(row.Position) - first
		w.bits[i/64] |= 1 << (i % 64)
		found.counts[row.Class]++
	}, pace)
	found.matches.AppendBits(w.bits, len(b.State))
	if pace != nil {
		pace()
	}
	return found
}

// read reads the entries of a run that their rows left open, here or in the pool, and hands
// the rows of those that the query keeps to keep.
func (f *finder) read(ctx context.Context, w *finderScratch, first, count int, keep func(*query.Row), pace func()) error {
	if f.pool != nil && len(w.open) >= leastAsked {
		answer, err := f.ask(ctx, w.rows, first, count)
		if !errors.Is(err, ErrNoHelp) {
			for i, kept := range answer {
				if kept != 0 {
					keep(&w.rows[i])
				}
			}
			return err
		}
	}
	i := 0
	return f.chain.entries(ctx, w.open, func(_ int, e *wire.Entry) error {
		if w.judge.keeps(&w.rows[i], f.chain.source.Reader, e) {
			keep(&w.rows[i])
		}
		i++
		return nil
	}, pace)
}

// ask has the pool answer for the rows of a run.
func (f *finder) ask(ctx context.Context, rows []query.Row, first, count int) ([]byte, error) {
	q := Question{
		Task:  part.Task{Recipe: f.chain.source.Recipe, Kind: f.chain.source.Kind, First: first, Count: count},
		Asked: f.asked,
		Rows:  make([]byte, 0, len(rows)*rowBytes),
	}
	for i := range rows {
		q.Rows = appendRow(q.Rows, first, &rows[i])
	}
	answer, err := f.pool.Search(ctx, f.chain.in.given, &q)
	if err == nil && len(answer) != len(rows) {
		err = fmt.Errorf("%w: %d answers to %d questions", ErrNoHelp, len(answer), len(rows))
	}
	return answer, err
}

// byClass returns a bit for each of at most 64 entries, set if the query keeps it.
func (f *finder) byClass(classes []part.ClassID) (word uint64) {
	for i, class := range classes {
		word |= uint64(f.tests[class].verdict/query.Yes) << i
	}
	return word
}

// byRow does the same for rows of a block, and adds to w.open and w.rows the entries that
// have to be read.
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
				w.open, w.rows = append(w.open, first+i), append(w.rows, row)
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
