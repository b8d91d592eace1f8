package redex

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/zeebo/xxh3"

	"chainglass/wire"
	"chainglass/wire/postcard"
)

// Limits of reading.
const (
	// MaxPayloadBytes is the largest payload that is handed out. The checksum
	// of a larger one is verified all the same.
	MaxPayloadBytes = 16 << 20

	// maxBlockEntries makes a block of usual payloads, about 45 bytes each, a
	// read of half a mebibyte: few enough reads where each is slow, small enough
	// for the second-level cache.
	maxBlockEntries = 8192
	// maxBlockPayload ends a block once its payloads add up to more. Payloads
	// that overlap, which only damage makes, count each time: it bounds the
	// work for a block as well as the memory.
	maxBlockPayload = 4 << 20
	// hashChunk is how much of a too large payload is in memory at a time.
	hashChunk = 256 << 10
	// largePayload is the size from which on a payload that several rows of a block
	// name is read and hashed once. Only damage and malice make such rows.
	largePayload = 16 << 10
)

// scratch is the memory of one ReadBlock besides the block itself.
type scratch struct {
	rows   []byte // for as many entries as a block can have, as are times
	times  []byte
	spans  []span
	inline int // inline entries in the block
	// calm is true if the payloads of the block follow each other in dat: see follows.
	calm bool
	// large are the payloads of the block from largePayload on.
	large  map[payloadRange]int // place in shared
	shared []sharedPayload

	hasher *xxh3.Hasher // for too large payloads, as is chunk
	chunk  []byte
}

// payloadRange is where a payload lies in dat.
type payloadRange struct{ from, to uint64 }

// sharedPayload is a payload that any number of rows of a block may name.
type sharedPayload struct {
	span     int // that it lies in; meaningless beyond MaxPayloadBytes
	checksum uint32
	hashed   bool
}

// span is a run of dat that is read at once.
type span struct {
	first    int    // entry of the block from which on payloads lie in it
	from, to uint64 // in dat
	at       int    // in the buffer of the block
}

// newScratch returns memory for blocks of a generation with that many rows.
func newScratch(rows int) *scratch {
	n := min(rows, maxBlockEntries)
	return &scratch{rows: make([]byte, n*RowSize), times: make([]byte, n*TSSize)}
}

func (s *scratch) row(i int) Row { return ParseRow(s.rows[i*RowSize:]) }

// ReadBlock implements [wire.Reader]. A block ends after 8192 entries or 4 MiB
// of payload. Only the rows, times and payloads of the block are read, and
// payloads that follow each other in dat are read together. Payloads larger
// than [MaxPayloadBytes] are not handed out, whether they match or not.
func (g *Generation) ReadBlock(first int, b *wire.Block) error {
	if first < 0 {
		return fmt.Errorf("redex: %s: no entry at position %d", g.idx.path, first)
	}
	if first >= g.rows {
		return io.EOF
	}
	count := min(g.rows-first, maxBlockEntries)
	if b.MaxEntries > 0 {
		count = min(count, b.MaxEntries)
	}
	s := g.scratches.Get().(*scratch)
	defer g.scratches.Put(s)
	if err := g.idx.readAt(s.rows[:count*RowSize], int64(first)*RowSize); err != nil {
		return err
	}
	b.SourceBytes = int64(count) * RowSize
	count = s.plan(count, uint64(g.dat.size))
	timed := min(count, max(g.times-first, 0))
	if err := g.ts.readAt(s.times[:timed*TSSize], int64(first)*TSSize); err != nil {
		return err
	}
	b.SourceBytes += int64(timed) * TSSize
	payloads, err := g.readSpans(s, b)
	if err != nil {
		return err
	}
	b.First = first
	if cap(b.Entries) < count {
		b.Entries = make([]wire.Entry, count)
	}
	b.Entries = b.Entries[:count]
	if s.calm && timed == count {
		s.fill(b, payloads)
	} else if err := g.fill(b, s, payloads, timed); err != nil {
		return err
	}
	if g.held {
		return nil
	}
	g.cover(b, s.rows[:count*RowSize], s.times[:timed*TSSize])
	return nil
}

// plan decides which of the rows make up the block and which runs of dat hold
// their payloads. It returns the number of entries, at least one.
func (s *scratch) plan(count int, datSize uint64) int {
	s.spans, s.inline = s.spans[:0], 0
	if s.calm = s.follows(count, datSize); s.calm {
		return count
	}
	clear(s.large)
	s.shared = s.shared[:0]
	var payload uint64
	for i := range count {
		row := s.row(i)
		if row.Inline() {
			s.inline++
			continue
		}
		if row.PayloadLen == 0 || row.PayloadEnd() > datSize {
			continue
		}
		if row.PayloadLen >= largePayload {
			if _, again := s.large[row.payload()]; again {
				continue
			}
		}
		if payload += uint64(row.PayloadLen); payload > maxBlockPayload && i > 0 {
			return i
		}
		if row.PayloadLen <= MaxPayloadBytes {
			s.cover(i, uint64(row.PayloadOffset), row.PayloadEnd())
		}
		if row.PayloadLen >= largePayload {
			if s.large == nil {
				s.large = map[payloadRange]int{}
			}
			s.large[row.payload()] = len(s.shared)
			s.shared = append(s.shared, sharedPayload{span: len(s.spans) - 1})
		}
	}
	return count
}

// follows plans the rows if each payload begins in dat where the one before ends, none is
// large and all make one block, and reports whether they do: nearly all do. It reads the
// rows as [ParseRow] does.
func (s *scratch) follows(count int, datSize uint64) bool {
	from := uint64(s.row(0).PayloadOffset)
	end, apart, flags, longest := from, uint64(0), uint32(0), uint32(0)
	for rows := s.rows[:count*RowSize]; len(rows) >= RowSize; rows = rows[RowSize:] {
		size := binary.LittleEndian.Uint32(rows[12:])
		apart |= end ^ uint64(binary.LittleEndian.Uint32(rows[8:]))
		flags |= binary.LittleEndian.Uint32(rows[16:])
		longest = max(longest, size)
		end += uint64(size)
	}
	if apart != 0 || flags&FlagInline != 0 || longest >= largePayload || end > datSize || end-from > maxBlockPayload || end == from {
		return false
	}
	s.spans = append(s.spans, span{from: from, to: end})
	return true
}

func (r Row) payload() payloadRange { return payloadRange{uint64(r.PayloadOffset), r.PayloadEnd()} }

// cover extends the current span over a payload, or begins another.
func (s *scratch) cover(i int, from, to uint64) {
	if n := len(s.spans); n > 0 {
		if last := &s.spans[n-1]; from >= last.from && from <= last.to {
			last.to = max(last.to, to)
			return
		}
	}
	s.spans = append(s.spans, span{first: i, from: from, to: to})
}

// readSpans reads the planned runs of dat into the buffer of the block. The
// buffer has room for the inline payloads behind them.
func (g *Generation) readSpans(s *scratch, b *wire.Block) ([]byte, error) {
	size := 0
	for k := range s.spans {
		s.spans[k].at = size
		size += int(s.spans[k].to - s.spans[k].from)
	}
	need := size + s.inline*InlinePayloadSize
	buf := b.Buffer(roundUp(need))[:need]
	for _, sp := range s.spans {
		if err := g.dat.readAt(buf[sp.at:sp.at+int(sp.to-sp.from)], int64(sp.from)); err != nil {
			return nil, err
		}
	}
	b.SourceBytes += int64(size)
	return buf, nil
}

// roundUp spares blocks that differ a little in size a new buffer each.
func roundUp(n int) int {
	const step = 64 << 10
	if n <= step/16 {
		return step / 16
	}
	return (n + step - 1) / step * step
}

// fill sets the entries of the block as [Generation.fill] does, if all have a time and their
// payloads follow each other in buf.
func (s *scratch) fill(b *wire.Block, buf []byte) {
	rows, times := s.rows, s.times
	for i := range b.Entries {
		row := rows[i*RowSize:][:RowSize:RowSize]
		size := binary.LittleEndian.Uint32(row[12:])
		payload := buf[:size:size]
		buf = buf[size:]
		e := &b.Entries[i]
		e.Seq, e.FlagsAndChecksum = binary.LittleEndian.Uint64(row), binary.LittleEndian.Uint32(row[16:])
		e.TSNS = postcard.Some(binary.LittleEndian.Uint64(times[i*TSSize:][:TSSize]))
		e.Payload, e.Status = payload, wire.EntryOK
		if (Checksum(payload)^e.FlagsAndChecksum)&ChecksumMask != 0 {
			e.Status = wire.EntryBadChecksum
		}
	}
	b.PayloadEnd = s.spans[0].to
}

// fill sets the entries of the block, the first timed of them with a time.
// The spans lie at the start of buf, inline payloads go to its end.
func (g *Generation) fill(b *wire.Block, s *scratch, buf []byte, timed int) error {
	heap := heapCursor{spans: s.spans, buf: buf}
	inlines := buf[len(buf)-s.inline*InlinePayloadSize:]
	datSize, highest := uint64(g.dat.size), uint64(0)
	for i := range b.Entries {
		row := s.row(i)
		e := &b.Entries[i]
		e.Seq, e.FlagsAndChecksum = row.Seq, row.FlagsAndChecksum
		e.TSNS = postcard.Option[uint64]{}
		if i < timed {
			e.TSNS = postcard.Some(binary.LittleEndian.Uint64(s.times[i*TSSize:]))
		}
		if row.Inline() {
			e.Payload, inlines = copyInline(inlines, row)
			e.Status = verify(row, e.Payload)
			continue
		}
		switch {
		case row.PayloadEnd() > datSize:
			e.Payload, e.Status = nil, g.outside(b.First+i)
		case row.PayloadLen > MaxPayloadBytes:
			if err := g.verifyLarge(s, b, row, e); err != nil {
				return err
			}
		case row.PayloadLen >= largePayload:
			shared := &s.shared[s.large[row.payload()]]
			e.Payload = heap.in(shared.span, row)
			e.Status = shared.verify(row, e.Payload)
		default:
			e.Payload = heap.payload(i, row)
			e.Status = verify(row, e.Payload)
		}
		if e.Status != wire.EntryTorn {
			highest = max(highest, row.PayloadEnd())
		}
	}
	b.PayloadEnd = highest
	return nil
}

// heapCursor finds payloads in the buffer of a block, entry after entry.
type heapCursor struct {
	spans   []span
	current int
	buf     []byte
}

// payload returns the payload of entry i of the block, which lies within dat.
func (c *heapCursor) payload(i int, row Row) []byte {
	if row.PayloadLen == 0 {
		return c.buf[:0:0]
	}
	for c.current+1 < len(c.spans) && c.spans[c.current+1].first <= i {
		c.current++
	}
	return c.in(c.current, row)
}

// in returns the payload of a row that lies in a span.
func (c *heapCursor) in(span int, row Row) []byte {
	sp := &c.spans[span]
	from := sp.at + int(uint64(row.PayloadOffset)-sp.from)
	to := from + int(row.PayloadLen)
	return c.buf[from:to:to]
}

// copyInline copies the payload of an inline row to the start of room and
// returns it and the room behind it.
func copyInline(room []byte, row Row) (payload, rest []byte) {
	p := row.InlinePayload()
	copy(room, p[:])
	return room[:InlinePayloadSize:InlinePayloadSize], room[InlinePayloadSize:]
}

// outside tells a torn payload from one that is out of range.
func (g *Generation) outside(pos int) wire.EntryStatus {
	if pos >= g.tornFrom {
		return wire.EntryTorn
	}
	return wire.EntryOutOfRange
}

func verify(row Row, payload []byte) wire.EntryStatus {
	if Checksum(payload) != row.Checksum() {
		return wire.EntryBadChecksum
	}
	return wire.EntryOK
}

// verify is verify for a payload that other rows may name as well.
func (p *sharedPayload) verify(row Row, payload []byte) wire.EntryStatus {
	if !p.hashed {
		p.checksum, p.hashed = Checksum(payload), true
	}
	if p.checksum != row.Checksum() {
		return wire.EntryBadChecksum
	}
	return wire.EntryOK
}

// verifyLarge hashes a payload piece by piece.
func (g *Generation) verifyLarge(s *scratch, b *wire.Block, row Row, e *wire.Entry) error {
	shared := &s.shared[s.large[row.payload()]]
	if !shared.hashed {
		sum, err := g.hashLarge(s, row)
		if err != nil {
			return err
		}
		shared.checksum, shared.hashed = sum, true
		b.SourceBytes += int64(row.PayloadLen)
	}
	e.Payload, e.Status = nil, wire.EntryTooLarge
	if shared.checksum != row.Checksum() {
		e.Status = wire.EntryBadChecksum
	}
	return nil
}

// hashLarge returns the checksum of a payload that is never in memory whole.
func (g *Generation) hashLarge(s *scratch, row Row) (uint32, error) {
	if s.hasher == nil {
		s.hasher, s.chunk = xxh3.New(), make([]byte, hashChunk)
	}
	s.hasher.Reset()
	for at, end := int64(row.PayloadOffset), int64(row.PayloadEnd()); at < end; {
		chunk := s.chunk[:min(end-at, hashChunk)]
		if err := g.dat.readAt(chunk, at); err != nil {
			return 0, err
		}
		if _, err := s.hasher.Write(chunk); err != nil {
			return 0, err
		}
		at += int64(len(chunk))
	}
	return uint32(s.hasher.Sum64()) & ChecksumMask, nil
}
