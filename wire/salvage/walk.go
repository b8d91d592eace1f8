package salvage

import (
	"context"
	"slices"

	"chainglass/wire"
)

const (
	// probeBytes is the longest record that is looked for behind damage.
	probeBytes = 4096
	// narrowProbe takes its place once looking costs too much.
	narrowProbe = 256
	// stepBytes is the longest record that is read at once; longer ones, up to
	// maxRecord, are tried where the one before them ends.
	stepBytes = 64 << 10
	maxRecord = 16 << 20
	// nearMS is how far apart two records in a row usually are, at most.
	nearMS = 24 * 3600 * 1000
	// zeroRun is how many zeros in a row are no part of a record.
	zeroRun = 16
)

// walker goes from record to record.
type walker struct {
	ctx    context.Context
	src    window
	parser parser
	result Result

	rec, next, other record // scratch
	// before are the times of the last two records, 0 for none.
	before [2]uint64
	lastID uint64
	// probed counts what looking for records behind damage has cost, in bytes; large
	// does so for records over stepBytes.
	probed, large, walked int64
	explained             int
	turned                int // gaps that one turned bit explains
}

func newWalker(ctx context.Context, in *Input) *walker {
	return &walker{ctx: ctx, src: window{r: in.DAT, size: in.DATSize, loaded: ctx.Err}}
}

// detectWindows parts of dat decide on the kind, each of detectBytes.
const (
	detectWindows = 8
	detectBytes   = 32 << 10
)

// detect returns the kind whose records cover most of what is looked at.
func (w *walker) detect() wire.ChainKind {
	best, most := wire.ChainUnknown, int64(0)
	for _, kind := range kinds() {
		trial := &walker{ctx: w.ctx, src: window{r: w.src.r, size: w.src.size, loaded: w.ctx.Err}}
		trial.parser.kind = kind
		covered := int64(0)
		step := max(w.src.size/detectWindows, detectBytes)
		for at := int64(0); at < w.src.size; at += step {
			trial.before = [2]uint64{}
			trial.walk(Range{at, min(at+detectBytes, w.src.size)})
		}
		for i := range trial.result.Found {
			f := &trial.result.Found[i]
			if trial.parser.parse(trial.src.bytes(int64(f.Offset), int(f.Size)), &trial.rec, true) {
				covered += int64(f.Size)
			}
		}
		if covered > most {
			best, most = kind, covered
		}
		w.src.err = trial.src.err
	}
	return best
}

// lose makes all of the ranges gaps.
func (w *walker) lose(ranges []Range) {
	for _, r := range ranges {
		w.gap(r, false)
	}
}

// walk finds the records in a range.
func (w *walker) walk(r Range) {
	for at := r.Start; at < r.End && w.src.err == nil; {
		if w.step(at, r.End) {
			w.take(at, Sure)
			at += int64(w.rec.size)
			continue
		}
		to := w.seek(at+1, r.End)
		w.settle(Range{at, to}, r)
		at = to
	}
	w.walked += r.Len()
}

// take adds the record in w.rec.
func (w *walker) take(at int64, d Doubt) {
	w.result.Found = append(w.result.Found, Found{Offset: uint32(at), Size: uint32(w.rec.size), Doubt: d})
	w.before[1], w.before[0] = w.before[0], w.rec.timeMS
	w.lastID = w.rec.id
}

// near reports whether a time is near that of one of the last records.
func (w *walker) near(ms uint64) bool { return near(ms, w.before[0]) || near(ms, w.before[1]) }

func near(a, b uint64) bool { return b != 0 && max(a, b)-min(a, b) <= nearMS }

// step decodes the record at a place where the one before it ends, into w.rec.
func (w *walker) step(at, end int64) bool {
	b := w.src.bytes(at, int(min(end-at, stepBytes)))
	ok := w.parser.parse(b, &w.rec, false)
	if !ok && int64(len(b)) < end-at && w.large < 4*w.src.size && (len(b) == 0 || b[0] != 0) {
		// It may be longer. Trying that everywhere would cost more than all the rest.
		b = w.src.bytes(at, int(min(end-at, maxRecord)))
		w.large += int64(len(b))
		ok = w.parser.parse(b, &w.rec, false)
	}
	if !ok {
		return false
	}
	if !w.rec.odd && !w.rec.wild && w.near(w.rec.timeMS) {
		return true
	}
	return w.supported(at, end)
}

// supported reports whether the unusual record in w.rec is followed by others, or by
// the end, and has none in it.
func (w *walker) supported(at, end int64) bool {
	next, ms := at+int64(w.rec.size), w.rec.timeMS
	needed := 2
	if !w.rec.odd && w.near(ms) {
		needed = 0
	}
	for range needed {
		if next >= end {
			break
		}
		if !w.parser.parse(w.src.bytes(next, int(min(end-next, stepBytes))), &w.next, false) {
			return false
		}
		next += int64(w.next.size)
	}
	if !w.rec.odd && !w.rec.wild && (w.before == [2]uint64{} || near(ms, w.next.timeMS)) {
		return true
	}
	for inside := at + 1; inside < at+int64(w.rec.size); inside++ {
		if w.parser.parse(w.src.bytes(inside, int(min(end-inside, narrowProbe))), &w.other, true) && !w.other.wild && w.near(w.other.timeMS) {
			return false
		}
	}
	return true
}

// seek returns the next place from at on where a record begins, or end.
func (w *walker) seek(at, end int64) int64 {
	for ; at < end && w.src.err == nil; at++ {
		b := w.probe(at, end)
		if len(b) == 0 || b[0] == 0 || !w.parser.promising(b) {
			continue
		}
		if w.begins(at, end, b) {
			return w.settleStart(at, end)
		}
	}
	return end
}

// probe returns the bytes at a place that is looked at. What that costs at most grows
// with the bytes that were gone through only.
func (w *walker) probe(at, end int64) []byte {
	size := int64(probeBytes)
	if w.probed > 64*(w.walked+at)+1<<20 {
		size = narrowProbe
	}
	b := w.src.bytes(at, int(min(end-at, size)))
	if len(b) > 1 && b[1] >= 0x80 || len(b) > 2 && b[2] >= 0x80 {
		w.probed += int64(len(b)) // a length over 127 may be believed
	} else {
		w.probed += narrowProbe / 4
	}
	return b
}

// begins reports whether a record as nodes write them begins at a place: one with a
// time near the last one's, or followed by others with times near its own.
func (w *walker) begins(at, end int64, b []byte) bool {
	if !w.parser.parse(b, &w.rec, true) {
		return false
	}
	followers := 2
	if w.near(w.rec.timeMS) {
		if !w.rec.wild {
			return true
		}
		followers = 1
	}
	ms, next := w.rec.timeMS, at+int64(w.rec.size)
	for range followers {
		if next >= end {
			return w.before == [2]uint64{}
		}
		if !w.parser.parse(w.src.bytes(next, int(min(end-next, probeBytes))), &w.next, true) || !near(ms, w.next.timeMS) {
			return false
		}
		next += int64(w.next.size)
	}
	return true
}

// settleStart moves the start of a record behind damage: bytes before it can look like
// the low bits of its seq. Of the starts that leave the same record, the one is taken
// whose seq is next to that of a neighbour.
func (w *walker) settleStart(at, end int64) int64 {
	if w.parser.kind == wire.ChainAction {
		return at
	}
	next := at + int64(w.rec.size)
	wanted := w.lastID + 1
	if next < end && w.parser.parse(w.src.bytes(next, int(min(end-next, probeBytes))), &w.next, true) {
		wanted = w.next.id - 1
	}
	best, least := at, distance(w.rec.id, wanted)
	for b := w.src.bytes(at, 10); len(b) > 1 && b[0] >= 0x80; b = b[1:] {
		at++
		if w.parser.parse(w.src.bytes(at, int(min(end-at, probeBytes))), &w.other, true) && at+int64(w.other.size) == next {
			if d := distance(w.other.id, wanted); d < least {
				best, least = at, d
			}
		}
	}
	return best
}

func distance(a, b uint64) uint64 { return max(a, b) - min(a, b) }

// gap lists bytes in which no record was found.
func (w *walker) gap(r Range, turned bool) {
	if r.Len() <= 0 {
		return
	}
	w.result.LostBytes += r.Len()
	if n := len(w.result.Gaps); n > 0 && w.result.Gaps[n-1].End == r.Start {
		w.result.Gaps[n-1].End = r.End
		w.result.Gaps[n-1].Turned = turned
		return
	}
	if len(w.result.Gaps) == maxGaps {
		w.result.MoreGaps++
		return
	}
	w.result.Gaps = append(w.result.Gaps, Gap{Range: r, Turned: turned})
}

// sweep measures the zeros in the gaps and marks the records beside them.
func (w *walker) sweep() {
	for i := range w.result.Gaps {
		g := &w.result.Gaps[i]
		if g.Zeros = w.zeros(g.Range); g.Zeros < zeroRun && !g.Turned {
			w.turned++ // more than one bit of it, or of the record beside it
		}
		at, _ := slices.BinarySearchFunc(w.result.Found, g.Start, func(f Found, at int64) int { return int(int64(f.Offset) - at) })
		for _, j := range []int{at - 1, at} {
			if j >= 0 && j < len(w.result.Found) && w.result.Found[j].Doubt == Sure && !g.Turned {
				w.result.Found[j].Doubt = BesideDamage
			}
		}
	}
}

// zeros returns the length of the longest run of zeros in a range.
func (w *walker) zeros(r Range) (longest int64) {
	run := int64(0)
	for at := r.Start; at < r.End; {
		b := w.src.bytes(at, int(min(r.Len(), stepBytes)))
		b = b[:min(int64(len(b)), r.End-at)]
		if len(b) == 0 {
			return longest
		}
		for _, c := range b {
			if run++; c != 0 {
				run = 0
			}
			longest = max(longest, run)
		}
		at += int64(len(b))
	}
	return longest
}
