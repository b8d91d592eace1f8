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

// recentRows is how many rows are remembered: fallWindow ahead and back, and a
// power of two.
const recentRows = 4 * fallWindow

// fallWatch finds the falls of one chain. It looks fallWindow rows ahead and
// back and remembers no more than that.
type fallWatch struct {
	// inOrder: the chain's records are appended in the order of their numbers.
	inOrder bool
	// recent is a ring of the newest rows: the n'th is at n%recentRows.
	recent []numbered
	count  int
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

// rows looks at the rows of a run. Nearly all numbers are too high to begin a
// process with: of those, only the last need to be remembered.
func (w *fallWatch) rows(r *run) {
	if len(w.candidates) == 0 && (r.leastID > freshNumber || slices.Min(r.id) > freshNumber) {
		w.skip(r, len(r.id), len(r.id))
		return
	}
	high := 0 // how many rows before i are such ones
	for i, number := range r.id {
		if number > freshNumber && len(w.candidates) == 0 {
			high++
			continue
		}
		w.skip(r, i, high)
		high = 0
		if number > 0 {
			w.row(numbered{r.first + i, number, r.timeNS[i], r.timeMS[i]})
		}
	}
	w.skip(r, len(r.id), high)
}

// skip takes the rows before the i'th of a run, so many of them.
func (w *fallWatch) skip(r *run, i, rows int) {
	if old := rows - 2*fallWindow; old > 0 && w.count >= recentRows {
		w.count += old
		rows -= old
	}
	for j := i - rows; j < i; j++ {
		w.keep(numbered{r.first + j, r.id[j], r.timeNS[j], r.timeMS[j]})
	}
}

func (w *fallWatch) row(n numbered) {
	at := w.count
	if n.number <= freshNumber {
		if at > w.begun && n.number <= w.get(at-1).number {
			w.candidates = append(w.candidates, at)
		}
		if n.number == 1 && w.one < 0 {
			w.one, w.oneTimeMS = at, n.timeMS
		}
	}
	w.keep(n)
	if len(w.candidates) > 0 && w.count-w.candidates[0] >= fallWindow {
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

// settled returns the position from which on a process may yet turn out to begin,
// given the position of the next row.
func (w *fallWatch) settled(next int) int {
	if len(w.candidates) > 0 {
		return w.get(w.candidates[0]).position
	}
	return next
}

func (w *fallWatch) clone() fallWatch {
	c := *w
	c.recent, c.candidates, c.falls = slices.Clone(w.recent), slices.Clone(w.candidates), slices.Clone(w.falls)
	return c
}

func (w *fallWatch) keep(n numbered) {
	if w.count < recentRows {
		w.recent = append(w.recent, n)
	} else {
		w.recent[w.count%recentRows] = n
	}
	w.count++
}

func (w *fallWatch) get(at int) *numbered { return &w.recent[at%recentRows] }

// appendRows appends the remembered rows of a range to dst.
func (w *fallWatch) appendRows(dst []numbered, from, to int) []numbered {
	for ; from < to; from++ {
		dst = append(dst, *w.get(from))
	}
	return dst
}

func (w *fallWatch) judgeFirst() {
	at := w.candidates[0]
	w.candidates = append(w.candidates[:0], w.candidates[1:]...)
	from, to := max(at-fallWindow, w.begun), min(at+fallWindow, w.count)
	if from >= at {
		return
	}
	var room [2 * fallWindow]numbered
	window := w.appendRows(room[:0], from, to)
	before, after := window[:at-from], window[at-from:]
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
