package redex

import (
	"slices"
	"sort"
	"sync"
)

// Coverage remembers which runs of entries have been read, in whatever order and by
// however many readers, and a sum of what was seen of each: so that they can be read
// again and compared. The zero Coverage is empty and ready for use. It is safe for
// concurrent use.
type Coverage struct {
	mu   sync.Mutex
	runs []CoveredRun // none within another, so firsts and ends ascend
}

// CoveredRun is a run of entries that has been read at once.
type CoveredRun struct {
	// First and End are the positions of its first entry and behind its last.
	First, End int
	// Sum is made from what was seen of the entries, Statuses from their statuses.
	Sum, Statuses uint64
	// PayloadEnd is the highest end of a payload in the payload file, in bytes, torn
	// payloads left out.
	PayloadEnd uint64
}

// Note remembers a run. One that lies within a run that is known tells nothing new.
func (c *Coverage) Note(run CoveredRun) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := sort.Search(len(c.runs), func(i int) bool { return c.runs[i].First > run.First })
	if at > 0 && c.runs[at-1].End >= run.End {
		return
	}
	from := at
	if from > 0 && c.runs[from-1].First == run.First && c.runs[from-1].End <= run.End {
		from--
	}
	for at < len(c.runs) && c.runs[at].End <= run.End {
		at++
	}
	c.runs = slices.Replace(c.runs, from, at, run)
}

// take notes the runs of another that end by a position.
func (c *Coverage) take(other *Coverage, end int) {
	for _, run := range other.Runs() {
		if run.End <= end {
			c.Note(run)
		}
	}
}

// Runs returns the runs in order of their positions. They may overlap, and they may leave
// gaps.
func (c *Coverage) Runs() []CoveredRun {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.runs)
}
