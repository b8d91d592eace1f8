package part

import "chainglass/wire"

// Log is what is out of the ordinary in a leaf, in the order of the entries. What depends
// on the entries before the leaf is for whoever takes the leaves in order to work out.
type Log struct {
	// Breaks are the entries that do not simply follow the one before: all that are not
	// sound, all whose sequence number is not one more, all after one that is not sound, and
	// the first of the leaf.
	Breaks []Break
	// ClockBack tells of append times well before the one before them, within the leaf.
	ClockBack ClockBack
	// FirstTS and LastTS are the first and last entries that have an append time before
	// PlausibleToNS.
	FirstTS, LastTS Stamp
	// Undecodable tells of payloads that are no records of the chain's kind, a group for each
	// thing that is wrong with them, in the order of their first entries. Trailing tells of
	// bytes behind records.
	Undecodable []Group
	Trailing    Group
}

// Break is an entry that does not simply follow the one before.
type Break struct {
	// Row is its number in the leaf.
	Row    uint32
	Status wire.EntryStatus
	Seq    uint64
}

// Stamp is an append time. It means something only if Some is true.
type Stamp struct {
	Position  int
	Seq, TSNS uint64
	Some      bool
}

// ClockJitterNS is how far append times may go back without saying anything of the clock:
// appends that race each other are stamped before they are put in order, and are up to a
// millisecond apart in a busy node.
const ClockJitterNS = 10_000_000

// Group is entries with which the same is wrong.
type Group struct {
	// Text says what, in the decoder's words. TooLong is true for text that is too long to
	// be read.
	Text    string
	TooLong bool
	// Bytes is true if it is wrong with the bytes that a text gives, not with the text.
	Bytes bool
	// Class is what all entries of the group have in common of their texts.
	Class string
	// First and Last are the positions of the first and last entry, Seq the sequence number
	// of the first, Count how many there are.
	First, Last int
	Seq         uint64
	Count       int
}

func (g *Group) add(position int, seq uint64) {
	if g.Count == 0 {
		g.First, g.Seq = position, seq
	}
	g.Count++
	g.Last = position
}

// ClockBack is append times that go back. TSNS and BeforeNS are those of the first and of the
// entry before it.
type ClockBack struct {
	Group
	TSNS, BeforeNS uint64
}
