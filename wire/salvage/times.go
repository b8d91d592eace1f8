package salvage

import (
	"math"
	"slices"
)

// align gives each record its place among the appended ones. Without gaps that is its
// number; at a gap as many records are skipped as make the times of ts agree with
// those of the records behind it.
func (j *judge) align(times []uint64) {
	found := j.result.Found
	missing := len(times) - len(found)
	var offsets ring
	place := 0
	for i, g := 0, 0; i < len(found); i++ {
		begins := false
		for ; g < len(j.result.Gaps) && j.result.Gaps[g].End <= int64(found[i].Offset); g++ {
			begins = true
		}
		if begins && missing > 0 {
			size := int(j.result.Gaps[g-1].Len() / shortestRecord)
			skip := j.skip(i, place, min(missing, size), times, offsets.median())
			place += skip
			missing -= skip
		}
		found[i].Place = uint32(place)
		if place < len(times) && plausibleMS(times[place]/1e6) {
			offsets.add(j.offset(i, times[place]))
		}
		place++
	}
	j.result.Aligned = len(times) > 0 && (place <= len(times))
}

// offset is how much later than its own time a record was appended, in milliseconds.
func (j *judge) offset(i int, ns uint64) int64 { return int64(ns/1e6) - int64(j.marks[i].ms) }

// alignedBy is how many records behind a gap, at most and up to the next one, decide how
// many are lost in it.
const alignedBy = 12

// skip returns how many records are lost before record i. offset is how much later
// records before were appended than they were built, in milliseconds.
func (j *judge) skip(i, place, most int, times []uint64, offset int64) int {
	n := 1
	for n < alignedBy && i+n < len(j.marks) && !j.marks[i+n].behind {
		n++
	}
	best, least := 0, int64(math.MaxInt64)
	var away [alignedBy]int64
	for k := 0; k <= min(most, maxSkip); k++ {
		if place+k+n > len(times) {
			break
		}
		for m := range n {
			d := j.offset(i+m, times[place+k+m]) - offset
			away[m] = max(d, -d)
		}
		slices.Sort(away[:n])
		if cost := away[n/2]; cost < least {
			best, least = k, cost
		}
		// Times ascend: from here on it only gets worse.
		if least < math.MaxInt64 && away[0] > least+nearMS {
			break
		}
	}
	return best
}

// maxSkip bounds how many records are taken to be lost in one gap.
const maxSkip = 1 << 20

// ring holds the last few numbers.
type ring struct {
	values [15]int64
	n      int
}

func (r *ring) add(v int64) {
	r.values[r.n%len(r.values)] = v
	r.n++
}

// median returns the number in the middle, 0 if there are none.
func (r *ring) median() int64 {
	n := min(r.n, len(r.values))
	if n == 0 {
		return 0
	}
	sorted := r.values
	slices.Sort(sorted[:n])
	return sorted[n/2]
}
