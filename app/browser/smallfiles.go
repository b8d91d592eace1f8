package browser

import (
	"io"
	"maps"
	"slices"
	"sync"
)

// To read a file takes about a millisecond, and a store has a hundred thousand of a few
// bytes each. Small files that follow each other in the order of their paths, which is
// the order in which they are read, are therefore read together: joined they are one
// Blob, and one read.
const (
	// maxSmallBytes is the size of the largest file that is read with others.
	maxSmallBytes = 32 << 10
	// maxBatchFiles and maxBatchBytes bound what is read at once, keptBatches how much
	// of that is in memory: 16 MiB.
	maxBatchFiles = 512
	maxBatchBytes = 1 << 20
	keptBatches   = 16
)

// smallFiles are the small files of a tree.
type smallFiles struct {
	join func(files []int) content

	mu   sync.Mutex
	kept []*batch // the one used last at the end
	last int      // number of the batch that was read last
}

// batch is a run of small files.
type batch struct {
	number int
	files  []int // as they were described
	bytes  int64
	data   []byte   // nil while it is not in memory
	coming *reading // nil while it is not on its way
	// spoilt is true if they cannot be read together: one of them has changed.
	spoilt bool
	// read is true once it has been read.
	read bool
	next *batch
}

// placed is a file in its place and its number among those described.
type placed struct {
	*node
	number int
}

// divide divides files, which are given by path, into batches.
func (s *smallFiles) divide(files map[string]placed, join func(files []int) content) {
	s.join, s.last = join, -1
	var b *batch
	numbers := 0
	for _, path := range slices.Sorted(maps.Keys(files)) {
		f := files[path]
		if b == nil || len(b.files) >= maxBatchFiles || b.bytes+f.sizeBytes > maxBatchBytes {
			before := b
			b = &batch{number: numbers}
			numbers++
			if before != nil {
				before.next = b
			}
		}
		f.batch, f.batchAt = b, b.bytes
		b.files = append(b.files, f.number)
		b.bytes += f.sizeBytes
	}
}

// smallFile is the content of a file that is read with others.
type smallFile struct {
	of    *smallFiles
	node  *node
	alone io.ReaderAt
}

// ReadAt implements [io.ReaderAt].
func (f smallFile) ReadAt(b []byte, off int64) (int, error) {
	data := f.of.data(f.node.batch)
	if data == nil || off < 0 {
		return f.alone.ReadAt(b, off)
	}
	own := data[f.node.batchAt : f.node.batchAt+f.node.sizeBytes]
	if off >= int64(len(own)) {
		return 0, io.EOF
	}
	n := copy(b, own[off:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// data returns what is in a batch; nil if its files are to be read alone: since they
// cannot be read together, or since few of them are asked for. The latter is taken to
// be so of a batch that was read before, unless the one before it was asked for last.
func (s *smallFiles) data(b *batch) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.Index(s.kept, b); i >= 0 {
		s.kept = append(slices.Delete(s.kept, i, i+1), b)
		s.last = b.number
		return b.data
	}
	if b.spoilt || b.read && b.number != s.last+1 {
		return nil
	}
	b.begin(s.join)
	if next := b.next; next != nil && !next.read && !next.spoilt {
		next.begin(s.join)
	}
	// What fails here fails again where the file that does it is read alone, and is
	// told of that file.
	if b.data = b.take(); b.data == nil {
		b.spoilt = true
		return nil
	}
	if len(s.kept) == keptBatches {
		s.kept[0].data = nil
		s.kept = slices.Delete(s.kept, 0, 1)
	}
	b.read, s.last = true, b.number
	s.kept = append(s.kept, b)
	return b.data
}

// begin begins to read the batch, if it is not on its way.
func (b *batch) begin(join func(files []int) content) {
	if b.coming == nil {
		b.coming = join(b.files).read(0, b.bytes)
	}
}

// take waits for the batch; nil if it cannot be had whole.
func (b *batch) take() []byte {
	coming := b.coming
	b.coming = nil
	<-coming.done
	if coming.err != nil {
		return nil
	}
	defer coming.bytes.drop()
	if int64(coming.bytes.size()) != b.bytes {
		return nil
	}
	data := make([]byte, b.bytes)
	coming.bytes.copyTo(data, 0)
	return data
}
