package insight

import (
	"math"
	"math/bits"
	"slices"
	"sort"

	"chainglass/wire"
	"chainglass/wire/message"
)

// A silence is a wait between two rows that is far longer than the chain's own.
// Waits are weighed by the time they take, so that a burst of a million rows in
// a minute does not make an ordinary hour look silent: three quarters of the
// time pass in waits no longer than the rhythm, and silenceTimes that is a
// silence. For rows that come by chance that happens once in a billion. A chain
// that is silent often has just that rhythm, and is left alone. Only actions and
// logs come steadily enough to be asked.
const (
	silenceTimes   = 8
	silenceShare   = 0.75
	silenceMinNS   = 10 * nanosPerSec
	silenceMinRows = 100
	maxSilences    = 5
	// timeSlackNS is by how much a row may be earlier than the one before
	// without the clock being wrong: rows are appended by several hands.
	timeSlackNS = 100 * nanosPerMilli
)

// wait is the time between two rows.
type wait struct {
	before, after int
	fromNS, toNS  uint64
}

func (w *wait) lengthNS() uint64 { return w.toNS - w.fromNS }

// silenceWatch measures the waits of a chain.
type silenceWatch struct {
	rows int
	// weight is the time spent in waits, by length: four classes to an octave. It
	// is nil until there is a wait.
	weight *[lengthClasses]float64
	total  float64
	// longest are the longest waits, longest first; one more than may be silent.
	longest []wait
	// front is the newest row that is believed. A single row with a wild time is
	// neither a silence nor the end of one: a wait is pending until the next row
	// confirms it, and one row behind the front is passed over.
	front   int
	frontNS uint64
	behind  int
	pending wait
}

const (
	lengthClasses = 256
	// A length from 4 up to exactNS is exact as a float64, whose first fourteen bits
	// tell its octave and its next two bits: less floatClass, its class.
	exactNS    = 1 << 53
	floatClass = 4 * 1024
)

// times looks at the placing times of rows that lie together.
func (x *silenceWatch) times(first int, times []uint64) {
	for i := 0; i < len(times); {
		x.time(first+i, times[i])
		i++
		if x.pending.after == first+i-1 {
			i += x.ahead(first+i, times[i:])
		}
	}
}

// ahead takes the rows from a position on that are each later than all before, as
// nearly all are, and returns how many. The row before them has a wait pending
// that ends with it.
func (x *silenceWatch) ahead(position int, times []uint64) int {
	if len(times) == 0 || times[0] <= x.frontNS || x.pending.toNS == 0 {
		return 0
	}
	weight, total, shortest := x.weights(), x.total, x.shortestNS()
	fromNS, toNS := x.pending.fromNS, x.frontNS
	n := 0
	for ; n < len(times) && times[n] > toNS; n++ {
		ns := toNS - fromNS
		length := float64(ns)
		class := int(math.Float64bits(length)>>50) - floatClass // as lengthClass
		if ns-4 >= exactNS-4 {
			class = lengthClass(ns)
		}
		weight[uint8(class)] += length
		total += length
		if ns > shortest {
			w := wait{position + n - 2, position + n - 1, fromNS, toNS}
			if n == 0 {
				w = x.pending
			}
			x.insert(w)
			shortest = x.shortestNS()
		}
		fromNS, toNS = toNS, times[n]
	}
	x.total = total
	x.rows += n
	x.front, x.frontNS = position+n-1, toNS
	x.pending = wait{position + n - 2, x.front, fromNS, toNS}
	return n
}

// weights returns the weights of the classes.
func (x *silenceWatch) weights() *[lengthClasses]float64 {
	if x.weight == nil {
		x.weight = new([lengthClasses]float64)
	}
	return x.weight
}

// shortestNS returns the length that a wait must exceed to be among the longest.
func (x *silenceWatch) shortestNS() uint64 {
	if len(x.longest) <= maxSilences {
		return 0
	}
	return x.longest[len(x.longest)-1].lengthNS()
}

func (x *silenceWatch) time(position int, timeNS uint64) {
	x.rows++
	if x.rows == 1 {
		x.front, x.frontNS = position, timeNS
		return
	}
	if later(timeNS, timeSlackNS) < x.frontNS {
		x.behind++
		if x.behind == 1 {
			return
		}
		x.goBack(position, timeNS)
	} else {
		x.confirm()
	}
	x.behind = 0
	if timeNS > x.frontNS {
		x.pending = wait{x.front, position, x.frontNS, timeNS}
		x.front, x.frontNS = position, timeNS
	}
}

// goBack gives the front up: it was one row with a wild time, or the clock has
// stepped back.
func (x *silenceWatch) goBack(position int, timeNS uint64) {
	if x.pending.toNS > 0 {
		x.front, x.frontNS = x.pending.before, x.pending.fromNS
		x.pending = wait{}
	}
	if later(timeNS, timeSlackNS) < x.frontNS {
		x.front, x.frontNS = position, timeNS
	}
}

// finish takes the last wait.
func (x *silenceWatch) finish() { x.confirm() }

func (x *silenceWatch) clone() *silenceWatch {
	if x == nil {
		return nil
	}
	c := *x
	c.longest = slices.Clone(x.longest)
	if x.weight != nil {
		weight := *x.weight
		c.weight = &weight
	}
	return &c
}

func (x *silenceWatch) confirm() {
	w := x.pending
	x.pending = wait{}
	ns := w.toNS - w.fromNS
	if ns == 0 {
		return
	}
	x.weights()[lengthClass(ns)] += float64(ns)
	x.total += float64(ns)
	if ns > x.shortestNS() {
		x.insert(w)
	}
}

func (x *silenceWatch) insert(w wait) {
	at, _ := slices.BinarySearchFunc(x.longest, w, func(a, b wait) int { return compare(b.lengthNS(), a.lengthNS()) })
	x.longest = slices.Insert(x.longest, at, w)
	x.longest = x.longest[:min(len(x.longest), maxSilences+1)]
}

// lengthClass returns the class of a length: its octave and its next two bits.
func lengthClass(ns uint64) int {
	octave := bits.Len64(ns)
	if octave < 3 {
		return int(ns)
	}
	return (octave-2)*4 + int(ns>>(octave-3&63)&3)
}

// classEnd returns the largest length of a class.
func classEnd(class int) uint64 {
	if class < 4 {
		return uint64(class)
	}
	octave := class/4 + 2
	return uint64(5+class%4)<<(octave-3) - 1
}

// rhythmNS returns the length of the waits that silenceShare of the time passes
// within.
func (x *silenceWatch) rhythmNS() uint64 {
	if x.weight == nil {
		return classEnd(0)
	}
	sum := 0.0
	for class, weight := range x.weight {
		sum += weight
		if sum >= silenceShare*x.total {
			return classEnd(class)
		}
	}
	return classEnd(len(x.weight) - 1)
}

// silences returns the silences in the order of time, and the rhythm.
func (x *silenceWatch) silences() (found []wait, rhythmNS uint64) {
	if x.rows < silenceMinRows {
		return nil, 0
	}
	rhythmNS = x.rhythmNS()
	for _, w := range x.longest {
		if w.lengthNS() >= silenceMinNS && w.lengthNS()/silenceTimes > rhythmNS {
			found = append(found, w)
		}
	}
	if len(found) > maxSilences {
		return nil, rhythmNS
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].fromNS < found[j].fromNS })
	return found, rhythmNS
}

// silent is a silence of one or more chains of a node at the same time.
type silent struct {
	wait
	rhythmNS uint64
	subjects []*subject
	// ends is true if the chain is not heard again.
	ends bool
}

// steady returns the chains of the node that rows come to all the time.
func (n *node) steady() []*subject {
	return append(n.of(wire.ChainAction), n.of(wire.ChainLog)...)
}

// reportSilences lists when chains of the node were silent. Chains that were
// silent together make one finding.
func (n *node) reportSilences(out *report) {
	var all []silent
	var endNS uint64
	for _, s := range n.steady() {
		endNS = max(endNS, s.watch.silence.frontNS)
	}
	for _, s := range n.steady() {
		found, rhythm := s.watch.silence.silences()
		for _, w := range found {
			all = append(all, silent{wait: w, rhythmNS: rhythm, subjects: []*subject{s}})
		}
		if w, rhythm, stops := s.watch.silence.stops(endNS); stops {
			all = append(all, silent{wait: w, rhythmNS: rhythm, subjects: []*subject{s}, ends: true})
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].fromNS < all[j].fromNS })
	var merged []silent
	for _, w := range all {
		if m := len(merged); m > 0 && w.fromNS < merged[m-1].toNS && merged[m-1].subjects[0] != w.subjects[0] {
			merged[m-1].subjects = append(merged[m-1].subjects, w.subjects...)
			continue
		}
		merged = append(merged, w)
	}
	for i := range merged {
		if !n.isJump(&merged[i]) {
			out.add(n.silenceFinding(&merged[i]))
		}
	}
}

// isJump reports whether a clock of the node made a silence by stepping forward.
func (n *node) isJump(w *silent) bool {
	return slices.ContainsFunc(n.troubles, func(t clockTrouble) bool {
		return t.jump.toNS > 0 && w.fromNS <= t.jump.toNS && w.toNS >= t.jump.fromNS && !w.ends
	})
}

// stops reports whether the chain ends long before endNS, when the last of the
// node's chains does.
func (x *silenceWatch) stops(endNS uint64) (w wait, rhythmNS uint64, stops bool) {
	if x.rows < silenceMinRows || endNS <= x.frontNS {
		return w, 0, false
	}
	rhythmNS = x.rhythmNS()
	w = wait{x.front, x.front, x.frontNS, endNS}
	return w, rhythmNS, w.lengthNS() >= silenceMinNS && w.lengthNS()/silenceTimes > rhythmNS
}

func (n *node) silenceFinding(w *silent) Finding {
	s := w.subjects[0]
	f := about(RuleSilence, s, w.before, w.after)
	f.FirstTimeNS, f.LastTimeNS = w.fromNS, w.toNS
	f.Severity, f.Confidence = Notice, Possible
	if len(w.subjects) > 1 {
		f.Severity, f.Confidence = Warning, Likely
	}
	names := message.New("{}", s.channel())
	for _, other := range w.subjects[1:] {
		names.Add(" and {}", other.channel())
	}
	f.Title = message.New("Silent for {}", message.Duration(w.lengthNS()))
	f.Detail = message.New("Nothing on {} {}; {} usually waits no longer than {}.",
		message.List(names), between(w.fromNS, w.toNS), s.channel(), message.Duration(w.rhythmNS))
	if w.ends {
		f.Title = message.New("Not heard again for {}", message.Duration(w.lengthNS()))
		f.Detail = message.New("{} ends at {}, while the node's other chains go on until {}.", message.List(names), message.Time(w.fromNS), message.Time(w.toNS))
	}
	for i := range n.restarts {
		if r := &n.restarts[i]; r.fromNS <= w.toNS && r.toNS >= w.fromNS {
			f.Detail.Add(" The process restarted in this time.")
			f.Confidence = max(f.Confidence, Likely)
			break
		}
	}
	return f
}
