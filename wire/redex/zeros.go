package redex

// ZeroTail is how much of the three files is filled with zeros at the end. A file system
// that has made a file longer and lost power before it wrote the content leaves that
// behind.
type ZeroTail struct {
	// Rows are rows of idx, Times are times in ts. A row of zeros matches no payload, and
	// no entry was appended at time 0.
	Rows, Times int
	// IDX, DAT and TS are the bytes, unfinished rows and times included. In dat they are
	// behind all payloads.
	IDX, DAT, TS Span
}

// Any reports whether a file ends in zeros.
func (z ZeroTail) Any() bool { return z.IDX.Len() > 0 || z.DAT.Len() > 0 || z.TS.Len() > 0 }

// minZeroDAT is how many zeros at the end of dat, at least, are no part of a payload
// that was cut off.
const minZeroDAT = 16

// ZeroTail looks for zeros at the end of the files. It reads the zeros, and the rows that
// no block has covered yet.
func (g *Generation) ZeroTail() (z ZeroTail, err error) {
	if z.Rows, z.IDX, err = g.idx.wholeZeros(RowSize); err != nil {
		return z, err
	}
	if z.Times, z.TS, err = g.ts.wholeZeros(TSSize); err != nil {
		return z, err
	}
	kept, err := g.keptDatSize()
	if err != nil || kept == g.dat.size {
		return z, err
	}
	n, err := g.dat.zerosAtEnd(kept)
	if n >= minZeroDAT {
		z.DAT = Span{g.dat.size - n, g.dat.size}
	}
	return z, err
}

// wholeZeros returns how many whole things of a size lie within the zeros at the end of
// the file, and the bytes from the first of them on.
func (f *file) wholeZeros(each int64) (n int, s Span, err error) {
	zeros, err := f.zerosAtEnd(0)
	first := (f.size - zeros + each - 1) / each
	if n = int(f.size/each - first); n <= 0 || err != nil {
		return 0, Span{}, err
	}
	return n, Span{first * each, f.size}, nil
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
