package source

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"
	"sort"
)

// readGaps goes through what nothing that is known covers: entries that the directory
// does not have, descriptors, other directories.
func (z *zipFile) readGaps(hasDirectory bool) error {
	sort.Slice(z.known, func(i, j int) bool { return z.known[i].from < z.known[j].from })
	ends := map[int64]*zipEntry{}
	for i := range z.entries {
		if e := &z.entries[i]; e.fault == "" {
			ends[e.data.to] = e
		}
	}
	inDirectory := len(z.entries)
	s := zipScan{z: z, ends: ends, names: map[string]bool{}}
	at := int64(0)
	for _, k := range append(z.known, zipRange{z.size, z.size}) {
		if k.from > at {
			if err := s.scan(at, k.from); err != nil {
				return err
			}
		}
		at = max(at, k.to)
	}
	z.entries = append(z.entries, s.found...)
	z.takePlace(inDirectory)
	z.entries = append(z.entries, s.lost()...)
	s.settle(-1)
	if hasDirectory && s.strays > 0 {
		z.fail(s.firstStray, entries(s.strays)+" of it are not in its directory; they are used")
	}
	return nil
}

// takePlace lets entries that were found stand for those of the directory that are not
// where it has them.
func (z *zipFile) takePlace(inDirectory int) {
	if z.missing == 0 {
		return
	}
	found := map[string]bool{}
	for _, e := range z.entries[inDirectory:] {
		found[e.raw] = true
	}
	kept := z.entries[:0]
	for i, e := range z.entries {
		if i >= inDirectory || e.data.from > 0 || !found[e.raw] {
			kept = append(kept, e)
		}
	}
	z.entries = kept
}

// zipScan looks for what a zip is made of where no directory says what is there.
type zipScan struct {
	z     *zipFile
	ends  map[int64]*zipEntry // by where their data ends
	found []zipEntry
	names map[string]bool // of found
	// listed are the entries of directories that were come upon.
	listed []zipEntry
	// strays counts the entries that no directory has, of the settledFound first ones.
	strays                      int
	firstStray                  int64
	settledFound, settledListed int
	buf                         []byte
}

// settle counts the entries since the last call that have no directory: where another
// archive ends, with as many entries as it says, all have.
func (s *zipScan) settle(entries int) {
	found, listed := len(s.found)-s.settledFound, len(s.listed)-s.settledListed
	if found > 0 && (found != listed || listed&0xffff != entries) {
		if s.strays == 0 {
			s.firstStray = s.found[s.settledFound].header
		}
		s.strays += found
	}
	s.settledFound, s.settledListed = len(s.found), len(s.listed)
}

// maxZipGaps bounds how many ranges are told one by one.
const maxZipGaps = 64

// scan goes through a range.
func (s *zipScan) scan(from, to int64) error {
	for at := from; at < to; {
		if err := s.z.ctx.Err(); err != nil {
			return err
		}
		next, err := s.step(at, to)
		if err != nil {
			return err
		}
		if next == at {
			if next, err = s.unknownEnd(at, to); err != nil {
				return err
			}
			s.unknown(at, next)
		}
		at = next
	}
	return nil
}

// unknownEnd returns where what is no part of a zip ends. A file of another kind goes on
// to the end of the range: what it is made of may look like parts of a zip.
func (s *zipScan) unknownEnd(at, to int64) (int64, error) {
	head, err := readHead(io.NewSectionReader(s.z.r, at, to-at), to-at)
	if err != nil {
		return at, err
	}
	if at > 0 && !isZip(head, 0) && slices.ContainsFunc(embeddedFormats(), func(f format) bool { return f.fits(head, to-at) }) {
		return to, nil
	}
	return s.nextSignature(at+1, to)
}

// unknown notes that a range belongs to nothing.
func (s *zipScan) unknown(from, to int64) {
	z := s.z
	why := ""
	switch {
	case from == 0:
		why = " lie before the first entry"
	case to == z.size:
		why = " lie after the end"
	}
	if n := len(z.unknown); n == maxZipGaps {
		z.unknown[n-1] = zipGap{zipRange{z.unknown[n-1].from, to}, ", with what lies in between"}
		return
	}
	z.unknown = append(z.unknown, zipGap{zipRange{from, to}, why})
}

// step goes over what begins at an offset and returns where that ends: the same offset
// if it is nothing that is known.
func (s *zipScan) step(at, to int64) (next int64, err error) {
	if e := s.ends[at]; e != nil && e.flags&zipHasDescriptor != 0 {
		if n := s.descriptor(e, at, to); n > 0 {
			return at + n, nil
		}
	}
	head := make([]byte, min(to-at, zipEnd64Bytes))
	if err := readFull(s.z.r, head, at); err != nil {
		return at, err
	}
	if head[0] == 0 {
		return skipZeros(s.z.r, at, to)
	}
	signature := string(head[:min(len(head), 4)])
	switch {
	case signature == zipEntrySignature:
		return s.entry(at, to)
	case signature == zipDirectorySignature:
		e, size, err := s.z.directoryEntry(at, to, 0)
		switch {
		case size > 0 && len(s.listed) < s.z.max:
			s.listed = append(s.listed, e)
		case size == 0 && to == s.z.size && to-at < zipDirectoryBytes+3*0xffff:
			s.z.fail(to, "it ends in its directory")
			return to, err
		}
		return at + size, err
	case signature == zipEndSignature && len(head) >= zipEndBytes:
		s.settle(int(binary.LittleEndian.Uint16(head[10:])))
		return min(at+zipEndBytes+int64(binary.LittleEndian.Uint16(head[20:])), to), nil
	case signature == zipEnd64Signature && len(head) >= zipEnd64Bytes:
		return at + zipEnd64Bytes, nil
	case signature == zipLocatorSignature && len(head) >= zipLocatorBytes:
		return at + zipLocatorBytes, nil
	case signature == zipDescriptorSignature && at == 0:
		return at + 4, nil // the mark of an archive that could have had several parts
	}
	return at, nil
}

// skipZeros returns where a run of zeros ends.
func skipZeros(r io.ReaderAt, at, to int64) (int64, error) {
	var buf [4 << 10]byte
	for at < to {
		b := buf[:min(to-at, int64(len(buf)))]
		if err := readFull(r, b, at); err != nil {
			return at, err
		}
		if left := bytes.TrimLeft(b, "\x00"); len(left) > 0 {
			return at + int64(len(b)-len(left)), nil
		}
		at += int64(len(b))
	}
	return to, nil
}

// descriptor returns the size of the descriptor of an entry whose data ends at an
// offset, 0 if there is none. It completes the entry if its sizes were not known.
func (s *zipScan) descriptor(e *zipEntry, at, to int64) int64 {
	b := make([]byte, min(to-at, 24))
	if readFull(s.z.r, b, at) != nil {
		return 0
	}
	le, n := binary.LittleEndian, 0
	if bytes.HasPrefix(b, []byte(zipDescriptorSignature)) {
		n = 4
	}
	packed := uint64(e.data.to - e.data.from)
	for _, width := range [...]int{4, 8} {
		if len(b) < n+4+2*width {
			continue
		}
		crc, sizes := le.Uint32(b[n:]), b[n+4:]
		size := func(i int) uint64 {
			if width == 8 {
				return le.Uint64(sizes[8*i:])
			}
			return uint64(le.Uint32(sizes[4*i:]))
		}
		if size(0) != packed || !e.sizeUnknown && (crc != e.crc || size(1) != uint64(e.unpacked)) {
			continue
		}
		if e.sizeUnknown {
			e.crc, e.unpacked, e.sizeUnknown = crc, clampSize(size(1)), false
		}
		return int64(n + 4 + 2*width)
	}
	return 0
}

// entry adds the entry whose header is at an offset and returns where it ends.
func (s *zipScan) entry(at, to int64) (next int64, err error) {
	e, size, err := s.z.header(at)
	if err == nil && size == 0 && to == s.z.size && to-at < zipHeaderBytes+2*0xffff {
		s.z.fail(to, "it ends in the header of an entry")
		return to, nil
	}
	if err != nil || size == 0 || at+size > to || !plausibleZipHeader(&e) || len(s.found) > s.z.max {
		return at, err
	}
	packed := e.data.to
	switch {
	case !e.sizeUnknown:
		e.data.to = min(e.data.from+packed, to)
		e.cut = e.data.to-e.data.from < packed
	default:
		if err := s.measure(&e, to); err != nil {
			return at, err
		}
	}
	next = e.data.to
	if e.flags&zipHasDescriptor != 0 {
		next += s.descriptor(&e, next, to)
	}
	if e.content != nil && e.content.err == nil {
		e.content.err = e.mismatch(e.content)
	}
	s.names[e.raw] = true
	s.found = append(s.found, e)
	return next, nil
}

// plausibleZipHeader tells a header from bytes that happen to begin like one.
func plausibleZipHeader(e *zipEntry) bool {
	const lastMethod = 99
	return e.raw != "" && len(e.raw) <= MaxPathBytes && e.method <= lastMethod
}

// measure finds out where the data of an entry ends that does not say.
func (s *zipScan) measure(e *zipEntry, to int64) error {
	e.data.to = to
	if e.method == zipDeflated {
		end, ended, err := s.z.inflate(e)
		if err != nil {
			return err
		}
		if ended {
			e.data.to = end
			return nil
		}
	}
	for at := e.data.from; ; at++ {
		next, err := s.nextSignature(at, to)
		if err != nil {
			return err
		}
		e.data.to = next
		if next == to || s.descriptor(e, next, to) > 0 {
			break
		}
		if _, size, err := s.z.header(next); err != nil || size > 0 {
			break
		}
		at = next
	}
	e.cut = e.sizeUnknown && s.descriptor(&zipEntry{data: e.data, sizeUnknown: true}, e.data.to, to) == 0
	return nil
}

// lost returns the entries of directories that were come upon whose data was not.
func (s *zipScan) lost() (lost []zipEntry) {
	listed := make(map[string]*zipEntry, len(s.listed))
	for i := range s.listed {
		listed[s.listed[i].raw] = &s.listed[i]
	}
	for i := range s.found {
		if l := listed[s.found[i].raw]; l != nil {
			s.found[i].host, s.found[i].mode = l.host, l.mode
		}
	}
	for _, l := range s.listed {
		if !s.names[l.raw] && !l.isFolder() {
			s.names[l.raw] = true
			l.data, l.fault = zipRange{}, "its data is not in the archive, whose directory has it"
			lost = append(lost, l)
		}
	}
	return lost
}

// nextSignature returns the first place from an offset on where a part of a zip could
// begin, or the end of the range.
func (s *zipScan) nextSignature(at, to int64) (int64, error) {
	if s.buf == nil {
		s.buf = make([]byte, min(s.z.size, windowBytes/4))
	}
	for at < to {
		if err := s.z.ctx.Err(); err != nil {
			return at, err
		}
		b := s.buf[:min(to-at, int64(len(s.buf)))]
		if err := readFull(s.z.r, b, at); err != nil {
			return at, err
		}
		for i := 0; ; i += 2 {
			n := bytes.Index(b[i:], []byte("PK"))
			if n < 0 {
				break
			}
			i += n
			if i+4 <= len(b) && isZipSignature(string(b[i:i+4])) {
				return at + int64(i), nil
			}
		}
		if at+int64(len(b)) == to {
			break
		}
		at += int64(len(b)) - 3
	}
	return to, nil
}

func isZipSignature(s string) bool {
	switch s {
	case zipEntrySignature, zipDescriptorSignature, zipDirectorySignature, zipEnd64Signature, zipLocatorSignature, zipEndSignature:
		return true
	}
	return false
}
