package salvage

const (
	// maxExplained bounds the gaps that a turned bit is sought for: there is one for
	// each record in a file that holds none.
	maxExplained = 4096
	// maxExplainedBytes bounds the bytes in which it is sought.
	maxExplainedBytes = 400
)

// settle decides what belongs to a gap. A record that ends where the gap begins is
// damaged itself if that explains the gap, and the gap alone does not.
func (w *walker) settle(g, within Range) {
	n := len(w.result.Found)
	beside := n > 0 && w.result.Found[n-1].End() == g.Start && int64(w.result.Found[n-1].Offset) >= within.Start
	alone, both := false, false
	w.explained++
	if w.explained <= maxExplained {
		alone = w.explains(g, g.Start, g.End)
		if beside {
			last := w.result.Found[n-1]
			whole := Range{int64(last.Offset), g.End}
			both = w.explains(whole, whole.Start, g.Start)
		}
	}
	if alone || both {
		w.turned++
	}
	switch {
	case beside && (both && !alone || !alone && g.Len() < shortestRecord):
		last := w.result.Found[n-1]
		w.result.Found = w.result.Found[:n-1]
		g.Start = int64(last.Offset)
	case both && alone:
		w.result.Found[n-1].Doubt = Doubtful
	}
	w.gap(g, alone || both)
}

// explains reports whether turning one bit between two places makes a range nothing
// but whole records.
func (w *walker) explains(r Range, from, to int64) bool {
	if r.Len() > maxExplainedBytes {
		return false
	}
	b := append([]byte(nil), w.src.bytes(r.Start, int(r.Len()))...)
	for i := from - r.Start; i < to-r.Start && i < int64(len(b)); i++ {
		for bit := range 8 {
			b[i] ^= 1 << bit
			whole := w.covers(b)
			b[i] ^= 1 << bit
			if whole {
				return true
			}
		}
	}
	return false
}

// covers reports whether b is nothing but records as nodes write them.
func (w *walker) covers(b []byte) bool {
	for len(b) > 0 {
		if !w.parser.parse(b, &w.other, true) || w.other.wild || w.before != [2]uint64{} && !w.near(w.other.timeMS) {
			return false
		}
		b = b[w.other.size:]
	}
	return true
}
