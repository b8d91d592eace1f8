package view

// SeqSearch finds the entry of a sequence number by looking at single entries.
// It begins where the entry is in an undamaged chain and halves from there. Where
// sequence numbers go backwards it ends somewhere, but it ends.
type SeqSearch struct {
	seq uint64
	// The entry is in [low, high], high meaning that all are smaller.
	low, high int
	guess     int
}

// NewSeqSearch searches seq among entries, the first of which has firstSeq.
func NewSeqSearch(seq, firstSeq uint64, entries int) SeqSearch {
	s := SeqSearch{seq: seq, high: entries}
	switch {
	case seq <= firstSeq:
		s.guess = 0
	case seq-firstSeq >= uint64(max(1, entries)):
		s.guess = entries - 1
	default:
		s.guess = int(seq - firstSeq)
	}
	return s
}

// Look returns the position to look at, or false once the search is over.
func (s *SeqSearch) Look() (position int, more bool) {
	return s.guess, s.low < s.high
}

// Seen takes the sequence number at the position that Look returned.
func (s *SeqSearch) Seen(seq uint64) {
	if seq == s.seq {
		s.low, s.high = s.guess, s.guess
		return
	}
	if seq < s.seq {
		s.low = s.guess + 1
	} else {
		s.high = s.guess
	}
	s.guess = s.low + (s.high-s.low)/2
}

// Position is the result: the entry of the number, or the first one past it.
func (s *SeqSearch) Position() int { return s.low }
