package insight

import (
	"fmt"
	"slices"

	"chainglass/wire/message"
)

// Two clocks tell the time of a row: the record's own, in the record, and the
// one that the store stamps the append with. Their distance is looked at in
// rows spread evenly over the chain. The clocks disagree if the median distance
// is more than skewNS and nine of ten rows lie within half of the median to
// either side of it: a queue that is sometimes slow is no skew, and neither are
// times without order.
const (
	skewNS      = 250 * nanosPerMilli
	skewSamples = 4096
	skewMinRows = 20
)

// ClockOffset is how far the records' own times of a node are from the append
// times.
type ClockOffset struct {
	Node string
	// MedianNS is the record's time less the append time: negative if the
	// record clock is behind. Subtracting it from the records' times makes them
	// comparable to append times.
	MedianNS int64
	// LowNS and HighNS enclose nine tenths of the rows looked at.
	LowNS, HighNS int64
	// Rows is how many rows were looked at.
	Rows int
	// Skewed is true if the clocks disagree: see the rule clock-skew.
	Skewed bool
}

// ClockOffsets measures the two clocks of every node, in the order in which the
// nodes first appear. Nodes without enough rows that have both times are left
// out. It looks at a few thousand rows of a chain, however long that is.
func ClockOffsets(chains []Chain) []ClockOffset {
	var nodes []string
	samples := map[string][]int64{}
	for _, c := range chains {
		if _, known := samples[c.Node()]; !known {
			nodes = append(nodes, c.Node())
		}
		samples[c.Node()] = appendOffsets(samples[c.Node()], c)
	}
	var found []ClockOffset
	for _, n := range nodes {
		if len(samples[n]) >= skewMinRows {
			found = append(found, offsetOf(n, samples[n]))
		}
	}
	return found
}

// appendOffsets samples the distance of the two clocks on one chain.
func appendOffsets(dst []int64, c Chain) []int64 {
	stride := max(1, c.Len()/skewSamples)
	for position := 0; position < c.Len(); position += stride {
		r := c.Row(position)
		if off, both := r.clockOffset(); both {
			dst = append(dst, off)
		}
	}
	return dst
}

// clockOffset returns by how much a record's own time is ahead of its append time, if it has
// both.
func (r *Row) clockOffset() (ns int64, both bool) {
	if !r.Decoded || !r.TSNS.Some || r.TimeMS >= 1<<63/nanosPerMilli || r.TSNS.Value >= 1<<63 {
		return 0, false
	}
	return int64(r.TimeMS*nanosPerMilli) - int64(r.TSNS.Value), true
}

func offsetOf(node string, offsets []int64) ClockOffset {
	slices.Sort(offsets)
	n := len(offsets)
	o := ClockOffset{Node: node, MedianNS: offsets[n/2], LowNS: offsets[n/20], HighNS: offsets[n-1-n/20], Rows: n}
	off := max(o.MedianNS, -o.MedianNS)
	o.Skewed = off > int64(skewNS) && o.MedianNS-o.LowNS <= off/2 && o.HighNS-o.MedianNS <= off/2
	return o
}

// reportSkew says so if the clocks of the node disagree.
func (n *node) reportSkew(out *report) {
	var chains []Chain
	for _, s := range n.subjects {
		chains = append(chains, s.chain)
	}
	for _, o := range ClockOffsets(chains) {
		if !o.Skewed {
			continue
		}
		s := n.longest()
		f := about(RuleClockSkew, s, 0, s.chain.Len()-1)
		f.Severity, f.Confidence, f.Count = Warning, Certain, o.Rows
		f.Title = message.New("The record clock is {} ahead of the append times", message.Duration(uint64(o.MedianNS)))
		if o.MedianNS < 0 {
			f.Title = message.New("The record clock is {} behind the append times", message.Duration(uint64(-o.MedianNS)))
		}
		f.Detail = message.New("Median of {row|rows}; nine of ten rows are between {} and {}. One of the clocks is off: compare nodes by append time, or correct the record times by {}.",
			message.Count(o.Rows), message.Offset(o.LowNS), message.Offset(o.HighNS), message.Offset(-o.MedianNS))
		f.Key = fmt.Sprintf("%s/%s", RuleClockSkew, n.name)
		out.add(f)
	}
}

// longest returns the chain of the node with the most rows.
func (n *node) longest() *subject {
	return slices.MaxFunc(n.subjects, func(a, b *subject) int { return a.chain.Len() - b.chain.Len() })
}
