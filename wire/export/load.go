package export

import (
	"errors"
	"fmt"
	"io"

	"github.com/zeebo/xxh3"
)

// loadByFooter fills f by the footer. An error says why that is not possible.
func (f *File) loadByFooter() error {
	t, err := f.readTrailer()
	if err != nil {
		return err
	}
	footer := itemRef{typ: ItemFooter, offset: t.footerOffset, length: t.footerLength}
	_, body, fault := f.readItem(footer)
	if fault != nil {
		return fault
	}
	lines, ok := parseIndex(body, footer.offset)
	if !ok {
		return footer.fault("index", ErrMalformed)
	}
	headerEnd := footer.offset
	if len(lines) > 0 {
		headerEnd = lines[0].offset
	}
	if err := f.readHeader(headerEnd); err != nil {
		return err
	}
	f.byFooter, f.log.sum.Complete = true, true
	f.content = section{headerEnd, footer.offset}
	return f.loadLines(lines, footer)
}

// loadLines takes over the items of the index in their order.
func (f *File) loadLines(lines []indexLine, footer itemRef) error {
	for i := range lines {
		line := &lines[i]
		if !line.fits() {
			return footer.fault("index", ErrMalformed)
		}
		switch line.typ {
		case ItemBlock:
			first, count := int(line.index[1]), int(line.index[2])
			c := f.chainOf(ChainID(line.index[0]), line.itemRef)
			if first != c.length {
				return footer.fault("index", ErrMalformed)
			}
			c.add(line.itemRef, first, count, count)
			f.log.sum.Blocks++
			f.log.sum.Entries += count
		case ItemRaw:
			c := f.chainOf(ChainID(line.index[0]), line.itemRef)
			c.addRaw(line.itemRef, int(line.index[1]), int64(line.index[2]), int64(line.index[3]))
		default:
			f.loadSide(line)
		}
	}
	f.reportOrphans()
	f.missBases()
	return nil
}

// readTrailer reads the trailer and checks the place it gives for the footer.
func (f *File) readTrailer() (trailer, error) {
	ref := itemRef{typ: PartTrailer, offset: max(f.size-int64(trailerBytes), 0), length: min(f.size, int64(trailerBytes))}
	b := make([]byte, trailerBytes)
	if err := readFull(f.r, b, ref.offset); err != nil {
		return trailer{}, ref.fault("", err)
	}
	t, ok := parseTrailer(b)
	if !ok {
		return t, ref.fault("", ErrFrame)
	}
	if t.footerOffset < 0 || t.footerLength < minItemBytes || t.footerOffset > ref.offset || t.footerLength != ref.offset-t.footerOffset {
		return t, ref.fault("footer_offset", ErrMalformed)
	}
	return t, nil
}

// readHeader reads the header, which should end at end. A damaged one is
// reported and costs nothing: the footer has shown what the file is.
func (f *File) readHeader(end int64) error {
	ref := itemRef{typ: PartHeader, length: end}
	b := make([]byte, min(end, MaxHeaderBytes))
	if err := readFull(f.r, b, 0); err != nil {
		return ref.fault("", err)
	}
	h, n, state := parseHeader(b)
	switch {
	case state == headerVersion:
		return &VersionError{Seen: h.Version, Supported: FormatVersion}
	case state != headerOK || int64(n) != end:
		f.log.add(ref.fault("", ErrChecksum))
	default:
		f.header = h
	}
	return nil
}

// loadSide takes over an item that is no block, or reports why it cannot.
func (f *File) loadSide(line *indexLine) {
	ref := line.itemRef
	if !ref.typ.known() {
		f.skipped = append(f.skipped, ref)
		f.log.add(ref.fault("body", ErrUnknownItem))
		return
	}
	fr, body, fault := f.readItem(ref)
	if fault != nil {
		if ref.typ == ItemChainBase {
			fault.Chain = someChain(line.index[0])
		}
		f.log.add(fault)
		return
	}
	it := Item{Type: ref.typ, Offset: ref.offset, Length: ref.length}
	if err := it.decode(&fr, body); err != nil {
		f.log.add(ref.fault("body", err).about(&fr))
		return
	}
	f.collect(&it)
}

// collect takes over an item that has been read.
func (f *File) collect(it *Item) {
	if it.Type != ItemChain && it.Type != ItemRaw {
		weight := it.Length
		if it.Type == ItemFinding {
			weight *= findingWeight
		}
		if f.side += weight; f.side > MaxSideBytes {
			f.side -= weight
			f.log.add(it.fault("body", ErrTooLarge))
			return
		}
	}
	switch it.Type {
	case ItemChain:
		c := f.chainOf(it.ChainID, it.ref())
		if c.named {
			f.log.add(it.fault("chain", ErrOrder))
			return
		}
		c.info, c.named = it.Chain, true
	case ItemBase:
		f.bases = append(f.bases, it.Base)
	case ItemNote:
		f.notes = append(f.notes, it.Note)
	case ItemFinding, ItemPlainFinding:
		f.findings = append(f.findings, it.Finding)
	case ItemRedaction, ItemHashedRedaction:
		f.redactions = append(f.redactions, it.Redaction)
	case ItemChainBase:
		c := f.chainOf(it.ChainID, it.ref())
		if c.base != nil {
			f.log.add(it.fault("chain", ErrOrder))
			return
		}
		base := it.ChainBase
		c.base = &base
	case ItemFolder:
		f.addFolder(it)
	case ItemRaw:
		c := f.chainOf(it.ChainID, it.ref())
		c.addRaw(it.ref(), it.Raw.File, it.Raw.Offset, int64(len(it.Raw.Bytes)))
	}
}

// chainOf returns the chain with the given id, a new one if need be, which then has
// its first item at that place.
func (f *File) chainOf(id ChainID, at itemRef) *chainReader {
	c := f.byID[id]
	if c == nil {
		c = &chainReader{f: f, id: id, at: at}
		f.byID[id] = c
		f.chains = append(f.chains, c)
	}
	return c
}

// reportOrphans reports the chains that lack their chain item, and the raw parts
// that lack their folder.
func (f *File) reportOrphans() {
	for _, c := range f.chains {
		if !c.named {
			e := c.at.fault("chain", ErrUnknownChain)
			e.Chain = someChain(uint64(c.id))
			f.log.add(e)
		}
		if e := c.rawFault(); e != nil {
			f.log.add(e)
		}
	}
}

// about names the chain that a chain base with this frame is of.
func (e *Error) about(f *frame) *Error {
	if f.typ == ItemChainBase || f.typ == ItemFolder || f.typ == ItemRaw {
		e.Chain = someChain(f.index[0])
	}
	return e
}

// missBases marks the chains whose base was damaged.
func (f *File) missBases() {
	for _, e := range f.log.list {
		if id, about := e.Chain.Get(); about && e.Item == ItemChainBase && f.byID[id] != nil {
			f.byID[id].baseLost = f.byID[id].base == nil
		}
	}
}

// loadByScan fills f by reading the file front to back. cause says why the
// footer was of no use.
func (f *File) loadByScan(cause error) error {
	s := NewScanner(io.NewSectionReader(f.r, 0, f.size))
	for s.Next() {
		it := s.Item()
		if it.Type == ItemBlock {
			f.addScanned(it)
		} else {
			f.collect(it)
		}
	}
	nothing := s.Header() == Header{} && len(f.chains) == 0
	var reader *Error
	if err := s.Err(); err != nil {
		if nothing || !errors.As(err, &reader) {
			return err
		}
		s.log.add(reader)
	}
	f.header = s.Header()
	f.joinFaults(cause, &s.log)
	f.reportOrphans()
	f.missBases()
	return nil
}

// addScanned takes over a block that a scan has yielded. The chain of a file
// that was cut ends with the last entry that is there.
func (f *File) addScanned(it *Item) {
	count := it.Block.Count
	if it.cut {
		count = len(it.Block.Entries)
	}
	if count == 0 {
		return
	}
	at := itemRef{typ: ItemBlock, offset: it.Offset, length: it.Length}
	ref := f.chainOf(it.ChainID, at).add(at, it.Block.First, count, it.Block.Count)
	if it.damaged {
		ref.layout.Store(&blockLayout{damaged: true})
	}
}

// joinFaults puts the reason for the scan before what the scan found, and
// before what collecting its items found.
func (f *File) joinFaults(cause error, scan *faultLog) {
	own := f.log.list
	f.log = faultLog{sum: scan.sum}
	e := Error{Item: ItemFooter, Err: cause}
	if at := (*Error)(nil); errors.As(cause, &at) {
		e = *at
	}
	e.Err = fmt.Errorf("%w: %w", ErrNoFooter, e.Err)
	f.log.add(&e)
	f.log.list = append(f.log.list, scan.list...)
	for _, e := range own {
		f.log.add(e)
	}
}

// readItem reads an item whole and checks it. The body is its own memory.
func (f *File) readItem(ref itemRef) (frame, []byte, *Error) {
	if ref.length > MaxBodyBytes+maxFrameBytes {
		return frame{}, nil, ref.fault("", ErrTooLarge)
	}
	b := make([]byte, ref.length)
	if err := readFull(f.r, b, ref.offset); err != nil {
		return frame{}, nil, ref.fault("", err)
	}
	return ref.check(b)
}

// check checks an item that has been read whole. The body aliases b.
func (r itemRef) check(b []byte) (frame, []byte, *Error) {
	fr, fault := parseFrame(b)
	switch {
	case fault != faultNone || fr.typ != r.typ || int64(fr.length()) != r.length:
		return fr, nil, r.fault("", ErrFrame)
	case xxh3.Hash(b[fr.size:]) != fr.bodyHash:
		return fr, nil, r.fault("body", ErrChecksum)
	case !fr.indexed():
		return fr, nil, r.fault("index", ErrMalformed)
	}
	return fr, b[fr.size:], nil
}

// itemRef says where an item lies.
type itemRef struct {
	typ    ItemType
	offset int64
	length int64
}

func (r itemRef) fault(field string, err error) *Error {
	return &Error{Offset: r.offset, Length: r.length, Item: r.typ, Field: field, Err: err}
}

// readFull fills b from offset at.
func readFull(r io.ReaderAt, b []byte, at int64) error {
	n, err := r.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if err == nil || err == io.EOF {
		return ErrTruncated
	}
	return err
}
