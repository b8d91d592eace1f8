package export

import (
	"io"
	"sort"
	"sync/atomic"

	"github.com/zeebo/xxh3"

	"chainglass/wire"
)

// chainReader is the [wire.Reader] of one chain.
type chainReader struct {
	f      *File
	id     ChainID
	info   ChainInfo
	named  bool    // a chain item was read
	at     itemRef // the first item seen of the chain
	blocks []blockRef
	length int

	base *ChainBase
	// baseLost is true if the chain has a base that damage has taken.
	baseLost bool

	listed bool // a folder item was read
	folder []wire.FolderFile
	raws   []RawPart
}

// blockRef is a block of a chain.
type blockRef struct {
	itemRef
	first  int
	count  int // positions it takes in the chain
	stated int // entries it was written with, more than count in a cut file

	// layout is set once the block has been read as a whole.
	layout atomic.Pointer[blockLayout]
}

// blockLayout lets entries be read without reading the whole block again.
type blockLayout struct {
	damaged bool
	body    int64    // offset of the body in the file
	bodyLen int64    // its size
	marks   []uint32 // offset in the body of every 64th entry
}

// add appends a block of stated entries, of which count have a position in the
// chain. first follows the blocks before it, or leaves a gap.
func (c *chainReader) add(at itemRef, first, count, stated int) *blockRef {
	c.blocks = append(c.blocks, blockRef{itemRef: at, first: first, count: count, stated: stated})
	c.length = first + count
	return &c.blocks[len(c.blocks)-1]
}

// Len returns the number of positions, lost ones included.
func (c *chainReader) Len() int { return c.length }

// ReadBlock implements [wire.Reader]. Payloads alias the memory of b. Once a
// block of the file has been read, parts of it are read by themselves.
func (c *chainReader) ReadBlock(first int, b *wire.Block) error {
	if first < 0 || first >= c.length {
		return io.EOF
	}
	next := sort.Search(len(c.blocks), func(i int) bool { return c.blocks[i].first > first })
	b.First, b.Entries, b.SourceBytes = first, b.Entries[:0], 0
	if next == 0 || first >= c.blocks[next-1].first+c.blocks[next-1].count {
		appendLost(b, min(c.blocks[next].first-first, wanted(b, MaxBlockEntries)))
		return nil
	}
	ref := &c.blocks[next-1]
	s := span{from: first - ref.first}
	s.to = min(ref.count, s.from+wanted(b, ref.count))
	if layout := ref.layout.Load(); layout != nil && !layout.damaged {
		return c.readPart(ref, layout, s, b)
	}
	return c.readWhole(ref, s, b)
}

// Place is where the block of an entry lies in the file.
type Place struct {
	// Offset is the first byte of the block, Length its bytes.
	Offset, Length int64
}

// Place returns the place of the block that holds the entry at a position. There is
// none where the entry is lost with its block.
func (c *chainReader) Place(position int) (Place, bool) {
	next := sort.Search(len(c.blocks), func(i int) bool { return c.blocks[i].first > position })
	if position < 0 || next == 0 || position >= c.blocks[next-1].first+c.blocks[next-1].count {
		return Place{}, false
	}
	ref := &c.blocks[next-1]
	return Place{Offset: ref.offset, Length: ref.length}, true
}

// wanted returns how many entries b has room for, at most limit.
func wanted(b *wire.Block, limit int) int {
	if b.MaxEntries > 0 {
		return min(b.MaxEntries, limit)
	}
	return limit
}

// appendLost appends n entries that stand for lost ones.
func appendLost(b *wire.Block, n int) {
	for range n {
		b.Entries = append(b.Entries, lostEntry)
	}
}

// readWhole reads and checks a block and keeps the entries of s. The first
// time it also notes the layout, or what is wrong.
func (c *chainReader) readWhole(ref *blockRef, s span, b *wire.Block) error {
	b.Entries = b.Entries[:0]
	buf := b.Buffer(int(ref.length))
	if err := readFull(c.f.r, buf, ref.offset); err != nil {
		return c.failure(ref, err)
	}
	b.SourceBytes = ref.length
	s.end = ref.count
	if ref.layout.Load() != nil {
		c.decode(ref, buf, &s, b, nil)
		return nil
	}
	layout := &blockLayout{marks: make([]uint32, (ref.count+markEvery-1)/markEvery)}
	f, fault := c.decode(ref, buf, &s, b, layout.marks)
	layout.damaged, layout.body, layout.bodyLen = fault != nil, ref.offset+int64(f.size), int64(f.bodyLen)
	if layout.damaged {
		layout.marks = nil
	}
	if ref.layout.CompareAndSwap(nil, layout) && fault != nil {
		c.f.lost(fault)
	}
	return nil
}

// decode decodes the block in buf and makes up for entries of s that are lost.
func (c *chainReader) decode(ref *blockRef, buf []byte, s *span, b *wire.Block, marks []uint32) (frame, *Error) {
	f, err := c.frameOf(ref, buf)
	if err != nil {
		appendLost(b, s.to-s.from)
		e := c.failure(ref, err)
		e.Lost = ref.count
		return f, e
	}
	cur := cursor{b: buf[f.size:]}
	b.Entries = cur.entries(b.Entries, s, marks)
	cut := int64(f.length()) > ref.length
	e := blockFault(&f, s.next, &cur, !cut && xxh3.Hash(cur.b) == f.bodyHash, cut)
	if e != nil {
		e.Offset, e.Length = ref.offset, ref.length
	}
	appendLost(b, s.to-s.from-len(b.Entries))
	return f, e
}

// frameOf reads the frame of a block, which must be the one that the footer or
// the scan has announced at this place.
func (c *chainReader) frameOf(ref *blockRef, buf []byte) (frame, error) {
	f, bad := parseFrame(buf)
	announced := [3]uint64{uint64(c.id), uint64(ref.first), uint64(ref.stated)}
	switch {
	case bad != faultNone || f.typ != ItemBlock || int64(f.length()) < ref.length:
		return f, ErrFrame
	case !f.indexed() || [3]uint64(f.index[:3]) != announced:
		return f, ErrMalformed
	}
	return f, nil
}

// readPart reads the entries of s, and up to markEvery-1 on either side, of a
// block whose checksum has been verified before.
func (c *chainReader) readPart(ref *blockRef, layout *blockLayout, s span, b *wire.Block) error {
	begin, end := s.from/markEvery, (s.to+markEvery-1)/markEvery
	start, stop := int64(layout.marks[begin]), layout.bodyLen
	if end < len(layout.marks) {
		stop = int64(layout.marks[end])
	}
	cur := cursor{b: b.Buffer(int(stop - start))}
	if err := readFull(c.f.r, cur.b, layout.body+start); err != nil {
		return c.failure(ref, err)
	}
	b.SourceBytes = stop - start
	s.next, s.end = begin*markEvery, s.to
	b.Entries = cur.entries(b.Entries, &s, nil)
	if cur.fault != faultNone {
		return c.failure(ref, ErrChecksum)
	}
	return nil
}

// failure is an error that concerns a block.
func (c *chainReader) failure(ref *blockRef, err error) *Error {
	e := ref.fault("", err)
	e.Chain, e.First = someChain(uint64(c.id)), ref.first
	return e
}

// lost records damage found on reading a block: its entries were believed to
// be readable until now.
func (f *File) lost(e *Error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.log.add(e)
	f.log.sum.Entries -= e.Lost
}
