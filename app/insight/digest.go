package insight

// Digest is what a watch asks of rows that does not depend on the rows before them:
// whoever reads the rows can answer it, so that what must be done in order is less.
type Digest struct {
	// Alike is true if all rows have the facts of the first.
	Alike bool
	// Appends and Records are true if no append time, no time of a record is below
	// the one before it.
	Appends, Records bool
	// LeastID is the smallest id.
	LeastID uint64
	// Again has a bit for each row whose id is not above those of all rows before it,
	// which an action that is tried again is not. Tells has one for each row that has a
	// [Told]. Only the watch of an action chain asks for them.
	Again, Tells []uint64
}

// DigestOf returns the digest of rows, but for what they tell.
func DigestOf(r *Rows) Digest {
	d := Digest{Alike: true, Appends: true, Records: true}
	if len(r.State) == 0 {
		return d
	}
	var unlike RowState
	for _, s := range r.State {
		unlike |= s ^ r.State[0]
	}
	d.Alike = unlike&(RowHasTS|RowDecoded) == 0
	d.Appends, d.Records = isAscending(r.TSNS), isAscending(r.TimeMS)
	d.LeastID, d.Again = comeAgain(r.ID)
	return d
}

// isAscending reports whether no number is below the one before it. Nearly always
// none is, so it looks at all rather than stop at one.
func isAscending(values []uint64) bool {
	last, back := values[0], uint64(0)
	for _, v := range values {
		back |= last - min(v, last)
		last = v
	}
	return back == 0
}

// comeAgain returns the smallest id, and which ids are not above all before them.
func comeAgain(ids []uint64) (least uint64, bits []uint64) {
	bits = make([]uint64, (len(ids)+63)/64)
	least, highest := ids[0], uint64(0)
	for n := range bits {
		word := uint64(0)
		for i, id := range ids[64*n : min(64*n+64, len(ids))] {
			bit := uint64(1) << i
			if id > highest {
				bit = 0
			}
			word |= bit
			least, highest = min(least, id), max(highest, id)
		}
		bits[n] = word
	}
	return least, bits
}

// tells returns which rows tell something, given the notes of the classes.
func (r *Rows) tells(notes []classNote) []uint64 {
	bits := make([]uint64, (len(r.State)+63)/64)
	for i, class := range r.Class {
		if r.State[i]&RowDecoded != 0 && notes[class].flags&classTells != 0 {
			bits[i/64] |= 1 << (i % 64)
		}
	}
	return bits
}

// wordAt returns the bits of 64 rows from one on, as far as there are any.
func wordAt(bits []uint64, row int) uint64 {
	n, shift := row/64, row%64
	word := bits[n] >> shift
	if shift > 0 && n+1 < len(bits) {
		word |= bits[n+1] << (64 - shift)
	}
	return word
}
