package salvage

import (
	"math/bits"

	"chainglass/wire"
)

// maxJudged is the most records that are judged one by one. Of a longer chain, records
// are as sure as the walk found them.
const maxJudged = 4 << 20

// mark is what a record is held against its neighbours by.
type mark struct {
	id, ms uint64
	// trend is a number in a text that usually grows.
	trend uint64
	again bool
	// behind is true if bytes before the record are lost.
	behind bool
}

// judge holds each record against its neighbours and all others.
type judge struct {
	*walker
	marks []mark
	words *vocabulary
}

func (j *judge) run(times []uint64) error {
	n := len(j.result.Found)
	for i := range j.result.Found {
		j.result.Found[i].Place = uint32(i)
	}
	damaged := len(j.result.Gaps) > 0
	if n == 0 || n > maxJudged || !damaged && len(times) == 0 {
		return nil
	}
	j.words = newVocabulary()
	j.marks = make([]mark, n)
	if err := j.each(func(i int) {
		m := &j.marks[i]
		m.id, m.ms, m.trend, m.again = j.rec.id, j.rec.timeMS, j.rec.trend, j.rec.again
		m.behind = i == 0 || j.result.Found[i-1].End() != int64(j.result.Found[i].Offset)
		j.words.addRecord(&j.rec)
	}); err != nil {
		return err
	}
	j.align(times)
	if j.turned == 0 {
		return nil
	}
	j.judgeTimes(times)
	if j.parser.kind == wire.ChainAction {
		j.judgeIDs()
	} else {
		j.judgeSeqs()
		j.judgeOrder(func(m *mark) uint64 { return m.trend })
	}
	return j.judgeValues()
}

// judgeValues doubts records by their words and numbers. A rule that more records fail
// than bits can have been turned says nothing.
func (j *judge) judgeValues() error {
	type failed struct {
		i int
		rule
	}
	var all []failed
	counts := map[rule]int{}
	err := j.each(func(i int) {
		fail := func(r rule) {
			if counts[r]++; counts[r] <= j.most(r.way) {
				all = append(all, failed{i, r})
			}
		}
		if j.rec.odd || j.rec.wild {
			fail(rule{way: byForm})
		}
		j.words.turned(&j.rec, fail)
	})
	for _, f := range all {
		if counts[f.rule] <= j.most(f.way) {
			j.doubt(f.i)
		}
	}
	return err
}

// each decodes the records again, one after the other.
func (j *judge) each(visit func(i int)) error {
	for i := range j.result.Found {
		f := &j.result.Found[i]
		if !j.parser.parse(j.src.bytes(int64(f.Offset), int(f.Size)), &j.rec, false) {
			if j.src.err != nil {
				return j.src.err
			}
			continue // it ended in what is a gap now
		}
		visit(i)
	}
	return nil
}

func (j *judge) doubt(i int) { j.result.Found[i].Doubt = Doubtful }

// rare is which part of the records may have numbers in no order for the others to be
// judged by it: one in two hundred.
const rare = 200

// deviations counts records by the power of two of what they deviate from a rule.
type deviations [65]int

func (d *deviations) add(v uint64) { d[bits.Len64(v)]++ }

// tolerance returns the deviation, in powers of two, that no more than excepted records
// exceed.
func (d *deviations) tolerance(excepted int) int {
	for power := 64; power >= 0; power-- {
		if excepted -= d[power]; excepted < 0 {
			return power
		}
	}
	return 0
}

// excepted is how many records may fail a rule by which others are judged: of the bits
// that were turned in numbers, the gaps show at least every third.
func (j *judge) excepted() int { return 4 + 2*j.turned }

// most is how many records may fail a rule about values. In long texts the gaps show one
// turned bit in eight only; numbers that differ by a bit are usual as well.
func (j *judge) most(w way) int {
	inTexts := max(24, 8*j.turned)
	if w == byValue || w == byNumber {
		return min(inTexts, max(j.excepted(), len(j.marks)/rare))
	}
	return inTexts
}

// judgeOrder doubts records whose value lies outside those of its neighbours, further
// than in hardly any others.
func (j *judge) judgeOrder(value func(m *mark) uint64) {
	var outside deviations
	for i := range j.marks {
		outside.add(j.outside(i, value))
	}
	most := outside.tolerance(j.excepted())
	for i := range j.marks {
		if bits.Len64(j.outside(i, value)) > most {
			j.doubt(i)
		}
	}
}

// outside returns how far the value of a record lies outside those of its neighbours;
// 0 if these are not in order.
func (j *judge) outside(i int, value func(m *mark) uint64) uint64 {
	if i == 0 || i == len(j.marks)-1 {
		return 0
	}
	before, at, after := value(&j.marks[i-1]), value(&j.marks[i]), value(&j.marks[i+1])
	switch {
	case before > after:
		return 0
	case at < before:
		return before - at
	case at > after:
		return at - after
	}
	return 0
}

// judgeTimes doubts records whose time lies outside those of its neighbours, and those
// that were appended much earlier or later than others, if hardly any are.
func (j *judge) judgeTimes(times []uint64) {
	j.judgeOrder(func(m *mark) uint64 { return m.ms })
	if !j.result.Aligned {
		return
	}
	var away deviations
	j.eachOffset(times, func(_ int, by uint64) { away.add(by) })
	most := away.tolerance(j.excepted())
	j.eachOffset(times, func(i int, by uint64) {
		if bits.Len64(by) > most {
			j.doubt(i)
		}
	})
}

// eachOffset calls visit with how much earlier or later than its neighbours a record was
// appended after it was built, in milliseconds.
func (j *judge) eachOffset(times []uint64, visit func(i int, by uint64)) {
	for i := 1; i < len(j.marks)-1; i++ {
		place := int(j.result.Found[i+1].Place)
		if place >= len(times) {
			return
		}
		before := j.offset(i-1, times[j.result.Found[i-1].Place])
		at := j.offset(i, times[j.result.Found[i].Place])
		after := j.offset(i+1, times[place])
		switch low, high := min(before, after), max(before, after); {
		case at < low:
			visit(i, uint64(low-at))
		case at > high:
			visit(i, uint64(at-high))
		default:
			visit(i, 0)
		}
	}
}

// judgeSeqs doubts records whose seq follows neither that of the record before nor is
// followed by that of the record after, where these two would follow each other.
func (j *judge) judgeSeqs() {
	jumps := 0
	for i := 1; i < len(j.marks); i++ {
		if !j.marks[i].behind && j.marks[i].id != j.marks[i-1].id+1 {
			jumps++
		}
	}
	if jumps > len(j.marks)/rare+2*j.excepted() {
		// Seqs of several writers: in no order that is known.
		j.judgeOrder(func(m *mark) uint64 { return m.id })
		return
	}
	for i := range j.marks {
		follows := i > 0 && j.marks[i].id == j.marks[i-1].id+1
		leads := i+1 < len(j.marks) && j.marks[i+1].id == j.marks[i].id+1
		if follows || leads || j.marks[i].id == 1 {
			continue
		}
		if i == 0 || i+1 == len(j.marks) || j.marks[i].behind || j.marks[i+1].behind || j.marks[i+1].id == j.marks[i-1].id+2 {
			j.doubt(i)
		}
	}
}
