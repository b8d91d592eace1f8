package insight

import (
	"slices"

	"chainglass/wire"
)

// A chain shows a restart where its numbers begin again: the action ids, or the
// seqs inside the records of the other chains. Neither simply counts up. An
// action that is retried brings an old id back, and live failures are appended
// in another order than they were numbered, so a number below the one before is
// nothing special. Two things are:
//
//   - a cliff: the next fallWindow numbers are all smaller than the fallWindow
//     before, and the first of them is at most freshNumber;
//   - a second 1: audit and log records are appended in the order of their
//     numbers, so a 1 that is later than the chain's first 1, and from which the
//     numbers count up, begins a process however short the last one was.
//
// Damaged rows have no numbers and take no part.
const (
	fallWindow     = 32
	freshNumber    = 1024
	minBeforeCliff = 8
	minAfterCliff  = 3
	// maxFalls bounds the places remembered of one chain.
	maxFalls = 1 << 12
	// countUp is how many numbers after a second 1 must count up, if they are
	// there.
	countUp = 4
)

// numbered is a row that has a number.
type numbered struct {
	position       int
	number         uint64
	timeNS, timeMS uint64
}

// fall is a place where numbers begin again.
type fall struct {
	before, after numbered
}

// fallWatch finds the falls of one chain. It looks fallWindow rows ahead and
// back and remembers no more than that.
type fallWatch struct {
	// inOrder: the chain's records are appended in the order of their numbers.
	inOrder bool
	// recent are the newest rows, recent[0] being the base'th.
	recent []numbered
	base   int
	// begun is the row that the present process began with.
	begun int
	// one is the first row with number 1 of the present process, -1 for none.
	one       int
	oneTimeMS uint64
	// candidates are rows whose number is small and not above the one before.
	candidates []int
	falls      []fall
}

func newFallWatch(kind wire.ChainKind) fallWatch {
	return fallWatch{inOrder: kind == wire.ChainAudit || kind == wire.ChainLog, one: -1}
}

// row looks at the next row.
func (w *fallWatch) row(position int, r *Row) {
	if !r.Decoded || r.ID == 0 {
		return
	}
	count := w.count()
	if count > w.begun && r.ID <= freshNumber && r.ID <= w.get(count-1).number {
		w.candidates = append(w.candidates, count)
	}
	if len(w.recent) == 4*fallWindow {
		w.base += 2 * fallWindow
		w.recent = append(w.recent[:0], w.recent[2*fallWindow:]...)
	}
	w.recent = append(w.recent, numbered{position, r.ID, r.TimeNS, r.TimeMS})
	if r.ID == 1 && w.one < 0 {
		w.one, w.oneTimeMS = count, r.TimeMS
	}
	if len(w.candidates) > 0 && w.count()-w.candidates[0] >= fallWindow {
		w.judgeFirst()
	}
}

// finish judges what is left, with fewer rows ahead.
func (w *fallWatch) finish() {
	for len(w.candidates) > 0 {
		w.judgeFirst()
	}
	w.recent = nil
}

func (w *fallWatch) count() int          { return w.base + len(w.recent) }
func (w *fallWatch) get(at int) numbered { return w.recent[at-w.base] }
func (w *fallWatch) rows(from, to int) []numbered {
	return w.recent[from-w.base : to-w.base]
}

func (w *fallWatch) judgeFirst() {
	at := w.candidates[0]
	w.candidates = append(w.candidates[:0], w.candidates[1:]...)
	before := w.rows(max(at-fallWindow, w.begun, w.base), at)
	after := w.rows(at, min(at+fallWindow, w.count()))
	if len(before) == 0 {
		return
	}
	if w.isCliff(before, after) {
		skip := foot(after)
		if skip > 0 {
			before, after, at = after[:skip], after[skip:], at+skip
		}
	} else if !w.isSecondOne(at, after) {
		return
	}
	if len(w.falls) < maxFalls {
		w.falls = append(w.falls, fall{before: before[len(before)-1], after: after[0]})
	}
	w.begun, w.one = at, -1
	w.candidates = slices.DeleteFunc(w.candidates, func(c int) bool { return c <= at })
	for i, r := range after {
		if r.number == 1 {
			w.one, w.oneTimeMS = at+i, r.timeMS
			break
		}
	}
}

func (w *fallWatch) isCliff(before, after []numbered) bool {
	lowest := before[0].number
	for _, r := range before {
		lowest = min(lowest, r.number)
	}
	if highest(after) >= lowest {
		return false
	}
	if w.inOrder && after[0].number == 1 && lowest >= minBeforeCliff {
		return true
	}
	return len(before) >= minBeforeCliff && len(after) >= minAfterCliff
}

// foot returns where behind a cliff the new process begins. The last rows of the
// old one may have been old actions tried again: then the numbers fall once more,
// below all of those.
func foot(after []numbered) int {
	begins, lowest := 0, after[0].number
	for i := 1; i+minAfterCliff <= len(after); i++ {
		if after[i].number < lowest && highest(after[i:]) < lowest {
			begins = i
		}
		lowest = min(lowest, after[i].number)
	}
	return begins
}

func highest(rows []numbered) uint64 {
	most := uint64(0)
	for _, r := range rows {
		most = max(most, r.number)
	}
	return most
}

func (w *fallWatch) isSecondOne(at int, after []numbered) bool {
	if !w.inOrder || after[0].number != 1 || w.one < 0 || w.one >= at || after[0].timeMS <= w.oneTimeMS {
		return false
	}
	for i := 1; i < min(countUp, len(after)); i++ {
		if after[i].number == 1 {
			return true // and begins again at once
		}
		if after[i].number != after[i-1].number+1 {
			return false
		}
	}
	return true
}
