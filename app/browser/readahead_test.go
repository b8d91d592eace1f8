package browser

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// memory is a content that is read on a goroutine of its own, and counts.
type memory struct {
	b []byte
	// reads counts the pieces read, held the bytes handed out and not dropped, most
	// the most there were at a time.
	reads, held, most atomic.Int64
}

func text(s string) *memory { return &memory{b: []byte(s)} }

func (m *memory) read(from, to int64) *reading {
	m.reads.Add(1)
	r := newReading()
	go func() {
		runtime.Gosched()
		size := int64(len(m.b))
		h := &heldMemory{of: m, b: m.b[min(from, size):min(to, size)]}
		now := m.held.Add(int64(len(h.b)))
		for most := m.most.Load(); now > most && !m.most.CompareAndSwap(most, now); {
			most = m.most.Load()
		}
		r.finish(h, nil)
	}()
	return r
}

// heldMemory tells if it is used after it was dropped, or dropped twice.
type heldMemory struct {
	of      *memory
	b       []byte
	dropped bool
}

func (h *heldMemory) size() int { return len(h.b) }

func (h *heldMemory) copyTo(b []byte, from int) {
	if h.dropped {
		panic("copied from what was dropped")
	}
	copy(b, h.b[from:from+len(b)])
}

func (h *heldMemory) drop() {
	if h.dropped {
		panic("dropped twice")
	}
	h.dropped = true
	h.of.held.Add(-int64(len(h.b)))
}

func contentOf(size int) []byte {
	b := make([]byte, size)
	// It fills every slice and does not fail.
	_, _ = rand.NewChaCha8([32]byte{byte(size), byte(size >> 20)}).Read(b)
	return b
}

// Several goroutines read files of all sizes, on from where they were or anywhere,
// and what they read is what is there.
func TestReadingAheadReadsTheSame(t *testing.T) {
	var pool aheadPool
	var contents []*memory
	var readers []aheadReader
	for _, size := range []int{0, 1, 100_000, 3 << 20, 20 << 20, 5 << 20, 6 << 20} {
		m := &memory{b: contentOf(size)}
		contents = append(contents, m)
		readers = append(readers, aheadReader{&node{sizeBytes: int64(size), content: m}, &pool})
	}
	var wait sync.WaitGroup
	for g := range uint64(4) {
		wait.Go(func() {
			r := rand.New(rand.NewPCG(3, g))
			next := make([]int64, len(readers))
			b := make([]byte, 300_000)
			for range 400 {
				i := r.IntN(len(readers))
				size := len(contents[i].b)
				off := next[i]
				if r.IntN(10) == 0 {
					off = int64(r.IntN(size + 10))
				}
				b := b[:r.IntN(cap(b))]
				n, err := readers[i].ReadAt(b, off)
				next[i] = off + int64(n)
				want := contents[i].b[min(int(off), size):min(int(off)+len(b), size)]
				if !bytes.Equal(b[:n], want) {
					t.Errorf("file of %d bytes: %d bytes at %d differ", size, len(b), off)
				}
				if n < len(b) && err != io.EOF || n == len(b) && err != nil {
					t.Errorf("%d of %d bytes at %d: %v", n, len(b), off, err)
				}
				if next[i] >= int64(size) {
					next[i] = 0
				}
			}
		})
	}
	wait.Wait()
	if pool.bytes > maxAheadBytes {
		t.Errorf("%d bytes are held", pool.bytes)
	}
}

// The files of a channel are read side by side, in few pieces, which are not kept.
func TestFilesReadInOrderAreReadInFewPieces(t *testing.T) {
	var pool aheadPool
	files := []*memory{{b: contentOf(40 << 20)}, {b: contentOf(60 << 20)}, {b: contentOf(16 << 20)}}
	const steps = 400
	for step := range steps {
		for _, m := range files {
			size := len(m.b)
			from, to := size*step/steps, size*(step+1)/steps
			b := make([]byte, to-from)
			n, err := aheadReader{nodeOf(&pool, m), &pool}.ReadAt(b, int64(from))
			if n != len(b) || err != nil || !bytes.Equal(b, m.b[from:to]) {
				t.Fatalf("%d of %d bytes at %d: %v", n, len(b), from, err)
			}
		}
	}
	for i, m := range files {
		if pieces := m.reads.Load(); pieces > int64(len(m.b)>>23)+5 {
			t.Errorf("file %d was read in %d pieces", i, pieces)
		}
		if most := m.most.Load(); most > 3*maxPieceBytes {
			t.Errorf("file %d: %d bytes were held at a time", i, most)
		}
		if held := m.held.Load(); held != 0 {
			t.Errorf("file %d: %d bytes are still held", i, held)
		}
	}
	if pool.bytes != 0 || len(pool.pieces) != 0 {
		t.Errorf("%d bytes in %d pieces are still held", pool.bytes, len(pool.pieces))
	}
}

// nodeOf returns the node of a content, the same for the same.
func nodeOf(pool *aheadPool, m *memory) *node {
	for _, s := range pool.streams {
		if s.of != nil && s.of.content == content(m) {
			return s.of
		}
	}
	return &node{sizeBytes: int64(len(m.b)), content: m}
}

// While a piece is worked through the next is on its way already.
func TestTheNextPieceIsReadMeanwhile(t *testing.T) {
	var pool aheadPool
	m := &memory{b: contentOf(40 << 20)}
	r := aheadReader{&node{sizeBytes: int64(len(m.b)), content: m}, &pool}
	b := make([]byte, 160_000)
	for off := int64(0); off+int64(len(b)) <= int64(len(m.b)); off += int64(len(b)) {
		if _, err := r.ReadAt(b, off); err != nil {
			t.Fatal(err)
		}
		last := int64(0)
		for _, p := range pool.pieces {
			last = max(last, p.to)
		}
		if read := off + int64(len(b)); off > 0 && last < int64(len(m.b)) && last-read < int64(len(b)) {
			t.Fatalf("at %d nothing is on its way from %d on", read, last)
		}
	}
}

func TestReadsHereAndThereAreLeftAlone(t *testing.T) {
	var pool aheadPool
	m := &memory{b: contentOf(4 << 20)}
	r := aheadReader{&node{sizeBytes: int64(len(m.b)), content: m}, &pool}
	b := make([]byte, 1000)
	for i := range int64(100) {
		if _, err := r.ReadAt(b, (i*37%100)*40_000); err != nil {
			t.Fatal(err)
		}
	}
	if reads, most := m.reads.Load(), m.most.Load(); reads != 100 || most != int64(len(b)) || len(pool.pieces) != 0 {
		t.Errorf("%d reads, %d bytes at most, %d pieces kept", reads, most, len(pool.pieces))
	}
}

// many files that are abandoned in the middle do not add up.
func TestWhatIsReadAheadIsBounded(t *testing.T) {
	var pool aheadPool
	var files []*memory
	content := contentOf(12 << 20)
	for range 30 {
		m := &memory{b: content}
		files = append(files, m)
		r := aheadReader{&node{sizeBytes: int64(len(m.b)), content: m}, &pool}
		b := make([]byte, 1<<20)
		for off := range int64(6) {
			if _, err := r.ReadAt(b, off<<20); err != nil {
				t.Fatal(err)
			}
		}
		held := int64(0)
		for _, m := range files {
			held += m.held.Load()
		}
		if held > maxAheadBytes || pool.bytes > maxAheadBytes {
			t.Fatalf("%d bytes are held, %d by the pool's count", held, pool.bytes)
		}
	}
}

// shrunk is a file that has become shorter than it was when it was given.
func TestAFileThatBecameShorterEndsThere(t *testing.T) {
	var pool aheadPool
	m := &memory{b: contentOf(3 << 20)}
	r := aheadReader{&node{sizeBytes: 10 << 20, content: m}, &pool}
	b := make([]byte, 1<<20)
	for off := int64(0); ; off += int64(len(b)) {
		n, err := r.ReadAt(b, off)
		if !bytes.Equal(b[:n], m.b[min(int(off), len(m.b)):min(int(off)+n, len(m.b))]) {
			t.Fatalf("what was read at %d differs", off)
		}
		if errors.Is(err, io.EOF) {
			if off+int64(n) != int64(len(m.b)) {
				t.Errorf("the end came after %d bytes, want %d", off+int64(n), len(m.b))
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
