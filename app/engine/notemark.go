package engine

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
)

// A mark finds an entry again without telling which it is:
//
//	4 hex digits    where to look: 16 bits of a mix of the entry's number and times
//	32 hex digits   the beginning of a SHA-256 over the chain's name, the entry's
//	                number, both times and the record's id
//
// It is kept where strangers may read it. Names and numbers are easily guessed, a
// time to the nanosecond is not; of an entry without one, who guesses all the rest
// can tell that there is a note on it.
const (
	markHintBytes = 2
	markSumBytes  = 16
	markText      = 2 * (markHintBytes + markSumBytes)
)

// noteMark returns the mark of the entry at a position.
func (c *reading) noteMark(position int) string {
	row := c.index.row(position)
	sum := c.markSum(&row)
	return hex.EncodeToString(append(binary.BigEndian.AppendUint16(nil, markHint(&row)), sum[:]...))
}

func markHint(row *indexRow) uint16 {
	const odd = 0x9e3779b97f4a7c15
	mixed := row.seq*odd ^ row.ts.Value
	mixed = (mixed^mixed>>32)*odd ^ row.timeMS
	return uint16(mixed * odd >> 48)
}

func (c *reading) markSum(row *indexRow) (sum [markSumBytes]byte) {
	b := []byte("chainglass note\x00")
	for _, name := range []string{c.source.Node, c.source.Channel} {
		b = append(binary.BigEndian.AppendUint64(b, uint64(len(name))), name...)
	}
	for _, number := range []uint64{row.seq, row.ts.Value, row.timeMS, row.id} {
		b = binary.BigEndian.AppendUint64(b, number)
	}
	whole := sha256.Sum256(b)
	copy(sum[:], whole[:])
	return sum
}

// maxSealed bounds how many marks are looked for.
const maxSealed = 2000

// sealedAnchors are anchors of which only the mark is known, by where to look.
type sealedAnchors map[uint16][]*NoteAnchor

func (e *Engine) sealedAnchors() sealedAnchors {
	sealed := sealedAnchors{}
	found := 0
	for i := range e.notes {
		// Others may hold the anchors as they were.
		anchors := slices.Clone(e.notes[i].Anchors)
		e.notes[i].Anchors = anchors
		for j := range anchors {
			mark, err := hex.DecodeString(anchors[j].Mark)
			if !anchors[j].Sealed || err != nil || len(anchors[j].Mark) != markText || found == maxSealed {
				continue
			}
			found++
			hint := binary.BigEndian.Uint16(mark)
			sealed[hint] = append(sealed[hint], &anchors[j])
		}
	}
	return sealed
}

// unseal finds the entries of anchors of which only the mark is known, in what was
// opened since it was last called. The caller holds the lock.
func (e *Engine) unseal(open []*reading) {
	if !slices.ContainsFunc(e.notes, func(n Note) bool {
		return slices.ContainsFunc(n.Anchors, func(a NoteAnchor) bool { return a.Sealed })
	}) {
		return
	}
	sealed := e.sealedAnchors()
	sought := map[ChainID]int{}
	for _, c := range open {
		sought[c.id] = c.index.length
		for position := e.marksSought[c.id]; position < c.index.length; position++ {
			row := c.index.row(position)
			if anchors := sealed[markHint(&row)]; len(anchors) > 0 {
				sealed.open(anchors, c, position)
			}
		}
	}
	e.marksSought = sought
}

// open ties the anchors that have the mark of an entry.
func (sealedAnchors) open(anchors []*NoteAnchor, c *reading, position int) {
	mark := c.noteMark(position)
	for _, a := range anchors {
		if a.Sealed && a.Mark == mark {
			// What cannot be read stays sealed.
			_ = a.tie(c, position)
		}
	}
}
