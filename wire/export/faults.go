package export

import "errors"

// maxFaults bounds the faults that are kept; the rest are counted.
const maxFaults = 10_000

// Summary counts what an export holds, as far as it is known: a [File] that
// was opened by its footer learns of damage in blocks as they are read.
type Summary struct {
	// Blocks counts the blocks found.
	Blocks int
	// Entries counts the entries of those blocks that can be read.
	Entries int
	// Lost counts the entries known to be missing: of damaged blocks, and of
	// positions that no block holds. What followed a cut is not known.
	Lost int
	// Unknown counts the items that were skipped.
	Unknown int
	// Faults counts all faults, those included that are no longer kept.
	Faults int
	// Complete reports whether footer and trailer are there and sound.
	Complete bool
}

// faultLog collects faults and what they cost.
type faultLog struct {
	list []*Error
	sum  Summary
}

func (l *faultLog) add(e *Error) {
	l.sum.Faults++
	l.sum.Lost += e.Lost
	if errors.Is(e.Err, ErrUnknownItem) {
		l.sum.Unknown++
	}
	if len(l.list) < maxFaults {
		l.list = append(l.list, e)
	}
}
