package export

import (
	"fmt"
	"io"

	"github.com/zeebo/xxh3"

	"chainglass/wire"
)

// Item is one item of an export as a [Scanner] yields it. Type says which of
// the other fields is meant.
type Item struct {
	// Type is the type of the item.
	Type ItemType
	// Offset counts bytes from the start of the file to the item.
	Offset int64
	// Length is the size of the item, as far as the file holds it.
	Length int64
	// ChainID is the chain of an [ItemChain], [ItemBlock], [ItemFolder], [ItemRaw] or
	// [ItemChainBase].
	ChainID ChainID
	// Chain is the content of an [ItemChain].
	Chain ChainInfo
	// Block is the content of an [ItemBlock].
	Block BlockItem
	// Base is the content of an [ItemBase].
	Base Base
	// Note is the content of an [ItemNote].
	Note Note
	// Finding is the content of an [ItemFinding] or [ItemPlainFinding].
	Finding Finding
	// Redaction is the content of an [ItemRedaction] or an [ItemHashedRedaction].
	Redaction Redaction
	// Folder is the content of an [ItemFolder].
	Folder []wire.FolderFile
	// Raw is the content of an [ItemRaw].
	Raw RawItem
	// ChainBase is the content of an [ItemChainBase].
	ChainBase ChainBase

	cut     bool // the file ends inside the item
	damaged bool // a fault was reported for it
}

// BlockItem is a run of consecutive entries of one chain.
type BlockItem struct {
	// First is the position of the first entry in its chain.
	First int
	// Count is how many entries the block was written with.
	Count int
	// Entries are the first entries of the block, all of them unless the block
	// is damaged. They and their payloads are valid until the next [Scanner.Next].
	Entries []wire.Entry
}

// RawItem is a run of bytes of a file of the folder that a chain was read from.
type RawItem struct {
	// File is the place of the file in the list of the folder.
	File int
	// Offset counts bytes from the start of that file.
	Offset int64
	// Bytes are valid until the next [Scanner.Next].
	Bytes []byte
}

// Scanner reads an export in one forward pass. It needs no footer, goes on
// behind damage with the next item that is sound, and remembers what it met.
//
//	s := export.NewScanner(r)
//	for s.Next() {
//		switch it := s.Item(); it.Type { ... }
//	}
//	err, faults := s.Err(), s.Faults()
type Scanner struct {
	win     window
	header  Header
	item    Item
	next    map[ChainID]int // first position not yet seen
	spare   int             // entries that gaps may still claim
	index   *xxh3.Hasher    // of the footer body that would fit the items seen
	line    []byte          // scratch for index
	log     faultLog
	started bool
	done    bool
	closed  bool    // the trailer was read
	footer  trailer // where the footer was seen, if it was
	err     error
}

// freeGap is how many entries gaps between blocks may claim in total beyond
// what the bytes that were skipped could have held. It lets whole blocks go
// missing and keeps a forged position from conjuring up billions of entries.
const freeGap = 8 * MaxBlockEntries

// NewScanner returns a Scanner that reads from r, which need not be buffered.
func NewScanner(r io.Reader) *Scanner {
	return &Scanner{win: window{r: r}, next: map[ChainID]int{}, spare: freeGap, index: xxh3.New()}
}

// Next moves to the next readable item and reports whether there is one.
func (s *Scanner) Next() bool {
	if !s.started {
		s.started = true
		s.begin()
	}
	for !s.done {
		if s.step() {
			return true
		}
	}
	s.readerFailed()
	return false
}

// readerFailed takes over an error of the underlying reader. Until here it
// counted as the end of the file, which is what it is for the items before it.
func (s *Scanner) readerFailed() {
	if err := s.win.err; err != nil && err != io.EOF && !s.closed {
		s.err = &Error{Offset: s.win.base + int64(len(s.win.buf)-s.win.pos), Item: PartUnknown, Err: err}
	}
}

// Item returns the current item; entries and payloads in it are valid until
// the next call of [Scanner.Next].
func (s *Scanner) Item() *Item { return &s.item }

// Header returns the header, once [Scanner.Next] has been called. A damaged
// header leaves it zero.
func (s *Scanner) Header() Header { return s.header }

// Err returns what made the input unreadable as a whole: it is no export, it
// is of another version, or the underlying reader failed. Everything yielded
// before remains good.
func (s *Scanner) Err() error { return s.err }

// Faults returns what has been found wrong so far, in the order of the file.
func (s *Scanner) Faults() []*Error { return s.log.list }

// Summary counts what has been seen so far.
func (s *Scanner) Summary() Summary { return s.log.sum }

// begin reads the header, or looks for the first item where it should end.
func (s *Scanner) begin() {
	b := s.win.peek(MaxHeaderBytes + maxFrameBytes)
	h, n, state := parseHeader(b)
	if state == headerOK && n <= MaxHeaderBytes {
		s.header = h
		s.win.skip(n)
		return
	}
	if state == headerVersion {
		s.fail(&VersionError{Seen: h.Version, Supported: FormatVersion})
		return
	}
	s.beginDamaged(b, h, state)
}

func (s *Scanner) beginDamaged(b []byte, h Header, state headerState) {
	at := findItem(b, 1, min(len(b), MaxHeaderBytes+1))
	switch {
	case at >= 0:
		s.fault(&Error{Length: int64(at), Item: PartHeader, Err: ErrChecksum})
		s.win.skip(at)
	case state == headerForeign || len(b) == 0:
		s.fail(ErrNotExport)
	case state == headerShort && len(b) < MaxHeaderBytes:
		s.fault(&Error{Length: int64(len(b)), Item: PartHeader, Err: ErrTruncated})
		s.done = true
	case h.Version != FormatVersion:
		s.fail(&VersionError{Seen: h.Version, Supported: FormatVersion})
	default:
		s.fail(&Error{Length: int64(len(b)), Item: PartHeader, Err: ErrChecksum})
	}
}

// step reads one item and reports whether it is to be yielded.
func (s *Scanner) step() bool {
	b := s.win.peek(maxFrameBytes)
	if len(b) == 0 {
		s.fault(&Error{Offset: s.win.base, Item: PartUnknown, Field: "trailer", Err: ErrTruncated})
		s.done = true
		return false
	}
	if t, ok := parseTrailer(b); ok {
		s.end(t)
		return false
	}
	f, fault := parseFrame(b)
	if fault != faultNone {
		s.resync(fault)
		return false
	}
	return s.read(&f)
}

// read handles the item whose frame has been read.
func (s *Scanner) read(f *frame) bool {
	whole := s.win.peek(f.length())
	body, cut := whole[f.size:], len(whole) < f.length()
	s.item = Item{Type: f.typ, Offset: s.win.base, Length: int64(len(whole)), cut: cut, Block: BlockItem{Entries: s.item.Block.Entries[:0]}}
	s.win.skip(len(whole))
	s.done = cut
	sound := !cut && xxh3.Hash(body) == f.bodyHash
	if f.typ != ItemFooter {
		s.line = appendIndexEntry(s.line[:0], indexEntry{typ: f.typ, offset: s.item.Offset, index: f.index[:f.indexLen]})
		s.index.Write(s.line)
	}
	if !f.indexed() {
		s.fault(s.item.fault("index", ErrMalformed))
		return false
	}
	if f.typ == ItemBlock {
		return s.block(f, body, sound, cut)
	}
	if !sound {
		s.fault(s.item.fault("body", unsound(cut)).about(f))
		return false
	}
	if f.typ == ItemFooter {
		s.sawFooter(f)
		return false
	}
	if err := s.item.decode(f, body); err != nil {
		s.fault(s.item.fault("body", err).about(f))
		return false
	}
	return true
}

func unsound(cut bool) error {
	if cut {
		return ErrTruncated
	}
	return ErrChecksum
}

// block decodes a block and checks that it continues its chain.
func (s *Scanner) block(f *frame, body []byte, sound, cut bool) bool {
	it := &s.item
	it.ChainID, it.Block.First, it.Block.Count = ChainID(f.index[0]), int(f.index[1]), int(f.index[2])
	gap := it.Block.First - s.next[it.ChainID]
	if gap < 0 || gap > s.spare {
		e := it.fault("first", ErrOrder)
		e.Chain, e.First, e.Lost = someChain(f.index[0]), it.Block.First, it.Block.Count
		s.fault(e)
		return false
	}
	s.spare -= gap
	s.log.sum.Lost += gap
	s.next[it.ChainID] = it.Block.First + it.Block.Count
	c := cursor{b: body}
	it.Block.Entries = c.entries(it.Block.Entries, &span{to: it.Block.Count, end: it.Block.Count}, nil)
	s.log.sum.Blocks++
	s.log.sum.Entries += len(it.Block.Entries)
	if e := blockFault(f, len(it.Block.Entries), &c, sound, cut); e != nil {
		e.Offset, e.Length = it.Offset, it.Length
		it.damaged = true
		s.fault(e)
	}
	return true
}

// sawFooter checks the footer against the items that came before it.
func (s *Scanner) sawFooter(f *frame) {
	s.footer = trailer{footerOffset: s.item.Offset, footerLength: s.item.Length}
	if s.index.Sum64() != f.bodyHash && s.undamaged() {
		s.fault(s.item.fault("index", ErrMalformed))
	}
}

// undamaged reports whether nothing but unknown items was complained of.
func (s *Scanner) undamaged() bool { return s.log.sum.Faults == s.log.sum.Unknown }

// end handles the trailer.
func (s *Scanner) end(t trailer) {
	at := s.win.base
	s.win.skip(trailerBytes)
	s.done, s.closed = true, true
	if t != s.footer {
		s.fault(&Error{Offset: at, Length: int64(trailerBytes), Item: PartTrailer, Field: "footer_offset", Err: ErrMalformed})
	} else {
		s.log.sum.Complete = true
	}
	if rest := s.win.peek(1); len(rest) > 0 {
		s.fault(&Error{Offset: s.win.base, Item: PartUnknown, Err: ErrTrailing})
	}
}

// resync skips to the next place where an item begins.
func (s *Scanner) resync(fault fault) {
	start, from := s.win.base, 1
	for {
		b := s.win.peek(windowBytes)
		// What begins in the last bytes may not be there whole yet.
		atEnd := len(b) < windowBytes
		limit := len(b)
		if !atEnd {
			limit -= maxFrameBytes
		}
		at := findItem(b, from, limit)
		if at < 0 && !atEnd {
			s.win.skip(limit)
			from = 0
			continue
		}
		if at < 0 {
			at, s.done = len(b), true
		}
		s.win.skip(at)
		s.lostBytes(start, fault)
		return
	}
}

// lostBytes reports the bytes from start up to where the window stands.
func (s *Scanner) lostBytes(start int64, fault fault) {
	e := &Error{Offset: start, Length: s.win.base - start, Item: PartUnknown, Err: ErrFrame}
	if s.done && fault == faultShort {
		e.Err = ErrTruncated
	}
	if s.done && s.footer.footerLength > 0 {
		e.Item = PartTrailer
	}
	s.spare += int(e.Length / minEntryBytes)
	s.fault(e)
}

// findItem returns the first place in b[from:limit] where an item or the
// trailer begins, or -1. Beyond limit b is only looked at.
func findItem(b []byte, from, limit int) int {
	for i := from; i < limit; i++ {
		switch b[i] {
		case itemHead:
			if _, fault := parseFrame(b[i:]); fault == faultNone {
				return i
			}
		case trailerMagic[0]:
			if _, ok := parseTrailer(b[i:]); ok {
				return i
			}
		}
	}
	return -1
}

func (s *Scanner) fail(err error) { s.err, s.done = err, true }

func (s *Scanner) fault(e *Error) { s.log.add(e) }

// fault returns an error that concerns the whole item.
func (it *Item) fault(field string, err error) *Error {
	return &Error{Offset: it.Offset, Length: it.Length, Item: it.Type, Field: field, Err: err}
}

// decode reads the body of an item that is neither block nor footer.
func (it *Item) decode(f *frame, body []byte) (err error) {
	switch {
	case it.Type == ItemChain:
		it.ChainID = ChainID(f.index[0])
		it.Chain, err = decodeChain(body)
	case it.Type == ItemBase:
		it.Base, err = decodeBase(body)
	case it.Type == ItemNote && f.index[0] == NoteVersion:
		it.Note, err = decodeNote(body)
	case it.Type == ItemPlainFinding:
		it.Finding, err = decodePlainFinding(body)
	case it.Type == ItemFinding:
		it.Finding, err = decodeFinding(body)
	case it.Type == ItemRedaction:
		it.Redaction, err = decodeRedaction(body)
	case it.Type == ItemChainBase:
		it.ChainID = ChainID(f.index[0])
		it.ChainBase, err = decodeChainBase(it.ChainID, body)
	case it.Type == ItemHashedRedaction:
		it.Redaction, err = decodeHashedRedaction(body)
	case it.Type == ItemFolder:
		it.ChainID = ChainID(f.index[0])
		it.Folder, err = decodeFolder(body)
	case it.Type == ItemRaw:
		it.ChainID = ChainID(f.index[0])
		it.Raw = RawItem{File: int(f.index[1]), Offset: int64(f.index[2]), Bytes: body}
		if uint64(len(body)) != f.index[3] {
			err = fmt.Errorf("%w: %d bytes, the index says %d", ErrMalformed, len(body), f.index[3])
		}
	default:
		return ErrUnknownItem
	}
	return err
}
