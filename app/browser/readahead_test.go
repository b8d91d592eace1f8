package browser

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
)

// counted counts the reads of a content.
type counted struct {
	*bytes.Reader
	reads int
}

func (c *counted) ReadAt(p []byte, off int64) (int, error) {
	c.reads++
	return c.Reader.ReadAt(p, off)
}

func contentOf(size int) []byte {
	b := make([]byte, size)
	r := rand.New(rand.NewPCG(1, uint64(size)))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func TestReadingAheadReadsTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var pool aheadPool
	var contents [][]byte
	var readers []*aheadReader
	for _, size := range []int{0, 1, 100_000, 3 << 20, 20 << 20, 5 << 20, 6 << 20} {
		content := contentOf(size)
		contents = append(contents, content)
		readers = append(readers, pool.reader(bytes.NewReader(content), int64(size)))
	}
	next := make([]int64, len(readers))
	for range 5000 {
		i := r.IntN(len(readers))
		size := len(contents[i])
		off := next[i]
		if r.IntN(10) == 0 {
			off = int64(r.IntN(size + 10))
		}
		b := make([]byte, r.IntN(300_000))
		n, err := readers[i].ReadAt(b, off)
		next[i] = off + int64(n)
		want := contents[i][min(int(off), size):min(int(off)+len(b), size)]
		if !bytes.Equal(b[:n], want) {
			t.Fatalf("file of %d bytes: %d bytes at %d differ", size, len(b), off)
		}
		if n < len(b) && !errors.Is(err, io.EOF) || n == len(b) && err != nil && !errors.Is(err, io.EOF) {
			t.Fatalf("%d of %d bytes at %d: %v", n, len(b), off, err)
		}
		if next[i] >= int64(size) {
			next[i] = 0
		}
	}
}

func TestAFileReadInOrderIsReadInFewPieces(t *testing.T) {
	var pool aheadPool
	c := &counted{Reader: bytes.NewReader(contentOf(40 << 20))}
	r := pool.reader(c, c.Size())
	b := make([]byte, 160_000)
	for off := int64(0); off < c.Size(); off += int64(len(b)) {
		if _, err := r.ReadAt(b, off); err != nil && err != io.EOF {
			t.Fatal(err)
		}
	}
	if c.reads > 12 {
		t.Errorf("%d reads", c.reads)
	}
}

func TestReadsHereAndThereAreLeftAlone(t *testing.T) {
	var pool aheadPool
	c := &counted{Reader: bytes.NewReader(contentOf(4 << 20))}
	r := pool.reader(c, c.Size())
	b := make([]byte, 1000)
	for i := range int64(100) {
		if _, err := r.ReadAt(b, (i*37%100)*40_000); err != nil {
			t.Fatal(err)
		}
	}
	if c.reads != 100 || pool.slots[0].memory != nil {
		t.Errorf("%d reads, %d bytes read ahead", c.reads, len(pool.slots[0].memory))
	}
}
