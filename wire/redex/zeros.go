package redex

// ZeroTail is how much of the three files is filled with zeros at the end. A file system
// that has made a file longer and lost power before it wrote the content leaves that
// behind.
type ZeroTail struct {
	// Rows are rows of idx, Times are times in ts. A row of zeros matches no payload, and
	// no entry was appended at time 0.
	Rows, Times int
	// IDX, DAT and TS are bytes, unfinished rows and times included. In dat those are
	// counted that no row leads to.
	IDX, DAT, TS int64
}

// Any reports whether a file ends in zeros.
func (z ZeroTail) Any() bool { return z.IDX > 0 || z.DAT > 0 || z.TS > 0 }

// minZeroDAT is how many zeros at the end of dat, at least, are no part of a payload
// that was cut off.
const minZeroDAT = 16

// ZeroTail looks for zeros at the end of the files. It reads the zeros, and the rows that
// no block has covered yet.
func (g *Generation) ZeroTail() (z ZeroTail, err error) {
	if z.IDX, err = g.idx.zerosAtEnd(0); err != nil {
		return z, err
	}
	if z.TS, err = g.ts.zerosAtEnd(0); err != nil {
		return z, err
	}
	z.Rows, z.IDX = wholeZeros(g.idx.size, z.IDX, RowSize)
	z.Times, z.TS = wholeZeros(g.ts.size, z.TS, TSSize)
	kept, err := g.keptDatSize()
	if err != nil || kept == g.dat.size {
		return z, err
	}
	z.DAT, err = g.dat.zerosAtEnd(kept)
	if z.DAT < minZeroDAT {
		z.DAT = 0
	}
	return z, err
}

// wholeZeros returns how many whole things of a size lie within the zeros at the end of
// a file, and how many bytes follow from the first of them on.
func wholeZeros(size, zeros, each int64) (n int, bytes int64) {
	first := (size - zeros + each - 1) / each
	if n = int(size/each - first); n <= 0 {
		return 0, 0
	}
	return n, size - first*each
}

// zerosAtEnd returns how many zeros end the file, from an offset on.
func (f *file) zerosAtEnd(from int64) (n int64, err error) {
	const chunk = 64 << 10
	buf := make([]byte, min(f.size-from, chunk))
	for end := f.size; end > from; {
		b := buf[:min(end-from, chunk)]
		if err := f.readAt(b, end-int64(len(b))); err != nil {
			return 0, err
		}
		for i := len(b) - 1; i >= 0; i-- {
			if b[i] != 0 {
				return f.size - end + int64(len(b)-1-i), nil
			}
		}
		end -= int64(len(b))
	}
	return f.size - from, nil
}
