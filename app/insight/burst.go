package insight

import (
	"math"
	"slices"
	"sort"

	"chainglass/wire"
)

// A burst is a run of steps in which far more actions fail than the chain is
// used to. What it is used to is taken from the lower half of its steps: their
// median is the baseline, and the median distance from it, but at least what
// chance makes of such a number, is the spread. The lower half is calm even
// where an incident fills most of the chain. Steps between two loud ones belong
// to the burst if they are few.
const (
	burstSpreads = 8
	burstTimes   = 3
	// burstStep and burstTotal are the fewest failures of a loud step and of a
	// burst.
	burstStep  = 10
	burstTotal = 30
	// burstLull is how many quiet steps may lie within a burst.
	burstLull = 2
	// minBurstSteps is how many steps a chain needs for a baseline.
	minBurstSteps = 6
	// oneSpell is how far apart the bursts of two nodes may begin to count as
	// one spell of the cluster.
	oneSpell = 5 * 60 * nanosPerSec
)

// burst is one run of loud steps.
type burst struct {
	subject         *subject
	first, last     int
	firstNS, lastNS uint64
	failed          int
	baseline        float64
	perStepNS       uint64
	// spell numbers the bursts of several nodes that belong together.
	spell int
}

// findBursts finds the bursts of all chains and which belong together. A
// failures chain repeats what the action chain of its node says, so it is asked
// only where there is none.
func (c *cluster) findBursts() {
	for _, n := range c.nodes {
		chains := n.of(wire.ChainAction)
		if len(chains) == 0 {
			chains = n.of(wire.ChainFailure)
		}
		for _, s := range chains {
			found := s.bursts()
			s.burst = len(found) > 0
			c.bursts = append(c.bursts, found...)
		}
	}
	sort.SliceStable(c.bursts, func(i, j int) bool { return c.bursts[i].firstNS < c.bursts[j].firstNS })
	spell, endNS := 0, uint64(0)
	for i := range c.bursts {
		b := &c.bursts[i]
		if i > 0 && b.firstNS > endNS {
			spell, endNS = spell+1, 0
		}
		b.spell = spell
		endNS = max(endNS, later(b.lastNS, burstLull*b.perStepNS), later(b.firstNS, oneSpell))
	}
}

// bursts returns the bursts of one chain, in order of time.
func (s *subject) bursts() []burst {
	if s.watch.rates == nil {
		return nil
	}
	steps, width := s.watch.rates.steps, s.watch.rates.widthNS
	if len(steps) < minBurstSteps {
		return nil
	}
	baseline, loud := threshold(steps)
	var found []burst
	for i := range steps {
		if float64(steps[i].failed) < loud {
			continue
		}
		if n := len(found); n > 0 && steps[i].startNS <= later(found[n-1].lastNS, (burstLull+1)*width) {
			found[n-1].extend(&steps[i])
			continue
		}
		b := burst{subject: s, first: steps[i].first, firstNS: steps[i].firstNS, baseline: baseline, perStepNS: width}
		b.extend(&steps[i])
		found = append(found, b)
	}
	found = slices.DeleteFunc(found, func(b burst) bool { return b.failed < burstTotal })
	return found[:min(len(found), maxPerRule)]
}

// threshold returns the baseline and from how many failures on a step is loud.
func threshold(steps []step) (baseline, loud float64) {
	counts := make([]float64, len(steps))
	for i := range steps {
		counts[i] = float64(steps[i].failed)
	}
	slices.Sort(counts)
	lower := counts[:(len(counts)+1)/2]
	baseline = median(lower)
	for i := range lower {
		lower[i] = math.Abs(lower[i] - baseline)
	}
	slices.Sort(lower)
	// 1.4826 makes the median distance comparable to a standard deviation.
	spread := max(1.4826*median(lower), math.Sqrt(baseline), 1)
	return baseline, max(burstStep, burstTimes*baseline, baseline+burstSpreads*spread)
}

// median of values in ascending order.
func median(sorted []float64) float64 {
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}

func (b *burst) extend(s *step) {
	b.failed += s.failed
	b.last, b.lastNS = s.last, s.lastNS
}

// tally is how often a text came.
type tally struct {
	template string
	count    int
}

// templates adds the reasons within the burst to what is counted.
func (b *burst) templates(p *pacer, all map[string]int) error {
	var known []Class
	var counts []int
	add := func() {
		for i, n := range counts {
			if c := &known[i]; n > 0 && c.Template != "" && !(b.subject.chain.Kind() == wire.ChainAction && wire.Outcome(c.Outcome) == wire.OutcomeGated) {
				all[c.Template] += n
			}
		}
	}
	err := eachRows(p, b.subject.chain, b.first, b.last+1, func(rows *Rows, classes []Class, begin, end int) {
		if !sameClasses(known, classes) {
			add()
			known, counts = classes, make([]int, len(classes))
		}
		for i := begin; i < end; i++ {
			if rows.State[i]&RowDecoded != 0 {
				counts[rows.Class[i]]++
			}
		}
	})
	add()
	return err
}

// tallies sorts counts, the largest first.
func tallies(counts map[string]int) []tally {
	var found []tally
	for template, count := range counts {
		found = append(found, tally{template, count})
	}
	sort.SliceStable(found, func(i, j int) bool {
		if found[i].count != found[j].count {
			return found[j].count-found[i].count < 0
		}
		if found[i].template < found[j].template {
			return true
		}
		return false
	})
	return found
}
