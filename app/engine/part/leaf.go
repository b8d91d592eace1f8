package part

import (
	"math"
	"slices"

	"chainglass/app/insight"
	"chainglass/fold"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// Leaf is what one pass over a run of entries yields. It must not be changed.
type Leaf struct {
	// First is the position of the first entry.
	First int

	// The columns, as long as the run.
	TSNS, TimeMS, ID []uint64
	Seq              []uint32 // difference to BaseSeq
	Class            []ClassID
	State            []RowState
	BaseSeq          uint64
	// WideSeq replaces Seq once a sequence number is further from BaseSeq than 32 bits
	// reach, which takes damage.
	WideSeq []uint64

	Names
	// Counts are how many entries there are of each class.
	Counts   []int
	Statuses [wire.EntryStatusCount]int
	// PayloadBytes is the size of all payloads, SourceBytes what was read to get them.
	PayloadBytes, SourceBytes int64
	// PayloadEnd is the highest end of a payload in the source's payload file; see
	// [wire.Block].
	PayloadEnd uint64
	// AppendTimes and RecordTimes are the smallest and largest times.
	AppendTimes, RecordTimes Span
	// Years are the times that the entries are placed at.
	Years Years
	// Pushes says which entries push a record onto the ring of the chain's fold.
	Pushes *fold.Pushes
	// Strides sum up the whole groups of StrideRows entries, from the leaf's first on.
	Strides []Stride
	// Lead counts the entries before the first record: they have no time of their own,
	// and are placed at that of the last record before the leaf.
	Lead int
	Log  Log
	// Told is what the story needs of the records whose class tells; see [insight.Rows].
	Told []insight.Told
	// Digest is what else it needs of the rows, but for which tell: on an action chain those
	// are the ones that push.
	Digest insight.Digest
}

// Names are the names of the classes of a leaf.
type Names struct {
	// Kinds and Templates are numbered from 1; number 0 is no text at all.
	Kinds     []string
	Templates []Template
	// Classes are the combinations. Those below [FirstClass] are no records.
	Classes []Class
}

// End returns the position behind the last entry.
func (l *Leaf) End() int { return l.First + len(l.State) }

// SeqAt returns the sequence number of row i of the leaf.
func (l *Leaf) SeqAt(i int) uint64 {
	if l.WideSeq != nil {
		return l.WideSeq[i]
	}
	return l.BaseSeq + uint64(l.Seq[i])
}

// setSeq stores a sequence number, if it must in 64 bits.
func (l *Leaf) setSeq(i int, seq uint64) {
	if delta := seq - l.BaseSeq; l.WideSeq == nil && delta <= math.MaxUint32 {
		l.Seq[i] = uint32(delta)
		return
	}
	if l.WideSeq == nil {
		l.WideSeq = make([]uint64, len(l.Seq))
		for k := range i {
			l.WideSeq[k] = l.BaseSeq + uint64(l.Seq[k])
		}
	}
	l.WideSeq[i] = seq
}

// RowState packs an entry's status and two facts into one byte.
type RowState = insight.RowState

const (
	// HasTS: the entry has an append time.
	HasTS = insight.RowHasTS
	// Decoded: the payload is a record of the chain's kind.
	Decoded = insight.RowDecoded
)

// Span is the smallest and largest of the numbers added to it. [NewSpan] makes one.
type Span struct{ First, Last uint64 }

// NewSpan returns a span without numbers.
func NewSpan() Span { return Span{First: math.MaxUint64} }

// Add adds a number.
func (s *Span) Add(v uint64) {
	s.First = min(s.First, v)
	s.Last = max(s.Last, v)
}

// Join adds the numbers of another span.
func (s *Span) Join(t Span) {
	s.First = min(s.First, t.First)
	s.Last = max(s.Last, t.Last)
}

// Seen reports whether any number has been added.
func (s Span) Seen() bool { return s.First <= s.Last }

// Options returns both ends, absent if nothing has been added.
func (s Span) Options() (first, last postcard.Option[uint64]) {
	if !s.Seen() {
		return first, last
	}
	return postcard.Some(s.First), postcard.Some(s.Last)
}

// StrideRows is how many entries a stride sums up: few enough to be walked through
// wherever a question ends inside one.
const StrideRows = 64

// OutcomeSlots is the number of counts in a stride: one for each of at most five outcomes, and
// one for entries that are not records.
const OutcomeSlots = 6

// NotRecord is the slot of entries that are no records.
const NotRecord = OutcomeSlots - 1

// Stride sums up the entries of a leaf up to its end. Both times are the latest so far,
// so they never go back, and a binary search over them is exact even where a clock did.
type Stride struct {
	AppendedNS, RecordedMS uint64
	Counts                 [OutcomeSlots]uint32
}

// SumUp sums the columns up, with timeMS as the times in the records. Times that entries are
// placed at do not count from strayNS on, unless that is 0: all entries after such a
// one would be placed where it is.
func (l *Leaf) SumUp(timeMS []uint64, strayNS uint64) []Stride {
	ones := l.slotOnes()
	strides := make([]Stride, len(l.State)/StrideRows)
	var s Stride
	for n := range strides {
		first := n * StrideRows
		times, classes := timeMS[first:][:StrideRows], l.Class[first:][:StrideRows]
		counts, facts := uint64(0), ^RowState(0)
		for i, id := range classes {
			counts += ones[id]
			s.RecordedMS = max(s.RecordedMS, times[i])
		}
		for _, state := range l.State[first:][:StrideRows] {
			facts &= state
		}
		appended := l.TSNS[first:][:StrideRows]
		if facts&HasTS != 0 && strayNS == 0 {
			s.AppendedNS = max(s.AppendedNS, slices.Max(appended))
		} else {
			for i, ns := range appended {
				if ns = PlaceNS(ns, times[i], l.State[first+i]); strayNS == 0 || ns < strayNS {
					s.AppendedNS = max(s.AppendedNS, ns)
				}
			}
		}
		for slot := range s.Counts {
			s.Counts[slot] += uint32(counts >> (8 * slot) & 0xff)
		}
		strides[n] = s
	}
	return strides
}

// slotOnes returns a one for each class in the byte of its slot: the sums of a stride
// fit a byte each.
func (l *Leaf) slotOnes() []uint64 {
	ones := make([]uint64, len(l.Classes))
	for id := range ones {
		slot := uint8(NotRecord)
		if id >= int(FirstClass) {
			slot = l.Classes[id].Outcome
		}
		ones[id] = 1 << (8 * slot)
	}
	return ones
}

// pushes returns which entries push a record, a bit each, given which outcomes do.
func (l *Leaf) pushes(outcome func(uint8) bool) []uint64 {
	ones := make([]uint64, len(l.Classes))
	for id := int(FirstClass); id < len(ones); id++ {
		if outcome(l.Classes[id].Outcome) {
			ones[id] = 1
		}
	}
	words := make([]uint64, (len(l.Class)+63)/64)
	for n := range words {
		word := uint64(0)
		for i, id := range l.Class[64*n : min(64*n+64, len(l.Class))] {
			word |= ones[id] << i
		}
		words[n] = word
	}
	return words
}

// Placed returns the times in the records, with the entries before the first record placed
// at recordedMS, the time in the last record before the leaf.
func (l *Leaf) Placed(recordedMS uint64) (timeMS []uint64) {
	if l.Lead == 0 || recordedMS == 0 {
		return l.TimeMS
	}
	timeMS = slices.Clone(l.TimeMS)
	for i := range l.Lead {
		timeMS[i] = recordedMS
	}
	return timeMS
}

// PlaceNS returns the time an entry is placed at: its append time or, where it has none,
// the record's own time.
func PlaceNS(tsNS, timeMS uint64, state RowState) uint64 {
	if state&HasTS != 0 {
		return tsNS
	}
	return MillisToNanos(timeMS)
}

const nanosPerMilli = 1_000_000

// MillisToNanos converts a time; one that is too large becomes the largest.
func MillisToNanos(ms uint64) uint64 {
	return min(ms, math.MaxUint64/nanosPerMilli) * nanosPerMilli
}
